"""One round of one year from its rule: each date, moved where the rule says so, and the reason for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from cchc.clock import WEEKDAYS, at, vn_date, vn_instant
from cchc.config_files import place_of, shown
from cchc.errors import ConfigError, ConfigSentence
from cchc.texts import t
from cchc.year.model import MILESTONES, Explanation, Round, RoundKind, Window
from cchc.year.moment_rules import MomentRule, MomentsRound
from cchc.year.rules import CalendarFile, ClosingRule, DayRule, RoundRule, WindowRule
from cchc.year.working_days import WorkingDays


def compute_year(file: CalendarFile, path: Path, days: WorkingDays, year: int) -> list[Round]:
    """The rounds of a year. Raises ConfigError where its rules contradict each other or the days off."""
    rules = file.rules_of(year)
    found = {
        kind: compute_moments_round(file, path, days, year, kind, rule)
        if isinstance(rule, MomentsRound)
        else compute_round(file, path, days, year, kind, rule)
        for kind, rule in rules.items()
    }
    scoring, report = found.get(RoundKind.SCORING), found.get(RoundKind.YEAR)
    allowed = getattr(rules.get(RoundKind.SCORING), "allow_before_annual_report", False)
    if scoring and report and not allowed and scoring.unit_due_at.date() < report.unit_due_at.date():
        due, report_due = (vn_date(one.unit_due_at.date()) for one in (scoring, report))
        sentence = t("year.before_annual_report", kind=RoundKind.SCORING, due=due, report=report_due)
        raise ConfigSentence(path.name, "", sentence)
    return list(found.values())


def compute_round(
    file: CalendarFile, path: Path, days: WorkingDays, year: int, kind: RoundKind, rule: RoundRule
) -> Round:
    """Raises ConfigError with file and line when days off push the due date to or before the opening."""
    why: dict[str, Explanation] = {}
    opens_at, why["opens_at"] = moved(rule.opens, year, days)
    window = None
    if rule.window:
        window, why["window"] = _window(rule.window, year)
    unit_due_at, why["unit_due_at"] = moved(rule.unit_due, year, days)
    if unit_due_at <= opens_at:
        place = place_of(path, file.place(year, kind, "unit_due"))
        raise ConfigError(
            shown(path),
            place,
            vn_instant(unit_due_at),
            t("year.due_after_opening_in", year=year, opens=vn_instant(opens_at)),
        )
    province_due, why["province_due_on"] = moved(rule.province_due, year, days)
    closes_at, why["closes_at"] = _closing(rule.closes, year, days, unit_due_at, province_due.date())
    reference = window.last if window else opens_at.date()
    return Round(
        round_id=f"{year}-{kind}",
        year=year,
        kind=kind,
        title=rule.title.replace("{year}", str(year)),
        opens_at=opens_at,
        window=window,
        unit_due_at=unit_due_at,
        province_due_on=province_due.date(),
        closes_at=closes_at,
        tiers=tuple(rule.tiers) if rule.tiers else file.tiers_on(reference),
        notes=tuple(dict.fromkeys(one.text for one in why.values() if not one.plain)),
        explanations=why,
    )


def compute_moments_round(
    file: CalendarFile, path: Path, days: WorkingDays, year: int, kind: RoundKind, rule: MomentsRound
) -> Round:
    """A round of moments. Raises ConfigSentence when its rules put a moment before the one that precedes it.

    Where only days off do so (the New Year by the moon falls on other days each year), the moment is put off.
    """
    moments: dict[str, datetime] = {}
    by_rule: dict[
        str, datetime
    ] = {}  # as if every day were worked: whether the rules agree does not hang on a year
    why: dict[str, Explanation] = {}
    before: str | None = None
    for name, one in rule.moments.rules().items():
        by_rule[name], moments[name], why[name] = _moment(one, year, days, moments, by_rule)
        if before and moments[name] <= moments[before]:
            if by_rule[name] <= by_rule[before]:
                raise ConfigSentence(
                    path.name, "",
                    t("year.moments_order", kind=kind, name=name, at=_numeric(moments[name]), before=before,
                      before_at=_numeric(moments[before])),
                )  # fmt: skip
            moments[name], why[name] = _put_off(moments[name], one, days, (before, moments[before]))
        before = name
    role = MILESTONES[kind]
    for field, name in role._asdict().items():
        why[field] = why[name]
    return Round(
        round_id=f"{year}-{kind}",
        year=year,
        kind=kind,
        title=rule.title.replace("{year}", str(year)),
        opens_at=moments[role.opens_at],
        window=None,
        unit_due_at=moments[role.unit_due_at],
        province_due_on=moments[role.province_due_on].date(),
        closes_at=moments[role.closes_at],
        tiers=tuple(rule.tiers) if rule.tiers else file.tiers_on(moments[role.opens_at].date()),
        notes=tuple(dict.fromkeys(one.text for one in why.values() if not one.plain)),
        explanations=why,
        moments=moments,
    )


def _moment(
    rule: MomentRule,
    year: int,
    days: WorkingDays,
    moments: Mapping[str, datetime],
    by_rule: Mapping[str, datetime],
) -> tuple[datetime, datetime, Explanation]:
    """(the instant if every day were worked, the instant, why)."""
    if rule.day is not None:
        instant, why = moved(DayRule(day=rule.day, hour=rule.hour, on_day_off=rule.on_day_off), year, days)
        return at(rule.day.of(year), *rule.clock), instant, why
    assert rule.after is not None and rule.working_days is not None
    plain = by_rule[rule.after].date() + timedelta(days=rule.working_days)
    start = moments[rule.after].date()
    day = days.add(start, rule.working_days)
    text = t(
        "year.counted",
        day=vn_date(day),
        weekday=WEEKDAYS[day.weekday()],
        count=rule.working_days,
        after=t(f"year.entry.{rule.after}"),
        start=vn_date(start),
    )
    return at(plain, *rule.clock), at(day, *rule.clock), Explanation(text, plain=True)


def _put_off(
    instant: datetime, rule: MomentRule, days: WorkingDays, before: tuple[str, datetime]
) -> tuple[datetime, Explanation]:
    """The first working moment at the rule's hour that lies behind the moment before."""
    earlier, reached = before
    day = days.next(reached.date())
    if at(day, *rule.clock) <= reached:
        day = days.add(day, 1)
    later = at(day, *rule.clock)
    values = {"first": _short(instant), "reached": _short(reached), "later": _short(later)}
    return later, Explanation(t("year.moment_put_off", before=t(f"year.entry.{earlier}"), **values))


def _numeric(instant: datetime) -> str:
    return f"{instant:%d/%m/%Y %H:%M}"


def moved(rule: DayRule, year: int, days: WorkingDays) -> tuple[datetime, Explanation]:
    """The instant of a rule in a year, and why it is this one."""
    day = rule.day.of(year)
    target = {"next": days.next, "previous": days.previous, "none": _same}[rule.on_day_off](day)
    return at(target, *rule.clock), explain(day, target, days)


def explain(day: date, target: date, days: WorkingDays) -> Explanation:
    """E.g. `20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026`."""
    off = days.why_off(day)
    values = {"day": vn_date(day), "weekday": WEEKDAYS[day.weekday()]}
    if target != day:
        key = "year.moved_on" if target > day else "year.moved_back"
        return Explanation(
            t(key, day=vn_date(day), why=off, weekday=WEEKDAYS[target.weekday()], moved=vn_date(target))
        )
    if off:
        return Explanation(t("year.kept", day=vn_date(day), why=off))
    if worked := days.why_worked(day):
        return Explanation(t("year.worked", why=worked, **values))
    return Explanation(t("year.ordinary", **values), plain=True)


def _window(rule: WindowRule, year: int) -> tuple[Window, Explanation]:
    window = Window(rule.first.of(year), rule.last.of(year))
    return window, Explanation(
        t("year.window", first=vn_date(window.first), last=vn_date(window.last)), plain=True
    )


def _closing(
    rule: ClosingRule, year: int, days: WorkingDays, unit_due_at: datetime, province_due_on: date
) -> tuple[datetime, Explanation]:
    """When the round is consolidated; at the earliest when the units' time is over."""
    if rule.day is None:
        count = rule.before_province_due or 0
        day = days.add(province_due_on, -count) if count else days.previous(province_due_on)
        why = Explanation(
            t(
                "year.closes_before",
                day=vn_date(day),
                weekday=WEEKDAYS[day.weekday()],
                count=count,
                province=vn_date(province_due_on),
            )
        )
        closes_at = at(day, *rule.clock)
    else:
        closes_at, why = moved(DayRule(day=rule.day, hour=rule.hour, on_day_off=rule.on_day_off), year, days)
    if closes_at >= unit_due_at:
        return closes_at, why
    day = days.next(unit_due_at.date())
    if at(day, *rule.clock) < unit_due_at:
        day = days.add(day, 1)
    put_off = at(day, *rule.clock)
    key = "year.closes_put_off" if day <= province_due_on else "year.closes_too_late"
    values = {"first": _short(closes_at), "due": _short(unit_due_at), "closes": _short(put_off)}
    return put_off, Explanation(t(key, province=vn_date(province_due_on), **values))


def _short(instant: datetime) -> str:
    return f"{instant:%H:%M} {WEEKDAYS[instant.weekday()]} {vn_date(instant.date())}"


def _same(day: date) -> date:
    return day

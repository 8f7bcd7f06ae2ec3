"""One round of one year from its rule: each date, moved where the rule says so, and the reason for it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from cchc.clock import WEEKDAYS, at, vn_date, vn_instant
from cchc.config_files import place_of, shown
from cchc.errors import ConfigError
from cchc.texts import t
from cchc.year.model import Explanation, Round, RoundKind, Window
from cchc.year.rules import CalendarFile, ClosingRule, DayRule, RoundRule, WindowRule
from cchc.year.working_days import WorkingDays


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

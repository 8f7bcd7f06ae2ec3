"""Which source, and which unit, sent nothing: weeks of the reporting year against the usual volume."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from cchc.clock import TZ, at, from_text, to_text, vn_date, vn_instant
from cchc.indicators import format_number
from cchc.paths import Instance
from cchc.sources.columns import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.completeness import WatchRules
from cchc.sources.duck import connect, run
from cchc.sources.layouts import load_layouts
from cchc.sources.values import declared
from cchc.store import Row, Store
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import Unit, UnitRegister
    from cchc.year import Calendar, WorkingDays

SILENT, NEVER, QUIET, USUAL = "silent", "never", "quiet", "usual"
_WORKED_DAYS = 5


@dataclass(frozen=True)
class Week:
    """Monday (or the year's first day) to Sunday. `landings`, `rows`: received in it. `judged`: it is over, so far
    as exports go, and it had working days."""

    first: date
    last: date
    working_days: int
    judged: bool
    landings: int
    rows: int


@dataclass(frozen=True)
class UnitCoverage:
    """A covered unit. `rows`: by week; `usual`: median of rows in a full week, None while too few are known.

    `empty`: how many judged weeks in a row, up to now, an export came without a row of the unit; `expected`: rows
    that it would usually have had in them. `since`: first of these weeks; `alarmed`: the week from which on
    the unit is called silent.
    """

    unit_code: str
    state: str
    rows: tuple[int, ...]
    usual: float | None
    empty: int
    expected: float | None
    since: date | None
    alarmed: date | None


@dataclass(frozen=True)
class SourceCoverage:
    """One source in the reporting year. `silent_since`: first of the judged weeks in a row without any export."""

    source: str
    weeks: tuple[Week, ...]
    last_received: datetime | None
    silent_since: date | None
    units: tuple[UnitCoverage, ...]

    @property
    def silent_weeks(self) -> int:
        """Judged weeks in a row, up to now, in which no export was received."""
        if self.silent_since is None:
            return 0
        return sum(week.judged and week.first >= self.silent_since for week in self.weeks)

    @property
    def silent_units(self) -> tuple[UnitCoverage, ...]:
        return tuple(unit for unit in self.units if unit.state in (SILENT, NEVER))

    @property
    def alarmed(self) -> date | None:
        """The latest week that brought a new reason for alarm; None when there is none."""
        weeks = [unit.alarmed for unit in self.silent_units if unit.alarmed is not None]
        return max([*weeks, *([self.silent_since] if self.silent_since else [])], default=None)


def coverage(
    store: Store, instance: Instance, calendar: Calendar, units: UnitRegister, as_of: datetime
) -> list[SourceCoverage]:
    """Both sources since the first day of the reporting year, as known at `as_of`.

    A source is silent when a judged week brought no export. A unit is judged only by weeks in which its source
    sent something, and only when it is covered: declared by a layout in use, or seen in an export of the year.
    It is `silent` when the rows to be expected in its empty weeks reach the rule's number, `never` when it is
    declared and had no row in the whole time, `quiet` when the empty weeks are nothing unusual.
    """
    rules, today = WatchRules.load(), as_of.astimezone(TZ).date()
    first = _first_day(calendar, today)
    frame = _weeks(first, as_of, calendar.working_days, rules)
    return [
        _source(store, instance, source, frame, units.on(today), as_of, rules)
        for source in (ONE_STOP, DOC_MANAGEMENT)
    ]


def _first_day(calendar: Calendar, today: date) -> date:
    """First day of the reporting year that `today` lies in."""
    for year in (today.year + 1, today.year):
        windows = [round_.window for round_ in calendar.rounds(year) if round_.window]
        first = min((window.first for window in windows), default=date(year, 1, 1))
        if first <= today:
            return first
    return date(today.year, 1, 1)


def _weeks(first: date, as_of: datetime, days: WorkingDays, rules: WatchRules) -> list[Week]:
    """The weeks up to the current one, still without what was received."""
    weeks, today = [], as_of.astimezone(TZ).date()
    while first <= today:
        last = first + timedelta(days=6 - first.weekday())
        worked = [day for n in range((last - first).days + 1) if days.is_working(day := first + timedelta(n))]
        judged = bool(worked) and as_of >= at(worked[-1], rules.judged_from_hour)
        weeks.append(Week(first, last, len(worked), judged, 0, 0))
        first = last + timedelta(days=1)
    return weeks


def _source(
    store: Store,
    instance: Instance,
    source: str,
    frame: Sequence[Week],
    units: Sequence[Unit],
    as_of: datetime,
    rules: WatchRules,
) -> SourceCoverage:
    known = store.query("sources.landings_known", source=source, at=to_text(as_of))
    year = [row for row in known if _day(row) >= frame[0].first]
    by_landing = _rows(instance, year)
    landings, totals = [0] * len(frame), [0] * len(frame)
    by_unit: defaultdict[str, list[int]] = defaultdict(lambda: [0] * len(frame))
    for place, row in enumerate(year):
        week = next(n for n, one in enumerate(frame) if one.first <= _day(row) <= one.last)
        landings[week] += 1
        for unit, count in by_landing.get(place, {}).items():
            totals[week] += count
            by_unit[unit][week] += count
    weeks = tuple(
        Week(one.first, one.last, one.working_days, one.judged, landings[n], totals[n])
        for n, one in enumerate(frame)
    )
    used = {row["layout"] for row in known}
    layouts = [layout for layout in load_layouts() if layout.layout in used]
    return SourceCoverage(
        source=source,
        weeks=weeks,
        last_received=from_text(known[-1]["received_at"]) if known else None,
        silent_since=_silent_since(weeks),
        units=tuple(
            _unit(unit.code, by_unit.get(unit.code), weeks, rules)
            for unit in units
            if unit.code in by_unit or declared(unit, layouts)
        ),
    )


def _day(landing: Row) -> date:
    return from_text(landing["received_at"]).date()


def _rows(instance: Instance, landings: Sequence[Row]) -> Mapping[int, Mapping[str, int]]:
    """Rows of each unit by place of the landing."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    if landings:
        paths = [str(instance.data / row["parquet_path"]) for row in landings]
        with connect() as connection:
            run(
                connection,
                "exports/macros.landings",
                paths=paths,
                landing_ids=[row["landing_id"] for row in landings],
                places=list(range(len(landings))),
            )
            for place, unit, count in run(connection, "exports/coverage.rows", paths=paths).fetchall():
                found[place][unit] = count
    return found


def _silent_since(weeks: Sequence[Week]) -> date | None:
    since = None
    for week in reversed(weeks):
        if week.landings:
            break
        if week.judged:
            since = week.first
    return since


def _unit(code: str, rows: Sequence[int] | None, weeks: Sequence[Week], rules: WatchRules) -> UnitCoverage:
    told = tuple(rows or [0] * len(weeks))
    # A week without any export says nothing of a unit; rows of the running week end an empty time.
    judged = [n for n, week in enumerate(weeks) if week.landings and (week.judged or told[n])]
    empty: list[int] = []
    while judged and not told[judged[-1]]:
        empty.insert(0, judged.pop())
    full = [n for n in judged if weeks[n].working_days >= rules.full_week_days]
    usual = None
    if len(full) >= rules.usual_weeks:
        usual = float(median(told[n] * _WORKED_DAYS / weeks[n].working_days for n in full))
    expected, alarmed = 0.0, None
    for place, n in enumerate(empty, start=1):
        expected += (usual or 0.0) * weeks[n].working_days / _WORKED_DAYS
        never = not any(told) and place >= rules.usual_weeks
        if alarmed is None and (expected >= rules.expected_rows or never):
            alarmed = weeks[n].first
    state = USUAL if not empty else QUIET
    if alarmed is not None:
        state = SILENT if any(told) else NEVER
    return UnitCoverage(
        code,
        state,
        told,
        usual,
        len(empty),
        None if usual is None else expected,
        weeks[empty[0]].first if empty else None,
        alarmed,
    )


def source_words(one: SourceCoverage) -> str:
    """Whether and since when the source sent nothing."""
    if one.silent_since is not None:
        words = t("sources.coverage.source_silent", since=vn_date(one.silent_since), weeks=one.silent_weeks)
        return words if one.last_received else f"{t('sources.coverage.source_never')} {words}"
    if one.last_received is None:
        return t("sources.coverage.source_waiting")
    return t("sources.coverage.source_fine", moment=vn_instant(one.last_received))


def unit_words(unit: UnitCoverage) -> str:
    """The empty weeks of a unit, beside its usual volume."""
    if unit.since is None:
        return ""
    return t(
        f"sources.coverage.unit_{unit.state}",
        empty=unit.empty,
        since=vn_date(unit.since),
        usual="" if unit.usual is None else _number(unit.usual),
        expected="" if unit.expected is None else _number(unit.expected),
    )


def _number(value: float) -> str:
    return format_number(value, 1).removesuffix(",0")

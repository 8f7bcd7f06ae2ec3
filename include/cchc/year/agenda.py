"""A year as people read it: one row a round, and one row a day on which something happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from cchc.clock import TZ, WEEKDAYS, vn_date
from cchc.texts import t
from cchc.year.calendar import Calendar
from cchc.year.model import MOMENTS, REPORT_KINDS, Round, RoundKind

# What comes first of several things at one hour: a due date, say, before the closing that waits for it.
ORDER = (
    "opens_at", "cut_off", "unit_due_at", "closes_at", "province_due_on",
    *dict.fromkeys(name for names in MOMENTS.values() for name in names),
)  # fmt: skip


@dataclass(frozen=True)
class YearRow:
    """A round, its dates in words; an empty text where a round has no such date."""

    round_id: str
    title: str
    opens: str
    window: str
    unit_due: str
    closes: str
    province_due: str
    tiers: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class AgendaEntry:
    """Something that is due on a day. hour: local, None for the whole day. what: as in `Round.explanations`,
    and `cut_off` for the window's last day. In the round's year, or early in the next one."""

    day: date
    hour: time | None
    round_id: str
    title: str
    what: str
    why: str

    @property
    def label(self) -> str:
        """E.g. `Hạn đơn vị nộp`."""
        return t(f"year.entry.{self.what}")

    @property
    def weekday(self) -> str:
        return WEEKDAYS[self.day.weekday()]


def year_rows(calendar: Calendar, year: int) -> list[YearRow]:
    """The rounds of a year in the order in which they open."""
    return [_row(one) for one in calendar.rounds(year)]


def agenda(calendar: Calendar, year: int) -> list[AgendaEntry]:
    """Everything that happens in a reporting year, in order; what has no hour stands first on its day."""
    entries = [entry for one in calendar.rounds(year) for entry in _entries(one)]
    return sorted(
        entries, key=lambda one: (one.day, one.hour or time.min, ORDER.index(one.what), one.round_id)
    )


def short(moment: datetime | date) -> str:
    """`thứ Ba 17/03/2026`, with the hour behind it for an instant."""
    if not isinstance(moment, datetime):
        return f"{WEEKDAYS[moment.weekday()]} {vn_date(moment)}"
    local = moment.astimezone(TZ)
    return f"{short(local.date())} {local:%H:%M}"


def _row(one: Round) -> YearRow:
    return YearRow(
        round_id=one.round_id,
        title=one.title,
        opens=short(one.opens_at),
        window=f"{vn_date(one.window.first)} - {vn_date(one.window.last)}" if one.window else "",
        # What an inspection's teams write, no unit hands in.
        unit_due="" if one.kind is RoundKind.INSPECTION else short(one.unit_due_at),
        closes=short(one.closes_at),
        province_due=short(one.province_due_on) if one.kind in REPORT_KINDS else "",
        tiers=one.tiers,
        notes=one.notes,
    )


def _entries(one: Round) -> list[AgendaEntry]:
    def entry(what: str, moment: datetime | date, name: str) -> AgendaEntry:
        hour = moment.astimezone(TZ).time() if isinstance(moment, datetime) else None
        day = moment.astimezone(TZ).date() if isinstance(moment, datetime) else moment
        return AgendaEntry(day, hour, one.round_id, one.title, what, one.explanations[name].text)

    if one.moments:
        return [entry(name, moment, name) for name, moment in one.moments.items()]
    entries = [
        entry("opens_at", one.opens_at, "opens_at"),
        entry("unit_due_at", one.unit_due_at, "unit_due_at"),
        entry("closes_at", one.closes_at, "closes_at"),
    ]
    if one.window:
        entries.append(entry("cut_off", one.window.last, "window"))
    # Only the reports go to the Ministry; the other rounds end with their closing.
    if one.kind in REPORT_KINDS:
        entries.append(entry("province_due_on", one.province_due_on, "province_due_on"))
    return entries

"""Page 'Lịch': every date of a year in order, what comes next, what moved and why, what an edit of the files moves."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from cchc.clock import TZ
from cchc.errors import CchcError
from cchc.obligations import RoundLedger
from cchc.obligations.calendar_moves import calendar_moves, opened_rounds, touched_units
from cchc.registers.dates import dates_of
from cchc.texts import t, table
from cchc.year import Move, Round, SpecialDay
from cchc.year.agenda import AgendaEntry, agenda
from cchc.year.changes import shown_value
from cchc_board.desk import RequestView

NEXT = 6  # dates that are shown as coming


@dataclass(frozen=True)
class CalendarLine:
    """A date of the year. why: empty where it is simply the day of the rule, on a day that is worked."""

    entry: AgendaEntry
    passed: bool
    opened: bool
    why: str

    @property
    def month(self) -> str:
        return f"{self.entry.day:%m/%Y}"


@dataclass(frozen=True)
class MovedDate:
    """A date of an open round that the files now give otherwise than the round has it."""

    title: str
    what: str
    old: str
    new: str
    why: str


@dataclass(frozen=True)
class Moved:
    """What an edit of the files moves. touched: title of a round and the units that still owe in it. warned: what
    units must be told besides. due: whether there is a due date to apply."""

    dates: list[MovedDate]
    touched: list[tuple[str, list[str]]]
    warned: list[str]
    due: bool


@dataclass(frozen=True)
class CalendarPage:
    """What the template shows. months: `03/2026` and its dates; days: off or worked against their weekday; changeable:
    of each round the dates that can still be changed (what a form sends, name, day)."""

    year: int
    coming: list[CalendarLine]
    months: list[tuple[str, list[CalendarLine]]]
    days: list[SpecialDay]
    moved: Moved
    changeable: list[tuple[str, list[tuple[str, str, date]]]]


def calendar_page(desk: RequestView, year: int) -> CalendarPage:
    """The calendar as its files say; what is passed and open is as of the moment shown."""
    opened = frozenset(RoundLedger(desk.store).states(desk.as_of)) if desk.store else frozenset()
    lines = _lines(desk, year, opened)
    return CalendarPage(
        year=year,
        coming=_coming(desk, opened),
        months=[(month, list(own)) for month, own in groupby(lines, key=lambda one: one.month)],
        days=desk.calendar.working_days.special(year),
        moved=_moved(desk, year),
        changeable=_changeable(desk, year),
    )


def _changeable(desk: RequestView, year: int) -> list[tuple[str, list[tuple[str, str, date]]]]:
    today, names = desk.as_of.astimezone(TZ).date(), table("year.entry")
    found = []
    for round_ in desk.calendar.rounds(year):
        dates = [
            (f"{round_.round_id}|{what}", names[what], day)
            for what, when in dates_of(round_).items()
            if (day := when.astimezone(TZ).date() if isinstance(when, datetime) else when) >= today
        ]
        if dates:
            found.append((round_.title, dates))
    return found


def _lines(desk: RequestView, year: int, opened: frozenset[str]) -> list[CalendarLine]:
    rounds = {one.round_id: one for one in desk.calendar.rounds(year)}
    return [
        CalendarLine(one, _end(one) <= desk.as_of, one.round_id in opened, _why(rounds[one.round_id], one))
        for one in agenda(desk.calendar, year)
    ]


def _why(round_: Round, entry: AgendaEntry) -> str:
    told = round_.explanations["window" if entry.what == "cut_off" else entry.what]
    return "" if told.plain or entry.what == "cut_off" else told.text


def _end(entry: AgendaEntry) -> datetime:
    """When an entry is past: at its hour, or with its day."""
    if entry.hour is not None:
        return datetime.combine(entry.day, entry.hour, TZ)
    return datetime.combine(entry.day + timedelta(days=1), time.min, TZ)


def _coming(desk: RequestView, opened: frozenset[str]) -> list[CalendarLine]:
    """The next dates after the moment shown, whatever year is looked at; moments of a year reach into the next."""
    now, found = desk.as_of.astimezone(TZ).year, list[CalendarLine]()
    for year in (now - 1, now, now + 1):
        with suppress(CchcError):  # a year whose holidays nobody knows
            found += [one for one in _lines(desk, year, opened) if not one.passed]
    found.sort(key=lambda one: (_end(one.entry), one.entry.round_id))
    return found[:NEXT]


def _moved(desk: RequestView, year: int) -> Moved:
    """Against the rounds as they stood at the moment shown."""
    if desk.store is None:
        return Moved([], [], [], due=False)
    calendar = desk.calendar
    found = calendar_moves(opened_rounds(desk.store, year, desk.as_of), calendar, year)
    titles = {one.round_id: one.title for one in calendar.rounds(year)}
    touched = [
        (
            titles.get(round_id, round_id),
            [
                desk.unit_name(code)
                for code in touched_units(desk.store, round_id, desk.units, desk.as_of)
                if desk.sees(code)
            ],
        )
        for round_id in dict.fromkeys(move.round_id for move in found.living)
    ]
    dates = [_date(titles.get(one.round_id, one.round_id), one) for one in found.living]
    windows = dict.fromkeys(one.round_id for one in found.living if one.what.startswith("window"))
    warned = [t("year.cli.window_moved", round_id=one) for one in windows]
    return Moved(dates, touched, warned, due=bool(found.due))


def _date(title: str, move: Move) -> MovedDate:
    what = table("year.what").get(move.what) or t(f"year.entry.{move.what}")
    return MovedDate(title, what, shown_value(move.old), shown_value(move.new), move.explanation)

"""`./cchc lich --so-sanh`, `--ap-dung`: what an edit of the calendar moves, and applying it to open rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.lich import say
from cchc.obligations import units_owing
from cchc.obligations.calendar_moves import (
    CalendarMoves,
    OpenedRound,
    apply_due_dates,
    calendar_moves,
    opened_rounds,
    touched_units,
)
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar, Move, compare
from cchc.year.changes import WHOLE_ROUND, shown_value


def compare_with_opened(
    console: Console, calendar: Calendar, year: int, as_of: datetime, applied_by: tuple[str, str] | None
) -> None:
    """Prints what moved against the rounds of this installation. applied_by: who applies it, why; None looks."""
    store = _store()
    opened = opened_rounds(store, year, clock.END) if store else []
    moves = calendar_moves(opened, calendar, year)
    _print_moves(console, moves, year, store, as_of)
    _print_planned(console, calendar, year, opened)
    if applied_by and store:
        _apply(console, calendar, moves, store, as_of, *applied_by)
    elif moves.due:
        say(console, "how_to_apply", year=year)


def _store() -> Store | None:
    """The store of this installation; None when there is none yet: looking must not make one."""
    url = current_instance().store_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else Store(url)


def _print_moves(
    console: Console, moves: CalendarMoves, year: int, store: Store | None, as_of: datetime
) -> None:
    say(console, "compared", year=year, count=moves.opened)
    if moves.living:
        console.print(_grid(moves.living, "moves_title"))
    elif moves.opened:
        say(console, "nothing_moved")
    for round_id in moves.over:
        say(console, "over", round_id=round_id)
    for round_id in dict.fromkeys(move.round_id for move in moves.living if move.what.startswith("window")):
        say(console, "window_moved", round_id=round_id)
    for round_id in dict.fromkeys(move.round_id for move in moves.living):
        if store:
            _print_touched(console, round_id, store, as_of)


def _print_planned(console: Console, calendar: Calendar, year: int, opened: list[OpenedRound]) -> None:
    """What rounds that are not open yet owe to an override."""
    known = {one.row["round_id"] for one in opened}
    planned = [move for move in compare(calendar.by_rule(), calendar, year) if move.round_id not in known]
    if planned:
        console.print(_grid(planned, "planned_title"))
        _print_obliged(console, calendar, planned)


def _grid(moves: Iterable[Move], title: str) -> Table:
    grid, whats = Table(title=t(f"year.cli.{title}")), table("year.what")
    for column in table("year.cli.columns").values():
        grid.add_column(column)
    for move in moves:
        grid.add_row(
            move.round_id,
            whats.get(move.what) or t(f"year.entry.{move.what}"),
            shown_value(move.old),
            shown_value(move.new),
            move.explanation,
        )
    return grid


def _print_touched(console: Console, round_id: str, store: Store, as_of: datetime) -> None:
    """Who still owes something in the round."""
    units = UnitRegister.load(strict=False)
    codes = touched_units(store, round_id, units, as_of)
    names = ", ".join(units.get(code).name if code in units else code for code in codes)
    say(console, "touched" if codes else "touched_nobody", round_id=round_id, count=len(codes), units=names)


def _print_obliged(console: Console, calendar: Calendar, moves: list[Move]) -> None:
    """How many units a round that is not open yet will concern."""
    units, names = UnitRegister.load(strict=False), table("year.tiers")
    for round_id in dict.fromkeys(move.round_id for move in moves if move.what != WHOLE_ROUND or move.new):
        one = calendar.round(round_id)
        tiers = Counter(unit.tier for unit in units_owing(units, one))
        parts = ", ".join(f"{tiers[tier]} {names[tier]}" for tier in one.tiers)
        say(console, "obliged", round_id=round_id, count=tiers.total(), parts=parts)


def _apply(
    console: Console,
    calendar: Calendar,
    moves: CalendarMoves,
    store: Store,
    as_of: datetime,
    actor: str,
    reason: str,
) -> None:
    done = apply_due_dates(store, calendar, moves, as_of, actor, reason)
    for one, count in done:
        key = "applied" if count else "applied_to_none"
        say(console, key, round_id=one.round_id, count=count, due=clock.vn_instant(one.unit_due_at))
    if not done:
        say(console, "nothing_to_apply")

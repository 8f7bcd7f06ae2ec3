"""`./cchc lich --so-sanh`, `--ap-dung`: what an edit of the calendar moves, and applying it to open rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.lich import say
from cchc.errors import RuleRefused
from cchc.obligations import Ledger, RoundLedger, reschedule, to_chase, units_owing
from cchc.paths import current_instance
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar, Move, RoundKind, compare
from cchc.year.changes import WHOLE_ROUND, shown_value
from cchc.year.model import MILESTONES

# What `--ap-dung` can move: by when units hand in, whatever the round calls it.
_UNIT_DUE = {"unit_due_at", *(one.unit_due_at for one in MILESTONES.values())}


@dataclass(frozen=True)
class _Opened:
    """A round of the store: its row with the due date that holds now, and whether the calendar still matters to it."""

    row: dict[str, Any]
    over: bool


def compare_with_opened(
    console: Console, calendar: Calendar, year: int, as_of: datetime, applied_by: tuple[str, str] | None
) -> None:
    """Prints what moved against the rounds of this installation. applied_by: who applies it, why; None looks."""
    store = _store()
    opened = _opened(store, year) if store else []
    touched = _print_moves(console, calendar, year, opened, store, as_of)
    if applied_by and store:
        _apply(console, calendar, touched, store, as_of, *applied_by)
    elif touched:
        say(console, "how_to_apply", year=year)


def _store() -> Store | None:
    """The store of this installation; None when there is none yet: looking must not make one."""
    url = current_instance().store_url
    path = url.removeprefix("sqlite:///")
    return None if path != url and not Path(path).exists() else Store(url)


def _opened(store: Store, year: int) -> list[_Opened]:
    ledger, found = RoundLedger(store), []
    states = ledger.states(clock.END)
    for row in ledger.all(year):
        state = states[row["round_id"]]
        moved: dict[str, Any] = {"moments": dict(state.moments)}
        if state.unit_due_at:
            moved["unit_due_at"] = clock.to_text(state.unit_due_at)
            if state.moments:
                moved["moments"][MILESTONES[RoundKind(row["kind"])].unit_due_at] = moved["unit_due_at"]
        found.append(_Opened(dict(row) | moved, state.over))
    return found


def _print_moves(
    console: Console,
    calendar: Calendar,
    year: int,
    opened: list[_Opened],
    store: Store | None,
    as_of: datetime,
) -> list[Move]:
    """Prints what differs; returns the moved due dates of open rounds: what `--ap-dung` would apply."""
    say(console, "compared", year=year, count=len(opened))
    over = {one.row["round_id"] for one in opened if one.over}
    moves = compare([one.row for one in opened], calendar, year)
    living = [move for move in moves if move.round_id not in over]
    if living:
        console.print(_grid(living, "moves_title"))
    elif opened:
        say(console, "nothing_moved")
    for round_id in dict.fromkeys(move.round_id for move in moves if move.round_id in over):
        say(console, "over", round_id=round_id)
    for round_id in dict.fromkeys(move.round_id for move in living if move.what.startswith("window")):
        say(console, "window_moved", round_id=round_id)
    if store:
        for round_id in dict.fromkeys(move.round_id for move in living):
            _print_touched(console, round_id, store, as_of)
    known = {one.row["round_id"] for one in opened}
    planned = [move for move in compare(calendar.by_rule(), calendar, year) if move.round_id not in known]
    if planned:
        console.print(_grid(planned, "planned_title"))
        _print_obliged(console, calendar, planned)
    return [move for move in living if move.what in _UNIT_DUE]


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
    owed = to_chase(Ledger(store).states(as_of, round_id=round_id, only_owed=True), units, as_of)
    codes = sorted({obligation.unit_code for obligation, _ in owed})
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
    moves: list[Move],
    store: Store,
    as_of: datetime,
    actor: str,
    reason: str,
) -> None:
    """All or nothing is refused first: a due date that has passed would make every unit late at once."""
    rounds = [calendar.round(move.round_id) for move in moves]
    for one in rounds:
        if one.unit_due_at <= as_of:
            due = clock.vn_instant(one.unit_due_at)
            raise RuleRefused(
                "new-due-has-passed", t("year.cli.due_has_passed", round_id=one.round_id, due=due)
            )
    for one in rounds:
        count = reschedule(store, one, as_of, actor, reason)
        key = "applied" if count else "applied_to_none"
        say(console, key, round_id=one.round_id, count=count, due=clock.vn_instant(one.unit_due_at))
    if not rounds:
        say(console, "nothing_to_apply")

"""What an edit of the calendar moves in rounds that are open, whom that touches, and applying the new due dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cchc import clock
from cchc.errors import RuleRefused
from cchc.obligations.ledger import Ledger
from cchc.obligations.obliging import to_chase
from cchc.obligations.rescheduling import reschedule
from cchc.obligations.rounds import RoundLedger
from cchc.store import Store
from cchc.texts import t
from cchc.units import UnitRegister
from cchc.year import Calendar, Move, Round, RoundKind, compare
from cchc.year.model import MILESTONES

# What applying can move: by when units hand in, whatever the round calls it.
_UNIT_DUE = {"unit_due_at", *(one.unit_due_at for one in MILESTONES.values())}


@dataclass(frozen=True)
class OpenedRound:
    """A round of the store: its row with the due date that holds now, and whether the calendar still matters to it."""

    row: dict[str, Any]
    over: bool


@dataclass(frozen=True)
class CalendarMoves:
    """What differs from the rounds as they were opened. opened: how many there are; over: rounds that have ended, to
    which the edit means nothing any more."""

    opened: int
    living: list[Move]
    over: list[str]

    @property
    def due(self) -> list[Move]:
        """Moved due dates of open rounds: what `apply_due_dates` moves."""
        return [move for move in self.living if move.what in _UNIT_DUE]


def opened_rounds(store: Store, year: int, as_of: datetime) -> list[OpenedRound]:
    """The rounds of a year that were open by then, each with the dates that it was opened with or moved to since."""
    ledger, found = RoundLedger(store), []
    states = ledger.states(as_of)
    for row in ledger.all(year):
        state = states.get(row["round_id"])
        if state is None:
            continue
        moved: dict[str, Any] = {"moments": dict(state.moments)}
        if state.unit_due_at:
            moved["unit_due_at"] = clock.to_text(state.unit_due_at)
            if state.moments:
                moved["moments"][MILESTONES[RoundKind(row["kind"])].unit_due_at] = moved["unit_due_at"]
        found.append(OpenedRound(dict(row) | moved, state.over))
    return found


def calendar_moves(opened: list[OpenedRound], calendar: Calendar, year: int) -> CalendarMoves:
    """The calendar as its files say now, against rounds that are open."""
    over = {one.row["round_id"] for one in opened if one.over}
    moves = compare([one.row for one in opened], calendar, year)
    ended = dict.fromkeys(move.round_id for move in moves if move.round_id in over)
    return CalendarMoves(len(opened), [move for move in moves if move.round_id not in over], list(ended))


def touched_units(store: Store, round_id: str, units: UnitRegister, as_of: datetime) -> list[str]:
    """Codes of the units that still owe something in the round."""
    owed = to_chase(Ledger(store).states(as_of, round_id=round_id, only_owed=True), units, as_of)
    return sorted({obligation.unit_code for obligation, _ in owed})


def apply_due_dates(
    store: Store, calendar: Calendar, moves: CalendarMoves, as_of: datetime, actor: str, reason: str
) -> list[tuple[Round, int]]:
    """Move open obligations to the due dates of the calendar; each round with how many of them were moved.

    RuleRefused('new-due-has-passed') before anything is recorded: a due date that has passed would make every unit
    late at once.
    """
    rounds = [calendar.round(move.round_id) for move in moves.due]
    for one in rounds:
        if one.unit_due_at <= as_of:
            due = clock.vn_instant(one.unit_due_at)
            raise RuleRefused(
                "new-due-has-passed", t("year.cli.due_has_passed", round_id=one.round_id, due=due)
            )
    return [(one, reschedule(store, one, as_of, actor, reason)) for one in rounds]

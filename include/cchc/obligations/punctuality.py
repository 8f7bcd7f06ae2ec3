"""How an obligation stands against its due date: on time, late or missing, and by how many days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cchc.clock import TZ
from cchc.obligations.model import Obligation, ObligationState
from cchc.units import UnitRegister
from cchc.year import WorkingDays

Timeliness = Literal["on_time", "late", "missing", "pending", "waived", "dissolved"]


@dataclass(frozen=True)
class Lateness:
    """How much too late, in working days and in calendar days; both 0 when it is not late.

    Late on the due day itself, after its hour, counts as one calendar day and, on a working day, one working
    day; so does the next day. On days off that follow the due day the working days stay 0.
    """

    working_days: int
    calendar_days: int


def timeliness(
    obligation: Obligation, state: ObligationState, units: UnitRegister, as_of: datetime
) -> Timeliness:
    """on_time, late, missing (due and not fulfilled), pending (not yet due), waived or dissolved, as of a moment.

    What counts is when the first version that was accepted arrived, against the due date in force (extension
    and rescheduling included); a later return and its correction do not undo it. The due instant itself is
    still on time.

    Dissolved: the unit ended before it had to report, without having reported; nothing is owed by it any more. A
    unit that ended after its due date stays missing. One that the register does not know counts, rather than vanish.
    """
    if state.status == "waived":
        return "waived"
    if state.fulfilled_at is not None:
        return "on_time" if state.fulfilled_at <= state.due_at else "late"
    if _ended(obligation, units, min(as_of, state.due_at)):
        return "dissolved"
    return "missing" if as_of > state.due_at else "pending"


def _ended(obligation: Obligation, units: UnitRegister, moment: datetime) -> bool:
    if obligation.unit_code not in units:
        return False
    last_day = units.get(obligation.unit_code).valid_to
    return last_day is not None and last_day < moment.astimezone(TZ).date()


def lateness(state: ObligationState, as_of: datetime, days: WorkingDays) -> Lateness:
    """Of the fulfilment, or so far when nothing was fulfilled; a waived obligation is never late."""
    moment = state.fulfilled_at or as_of
    if state.status == "waived" or moment <= state.due_at:
        return Lateness(0, 0)
    due, done = state.due_at.astimezone(TZ).date(), moment.astimezone(TZ).date()
    return Lateness(max(days.between(due, done), int(days.is_working(done))), max((done - due).days, 1))

"""On time, late, missing: how an obligation stands against its due date, and a round's summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cchc.obligations.model import Obligation, State
from cchc.year import WorkingDays


@dataclass(frozen=True)
class Lateness:
    """How much too late, in working days and in calendar days; both 0 when it is not late.

    Late on the due day itself, after its hour, counts as one calendar day and, on a working day, one working day.
    """

    working_days: int
    calendar_days: int


def lateness(state: State, as_of: datetime, days: WorkingDays) -> Lateness:
    """Of the fulfilment, or so far when nothing was fulfilled; a waived obligation is never late."""
    if state.status == "waived":
        return Lateness(0, 0)
    moment = state.fulfilled_at or as_of
    if moment <= state.due_at:
        return Lateness(0, 0)
    due, done = state.due_at.date(), moment.astimezone(state.due_at.tzinfo).date()
    return Lateness(max(days.between(due, done), int(days.is_working(done))), max((done - due).days, 1))


def timeliness(_obligation: Obligation, state: State, as_of: datetime) -> str:
    """on_time, late, missing (due and not fulfilled), pending (not yet due) or waived.

    What counts is when the first accepted version arrived; a later return and correction does not undo it.
    """
    if state.status == "waived":
        return "waived"
    if state.fulfilled_at is not None:
        return "on_time" if state.fulfilled_at <= state.due_at else "late"
    return "missing" if as_of > state.due_at else "pending"


@dataclass(frozen=True)
class RoundSummary:
    """Counts over obligations. obliged leaves out the waived; on_time + late + missing + pending = obliged.

    returned, rejected and nothing_to_report say where obligations stand now and overlap with the others.
    """

    obliged: int
    on_time: int
    late: int
    missing: int
    pending: int
    returned: int
    rejected: int
    nothing_to_report: int
    waived: int

    @property
    def on_time_rate(self) -> tuple[int, int]:
        """(on time, obliged)."""
        return self.on_time, self.obliged

    @property
    def completeness(self) -> tuple[int, int]:
        """(fulfilled, obliged)."""
        return self.on_time + self.late, self.obliged


def summarise(pairs: Iterable[tuple[Obligation, State]], as_of: datetime) -> RoundSummary:
    """The summary of a round (or of any selection of obligations) as of a moment."""
    found = list(pairs)
    counts = Counter(timeliness(obligation, state, as_of) for obligation, state in found)
    standing = Counter(state.status for _, state in found)
    rejected_once = sum(state.rejections > 0 for _, state in found)
    return RoundSummary(
        obliged=len(found) - counts["waived"],
        on_time=counts["on_time"],
        late=counts["late"],
        missing=counts["missing"],
        pending=counts["pending"],
        returned=standing["returned"],
        rejected=rejected_once,
        nothing_to_report=standing["nothing_to_report"],
        waived=counts["waived"],
    )

"""An obligation as a line of a table: how it stands, in words, and how late."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cchc.clock import TZ
from cchc.obligations import Obligation, ObligationState, lateness, timeliness
from cchc.texts import t, table
from cchc_board.desk import RequestView

# From what needs somebody first to what needs nobody.
WAITING = "waiting"  # past its due date, handed in, and for us to decide on
URGENCY = ("missing", WAITING, "pending", "late", "on_time", "waived", "dissolved")


@dataclass(frozen=True)
class ObligationRow:
    """One obligation as of the moment shown."""

    obligation: Obligation
    state: ObligationState
    timeliness: str
    against_due: str
    unproven: bool  # figures that count and that nobody has confirmed

    @property
    def status(self) -> str:
        if self.state.locked and self.state.status == "submitted":
            return t("board.submitted_late")
        shown = table("board.status")[self.state.status]
        return t("obligations.unproven.shown", what=shown) if self.unproven else shown

    @property
    def timeliness_text(self) -> str:
        return table("board.timeliness")[self.timeliness]

    @property
    def due_at(self) -> datetime:
        return self.state.current_due_at.astimezone(TZ)

    @property
    def moved(self) -> bool:
        """Whether the due date is not the one of the opening."""
        return self.state.current_due_at != self.obligation.due_at


def line(
    desk: RequestView, obligation: Obligation, state: ObligationState, *, unproven: bool
) -> ObligationRow:
    """The table line of an obligation."""
    kind: str = timeliness(obligation, state, desk.units, desk.as_of)
    if kind == "missing" and state.awaits_decision:
        kind = WAITING
    return ObligationRow(obligation, state, kind, _against_due(desk, state, kind), unproven)


def _against_due(desk: RequestView, state: ObligationState, kind: str) -> str:
    days = desk.calendar.working_days
    if kind in ("late", "missing", WAITING):
        came = state if kind != WAITING else replace(state, fulfilled_at=state.first_submitted_at)
        late = lateness(came, desk.as_of, days)
        key = "board.overdue_by" if kind == "missing" else "board.late_by"
        if not late.calendar_days:  # it came in time, and we have not decided yet
            return ""
        if not late.working_days:
            return t(f"{key}_hours")
        return t(key, days=late.working_days)
    return days_left(desk, state.due_at) if kind == "pending" and state.status != "submitted" else ""


def days_left(desk: RequestView, due_at: datetime) -> str:
    """Working days until a due date that has not passed; empty for one that has."""
    if due_at < desk.as_of:
        return ""
    left = desk.calendar.working_days.between(desk.as_of.astimezone(TZ).date(), due_at.astimezone(TZ).date())
    return t("board.days_left", days=left) if left > 0 else t("board.due_today")

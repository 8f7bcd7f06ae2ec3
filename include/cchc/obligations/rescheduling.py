"""Due dates that the calendar moves after a round was opened: by recorded events, never in silence."""

from __future__ import annotations

from datetime import datetime

from cchc.clock import to_text
from cchc.obligations.fold import apply, refuse
from cchc.obligations.ledger import Ledger, append
from cchc.obligations.model import Event, EventKind, Obligation, ObligationState
from cchc.obligations.round_fold import RoundEvent, RoundEventKind
from cchc.obligations.rounds import append_round_event
from cchc.store import Store
from cchc.year import Product, Round

# Products whose due date is the round's own; tasks of the plan and answers after an inspection have their own.
DUE_WITH_THE_ROUND = (Product.REPORT, Product.SELF_SCORE)


def reschedule(store: Store, round_: Round, as_of: datetime, actor: str, reason: str) -> int:
    """Move the obligations of a round to the due date that the calendar now gives.

    Each move is an event with its reason, and so is the round's, in one transaction. Left alone are waived
    obligations, units that were granted more time, and reports already accepted that an earlier due date would
    make late. Returns the number of obligations moved; doing it again moves none.
    """
    if not reason.strip():
        raise refuse("reschedule-needs-reason", obligation=round_.round_id)
    due = to_text(round_.unit_due_at)
    found = Ledger(store).states(as_of, round_id=round_.round_id)
    moves = [
        event
        for obligation, state in found
        if obligation.product in DUE_WITH_THE_ROUND
        and state.status != "waived"
        and _moves(obligation, state, event := _event(obligation, state, due, as_of, actor, reason))
    ]
    if not moves:
        return 0
    with store.write() as tx:
        count = append(tx, moves)
        moved = RoundEvent(
            round_.round_id, RoundEventKind.rescheduled, as_of, as_of, actor, reason, {"due_at": due}
        )
        append_round_event(tx, moved)
    return count


def _event(
    obligation: Obligation, state: ObligationState, due: str, as_of: datetime, actor: str, reason: str
) -> Event:
    detail = {"due_at": due, "old": to_text(state.due_at)}
    return Event(obligation.obligation_id, EventKind.rescheduled, as_of, as_of, actor, reason, detail)


def _moves(obligation: Obligation, state: ObligationState, event: Event) -> bool:
    return apply(obligation, state, event).due_at != state.due_at

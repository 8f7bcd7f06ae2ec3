"""The fold: events, in the order in which they were learned, to a state; and the rules that refuse an event.

A rule's name is what tests, logs and the audit speak of; its message is what a person reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from cchc.clock import from_text
from cchc.errors import RuleRefused
from cchc.obligations.model import Event, EventKind, Obligation, State
from cchc.texts import t


def refuse(rule: str, **values: object) -> RuleRefused:
    return RuleRefused(rule, t(f"obligations.refused.{rule}", **values))


def fold(obligation: Obligation, events: Iterable[Event]) -> State:
    """The state after `events`, which stand in the order (recorded_at, sequence).

    Raises RuleRefused at the first event that its predecessors do not allow.
    """
    state: State | None = None
    for event in events:
        state = apply(obligation, state, event)
    if state is None:
        raise refuse("not-opened", obligation=obligation.obligation_id)
    return state


def apply(obligation: Obligation, state: State | None, event: Event) -> State:
    """The state after one more event."""
    if event.happened_at > event.recorded_at:
        raise refuse("learned-before-it-happened", obligation=obligation.obligation_id)
    if event.kind is EventKind.opened:
        if state is not None:
            raise refuse("opened-twice", obligation=obligation.obligation_id)
        return State("open", obligation.due_at, event.happened_at, last_event_at=event.happened_at)
    if state is None:
        raise refuse("not-opened", obligation=obligation.obligation_id)
    if state.status == "waived" and event.kind not in (EventKind.phoned, EventKind.letter):
        raise refuse("waived", obligation=obligation.obligation_id)
    return replace(_STEPS[event.kind](state, event), last_event_at=event.happened_at)


def _requested(state: State, event: Event) -> State:
    return replace(state, requested_at=state.requested_at or event.happened_at)


def _submitted(state: State, event: Event) -> State:
    return replace(
        state,
        status="submitted",
        submissions=state.submissions + 1,
        first_submitted_at=state.first_submitted_at or event.happened_at,
        last_submitted_at=event.happened_at,
        last_submission_id=event.detail.get("submission_id"),
        after_lock=state.after_lock or state.locked,
    )


def _rejected(state: State, event: Event) -> State:
    _needs_submission(state, event)
    # An earlier version that was accepted, and not returned since, still counts.
    counts = state.accepted_submission_id is not None and state.correction_due_at is None
    return replace(state, status="accepted" if counts else "rejected", rejections=state.rejections + 1)


def _accepted(state: State, event: Event) -> State:
    _needs_submission(state, event)
    if state.locked:
        raise refuse("locked", obligation=event.obligation_id)
    return replace(
        state,
        status="accepted",
        accepted_submission_id=event.detail.get("submission_id") or state.last_submission_id,
        fulfilled_at=state.fulfilled_at or state.last_submitted_at,
        correction_due_at=None,
        return_reason=None,
    )


def _returned(state: State, event: Event) -> State:
    if state.status not in ("accepted", "submitted", "nothing_to_report"):
        raise refuse("nothing-to-return", obligation=event.obligation_id)
    due_at = _due(event)
    if not event.reason:
        raise refuse("return-needs-reason", obligation=event.obligation_id)
    return replace(state, status="returned", correction_due_at=due_at, return_reason=event.reason)


def _extended(state: State, event: Event) -> State:
    if state.fulfilled:
        raise refuse("already-fulfilled", obligation=event.obligation_id)
    due_at = _due(event)
    if due_at <= state.current_due_at:
        raise refuse("extension-must-be-later", obligation=event.obligation_id)
    if not event.reason:
        raise refuse("extension-needs-reason", obligation=event.obligation_id)
    if state.status == "returned":
        return replace(state, correction_due_at=due_at)
    return replace(state, due_at=due_at, extended=True)


def _rescheduled(state: State, event: Event) -> State:
    due_at = _due(event)
    # A unit that was given more time than the calendar now gives keeps it.
    return replace(state, due_at=max(due_at, state.due_at) if state.extended else due_at)


def _nothing_to_report(state: State, event: Event) -> State:
    if state.status == "accepted":
        raise refuse("already-fulfilled", obligation=event.obligation_id)
    if state.locked:
        raise refuse("locked", obligation=event.obligation_id)
    return replace(
        state,
        status="nothing_to_report",
        fulfilled_at=state.fulfilled_at or event.happened_at,
        correction_due_at=None,
        return_reason=None,
    )


def _locked(state: State, event: Event) -> State:
    if state.locked:
        raise refuse("locked-twice", obligation=event.obligation_id)
    return replace(state, locked=True)


def _unlocked(state: State, event: Event) -> State:
    if not state.locked:
        raise refuse("not-locked", obligation=event.obligation_id)
    return replace(state, locked=False)


def _waived(state: State, event: Event) -> State:
    if not event.reason:
        raise refuse("waiver-needs-reason", obligation=event.obligation_id)
    return replace(state, status="waived")


def _noted(state: State, _event: Event) -> State:
    return state


_STEPS: dict[EventKind, Callable[[State, Event], State]] = {
    EventKind.requested: _requested,
    EventKind.submitted: _submitted,
    EventKind.rejected: _rejected,
    EventKind.accepted: _accepted,
    EventKind.returned: _returned,
    EventKind.extended: _extended,
    EventKind.rescheduled: _rescheduled,
    EventKind.nothing_to_report: _nothing_to_report,
    EventKind.locked: _locked,
    EventKind.unlocked: _unlocked,
    EventKind.waived: _waived,
    EventKind.phoned: _noted,
    EventKind.letter: _noted,
}


def _needs_submission(state: State, event: Event) -> None:
    if state.status != "submitted":
        raise refuse("no-submission", obligation=event.obligation_id)


def _due(event: Event) -> datetime:
    text = event.detail.get("due_at")
    if not text:
        raise refuse("due-needed", obligation=event.obligation_id)
    return from_text(str(text))

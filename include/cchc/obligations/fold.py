"""The fold: events, in the order in which they were learned, to a state; and the rules that refuse an event.

A rule's name is what tests, logs and the audit speak of; its message is what a person reads
(`include/texts/obligations.yaml`). The order is (recorded_at, sequence): what we knew on a past day never
depends on what we learned later.

Decisions that the trade does not settle by itself:
- On time is decided by the arrival of the first version that was accepted (or of the declaration that there is
  nothing to report). A report that is returned afterwards has a due date of its own for the correction, and
  whether the correction is late does not undo the first timeliness.
- What was accepted counts until a person returns it: a newer version that the checks refuse leaves it standing. So does
  one that arrived before it and could only be read after it, unless a person accepts it with a reason.
- While an obligation is locked nothing that counts can change: what arrives is kept and marked, and an
  operator unlocks it or leaves it. The calendar may still move, and a waiver is still possible.
- More time cannot be granted after the fulfilment, but time that was granted before it may be recorded after it, and
  a plea that was made before it may be granted after it: nobody is late because we were slow to decide.
- A due date that the calendar moves forward never makes a report late that has already been accepted.
- A waiver ends everything except notes of calls and letters, until the obligation is opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from cchc.clock import from_text
from cchc.errors import RuleRefused
from cchc.obligations.model import FULFILLED, Event, EventKind, Obligation, ObligationState
from cchc.texts import t

Changes = dict[str, Any]


def refuse(rule: str, **values: object) -> RuleRefused:
    """The error of a rule, with its Vietnamese message."""
    return RuleRefused(rule, t(f"obligations.refused.{rule}", **values))


def fold(obligation: Obligation, events: Iterable[Event]) -> ObligationState:
    """The state after `events`, which stand in the order (recorded_at, sequence).

    Raises RuleRefused at the first event that its predecessors do not allow.
    """
    state: ObligationState | None = None
    for event in events:
        state = apply(obligation, state, event)
    if state is None:
        raise refuse("not-opened", obligation=obligation.obligation_id)
    return state


def apply(obligation: Obligation, state: ObligationState | None, event: Event) -> ObligationState:
    """The state after one more event. Raises RuleRefused when a rule forbids it."""
    if event.happened_at > event.recorded_at:
        raise _refused("learned-before-it-happened", event)
    if state is None:
        if event.kind is not EventKind.opened:
            raise _refused("not-opened", event)
        return ObligationState(
            "open",
            due_at=obligation.due_at,
            opened_at=event.happened_at,
            calendar_due_at=obligation.due_at,
        )
    if state.status == "waived" and event.kind not in _ALLOWED_AFTER_WAIVER:
        raise _refused("after-waived", event)
    return _changed(state, _STEPS[event.kind](state, event))


def _changed(state: ObligationState, changes: Changes) -> ObligationState:
    """`dataclasses.replace` without its checks, which would be most of what a fold costs."""
    changed = object.__new__(ObligationState)
    changed.__dict__.update(state.__dict__, **changes)
    return changed


def _opened_again(state: ObligationState, event: Event) -> Changes:
    if state.status != "waived":
        raise _refused("opened-twice", event)
    _needs_reason("reopening-needs-reason", event)
    return {"status": state.waived_from, "waived_from": None}


def _requested(state: ObligationState, event: Event) -> Changes:
    # What was asked under preview or redirect has reached nobody.
    first = state.requested_at is None or bool(event.detail.get("after_trial"))
    return {"requested_at": event.happened_at} if first else {}


def _submitted(state: ObligationState, event: Event) -> Changes:
    return {
        "status": "submitted",
        "submissions": state.submissions + 1,
        "first_submitted_at": _earliest(state.first_submitted_at, event.happened_at),
        "last_submitted_at": event.happened_at,
        "last_submission_id": event.detail.get("submission_id"),
        "after_lock": state.after_lock or state.locked,
        "turned_back_at": None,
    }


def _received_earlier(state: ObligationState, event: Event) -> Changes:
    """A person's word that the newest version, or the one that was accepted, had come before we saw it."""
    _needs_reason("earlier-receipt-needs-reason", event)
    if event.happened_at < state.opened_at:
        raise _refused("received-before-opening", event)
    about = event.detail.get("submission_id")
    newest = about is not None and about == state.last_submission_id
    counts = state.fulfilled_at is not None and (
        state.standing == "nothing_to_report" or (about is not None and about == state.accepted_submission_id)
    )
    known = [state.last_submitted_at if newest else None, state.fulfilled_at if counts else None]
    moments = [moment for moment in known if moment is not None]
    if not moments:
        raise _refused("superseded", event)
    if event.happened_at >= max(moments):
        raise _refused("receipt-must-be-earlier", event)
    changes: Changes = {}
    if newest or state.first_submitted_at is not None:
        changes["first_submitted_at"] = _earliest(state.first_submitted_at, event.happened_at)
    if newest and state.last_submitted_at is not None:
        changes["last_submitted_at"] = _earliest(state.last_submitted_at, event.happened_at)
    if counts:
        changes["fulfilled_at"] = _earliest(state.fulfilled_at, event.happened_at)
    if about == state.accepted_submission_id and state.accepted_came_at is not None:
        changes["accepted_came_at"] = _earliest(state.accepted_came_at, event.happened_at)
    return changes


def _rejected(state: ObligationState, event: Event) -> Changes:
    _judges_last_version("reject-without-submission", state, event)
    changes: Changes = {"status": state.standing or "rejected", "rejections": state.rejections + 1}
    return changes if state.standing else changes | {"turned_back_at": event.recorded_at}


def _accepted(state: ObligationState, event: Event) -> Changes:
    _judges_last_version("accept-without-submission", state, event)
    _must_not_be_locked(state, event)
    arrived_at = state.last_submitted_at
    assert arrived_at is not None
    changes = _counts("accepted", state, arrived_at)
    newest = state.accepted_came_at if state.standing == "accepted" else None
    if newest is not None and arrived_at < newest and event.reason is None:
        return changes
    submission_id = event.detail.get("submission_id") or state.last_submission_id
    return {**changes, "accepted_submission_id": submission_id, "accepted_came_at": arrived_at}


def _nothing_to_report(state: ObligationState, event: Event) -> Changes:
    if state.standing == "accepted":
        raise _refused("already-fulfilled", event)
    _must_not_be_locked(state, event)
    return _counts("nothing_to_report", state, event.happened_at)


def _counts(standing: str, state: ObligationState, arrived_at: datetime) -> Changes:
    """What every fulfilment does."""
    return {
        "status": standing,
        "standing": standing,
        "fulfilled_at": _earliest(state.fulfilled_at, arrived_at),
        "correction_due_at": None,
        "turned_back_at": None,
        "return_reason": None,
    }


def _returned(state: ObligationState, event: Event) -> Changes:
    if state.status != "submitted" and state.status not in FULFILLED:
        raise _refused("return-without-submission", event)
    if state.status == "submitted":
        _judges_last_version("return-without-submission", state, event)
    arrived_at = state.last_submitted_at or state.fulfilled_at
    if arrived_at is not None and event.happened_at < arrived_at:
        raise _refused("time-goes-backwards", event)
    _must_not_be_locked(state, event)
    _needs_reason("return-needs-reason", event)
    due_at = _due(event)
    if due_at <= event.happened_at:
        raise _refused("correction-due-must-be-later", event)
    return {
        "status": "returned",
        "standing": None,
        "correction_due_at": due_at,
        "turned_back_at": event.recorded_at,
        "return_reason": event.reason,
    }


def _extended(state: ObligationState, event: Event) -> Changes:
    due_at = _due(event)
    _must_not_be_locked(state, event)
    _needs_reason("extension-needs-reason", event)
    pleaded_at = state.pleaded_at if event.detail.get("plea") else None
    before_fulfilment = pleaded_at is not None and _before_fulfilment(state, pleaded_at)
    in_correction = state.correction_due_at is not None and not before_fulfilment
    granted_from = pleaded_at or event.happened_at
    if not in_correction and state.fulfilled_at is not None and granted_from >= state.fulfilled_at:
        raise _refused("already-fulfilled", event)
    if due_at <= (state.current_due_at if in_correction else state.due_at):
        raise _refused("extension-must-be-later", event)
    changes: Changes = {"pleaded_at": None}
    if in_correction:
        return {**changes, "correction_due_at": due_at}
    return {**changes, "due_at": due_at, "extended_to": due_at}


def pleaded_due(state: ObligationState, asked_at: datetime) -> datetime | None:
    """The due date that a plea of `asked_at` is about; None when there is nothing left to grant.

    What was made before the first fulfilment is about the first due date, even while a correction is due. A delivery
    that was in time needs no grant; one that was late does, however late we decide.
    """
    if state.status == "waived":
        return None
    if _before_fulfilment(state, asked_at):
        assert state.fulfilled_at is not None
        return state.due_at if state.fulfilled_at > state.due_at else None
    if state.owed:
        return state.current_due_at
    arrived = state.last_submitted_at if state.status == "submitted" else None
    return state.current_due_at if arrived is not None and arrived > state.current_due_at else None


def _before_fulfilment(state: ObligationState, moment: datetime) -> bool:
    return state.fulfilled_at is not None and moment < state.fulfilled_at


def _rescheduled(state: ObligationState, event: Event) -> Changes:
    due_at = _due(event)
    _needs_reason("reschedule-needs-reason", event)
    # A unit that was given more time than the calendar now gives keeps it.
    in_force = max(due_at, state.extended_to or due_at)
    if state.fulfilled_at is not None and in_force < state.due_at:
        return {}
    return {"due_at": in_force, "calendar_due_at": due_at}


def _locked(state: ObligationState, event: Event) -> Changes:
    if state.locked:
        raise _refused("locked-twice", event)
    return {"locked": True}


def _unlocked(state: ObligationState, event: Event) -> Changes:
    if not state.locked:
        raise _refused("not-locked", event)
    return {"locked": False}


def _waived(state: ObligationState, event: Event) -> Changes:
    _needs_reason("waiver-needs-reason", event)
    return {"status": "waived", "waived_from": state.status}


def _noted(_state: ObligationState, _event: Event) -> Changes:
    """A call, a letter, a mail sent again are worth keeping and change nothing that is owed."""
    return {}


def _time_asked(_state: ObligationState, event: Event) -> Changes:
    """A later plea takes the place of an earlier one."""
    return {"pleaded_at": event.happened_at}


def _declined(_state: ObligationState, event: Event) -> Changes:
    _needs_reason("declining-needs-reason", event)
    return {"pleaded_at": None}


_STEPS: dict[EventKind, Callable[[ObligationState, Event], Changes]] = {
    EventKind.opened: _opened_again,
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
    EventKind.resent: _noted,
    EventKind.figures_unproven: _noted,
    EventKind.figures_confirmed: _noted,
    EventKind.time_asked: _time_asked,
    EventKind.time_declined: _declined,
    EventKind.received_earlier: _received_earlier,
}
_ALLOWED_AFTER_WAIVER = frozenset({EventKind.opened, EventKind.phoned, EventKind.letter})


def _judges_last_version(missing: str, state: ObligationState, event: Event) -> None:
    """A verdict is about the newest version, which must wait for one and have arrived before."""
    if state.status != "submitted" or state.last_submitted_at is None:
        raise _refused(missing, event)
    about = event.detail.get("submission_id")
    if about is not None and state.last_submission_id is not None and about != state.last_submission_id:
        raise _refused("superseded", event)
    if event.happened_at < state.last_submitted_at:
        raise _refused("time-goes-backwards", event)


def _must_not_be_locked(state: ObligationState, event: Event) -> None:
    if state.locked:
        raise _refused("locked", event)


def _needs_reason(rule: str, event: Event) -> None:
    if not (event.reason or "").strip():
        raise _refused(rule, event)


def _due(event: Event) -> datetime:
    text = event.detail.get("due_at")
    if not text:
        raise _refused("due-needed", event)
    return from_text(str(text))


def _earliest(known: datetime | None, new: datetime) -> datetime:
    return new if known is None else min(known, new)


def _refused(rule: str, event: Event) -> RuleRefused:
    return refuse(rule, obligation=event.obligation_id)

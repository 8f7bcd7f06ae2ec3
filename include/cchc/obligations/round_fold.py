"""What happened to a round, and the one fold that says how it stands: for board, chasing, documents and calendar.

Events stand in the order in which they were learned, (recorded_at, sequence), as those of obligations do. Round
events are never refused: they are written by the stages, in one transaction with what they speak of. What an event
about a draft means when a newer draft lies before the approvers is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from cchc.clock import from_text, to_text


class RoundEventKind(StrEnum):
    """What can happen to a round."""

    opened = "opened"
    rescheduled = "rescheduled"  # the units' due date moved
    complete = "complete"  # every obliged unit's report was accepted
    closed = "closed"  # figures were consolidated
    explained = "explained"  # a figure beyond its bounds, in a person's words
    drafted = "drafted"  # a draft lies before the approvers
    returned = "returned"  # by an approver, with remarks
    approved = "approved"  # by an approver; `issued` stands beside it in the same transaction
    issued = "issued"
    edited = "edited"  # an official edited the draft in Word; it is what is decided on
    own_words = "own_words"  # an official wrote, replaced or withdrew words of the department in a section
    signed = "signed"  # the signed copy of a document was added


@dataclass(frozen=True)
class RoundEvent:
    """A fact about a round: who, why, when it happened and when we learned it.

    detail: `moments` (ISO texts by name, where the round has them) for opened; `due_at` (ISO text) for rescheduled;
    `mark` (of what was accepted) for complete; `early` for a closing that did not wait for its hour; `bound` (rule,
    indicator, figure) for explained; `draft` (number) for closed, drafted, returned and issued; `number`, `symbol`,
    `issued_on`, `documents` (ids) and `not_held` (unit codes) for issued; `documents` (the copy), `signs` (the
    document), `sha256` and `signatures` for signed; `section`, `text` and `way` for own_words. The same key is the
    same fact.
    """

    round_id: str
    kind: RoundEventKind
    happened_at: datetime
    recorded_at: datetime
    actor: str
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def event_key(self) -> str:
        return self.key or f"{self.round_id}:{self.kind}:{to_text(self.happened_at)}"

    @property
    def about(self) -> str:
        """Which of a round's several decisions it belongs to; '' where the round has one."""
        return str(self.detail.get("about") or "")


class Phase(StrEnum):
    """How far a round has come."""

    OPEN = "open"
    CLOSED = "closed"  # consolidated, not drafted yet
    DRAFTED = "drafted"  # somebody must decide
    RETURNED = "returned"  # a new draft is to come
    ISSUED = "issued"


@dataclass(frozen=True)
class Issue:
    """One issue of a round's documents. not_held: units accepted before it whose figures its draft does not hold."""

    number: str
    symbol: str
    issued_on: date | None
    documents: tuple[str, ...]
    decided_at: datetime
    not_held: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True)
class RoundState:
    """What the events of a round add up to.

    since: when the phase began; of a draft, when it was first put before the approvers.
    draft: number of the newest draft; None while there is none (or it was made before drafts were numbered).
    unit_due_at: the due date to which the calendar moved the round; None while it is that of the opening.
    moments: of a round that has them, as it was opened: ISO texts by name.
    remarks: of the last return. issues: in the order in which they were learned; of each decision the last holds.
    """

    phase: Phase
    since: datetime
    draft: int | None = None
    unit_due_at: datetime | None = None
    remarks: str = ""
    issues: tuple[Issue, ...] = ()
    moments: Mapping[str, str] = field(default_factory=dict)

    @property
    def waiting(self) -> bool:
        """Whether a draft waits for a person's decision."""
        return self.phase is Phase.DRAFTED

    @property
    def over(self) -> bool:
        """Whether the calendar can change nothing any more: consolidated and not returned, or issued once."""
        issued = any(not one.about for one in self.issues)
        return issued or self.phase in (Phase.CLOSED, Phase.DRAFTED)

    @property
    def last_issue(self) -> Issue | None:
        return self.issues[-1] if self.issues else None


def fold_round(events: Iterable[RoundEvent], about: str = "") -> RoundState | None:
    """The state after `events`, in the order (recorded_at, sequence); None when there are none.

    about: of a round with several decisions beside each other, the one whose draft and decision are asked for. Issues
    are those of all.
    """
    state: RoundState | None = None
    for event in events:
        state = apply_round(state, event, about)
    return state


def apply_round(state: RoundState | None, event: RoundEvent, about: str = "") -> RoundState:
    """The state after one more event."""
    if state is None:
        state = RoundState(Phase.OPEN, event.happened_at)
    if not is_about(event, about):
        if event.kind is not RoundEventKind.issued:
            return state
        return replace(state, issues=(*state.issues, _issue_of(event)))
    return _STEPS[event.kind](state, event)


def is_about(event: RoundEvent, about: str) -> bool:
    """Whether an event says anything of this one decision of a round, or is of the whole round."""
    return event.kind not in _OF_ONE_DECISION or event.about == about


_OF_ONE_DECISION = frozenset({RoundEventKind.drafted, RoundEventKind.returned, RoundEventKind.issued})


def _unchanged(state: RoundState, _event: RoundEvent) -> RoundState:
    return state


def _opened(state: RoundState, event: RoundEvent) -> RoundState:
    return replace(state, moments=event.detail.get("moments", {}))


def _rescheduled(state: RoundState, event: RoundEvent) -> RoundState:
    return replace(state, unit_due_at=from_text(str(event.detail["due_at"])))


def _closed(state: RoundState, event: RoundEvent) -> RoundState:
    """Consolidating again answers no draft and no return, and takes back no issue."""
    return replace(state, phase=Phase.CLOSED, since=event.happened_at) if state.phase is Phase.OPEN else state


def _drafted(state: RoundState, event: RoundEvent) -> RoundState:
    draft = event.detail.get("draft")
    same = state.waiting and draft is not None and draft == state.draft
    since = state.since if same else event.happened_at
    return replace(state, phase=Phase.DRAFTED, since=since, draft=draft)


def _returned(state: RoundState, event: RoundEvent) -> RoundState:
    if _superseded(state, event):
        return state
    return replace(state, phase=Phase.RETURNED, since=event.happened_at, remarks=event.reason or "")


def _issued(state: RoundState, event: RoundEvent) -> RoundState:
    state = replace(state, issues=(*state.issues, _issue_of(event)))
    return state if _superseded(state, event) else replace(state, phase=Phase.ISSUED, since=event.happened_at)


def _issue_of(event: RoundEvent) -> Issue:
    facts = event.detail
    day = facts.get("issued_on")
    return Issue(
        number=str(facts.get("number") or ""),
        symbol=str(facts.get("symbol") or ""),
        issued_on=date.fromisoformat(day) if day else None,
        documents=tuple(facts.get("documents") or ()),
        decided_at=event.happened_at,
        not_held=tuple(facts.get("not_held") or ()),
        about=event.about,
    )


def _superseded(state: RoundState, event: RoundEvent) -> bool:
    """Whether the decision is about a draft that a newer one has taken the place of."""
    about = event.detail.get("draft")
    return about is not None and state.draft is not None and about < state.draft


_STEPS: dict[RoundEventKind, Callable[[RoundState, RoundEvent], RoundState]] = {
    RoundEventKind.opened: _opened,
    RoundEventKind.rescheduled: _rescheduled,
    RoundEventKind.complete: _unchanged,
    RoundEventKind.closed: _closed,
    RoundEventKind.explained: _unchanged,
    RoundEventKind.drafted: _drafted,
    RoundEventKind.returned: _returned,
    RoundEventKind.approved: _unchanged,
    RoundEventKind.issued: _issued,
    RoundEventKind.edited: _unchanged,
    RoundEventKind.own_words: _unchanged,
    RoundEventKind.signed: _unchanged,
}

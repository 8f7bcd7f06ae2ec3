"""Random tries on a ledger, and what the fold says of those that were allowed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.obligations.cases import OPENING, OWED

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind, Ledger, Obligation, ObligationState, RoundLedger, fold
from cchc.store import Store
from cchc.year import Calendar

FIXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOMENTS = range(0, 900, 37)  # hours after the opening
LIKELY = (
    EventKind.submitted, EventKind.submitted, EventKind.submitted, EventKind.accepted, EventKind.accepted,
    EventKind.rejected, EventKind.returned, EventKind.returned, *EventKind,
)  # fmt: skip


@st.composite
def attempts(draw: st.DrawFn, backwards: bool = False) -> list[Event]:
    """Things that people try, one after the other; many of them are not allowed.

    `backwards`: what is recorded may also be recorded for a moment that lies before what was recorded last.
    """
    found, hours = [], 0
    for number in range(draw(st.integers(1, 14))):
        hours += draw(st.integers(-60 if backwards else 0, 60))
        recorded = OPENING + timedelta(hours=max(hours, 0))
        happened = recorded - timedelta(hours=draw(st.sampled_from([0, 0, 0, 1, 30])))
        detail: dict[str, str] = {}
        kind = draw(st.sampled_from(LIKELY))
        if draw(st.booleans()) or kind in (EventKind.extended, EventKind.returned, EventKind.rescheduled):
            detail["due_at"] = to_text(recorded + timedelta(hours=draw(st.integers(-100, 500))))
        if kind in (EventKind.extended, EventKind.time_asked) and draw(st.booleans()):
            detail["plea"] = "p"
        if kind is EventKind.submitted:
            detail["submission_id"] = f"bai-{number}"
        if kind is EventKind.received_earlier:
            detail["submission_id"] = f"bai-{draw(st.integers(0, number))}"
        reason = draw(st.sampled_from(["lý do", "lý do", None]))
        found.append(Event(OWED.obligation_id, kind, happened, recorded, "thu", reason, detail, f"k{number}"))
    return found


def opening() -> Event:
    return Event(OWED.obligation_id, EventKind.opened, OPENING, OPENING, "thu", key="opened")


class Book:
    """A ledger in which each example works on an obligation of its own."""

    def __init__(self, store: Store) -> None:
        self.store, self.ledger, self.numbers = store, Ledger(store), count(1)
        RoundLedger(store).open(Calendar.load().round(OWED.round_id), OPENING, "thu")

    def open(self) -> Obligation:
        code = f"{next(self.numbers):05d}"
        one = replace(OWED, obligation_id=f"{OWED.round_id}/{code}/bao_cao", unit_code=code)
        self.ledger.open([one], OPENING, "thu")
        return one

    def of(self, one: Obligation, events: list[Event]) -> list[Event]:
        own = one.obligation_id
        return [replace(event, obligation_id=own, key=f"{own}:{event.key}") for event in events]

    def try_all(self, one: Obligation, tried: list[Event]) -> list[Event]:
        """Record one by one; returns what was accepted."""
        taken = []
        for event in self.of(one, tried):
            try:
                assert self.ledger.record(event)
            except RuleRefused:
                continue
            taken.append(event)
        return taken


def known(one: Obligation, events: list[Event], hours: int) -> ObligationState:
    """The fold of those of `events` that were learned in the first hours."""
    limit = OPENING + timedelta(hours=hours)
    first = replace(opening(), obligation_id=one.obligation_id)
    learned = sorted((e for e in events if e.recorded_at <= limit), key=lambda e: e.recorded_at)
    return fold(one, [first, *learned])

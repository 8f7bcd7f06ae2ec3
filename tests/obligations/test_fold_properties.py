"""Whatever is tried, in whatever order: no impossible state, no half-recorded event, no past that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.obligations.cases import OPENING, OWED, day

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger, State, broken_invariants, fold
from cchc.obligations.fold import apply
from cchc.store import Store, fingerprint
from cchc.texts import table
from cchc.year import Calendar

RULES = set(table("obligations.refused"))
FIXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        if kind is EventKind.submitted:
            detail["submission_id"] = f"bai-{number}"
        reason = draw(st.sampled_from(["lý do", "lý do", None]))
        found.append(Event(OWED.obligation_id, kind, happened, recorded, "thu", reason, detail, f"k{number}"))
    return found


def opening() -> Event:
    return Event(OWED.obligation_id, EventKind.opened, OPENING, OPENING, "thu", key="opened")


def _try(state: State, event: Event) -> tuple[State | None, str | None]:
    try:
        return apply(OWED, state, event), None
    except RuleRefused as refusal:
        return None, refusal.rule


@given(attempts())
@settings(max_examples=300, deadline=None)
def test_no_sequence_leads_to_an_impossible_state_and_every_refusal_names_its_rule(
    tried: list[Event],
) -> None:
    state = apply(OWED, None, opening())
    for event in tried:
        after, refused_by = _try(state, event)
        if after is None:
            assert refused_by in RULES
            continue
        assert broken_invariants(OWED, after) == []
        if state.fulfilled_at is not None:
            # A fulfilment is never lost and never gets later.
            assert after.fulfilled_at is not None
            assert after.fulfilled_at <= state.fulfilled_at
        if state.fulfilled_at is not None and state.fulfilled_at <= state.due_at:
            assert after.fulfilled_at is not None
            assert after.fulfilled_at <= after.due_at, "what was on time became late"
        state = after


class _Book:
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


def _known(one: Obligation, events: list[Event], hours: int) -> State:
    limit = OPENING + timedelta(hours=hours)
    first = replace(opening(), obligation_id=one.obligation_id)
    known = sorted((e for e in events if e.recorded_at <= limit), key=lambda e: e.recorded_at)
    return fold(one, [first, *known])


MOMENTS = range(0, 900, 37)


def test_replaying_up_to_any_moment_gives_the_state_of_that_moment(any_store: Store) -> None:
    book = _Book(any_store)

    @FIXED
    @given(attempts(backwards=True))
    def check(tried: list[Event]) -> None:
        one = book.open()
        taken = book.try_all(one, tried)
        for hours in MOMENTS:
            moment = OPENING + timedelta(hours=hours)
            expected = _known(one, taken, hours)
            assert book.ledger.state(one.obligation_id, moment) == expected
            assert broken_invariants(one, expected) == []
            assert book.ledger.states(moment, unit_code=one.unit_code) == [(one, expected)]
            owed = book.ledger.states(moment, unit_code=one.unit_code, only_owed=True)
            assert owed == ([(one, expected)] if expected.owed else [])

    check()


def test_what_is_learned_later_does_not_change_a_past_day(store: Store) -> None:
    book = _Book(store)

    @FIXED
    @given(attempts())
    def check(tried: list[Event]) -> None:
        one = book.open()
        seen: list[tuple[Event, State | None]] = []
        for event in book.of(one, tried):
            before = event.recorded_at - timedelta(seconds=1)
            seen.append((event, book.ledger.state(one.obligation_id, before)))
            book.try_all(one, [event])
        for event, state in seen:
            assert book.ledger.state(one.obligation_id, event.recorded_at - timedelta(seconds=1)) == state

    check()


def test_a_refused_event_changes_no_row_and_a_repeated_one_neither(store: Store) -> None:
    book = _Book(store)

    @settings(FIXED, max_examples=25)
    @given(attempts(backwards=True))
    def check(tried: list[Event]) -> None:
        one = book.open()
        for event in book.of(one, tried):
            before = fingerprint(store)
            try:
                book.ledger.record(event)
            except RuleRefused:
                assert fingerprint(store) == before
                continue
            after = fingerprint(store)
            assert after != before
            assert not book.ledger.record(event)
            assert fingerprint(store) == after

    check()


def test_an_opened_obligation_is_not_known_before_its_opening(store: Store) -> None:
    book = _Book(store)
    one = book.open()
    assert book.ledger.state(one.obligation_id, day(-1)) is None
    assert book.ledger.states(day(-1)) == []
    assert [found for found, _ in book.ledger.states(day(0))] == [one]

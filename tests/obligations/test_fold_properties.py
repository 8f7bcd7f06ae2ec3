"""Whatever is tried, in whatever order: no impossible state, no half-recorded event, no past that changes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.obligations import cases
from tests.obligations.book import FIXED, MOMENTS, Book, attempts, known, opening
from tests.obligations.cases import (
    NO_UNITS,
    OPENING,
    OWED,
    accept,
    after,
    day,
    extend,
    give_back,
    submit,
)

from cchc.errors import RuleRefused
from cchc.obligations import Event, ObligationState, apply, broken_invariants, timeliness
from cchc.store import Store, fingerprint
from cchc.texts import table

RULES = set(table("obligations.refused"))


def _try(state: ObligationState, event: Event) -> tuple[ObligationState | None, str | None]:
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


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 45), st.booleans())
@settings(deadline=None)
def test_a_plea_answered_late_gives_what_an_answer_at_once_would_have_given(
    asked: int, waited: int, more: int, until: int, returned: bool
) -> None:
    """Whatever the days: the operator's slowness changes neither the due dates nor the standing of the report."""
    came = asked + waited
    detail = {"plea": "p"}
    sent = [submit(came), accept(came), *([give_back(came, came + 3)] if returned else [])]
    at_once, late = (
        [cases.event("time_asked", asked, detail=detail), extend(asked, until, detail=detail), *sent],
        [cases.event("time_asked", asked, detail=detail), *sent, extend(came + more, until, detail=detail)],
    )

    def outcome(events: list[Event]) -> object:
        try:
            state = after(*events)
        except RuleRefused as refusal:
            return refusal.rule
        standing = timeliness(OWED, state, NO_UNITS, day(90))
        return state.due_at, state.correction_due_at, state.fulfilled_at, state.status, standing

    assert outcome(late) == outcome(at_once)


def test_replaying_up_to_any_moment_gives_the_state_of_that_moment(any_store: Store) -> None:
    book = Book(any_store)

    @FIXED
    @given(attempts(backwards=True))
    def check(tried: list[Event]) -> None:
        one = book.open()
        taken = book.try_all(one, tried)
        for hours in MOMENTS:
            moment = OPENING + timedelta(hours=hours)
            expected = known(one, taken, hours)
            assert book.ledger.state(one.obligation_id, moment) == expected
            assert broken_invariants(one, expected) == []
            assert book.ledger.states(moment, unit_code=one.unit_code) == [(one, expected)]
            owed = book.ledger.states(moment, unit_code=one.unit_code, only_owed=True)
            assert owed == ([(one, expected)] if expected.owed else [])

    check()


def test_what_is_learned_later_does_not_change_a_past_day(store: Store) -> None:
    book = Book(store)

    @FIXED
    @given(attempts())
    def check(tried: list[Event]) -> None:
        one = book.open()
        seen: list[tuple[Event, ObligationState | None]] = []
        for event in book.of(one, tried):
            before = event.recorded_at - timedelta(seconds=1)
            seen.append((event, book.ledger.state(one.obligation_id, before)))
            book.try_all(one, [event])
        for event, state in seen:
            assert book.ledger.state(one.obligation_id, event.recorded_at - timedelta(seconds=1)) == state

    check()


def test_a_refused_event_changes_no_row_and_a_repeated_one_neither(store: Store) -> None:
    book = Book(store)

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
    book = Book(store)
    one = book.open()
    assert book.ledger.state(one.obligation_id, day(-1)) is None
    assert book.ledger.states(day(-1)) == []
    assert [found for found, _ in book.ledger.states(day(0))] == [one]

"""Rounds of the store: opened once, their events appended once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.obligations.cases import OPENING, day

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import Phase, RoundEvent, RoundEventKind, RoundLedger
from cchc.store import Store, fingerprint
from cchc.year import Calendar

Q1 = Calendar.load().round("2026-Q1")


@pytest.fixture
def rounds(any_store: Store) -> RoundLedger:
    ledger = RoundLedger(any_store)
    assert ledger.open(Q1, OPENING, "thu")
    return ledger


def test_a_round_is_kept_as_it_was_opened(rounds: RoundLedger) -> None:
    row = rounds.get("2026-Q1")
    assert row is not None
    assert row["unit_due_at"] == to_text(Q1.unit_due_at)
    assert Q1.window is not None
    assert (row["year"], row["kind"], row["title"]) == (2026, "Q1", Q1.title)
    assert (row["window_first"], row["window_last"]) == (
        Q1.window.first.isoformat(),
        Q1.window.last.isoformat(),
    )
    assert rounds.get("2026-Q3") is None


def test_opening_again_changes_nothing_even_when_the_calendar_has_changed(
    rounds: RoundLedger, any_store: Store
) -> None:
    before = fingerprint(any_store)
    assert not rounds.open(replace(Q1, unit_due_at=day(40)), day(1), "nguoi-khac")
    assert fingerprint(any_store) == before
    assert [event.kind for event in rounds.events("2026-Q1")] == [RoundEventKind.opened]


def test_rounds_come_in_the_order_of_their_opening_and_by_year(rounds: RoundLedger) -> None:
    for name in ("2026-NAM", "2026-KH", "2025-NAM"):
        rounds.open(Calendar.load().round(name), day(1), "thu")
    assert [row["round_id"] for row in rounds.all(2026)] == ["2026-KH", "2026-Q1", "2026-NAM"]
    assert [row["round_id"] for row in rounds.all()] == ["2025-NAM", "2026-KH", "2026-Q1", "2026-NAM"]
    assert rounds.all(2030) == []


def event(kind: str, happened: int, recorded: int | None = None, **more: Any) -> RoundEvent:
    learned = happened if recorded is None else recorded
    return RoundEvent("2026-Q1", RoundEventKind(kind), day(happened), day(learned), "chị Hoa", **more)


def test_an_event_is_appended_once_with_all_that_was_said(rounds: RoundLedger, any_store: Store) -> None:
    drafted = event("drafted", 16, 17, reason="lần đầu", detail={"draft": 1})

    def draft() -> bool:
        return rounds.record(drafted)

    assert draft()
    before = fingerprint(any_store)
    assert not draft()
    assert fingerprint(any_store) == before
    assert rounds.events("2026-Q1")[-1] == replace(drafted, key=drafted.event_key)


def test_the_same_kind_on_another_day_or_under_another_key_is_another_event(rounds: RoundLedger) -> None:
    wanted = [event("returned", 16), event("returned", 17), event("returned", 17, key="riêng")]
    assert all(rounds.record(one) for one in wanted)
    assert [one.event_key for one in rounds.events("2026-Q1")[1:]] == [one.event_key for one in wanted]


def test_events_stand_in_the_order_in_which_they_were_learned(rounds: RoundLedger) -> None:
    """The step behind a return may fail for days, and a new draft be made before it is written down."""
    rounds.record(event("drafted", 16, detail={"draft": 1}))
    rounds.record(event("drafted", 18, detail={"draft": 2}))
    rounds.record(event("returned", 17, detail={"draft": 1}, reason="sửa"))
    kinds = [one.kind.value for one in rounds.events("2026-Q1")]
    assert kinds == ["opened", "drafted", "returned", "drafted"]
    state = rounds.state("2026-Q1", day(20))
    assert state is not None
    assert (state.phase, state.draft, state.since) == (Phase.DRAFTED, 2, day(18))


def test_a_round_stands_as_it_was_known_at_the_moment(rounds: RoundLedger) -> None:
    rounds.open(Calendar.load().round("2026-KH"), day(3), "thu")
    rounds.record(event("drafted", 16, 18, detail={"draft": 1}))
    for moment, phase in ((17, Phase.OPEN), (18, Phase.DRAFTED)):
        state = rounds.state("2026-Q1", day(moment))
        assert state is not None
        assert state.phase is phase
        assert rounds.states(day(moment))["2026-Q1"] == state
        assert set(rounds.states(day(moment))) == {"2026-KH", "2026-Q1"}
    assert rounds.state("2026-KH", day(2)) is None
    assert set(rounds.states(day(2))) == {"2026-Q1"}


def test_a_key_of_another_event_is_refused(rounds: RoundLedger, any_store: Store) -> None:
    rounds.record(event("drafted", 16, key="k"))
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused) as refusal:
        rounds.record(event("issued", 17, key="k"))
    assert refusal.value.rule == "key-taken"
    assert fingerprint(any_store) == before


def test_nothing_happens_to_a_round_that_is_not_open(rounds: RoundLedger, any_store: Store) -> None:
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused, match="2026-Q3") as refusal:
        rounds.record(replace(event("drafted", 16), round_id="2026-Q3"))
    assert refusal.value.rule == "round-not-open"
    assert fingerprint(any_store) == before

"""Rounds of the store: opened once, their events appended once."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.obligations.cases import OPENING, day

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import RoundLedger
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
    assert [row["kind"] for row in rounds.events("2026-Q1")] == ["opened"]


def test_rounds_come_in_the_order_of_their_opening_and_by_year(rounds: RoundLedger) -> None:
    for name in ("2026-NAM", "2026-KH", "2025-NAM"):
        rounds.open(Calendar.load().round(name), day(1), "thu")
    assert [row["round_id"] for row in rounds.all(2026)] == ["2026-KH", "2026-Q1", "2026-NAM"]
    assert [row["round_id"] for row in rounds.all()] == ["2025-NAM", "2026-KH", "2026-Q1", "2026-NAM"]
    assert rounds.all(2030) == []


def test_an_event_is_appended_once_with_all_that_was_said(rounds: RoundLedger, any_store: Store) -> None:
    def draft() -> bool:
        return rounds.record("2026-Q1", "drafted", day(16), day(17), "chị Hoa", "lần đầu", {"bản": 1})

    assert draft()
    before = fingerprint(any_store)
    assert not draft()
    assert fingerprint(any_store) == before
    row = rounds.events("2026-Q1")[-1]
    assert (row["seq"], row["kind"], row["actor"], row["reason"]) == (2, "drafted", "chị Hoa", "lần đầu")
    assert (row["happened_at"], row["recorded_at"]) == (to_text(day(16)), to_text(day(17)))
    assert json.loads(row["detail"]) == {"bản": 1}


def test_the_same_kind_on_another_day_or_under_another_key_is_another_event(rounds: RoundLedger) -> None:
    assert rounds.record("2026-Q1", "returned", day(16), day(16), "a")
    assert rounds.record("2026-Q1", "returned", day(17), day(17), "a")
    assert rounds.record("2026-Q1", "returned", day(17), day(17), "a", key="riêng")
    assert [row["seq"] for row in rounds.events("2026-Q1")] == [1, 2, 3, 4]


def test_a_key_of_another_event_is_refused(rounds: RoundLedger, any_store: Store) -> None:
    rounds.record("2026-Q1", "drafted", day(16), day(16), "a", key="k")
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused) as refusal:
        rounds.record("2026-Q1", "issued", day(17), day(17), "a", key="k")
    assert refusal.value.rule == "key-taken"
    assert fingerprint(any_store) == before


def test_nothing_happens_to_a_round_that_is_not_open(rounds: RoundLedger, any_store: Store) -> None:
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused, match="2026-Q3") as refusal:
        rounds.record("2026-Q3", "drafted", day(16), day(16), "a")
    assert refusal.value.rule == "round-not-open"
    assert fingerprint(any_store) == before

"""A calendar that moves after the opening: open obligations follow by recorded events, nothing in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.obligations.cases import DUE, OPENING, OWED, accept, day, event, extend, submit, waive

from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, Ledger, Obligation, RoundEventKind, RoundLedger, reschedule
from cchc.store import Store, fingerprint
from cchc.year import Calendar, Round

Q1 = Calendar.load().round("2026-Q1")
LATER = replace(Q1, unit_due_at=at(date(2026, 3, 19), 17))
EARLIER = replace(Q1, unit_due_at=at(date(2026, 3, 13), 17))
STORIES: dict[str, list[Event]] = {
    "silent": [],
    "waiting": [submit(3)],
    "accepted": [submit(3), accept(3)],
    "waived": [waive(3)],
    "granted": [extend(3, day(20))],
    "returned": [submit(3), accept(3), event("returned", 4, due=9, reason="sai")],
}


@pytest.fixture
def ledger(any_store: Store) -> Ledger:
    RoundLedger(any_store).open(Q1, OPENING, "thu")
    ledger = Ledger(any_store)
    task = Obligation("2026-Q1/silent/tra_loi/1", "2026-Q1", "silent", "tra_loi", "1", "Trả lời", day(90))
    owed = [replace(OWED, obligation_id=f"2026-Q1/{name}/bao_cao", unit_code=name) for name in STORIES]
    ledger.open([*owed, task], OPENING, "thu")
    for one in owed:
        ledger.record_many(
            replace(event, obligation_id=one.obligation_id) for event in STORIES[one.unit_code]
        )
    return ledger


def dues(ledger: Ledger, product: str = "bao_cao") -> dict[str, object]:
    return {one.unit_code: state.due_at for one, state in ledger.states(day(6), product=product)}


def move(store: Store, round_: Round, reason: str = "Nghỉ bù") -> int:
    return reschedule(store, round_, day(5), "chị Hoa", reason)


def test_everybody_gets_more_time_except_who_is_waived_or_has_more_already(
    ledger: Ledger, any_store: Store
) -> None:
    new = LATER.unit_due_at
    assert move(any_store, LATER) == 4
    assert dues(ledger) == {
        "silent": new, "waiting": new, "accepted": new, "returned": new, "granted": day(20), "waived": DUE
    }  # fmt: skip
    assert dues(ledger, "tra_loi") == {"silent": day(90)}


def test_an_earlier_date_binds_only_what_is_not_fulfilled_yet(ledger: Ledger, any_store: Store) -> None:
    new = EARLIER.unit_due_at
    assert move(any_store, EARLIER) == 2
    assert dues(ledger) == {
        "silent": new, "waiting": new, "accepted": DUE, "returned": DUE, "granted": day(20), "waived": DUE
    }  # fmt: skip


def test_every_move_is_an_event_with_its_reason_and_the_round_has_one_too(
    ledger: Ledger, any_store: Store
) -> None:
    move(any_store, LATER)
    moved = ledger.history("2026-Q1/silent/bao_cao")[-1]
    assert (moved.kind.value, moved.actor, moved.reason) == ("rescheduled", "chị Hoa", "Nghỉ bù")
    assert moved.detail == {"old": to_text(DUE), "due_at": to_text(LATER.unit_due_at)}
    told = RoundLedger(any_store).events("2026-Q1")[-1]
    assert (told.kind, told.actor, told.reason) == (RoundEventKind.rescheduled, "chị Hoa", "Nghỉ bù")
    assert told.detail == {"due_at": to_text(LATER.unit_due_at)}


def test_doing_it_again_moves_nothing(ledger: Ledger, any_store: Store) -> None:
    move(any_store, LATER)
    before = fingerprint(any_store)
    assert move(any_store, LATER) == 0
    assert fingerprint(any_store) == before


def test_a_calendar_that_has_not_moved_moves_nothing(ledger: Ledger, any_store: Store) -> None:
    before = fingerprint(any_store)
    assert move(any_store, Q1) == 0
    assert fingerprint(any_store) == before


def test_a_move_may_be_taken_back(ledger: Ledger, any_store: Store) -> None:
    move(any_store, LATER)
    assert reschedule(any_store, Q1, day(6), "chị Hoa", "Nhầm") == 2
    assert dues(ledger)["silent"] == DUE
    # Who has reported meanwhile keeps the later date: it can only help.
    assert dues(ledger)["accepted"] == LATER.unit_due_at


@pytest.mark.parametrize("reason", ["", "   "])
def test_never_in_silence(ledger: Ledger, any_store: Store, reason: str) -> None:
    before = fingerprint(any_store)
    with pytest.raises(RuleRefused, match="lý do") as refusal:
        move(any_store, LATER, reason)
    assert refusal.value.rule == "reschedule-needs-reason"
    assert fingerprint(any_store) == before


def test_events_and_the_round_s_event_come_together_or_not_at_all(
    ledger: Ledger, any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cchc.obligations import rescheduling

    def stop(*_arguments: object) -> bool:
        raise KeyboardInterrupt

    before = fingerprint(any_store)
    monkeypatch.setattr(rescheduling, "append_round_event", stop)
    with pytest.raises(KeyboardInterrupt):
        move(any_store, LATER)
    assert fingerprint(any_store) == before
    monkeypatch.undo()
    assert move(any_store, LATER) == 4

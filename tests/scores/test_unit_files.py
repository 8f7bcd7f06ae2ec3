"""Submitted and locked are two facts; a lock says nothing about who has sent anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.scores.conftest import LATER, OPENED, OTHER, ROUND, UNIT

from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind, Ledger
from cchc.scores import FileEvent, FileEventKind, FileState, append_file_events, file_events, file_state
from cchc.store import Store

DAY = timedelta(days=1)


def happened(store: Store, kind: FileEventKind, days: int = 0, unit: str = UNIT, **more) -> int:
    with store.write() as tx:
        return append_file_events(tx, [FileEvent(ROUND, unit, kind, "thuky1", LATER + days * DAY, **more)])


def submit(store: Store) -> None:
    moment = OPENED + DAY
    for kind in (EventKind.submitted, EventKind.accepted):
        event = Event(
            f"{ROUND}/{UNIT}/tu_cham",
            kind,
            moment,
            moment,
            "thu",
            detail={"submission_id": f"{ROUND}/{UNIT}/a"},
        )
        Ledger(store).record(event)


def test_a_lock_does_not_say_that_a_silent_unit_has_submitted(scored_anywhere: Store) -> None:
    happened(scored_anywhere, FileEventKind.LOCKED)
    silent = file_state(scored_anywhere, ROUND, UNIT, LATER)
    assert (silent.state, silent.submitted_at, silent.version) == (FileState.LOCKED, None, 0)
    assert silent.locked_at == LATER
    assert not file_state(scored_anywhere, ROUND, OTHER, LATER).is_locked


def test_the_states_follow_each_other_and_unlocking_goes_back_to_what_was_sent(scored: Store) -> None:
    assert file_state(scored, "2025-CD", UNIT, LATER).state is FileState.NOT_OPENED
    assert file_state(scored, ROUND, UNIT, OPENED).state is FileState.SHEET_SENT
    submit(scored)
    found = file_state(scored, ROUND, UNIT, OPENED + DAY)
    assert (found.state, found.version, found.submitted_at) == (FileState.SUBMITTED, 1, OPENED + DAY)
    happened(scored, FileEventKind.LOCKED)
    more = {"reason": "Thiếu tệp", "document_no": "15/SNV"}
    happened(scored, FileEventKind.UNLOCKED, 1, **more)
    assert file_state(scored, ROUND, UNIT, LATER + DAY).state is FileState.SUBMITTED
    happened(scored, FileEventKind.LOCKED, 2)
    happened(scored, FileEventKind.APPRAISAL_1, 3, unit="")
    happened(scored, FileEventKind.EXPLANATION_ASKED, 4)
    happened(scored, FileEventKind.PUBLISHED, 9, unit="")
    states = [file_state(scored, ROUND, UNIT, LATER + days * DAY).state for days in (2, 3, 4, 9)]
    assert states == [FileState.LOCKED, FileState.APPRAISAL_1, FileState.TO_EXPLAIN, FileState.PUBLISHED]
    assert file_state(scored, ROUND, OTHER, LATER + 9 * DAY).state is FileState.PUBLISHED


def test_a_late_file_waits_until_somebody_decides(scored: Store) -> None:
    happened(scored, FileEventKind.LATE_WAITING)
    assert file_state(scored, ROUND, UNIT, LATER).late_waiting
    happened(scored, FileEventKind.LATE_REFUSED, 1, reason="Quá hạn")
    assert not file_state(scored, ROUND, UNIT, LATER + DAY).late_waiting


def test_unlocking_needs_its_reason_and_its_document(scored: Store) -> None:
    with pytest.raises(RuleRefused, match=r"mở khóa hồ sơ.*phải ghi lý do"):
        happened(scored, FileEventKind.UNLOCKED, document_no="15/SNV")
    with pytest.raises(RuleRefused, match=r"mở khóa hồ sơ.*phải ghi số văn bản"):
        happened(scored, FileEventKind.UNLOCKED, reason="Thiếu tệp")
    assert file_events(scored, ROUND) == []


def test_the_same_fact_is_one_and_each_unit_sees_its_own_and_those_of_the_round(scored: Store) -> None:
    assert happened(scored, FileEventKind.LOCKED) == 1
    assert happened(scored, FileEventKind.LOCKED) == 0
    happened(scored, FileEventKind.LOCKED, unit=OTHER)
    happened(scored, FileEventKind.CLOSED, 1, unit="")
    assert [one.kind for one in file_events(scored, ROUND, UNIT)] == [
        FileEventKind.LOCKED,
        FileEventKind.CLOSED,
    ]

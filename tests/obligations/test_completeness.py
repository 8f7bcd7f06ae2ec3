"""When a round has everything: who is waited for, who is not, and that one completeness is told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.obligations.cases import (
    NO_UNITS,
    OWED,
    accept,
    after,
    day,
    event,
    extend,
    give_back,
    reject,
    submit,
    waive,
)

from cchc.obligations import Event, completeness, obliged
from cchc.obligations.obliging import Pair
from cchc.units import Unit, UnitRegister

ACCEPTED = [submit(3), accept(3)]
DONE: dict[str, list[Event]] = {
    "accepted": ACCEPTED,
    "late": [submit(16), accept(16)],
    "nothing to report": [event("nothing_to_report", 4)],
    "returned and accepted again": [*ACCEPTED, give_back(5, 9), submit(6, "b"), accept(6, "b")],
    "newer version refused": [*ACCEPTED, submit(5, "b"), reject(5, "b")],
}
NOT_AWAITED = {"waived": [waive(3)], "waived after a rejection": [submit(2), reject(2), waive(3)]}
AWAITED: dict[str, list[Event]] = {
    "silent": [],
    "granted more time": [extend(10, 60)],
    "rejected": [submit(3), reject(3)],
    "returned after it was accepted": [*ACCEPTED, give_back(5, 9)],
    "newer version not judged yet": [*ACCEPTED, submit(5, "b")],
    "correction not judged yet": [*ACCEPTED, give_back(5, 9), submit(6, "b")],
}
LATER = day(30)


def pairs(*stories: list[Event]) -> list[Pair]:
    found = []
    for number, story in enumerate(stories):
        code = f"{number:05d}"
        owed = replace(OWED, obligation_id=f"2026-Q1/{code}/bao_cao", unit_code=code)
        events = [replace(one, obligation_id=owed.obligation_id) for one in story]
        found.append((owed, after(*events, obligation=owed)))
    return found


def mark(*stories: list[Event]) -> str | None:
    return completeness(pairs(*stories), NO_UNITS, LATER)


@pytest.mark.parametrize("name", AWAITED)
def test_one_awaited_report_keeps_the_round_open(name: str) -> None:
    assert mark(*DONE.values(), AWAITED[name]) is None


@pytest.mark.parametrize("name", DONE)
def test_the_last_acceptance_completes_it(name: str) -> None:
    assert mark(ACCEPTED, DONE[name], *NOT_AWAITED.values()) is not None


def test_a_round_that_obliges_nobody_is_never_complete() -> None:
    assert mark() is None
    assert mark(*NOT_AWAITED.values()) is None


def unit(code: str, valid_to: date | None) -> Unit:
    return Unit(code, f"Đơn vị {code}", "xa", "xa", None, date(2025, 7, 1), valid_to, (), (), "Chủ tịch")


def test_a_unit_that_was_dissolved_before_it_had_to_report_is_not_waited_for() -> None:
    found = pairs(ACCEPTED, [])
    gone = UnitRegister([unit("00000", None), unit("00001", date(2026, 3, 10))])
    stays = UnitRegister([unit("00000", None), unit("00001", date(2026, 3, 31))])
    assert completeness(found, gone, LATER) is not None
    assert completeness(found, stays, LATER) is None


def test_the_same_reports_are_one_completeness_and_a_correction_is_another() -> None:
    corrected = DONE["returned and accepted again"]
    assert mark(ACCEPTED, ACCEPTED) == mark(ACCEPTED, ACCEPTED)
    assert mark(ACCEPTED, ACCEPTED) == mark(ACCEPTED, DONE["newer version refused"]), "nothing new counts"
    assert mark(ACCEPTED, ACCEPTED) != mark(ACCEPTED, corrected)


@given(st.lists(st.sampled_from([*DONE.values(), *NOT_AWAITED.values(), *AWAITED.values()]), max_size=8))
def test_complete_means_that_every_obliged_report_counts_and_nothing_waits(
    stories: list[list[Event]],
) -> None:
    found = pairs(*stories)
    owing = obliged(found, NO_UNITS, LATER)
    expected = bool(owing) and all(
        state.fulfilled and not state.owed and state.status != "submitted" for _, state in owing
    )
    assert (completeness(found, NO_UNITS, LATER) is not None) == expected

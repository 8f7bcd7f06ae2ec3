"""A round in numbers: the parts add up, the waived leave the denominator, units that are gone owe nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.obligations.cases import (
    DUE,
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

from cchc.clock import at
from cchc.obligations import Event, ObligationState, RoundSummary, obliged, summarise, to_chase, units_owing
from cchc.units import Unit, UnitRegister
from cchc.year import Calendar

STORIES: dict[str, list[Event]] = {
    "silent": [],
    "waiting": [submit(3)],
    "on time": [submit(3), accept(3)],
    "late": [submit(16), accept(16)],
    "nothing": [event("nothing_to_report", 4)],
    "nothing late": [event("nothing_to_report", 17)],
    "returned": [submit(3), accept(3), give_back(5, 9)],
    "rejected": [submit(3), reject(3)],
    "corrected": [submit(3), reject(3), submit(4, "b"), accept(4, "b")],
    "granted": [extend(10, 60)],
    "waived": [waive(3)],
    "waived after a rejection": [submit(2), reject(2), waive(3)],
}


def pairs(*names: str) -> list:
    found = []
    for number, name in enumerate(names):
        code = f"{number:05d}"
        owed = replace(OWED, obligation_id=f"2026-Q1/{code}/bao_cao", unit_code=code)
        events = [replace(one, obligation_id=owed.obligation_id) for one in STORIES[name]]
        found.append((owed, after(*events, obligation=owed)))
    return found


def test_a_round_after_its_due_date() -> None:
    summary = summarise(pairs(*STORIES), NO_UNITS, day(30))
    assert summary == RoundSummary(
        obliged=10,
        on_time=4,
        late=2,
        missing=3,
        pending=1,
        returned=1,
        rejected=2,
        nothing_to_report=2,
        waived=2,
        waiting=1,
    )
    assert summary.overdue == 2, "who has handed in and waits for us is told apart"
    assert summary.on_time_rate == (4, 10)
    assert summary.completeness == (6, 10)


def test_nobody_is_missing_before_the_due_date() -> None:
    summary = summarise(pairs("silent", "waiting", "on time", "rejected"), NO_UNITS, day(10))
    assert (summary.missing, summary.pending, summary.on_time) == (0, 3, 1)


def test_no_obligations_are_no_percentage() -> None:
    summary = summarise([], NO_UNITS, day(30))
    assert summary.on_time_rate == summary.completeness == (0, 0)
    assert summarise(pairs("waived"), NO_UNITS, day(30)).on_time_rate == (0, 0)


@given(st.lists(st.sampled_from(sorted(STORIES)), max_size=30), st.integers(0, 100))
def test_the_parts_always_add_up(names: list[str], as_of: int) -> None:
    summary = summarise(pairs(*names), NO_UNITS, day(as_of))
    assert summary.on_time + summary.late + summary.missing + summary.pending == summary.obliged
    assert summary.obliged + summary.waived == len(names)
    assert max(summary.returned, summary.rejected, summary.nothing_to_report) <= summary.obliged
    assert 0 <= summary.waiting <= summary.missing


def unit(code: str, first: date, last: date | None) -> Unit:
    return Unit(
        code=code, name=code, tier="huyen", kind="huyen", parent=None, valid_from=first, valid_to=last,
        predecessors=(), mailboxes=("a@b.example",), head="Chủ tịch",
    )  # fmt: skip


@pytest.fixture
def register() -> UnitRegister:
    """Unit 00000 stays; 00001 was dissolved on 10/03/2026, before the due date; 00002 on 25/03, after it."""
    first = date(2020, 1, 1)
    ends = (None, date(2026, 3, 10), date(2026, 3, 25))
    return UnitRegister([unit(f"{n:05d}", first, end) for n, end in enumerate(ends)])


def states(found: list) -> list[ObligationState]:
    return [state for _, state in found]


def test_a_unit_that_was_dissolved_before_it_had_to_report_leaves_the_denominator(
    register: UnitRegister,
) -> None:
    silent = pairs("silent", "silent", "silent")
    codes = [one.unit_code for one, _ in obliged(silent, register, at(date(2026, 3, 10), 20))]
    assert codes == ["00000", "00001", "00002"]
    codes = [one.unit_code for one, _ in obliged(silent, register, at(date(2026, 3, 11), 8))]
    assert codes == ["00000", "00002"]
    assert summarise(silent, register, at(date(2026, 5, 1))).on_time_rate == (0, 2)


def test_a_unit_that_was_dissolved_after_its_due_date_stays_missing(register: UnitRegister) -> None:
    summary = summarise(pairs("silent", "silent", "silent"), register, at(date(2026, 12, 1)))
    assert (summary.obliged, summary.missing) == (2, 2)


def test_what_a_unit_reported_before_it_was_dissolved_counts(register: UnitRegister) -> None:
    summary = summarise(pairs("silent", "on time"), register, DUE)
    assert (summary.obliged, summary.on_time) == (2, 1)


def test_a_unit_that_the_register_does_not_know_does_not_vanish(register: UnitRegister) -> None:
    assert len(obliged(pairs("silent", "silent", "silent", "silent"), register, day(30))) == 3


def test_a_unit_that_is_new_owes_before_its_first_day_and_is_written_to_from_then_on() -> None:
    born = UnitRegister([unit("00000", date(2026, 3, 10), None)])
    silent = pairs("silent")
    for moment in (day(1), at(date(2026, 3, 10), 8)):
        assert obliged(silent, born, moment) == silent
    assert to_chase(silent, born, day(1)) == []
    assert to_chase(silent, born, at(date(2026, 3, 10), 8)) == silent


def test_nobody_writes_to_a_unit_that_is_gone_although_it_stays_missing(register: UnitRegister) -> None:
    silent = pairs("silent", "silent", "silent", "on time")
    moment = at(date(2026, 3, 26), 8)
    assert [one.unit_code for one, _ in obliged(silent, register, moment)] == ["00000", "00002", "00003"]
    assert [one.unit_code for one, _ in to_chase(silent, register, moment)] == ["00000"]


def test_a_round_obliges_the_units_of_its_tiers_that_exist_on_its_day() -> None:
    round_ = Calendar.load().round("2026-Q1")
    day_before = round_.reference_day - timedelta(days=1)
    units = UnitRegister(
        [
            Unit("xa", "Xã", "xa", "xã", None, round_.reference_day, None, (), (), ""),
            Unit("het", "Xã đã hết", "xa", "xã", None, date(2020, 1, 1), day_before, (), (), ""),
            Unit(
                "moi",
                "Xã chưa có",
                "xa",
                "xã",
                None,
                round_.reference_day + timedelta(days=1),
                None,
                (),
                (),
                "",
            ),
            Unit("tinh", "Tỉnh", "tinh", "tỉnh", None, date(2020, 1, 1), None, (), (), ""),
        ]
    )
    assert [unit.code for unit in units_owing(units, round_)] == ["xa"]


@pytest.mark.parametrize("story", ["silent", "on time", "late"])
def test_a_right_that_is_used_or_not_counts_in_no_rate(register: UnitRegister, story: str) -> None:
    """Explanations once made 139 of 161 self-scores come in time, where 99 of 121 had."""
    duties = pairs("on time", "late", "silent")
    rights = [(replace(one, product="giai_trinh"), state) for one, state in pairs(story, story)]
    moment = at(date(2026, 3, 26), 8)
    assert summarise([*duties, *rights], register, moment) == summarise(duties, register, moment)

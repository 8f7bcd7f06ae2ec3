"""One indicator read alone says what the whole round says of it, the worst first, and never takes what lacks for 0."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.figures.test_reconciliation import drafted, figure, share, systems
from tests.support.reports import Reporting

from cchc.checks import Rules
from cchc.errors import CchcError
from cchc.figures.one_indicator import (
    FigureOfUnit,
    development,
    indicator_in_round,
    numbers_behind,
    unit_over_rounds,
    with_outliers,
    worst_first,
)
from cchc.figures.reconciliation import (
    evidence,
    evidence_beside_systems,
    evidence_of_indicators,
    evidence_of_unit,
)
from cchc.figures.settling import settle
from cchc.indicators import IndicatorRegister
from cchc.run import Run
from cchc.sources import ONE_STOP
from cchc.units import UnitRegister

REGISTER, RULES = IndicatorRegister.load(), Rules.load()
COMMUNES = [one for one in UnitRegister.load().all if one.tier == "xa"][:14]


def run(reporting: Reporting, hours: int = 0) -> Run:
    moment = reporting.round_.closes_at - timedelta(hours=hours)
    return Run(reporting.store, reporting.instance, moment, "2026-Q1")


@pytest.fixture
def reported(reporting: Reporting) -> Reporting:
    """Of six units one is silent; four gave T06.1: far off unexplained, far off explained, and as the system has it."""
    _, off, explained, *same = reporting.units
    reporting.report(off, {"T06.1": figure("T06.1", "90"), "I.1.1": figure("I.1.1", "4")})
    reporting.report(explained, {"T06.1": figure("T06.1", "50", explanation="Tính cả hồ sơ giấy")})
    for unit in same:
        reporting.report(unit, {"T06.1": figure("T06.1", "20")})
    systems(
        reporting,
        ONE_STOP,
        {(unit.code, "T06.1"): figure("T06.1", "20") for unit in (off, explained, *same)}
        | {(off.code, "T06.5"): figure("T06.5", "10"), (off.code, "T06.R"): share("T06.R", 9, 10)},
    )
    return reporting


def test_what_is_read_alone_is_what_the_whole_round_says_of_it(reported: Reporting) -> None:
    _, off, explained, *_ = reported.units
    moment = reported.round_.closes_at
    when = moment - timedelta(hours=2)
    settle(reported.store, "2026-Q1", [(off.code, "T06.1")], "self", "Đã đối chiếu sổ", "Trần Thị B", when)
    whole = evidence(reported.store, "2026-Q1", moment)
    alone = evidence_of_indicators(reported.store, "2026-Q1", ["T06.1", "T06.R"], moment)
    assert alone == {
        unit: kept
        for unit, own in whole.items()
        if (kept := {code: one for code, one in own.items() if code in ("T06.1", "T06.R")})
    }
    assert alone[off.code]["T06.1"].settled == "self"
    for unit in (off, explained):
        assert evidence_of_unit(reported.store, "2026-Q1", unit.code, moment) == whole[unit.code]


def test_what_is_read_beside_systems_is_what_the_whole_round_says_of_what_they_give(
    reported: Reporting,
) -> None:
    moment, round_ = reported.round_.closes_at, reported.round_
    shown = REGISTER.in_round(round_.reference_day, round_.kind)
    beside, alone = evidence_beside_systems(reported.store, "2026-Q1", shown, moment)
    codes = {one.code for one in beside}
    assert "T06.1" in codes and "I.1.1" not in codes
    for unit, own in evidence(reported.store, "2026-Q1", moment).items():
        assert {code: one for code, one in alone[unit].items() if code in codes} == {
            code: one for code, one in own.items() if code in codes
        }


def test_the_worst_stands_first_and_a_silent_unit_lacks_a_figure_and_has_no_0(reported: Reporting) -> None:
    silent, off, explained, *_ = reported.units
    found = indicator_in_round(run(reported), "T06.1").figures
    assert [one.unit.code for one in found[:3]] == [off.code, explained.code, silent.code]
    assert [one.differs for one in found] == [True, True, False, False, False, False]
    assert found[1].explanation == "Tính cả hồ sơ giấy"
    assert (found[2].value, found[2].missing) == (None, True)
    assert {one.value for one in found[3:]} == {Decimal(20)}


def test_a_percentage_comes_with_its_parts(reported: Reporting) -> None:
    _, off, *_ = reported.units
    found = {one.unit.code: one for one in indicator_in_round(run(reported), "T06.R").figures}
    drawn = found[off.code]
    assert drawn.line is not None and drawn.line.one_stop_value == Decimal(90)
    behind = numbers_behind(run(reported), "T06.R", off)
    assert behind.evidence is not None
    of_system = behind.evidence.figures[ONE_STOP]
    assert (of_system.numerator, of_system.denominator) == (9, 10)
    assert [one.code for one, _ in behind.made_of] == ["T06.5", "T06.6", "T06.7"]
    assert [(one.code, figure.value) for one, figure in behind.counts[ONE_STOP]] == [
        ("T06.1", 20), ("T06.5", 10), ("T06.R", 90)
    ]  # fmt: skip
    assert behind.origins[ONE_STOP]["cut_off"] == "2026-03-14"
    assert behind.origins["self"]["file_name"] == "bao-cao.xlsx"


def test_the_draft_that_was_made_by_then_is_shown_and_none_before_it(reported: Reporting) -> None:
    draft = drafted(reported).consolidation
    found = indicator_in_round(run(reported), "T06.1")
    assert found.province == draft.line("T06.1")
    assert set(found.lines) == {"tinh", "so", "xa"}
    (step,) = development(run(reported), "T06.1")
    assert (step.value, step.comparable) == (draft.lines["T06.1", "tinh"].value, True)
    (step,) = development(run(reported, hours=1), "T06.1")
    assert step.value is None
    assert indicator_in_round(run(reported, hours=1), "T06.1").province is None


def test_a_unit_is_shown_in_the_rounds_that_asked_it(reported: Reporting) -> None:
    _, off, *_ = reported.units
    (step,) = unit_over_rounds(run(reported), "T06.1", off)
    assert (step.round_.round_id, step.figure.value) == ("2026-Q1", 90)
    assert unit_over_rounds(run(reported), "III.6.6", off) == [], (
        "a provincial body is not asked for communes'"
    )
    with pytest.raises(CchcError, match=r"không hỏi chỉ tiêu X\.9"):
        indicator_in_round(run(reported), "X.9")


def of_communes(*values: int | None) -> list[FigureOfUnit]:
    units = [replace(one, kind="xa") for one in COMMUNES]
    return [
        FigureOfUnit(unit, None if value is None else Decimal(value))
        for unit, value in zip(units, values, strict=False)
    ]


def far(figures: list[FigureOfUnit]) -> list[int]:
    marked = with_outliers(REGISTER.get("T06.1"), figures, RULES, "Q1")
    return [place for place, one in enumerate(marked) if one.far]


def test_a_figure_with_digits_too_many_is_marked_and_a_missing_one_is_no_yardstick() -> None:
    usual = [100, 110, 95, 120, 105, 98, 102, 99, 111, 90]
    assert far(of_communes(*usual, 100)) == []
    assert far(of_communes(*usual, 1_000_000)) == [10]
    assert far(of_communes(*usual, None, 0)) == [11], "0 is far from a hundred"
    assert far(of_communes(*usual[:9], 1_000_000)) == [], "nine others are too few to judge by"
    assert far(of_communes(*[None] * 13, 5)) == []


def test_units_of_another_tier_are_no_yardstick() -> None:
    usual = of_communes(100, 110, 95, 120, 105, 98, 102, 99, 111, 90, 100)
    bodies = [replace(one, unit=replace(one.unit, tier="so")) for one in usual[:5]]
    alone = replace(usual[0], unit=replace(usual[0].unit, code="x", tier="so"), value=Decimal(10**6))
    assert not far([*usual, alone]) and not far([*usual[5:], *bodies, alone])


@given(some.lists(some.one_of(some.none(), some.integers(0, 10**9)), max_size=14))
def test_the_order_loses_nobody_and_puts_what_lacks_before_what_is_right(values: list[int | None]) -> None:
    figures = of_communes(*values)
    ordered = worst_first(figures)
    assert {one.unit.code for one in ordered} == {one.unit.code for one in figures}
    lacking = [one.missing for one in ordered]
    assert lacking == sorted(lacking, reverse=True)
    known = [one.value for one in ordered if one.value is not None]
    assert known == sorted(known, reverse=True)

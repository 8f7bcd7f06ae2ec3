"""Bounds of the province's figures: each kind blames what is beyond it, and is silent about what is not known."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.errors import ConfigErrors
from cchc.figures.bounds import BrokenBound, ProvinceBounds, ProvinceView
from cchc.figures.consolidate import add_up
from cchc.figures.tally import Tally
from cchc.indicators import IndicatorRegister
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar

ROUND = Calendar.load().round("2026-NAM")
UNITS = UnitRegister.load().on(ROUND.reference_day)
REGISTER = IndicatorRegister.load()
SHOWN = REGISTER.in_round(ROUND.reference_day, ROUND.kind)
COMMUNES = [unit for unit in UNITS if unit.tier == "xa"]


def view(
    figures: Mapping[str, Mapping[str, int]],
    before: Mapping[str, int] | None = None,
    a_year_ago: Mapping[str, int] | None = None,
    lines: Mapping[tuple[str, str], Tally] | None = None,
) -> ProvinceView:
    """What the units stated, by unit and code, added up as the product does."""
    told = {
        unit: {code: ReportedFigure(code, value=Decimal(value)) for code, value in own.items()}
        for unit, own in figures.items()
    }
    owed = {
        unit.code: {one.code for one in REGISTER.counted(unit, ROUND.reference_day, ROUND.kind)}
        for unit in UNITS
    }
    past: list[dict[str, Decimal]] = [
        {code: Decimal(value) for code, value in (given_then or {}).items()}
        for given_then in (before, a_year_ago)
    ]
    return ProvinceView(SHOWN, lines or add_up(SHOWN, owed, UNITS, told), UNITS, told, *past)


def spoken(one: ProvinceView) -> dict[str, BrokenBound]:
    return {found.place: found for found in ProvinceBounds.load().broken(one)}


def each(code: str, value: int) -> dict[str, dict[str, int]]:
    return {unit.code: {code: value} for unit in COMMUNES}


@given(st.integers(0, 300))
def test_a_count_of_communes_is_blamed_exactly_above_the_register(count: int) -> None:
    found = spoken(view({"thanh-tra-tinh": {"IV.7.2": count}}))
    assert ("so-xa-dang-co/IV.7.2" in found) == (count > 102)
    if count > 102:
        one = found["so-xa-dang-co/IV.7.2"]
        assert "102" in one.allowed and [unit.code for unit, _ in one.behind] == ["thanh-tra-tinh"]


def test_more_answers_than_units_are_blamed() -> None:
    line = Tally("VII.1.2", "tinh", Decimal(536), Decimal(536), Decimal(536), None, 102, 102)
    assert "so-don-vi-dang-co/VII.1.2" in spoken(view({}, lines={("VII.1.2", "tinh"): line}))
    sound = Tally("VII.1.2", "tinh", Decimal(102), Decimal(102), Decimal(102), None, 102, 102)
    assert spoken(view({}, lines={("VII.1.2", "tinh"): sound})) == {}


def test_more_yes_than_answers_is_blamed() -> None:
    line = Tally("VII.1.2", "tinh", Decimal(9), Decimal(9), Decimal(8), None, 8, 102)
    assert "tra-loi-va-tu-so/VII.1.2" in spoken(view({}, lines={("VII.1.2", "tinh"): line}))


@given(st.integers(0, 50), st.integers(0, 50))
def test_a_part_is_blamed_exactly_above_its_whole_with_the_units_where_it_is(part: int, whole: int) -> None:
    odd, even = COMMUNES[0].code, COMMUNES[1].code
    found = spoken(view({odd: {"I.2.4": whole, "I.2.5": part}, even: {"I.2.4": 5, "I.2.5": 5}}))
    assert ("phan-trong-tong/I.2.5" in found) == (part > whole)
    if part > whole:
        assert [unit.code for unit, _ in found["phan-trong-tong/I.2.5"].behind] == [odd]


def test_a_part_without_a_whole_is_silent_while_the_whole_is_unknown_everywhere() -> None:
    assert spoken(view({COMMUNES[0].code: {"I.2.5": 7}})) == {}


@pytest.mark.parametrize(("now", "far"), [(300, False), (301, True), (34, False), (33, False)])
def test_a_figure_far_from_last_years_is_blamed_beyond_factor_and_absolute(now: int, far: bool) -> None:
    # 100 a year ago: factor 3 and a difference of more than 100; 33 is below a third, and differs by 67 only.
    one = view({COMMUNES[0].code: {"I.1.3": now}}, a_year_ago={"I.1.3": 100})
    assert ("khac-xa-cung-ky/I.1.3" in spoken(one)) is far


def test_a_standing_figure_is_held_against_the_last_round_and_a_flow_is_not() -> None:
    told = {COMMUNES[0].code: {"IV.2.1": 400, "I.1.3": 400}}
    found = spoken(view(told, before={"IV.2.1": 200, "I.1.3": 20}))
    assert list(found) == ["khac-xa-ky-truoc/IV.2.1"]
    assert "200" in found["khac-xa-ky-truoc/IV.2.1"].allowed


def test_a_total_that_hangs_on_one_commune_is_blamed_with_the_commune() -> None:
    told = each("I.5.1", 60)
    assert spoken(view(told)) == {}
    told[COMMUNES[7].code]["I.5.1"] = 300_000
    one = spoken(view(told))["mot-xa-qua-nua/I.5.1"]
    assert [(unit.code, value) for unit, value in one.behind] == [(COMMUNES[7].code, 300_000)]
    assert one.found == "300.000 trong tổng 306.060"


def test_few_units_and_small_totals_hang_on_one_without_a_word() -> None:
    assert spoken(view({COMMUNES[0].code: {"I.5.1": 5000}})) == {}
    assert spoken(view({**each("I.5.1", 0), COMMUNES[0].code: {"I.5.1": 99}})) == {}


def test_another_figure_is_another_thing_to_explain() -> None:
    first, second = (
        spoken(view({"thanh-tra-tinh": {"IV.7.2": count}}))["so-xa-dang-co/IV.7.2"] for count in (103, 104)
    )
    assert first.place == second.place and first.key != second.key


def test_every_kind_is_used_and_every_bound_says_its_basis() -> None:
    found = ProvinceBounds.load()
    assert {one.kind for one in found.bounds} == {"units", "parts", "answers", "history", "one_unit"}
    assert all(one.basis for one in found.bounds)
    counted = {"I.2.3", "IV.6.1", "IV.7.2"}
    assert counted == {one.code for one in SHOWN if one.name.startswith("Số UBND cấp xã")}, (
        "each has its bound"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("I.1.2: I.1.1", "I.1.99: I.1.1"), "I.1.99"),
        (("I.1.2: I.1.1", "I.1.2: I.1.1*2"), "I.1.1*2"),
        (("code: so-don-vi-dang-co", "code: so-xa-dang-co"), "không trùng nhau"),
        (("kind: one_unit", "kind: one_province"), "one_province"),
        (('share: "0.5"', 'share: "1.5"'), "share"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(config_copy: Path, change: Any, said: str) -> None:
    file = config_copy / "bounds.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        ProvinceBounds.load(config_copy)
    assert said in str(caught.value) and "bounds.yaml" in str(caught.value)

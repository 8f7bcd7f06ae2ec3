"""Figures as people read them: the unit's own words stay as typed, ours follow the official form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cchc.documents.text import clean, day_text, one_line
from cchc.figures.shown import names, spread_text, stated, tally_text, unit_cell
from cchc.figures.tally import Tally
from cchc.indicators import IndicatorRegister
from cchc.indicators.numbers import number
from cchc.workbooks.forms import ReportedFigure

REGISTER = IndicatorRegister.load()
COUNT, SHARE, TEXT, YES, LIST = (REGISTER.get(code) for code in ("T06.5", "T06.R", "QC.1", "I.6.1", "I.5.2"))


@pytest.mark.parametrize("raw", ["96.90", "46,20", "4,747", "04/592", " 99,81 %", "30/51 và 28/51", "-"])
def test_what_a_unit_typed_comes_back_character_by_character(raw: str) -> None:
    assert stated(ReportedFigure("T06.R", raw=raw)) == raw


def test_a_percentage_is_given_back_as_typed_and_a_count_as_a_number() -> None:
    assert unit_cell(SHARE, ReportedFigure("T06.R", raw="96.90", value=Decimal("96.9"))) == "96.90"
    assert unit_cell(COUNT, ReportedFigure("T06.5", raw="4,747", value=Decimal(4747))) == Decimal(4747)
    assert unit_cell(COUNT, ReportedFigure("T06.5", raw="khoảng 40")) == "khoảng 40"
    assert unit_cell(TEXT, ReportedFigure("QC.1", raw="03 giải pháp")) == "03 giải pháp"
    assert unit_cell(COUNT, None) is None


def test_a_ratio_without_a_typed_cell_shows_its_parts() -> None:
    assert stated(ReportedFigure("T06.R", numerator=Decimal(219), denominator=Decimal(226))) == "219/226"


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("27554", "count", "27.554"),
        ("98.444", "percent", "98,44"),
        ("98.445", "percent", "98,45"),
        ("0", "count", "0"),
        ("-1234", "count", "-1.234"),
    ],
)
def test_numbers_follow_the_vietnamese_form(value: str, kind: str, expected: str) -> None:
    assert number(Decimal(value), kind) == expected


def test_no_figure_is_a_dash_never_a_zero() -> None:
    assert number(None) == "-"
    for indicator in (COUNT, SHARE, TEXT, YES, LIST):
        assert tally_text(indicator, Tally(indicator.code, "tinh", units_obliged=5)) == "-"


def test_answers_are_told_with_the_names_of_their_options_even_when_nobody_chose_one() -> None:
    told = spread_text(LIST, {"1": 7, "9": 1})
    assert [part.split(": ")[1] for part in told.split("; ")] == ["0", "7", "0", "1"]
    assert told.endswith("9: 1")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 9), "ngày 09 tháng 02 năm 2026"),
        (date(2026, 3, 20), "ngày 20 tháng 3 năm 2026"),
        (date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_days_below_ten_and_the_first_two_months_carry_a_zero(day: date, expected: str) -> None:
    assert day_text(day) == expected


def test_long_lists_of_units_are_cut_and_say_how_many_more() -> None:
    assert names(["A", "B"], 2) == "A, B"
    assert names(["A", "B", "C"], 2) == "A, B và 1 đơn vị khác"


@given(st.text())
def test_clean_text_can_always_stand_in_xml(text: str) -> None:
    element = etree.Element("w")
    element.text = clean(text)
    assert etree.fromstring(etree.tostring(element)) is not None
    assert "\n" not in one_line(text)

"""Percentages against their parts, as real reports get them wrong."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.workbooks.forms import ReportedFigure


def typed(code, value, numerator=None, denominator=None):
    parts = (None if part is None else Decimal(part) for part in (numerator, denominator))
    return {code: ReportedFigure(code, value, Decimal(value), *parts, cell="I9")}


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "severity"),
    [
        ("96.90", 219, 226, None),
        ("99.81", 4738, 4747, None),
        ("98.44", 26600, 27266, "loi"),
        ("22.43", 83, 270, "loi"),
        ("97.55", 26600, 27266, "luu_y"),
        ("97.6", 26600, 27266, None),
        ("97.5", 26600, 27266, "canh_bao"),
        ("98", 26600, 27266, "canh_bao"),
        ("97", 26600, 27266, "canh_bao"),
        ("97.60", 26600, 27266, None),
        ("97.61", 26600, 27266, "loi"),
    ],
)
def test_a_percent_is_blamed_beyond_five_hundredths_and_said_to_be_truncated(
    check, value, numerator, denominator, severity
):
    found = check(typed("III.6.8", value, numerator, denominator)).get("ty-le-tu-phan")
    assert (found.severity if found else None) == severity


def test_the_message_says_what_the_parts_give(check):
    finding = check(typed("III.6.8", "98.44", 26600, 27266))["ty-le-tu-phan"]
    assert "98,44%, nhưng 26.600/27.266 = 97,56%; lệch 0,88" in finding.message
    finding = check(typed("III.6.8", "97.55", 26600, 27266))["ty-le-tu-phan"]
    assert "cắt bớt chứ không làm tròn" in finding.message


@given(numerator=st.integers(0, 10**5), denominator=st.integers(1, 10**5), decimals=st.integers(2, 4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_a_correctly_rounded_percent_is_never_blamed(check, numerator, denominator, decimals):
    value = round(Decimal(numerator) / denominator * 100, decimals)
    figures = typed("IV.2.5", str(value), numerator, denominator)
    found = check(figures).get("ty-le-tu-phan")
    assert found is None or found.severity == "luu_y"


def test_a_numerator_above_its_denominator_is_wrong_where_it_is_a_share(check):
    assert check({"III.6.8": (11, 10)})["tu-so-khong-qua-mau-so"].found == "11"
    assert "tu-so-khong-qua-mau-so" not in check({"III.6.8": (10, 10)})
    assert "tu-so-khong-qua-mau-so" not in check({"CB.1": (51, 30)})
    assert check({"CB.1": (51, 30)})["vuot-ke-hoach"].severity == "canh_bao"


def test_a_percent_without_parts_cannot_be_added_up(check):
    assert check(typed("III.6.8", "98.44"))["ty-le-khong-co-phan"].severity == "canh_bao"
    assert check(typed("VII.2.4", "46.20", None, 21125))["ty-le-khong-co-phan"].severity == "canh_bao"
    assert check({"III.6.8": (5, None)})["ty-le-khong-co-phan"].expected == "tử số và mẫu số"
    assert "ty-le-khong-co-phan" not in check({"III.6.8": (5, 10)})
    assert "ty-le-khong-co-phan" not in check({"III.6.8": None})


def test_zero_percent_of_nothing_is_named_and_an_empty_one_is_right(check):
    assert check(typed("III.6.10", "0", 0, 0))["ty-le-cua-khong"].expected == "để trống"
    assert "mẫu số bằng 0" in check(typed("III.6.10", "0", 0, 0))["ty-le-cua-khong"].message
    assert "tử số 0 và mẫu số" in check(typed("III.6.10", "0"))["ty-le-cua-khong"].message
    assert "ty-le-cua-khong" not in check({"III.6.10": (0, 0)})
    assert "ty-le-cua-khong" not in check({"III.6.10": (0, 8)})


def test_a_fraction_typed_for_a_percent_is_asked_about(check):
    assert check(typed("III.6.8", "0.969"))["ty-le-go-nham-don-vi"].expected == "96,9"
    assert "ty-le-go-nham-don-vi" not in check(typed("III.6.8", "96.9"))
    assert "ty-le-go-nham-don-vi" not in check({"III.6.8": (1, 200)})


def test_a_denominator_is_the_figure_that_it_repeats(check):
    finding = check({"III.6.7": 49900, "III.6.8": (26600, 27266)})["mau-so-xa"]
    assert (finding.found, finding.expected) == ("27.266", "49.900")
    assert "mau-so-xa" not in check({"III.6.7": 27266, "III.6.8": (26600, 27266)})
    assert "mau-so-xa" not in check({"III.6.7": None, "III.6.8": (26600, 27266)})

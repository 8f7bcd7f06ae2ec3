"""Comparisons with the exports, the first half of the year and the last closing stock."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cchc.checks import reference_rounds
from cchc.intake import Figure
from cchc.year import Calendar


def system(value):
    return SimpleNamespace(value=Decimal(value), numerator=None, denominator=None)


@pytest.mark.parametrize(
    ("code", "own", "known", "differs"),
    [
        ("T06.1", 100, 102, False),
        ("T06.1", 100, 103, True),
        ("T06.1", 10000, 10100, False),
        ("T06.1", 10000, 10200, True),
        ("T06.1", 0, 3, True),
    ],
)
def test_counts_may_differ_by_the_larger_of_both_tolerances(check, context, code, own, known, differs):
    found = check({code: own}, within=context(system={code: system(known)}))
    assert ("khac-he-thong" in found) == differs


def test_percentages_may_differ_by_half_a_point(check, context):
    within = context(system={"III.6.8": system("98.0")})
    assert "khac-he-thong" not in check({"III.6.8": (975, 1000)}, within=within)
    assert check({"III.6.8": (974, 1000)}, within=within)["khac-he-thong"].found == "97,40"


def test_a_difference_asks_for_an_explanation_and_is_a_note_once_explained(check, context):
    within = context(system={"T06.1": system(200)})
    assert check({"T06.1": 100}, within=within)["khac-he-thong"].severity == "canh_bao"
    explained = Figure("T06.1", "100", Decimal(100), explanation="Chưa nhập hồ sơ giấy", cell="I9")
    assert check({"T06.1": explained}, within=within)["khac-he-thong"].severity == "luu_y"


def test_without_a_system_value_nothing_is_compared(check, context):
    empty = SimpleNamespace(value=None, numerator=None, denominator=None)
    assert "khac-he-thong" not in check({"T06.1": 5}, within=context(system={"T06.1": empty}))


def test_the_year_is_not_below_its_first_half(check, context):
    half = {"I.1.3": Decimal(10), "IV.2.1": Decimal(90)}
    assert check({"I.1.3": 9}, within=context("NAM", half_year=half))["nam-nho-hon-6-thang"].found == "9"
    assert "nam-nho-hon-6-thang" not in check({"I.1.3": 10}, within=context("NAM", half_year=half))
    assert "nam-nho-hon-6-thang" not in check({"I.1.3": 9}, within=context("Q3", half_year=half))
    # A staff figure is a stock: it may fall.
    assert "nam-nho-hon-6-thang" not in check({"IV.2.1": 80}, within=context("NAM", half_year=half))


def test_what_was_carried_over_is_what_was_left_open(check, context):
    within = context(opening={"T06.9": Decimal(342)})
    assert "lệch 2" in check({"T06.4": 340}, within=within)["ton-dau-ky"].message
    assert "ton-dau-ky" not in check({"T06.4": 342}, within=within)
    assert "ton-dau-ky" not in check({"T06.4": 340})


@pytest.mark.parametrize(
    ("round_id", "previous", "last_year", "half_year", "opening"),
    [
        ("2026-Q1", None, "2025-Q1", None, "2025-NAM"),
        ("2026-6T", "2026-Q1", "2025-6T", None, "2025-NAM"),
        ("2026-Q3", "2026-6T", "2025-Q3", None, "2026-6T"),
        ("2026-NAM", "2026-Q3", "2025-NAM", "2026-6T", "2025-NAM"),
    ],
)
def test_the_opening_stock_comes_from_the_window_that_ends_where_this_one_begins(
    round_id, previous, last_year, half_year, opening
):
    calendar = Calendar.load()
    found = reference_rounds(calendar, calendar.round(round_id))
    assert (found.previous, found.last_year, found.half_year, found.opening) == (
        previous,
        last_year,
        half_year,
        opening,
    )

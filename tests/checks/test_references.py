"""Comparisons with the exports, other rounds, units of the same kind and the last closing stock."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cchc.checks import reference_rounds
from cchc.workbooks.forms import ReportedFigure
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
    explained = ReportedFigure("T06.1", "100", Decimal(100), explanation="Chưa nhập hồ sơ giấy", cell="I9")
    assert check({"T06.1": explained}, within=within)["khac-he-thong"].severity == "luu_y"


def test_without_a_system_value_nothing_is_compared(check, context):
    empty = SimpleNamespace(value=None, numerator=None, denominator=None)
    assert "khac-he-thong" not in check({"T06.1": 5}, within=context(system={"T06.1": empty}))


def test_the_year_is_not_below_the_rounds_that_lie_in_it(check, context):
    covered = {
        "2026-6T": {"I.1.3": Decimal(10), "IV.2.1": Decimal(90), "I.1.2": Decimal(8)},
        "2026-Q3": {"I.1.3": Decimal(5), "I.1.2": Decimal(12)},
    }
    found = check({"I.1.3": 14}, within=context("NAM", covered=covered))["nho-hon-ky-con"]
    assert (found.found, found.expected) == ("14", "không dưới 15")
    assert "6 tháng/2026: 10, quý III/2026: 5" in found.message
    assert "nho-hon-ky-con" not in check({"I.1.3": 15}, within=context("NAM", covered=covered))
    assert "nho-hon-ky-con" not in check({"I.1.3": 9}, within=context("Q3", covered=covered))
    # A staff figure is a stock: it may fall.
    assert "nho-hon-ky-con" not in check({"IV.2.1": 80}, within=context("NAM", covered=covered))


def test_what_is_counted_since_the_start_of_the_year_never_falls(check, context):
    covered = {"2026-6T": {"I.1.2": Decimal(8)}, "2026-Q3": {"I.1.2": Decimal(12)}}
    assert "nho-hon-ky-truoc" not in check({"I.1.2": 12}, within=context("NAM", covered=covered))
    assert check({"I.1.2": 11}, within=context("NAM", covered=covered))["nho-hon-ky-truoc"].found == "11"


def test_a_stock_that_leaps_against_the_last_round_asks_for_its_reason(check, context):
    within = context("6T", previous={"IV.2.1": Decimal(40), "VB.1": Decimal(5)})
    assert "khac-ky-truoc" not in check({"IV.2.1": 60}, within=within)
    found = check({"IV.2.1": 61}, within=within)["khac-ky-truoc"]
    assert (found.severity, "kỳ trước ghi 40; lệch 21" in found.message) == ("canh_bao", True)
    assert "khac-ky-truoc" in check({"IV.2.1": 4}, within=within)
    assert "khac-ky-truoc" not in check({"VB.1": 5000}, within=within)  # a flow


def test_last_year_s_same_round_is_only_a_note(check, context):
    within = context(last_year={"VB.1": Decimal(1000), "III.6.8": Decimal(99)})
    assert check({"VB.1": 3001}, within=within)["khac-cung-ky"].severity == "luu_y"
    assert "khac-cung-ky" not in check({"VB.1": 3000}, within=within)
    assert "khac-cung-ky" in check({"III.6.8": (68, 100)}, within=within)
    assert "khac-cung-ky" not in check({"III.6.8": (70, 100)}, within=within)


PEERS = {"VB.1": [Decimal(n) for n in (400, 420, 450, 480, 500, 510, 530, 560, 600, 640)]}


@pytest.mark.parametrize(
    ("own", "far"), [(500, False), (1000, False), (5000, False), (50000, True), (4, True)]
)
def test_a_figure_far_from_units_of_the_same_kind_is_a_warning(check, context, own, far):
    found = check({"VB.1": own}, within=context(peers=PEERS))
    assert ("khac-don-vi-cung-loai" in found) == far
    if far:
        assert found["khac-don-vi-cung-loai"].severity == "canh_bao"
        assert "10 đơn vị cùng loại đã báo cáo từ 400 đến 640" in found["khac-don-vi-cung-loai"].message


def test_few_units_are_no_yardstick(check, context):
    few = {"VB.1": PEERS["VB.1"][:9]}
    assert "khac-don-vi-cung-loai" not in check({"VB.1": 50000}, within=context(peers=few))


def test_one_wrong_figure_among_the_others_does_not_move_the_yardstick(check, context):
    spoilt = {"VB.1": [*PEERS["VB.1"], Decimal(10) ** 9]}
    assert "khac-don-vi-cung-loai" in check({"VB.1": 50000}, within=context(peers=spoilt))


def test_what_was_carried_over_is_what_was_left_open(check, context):
    within = context(opening={"T06.9": Decimal(342)})
    assert "lệch 2" in check({"T06.4": 340}, within=within)["ton-dau-ky"].message
    assert "ton-dau-ky" not in check({"T06.4": 342}, within=within)
    assert "ton-dau-ky" not in check({"T06.4": 340})


@pytest.mark.parametrize(
    ("round_id", "previous", "last_year", "covered", "opening"),
    [
        ("2026-Q1", None, "2025-Q1", (), "2025-NAM"),
        ("2026-6T", "2026-Q1", "2025-6T", ("2026-Q1",), "2025-NAM"),
        ("2026-Q3", "2026-6T", "2025-Q3", (), "2026-6T"),
        ("2026-NAM", "2026-Q3", "2025-NAM", ("2026-6T", "2026-Q3"), "2025-NAM"),
    ],
)
def test_the_opening_stock_comes_from_the_window_that_ends_where_this_one_begins(
    round_id, previous, last_year, covered, opening
):
    calendar = Calendar.load()
    found = reference_rounds(calendar, calendar.round(round_id))
    assert (found.previous, found.last_year, found.covered, found.opening) == (
        previous,
        last_year,
        covered,
        opening,
    )

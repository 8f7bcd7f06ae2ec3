"""Results at their edges: answers worked out by hand from the rules, not from the code."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.results import made_row, made_set, scores

from cchc.scoring.results import rank_list, result_of


def test_the_index_is_rounded_once_from_exact_points() -> None:
    """62,9964 of 70 is 89,9948…: 89,99. From the printed total, 63,00, it would be 90,00 and another class."""
    criteria_set = made_set(made_row("1.1", 70), made_row("1.2", 30))
    one = result_of(scores("a", criteria_set, c1_1="62.9964", c1_2="loai"))
    assert (str(one.index), one.class_name) == ("89.99", "Khá")


@pytest.mark.parametrize(
    ("points", "index", "name"),
    [
        ("74.995", "75.00", "Khá"),
        ("74.9949", "74.99", "Trung bình"),
        ("50", "50.00", "Trung bình"),
        ("49.995", "50.00", "Trung bình"),
        ("0", "0.00", "Yếu"),
        ("62.345", "62.35", "Trung bình"),
        ("62.335", "62.34", "Trung bình"),
    ],
)
def test_a_class_touched_exactly_and_halves_upwards(points, index, name) -> None:
    one = result_of(scores("a", made_set(made_row("1.1", 100)), c1_1=points))
    assert (str(one.index), one.class_name) == (index, name)


def test_bonus_and_penalty_stop_at_their_caps_and_are_no_part_of_the_base() -> None:
    """60 of 80 in force, bonus 2 + 2 = 4 stops at 3, penalty 5 + 6 = 11 stops at 9: 54 of 80 is 67,50."""
    criteria_set = made_set(
        made_row("1.1", 80),
        made_row("1.2", 20),
        made_row("8.1", 2, effect="thuong"),
        made_row("8.2", 2, effect="thuong"),
        made_row("9.1", -5, effect="phat"),
        made_row("9.2", -6, effect="phat"),
    )
    one = result_of(scores("a", criteria_set, c1_1=60, c1_2="loai", c8_1=2, c8_2=2, c9_1=-5, c9_2=-6))
    assert (one.bonus, one.penalty, one.total, one.in_force) == (3, -9, 54, 80)
    assert str(one.index) == "67.50"


def test_nought_stays_in_the_base_what_did_not_arise_leaves_it() -> None:
    """0 of 4: 96 of 100. Out: 96 of 96."""
    criteria_set = made_set(made_row("1.1", 96), made_row("1.2", 4))
    assert str(result_of(scores("a", criteria_set, c1_1=96, c1_2=0)).index) == "96.00"
    assert str(result_of(scores("a", criteria_set, c1_1=96, c1_2="loai")).index) == "100.00"


@pytest.mark.parametrize(("in_force", "rank"), [("70", 1), ("69.99", None), ("70.01", 1)])
def test_just_enough_points_in_force_is_enough(in_force, rank) -> None:
    criteria_set = made_set(made_row("1.1", in_force), made_row("1.2", Decimal(100) - Decimal(in_force)))
    (one,) = rank_list("so", "Sở", [scores("a", criteria_set, c1_1=in_force, c1_2="loai")]).results
    assert one.rank == rank


def test_ties_are_broken_in_the_order_of_the_set_and_then_shared() -> None:
    """All 80,00. Field 3: c 20, a b d 15. Survey: b 10, a d 5. So c, b, then a and d third together, e fifth."""
    criteria_set = made_set(
        made_row("1.1", 70),
        made_row("3.1", 20),
        made_row("8.1", 10, kind="khao_sat"),
        tie_order=["chi_so", "nhom:3", "khao_sat"],
    )
    units = [
        scores("a", criteria_set, c1_1=60, c3_1=15, c8_1=5),
        scores("b", criteria_set, c1_1=55, c3_1=15, c8_1=10),
        scores("c", criteria_set, c1_1=58, c3_1=20, c8_1=2),
        scores("d", criteria_set, c1_1=60, c3_1=15, c8_1=5),
        scores("e", criteria_set, c1_1=59, c3_1=15, c8_1=5),
    ]
    found = [(one.unit_code, one.rank) for one in rank_list("so", "Sở", units).ranked]
    assert found == [("c", 1), ("b", 2), ("a", 3), ("d", 3), ("e", 5)]

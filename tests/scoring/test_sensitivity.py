"""What decides between neighbours, and how far the next class and rank are."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.support.results import made_row, made_set, scores

from cchc.scoring.results import RankingList, rank_list
from cchc.scoring.sensitivity import deciding_for_class, mend_first, neighbours, next_class, next_rank

SET = made_set(
    made_row("1.1", 40),
    made_row("2.1", 30),
    made_row("3.1", 30, mendable=False),
    made_row("9.1", 3, effect="thuong"),
)


def ranking() -> RankingList:
    return rank_list(
        "so",
        "Sở",
        [
            scores("a", SET, c1_1=40, c2_1=25, c3_1=25, c9_1=0),
            scores("b", SET, c1_1=36, c2_1=25, c3_1=27, c9_1=0),
            scores("c", SET, c1_1=36, c2_1=25, c3_1=27, c9_1=0),
        ],
    )


def test_a_criterion_decides_when_the_upper_unit_would_not_stand_above_without_it() -> None:
    (pair,) = neighbours(ranking())  # b and c are equal: nobody stands above
    assert (pair.above, pair.below, pair.gap) == ("a", "b", Decimal("2.00"))
    assert pair.decided_by == ("1.1",)


def test_the_next_class_is_reached_by_exactly_the_points_that_are_told() -> None:
    one = ranking().of("b")
    assert one is not None
    found = next_class(one)
    assert found is not None
    assert (found.what, found.index, found.points) == ("Tốt", Decimal(90), Decimal("2.00"))


def test_the_best_class_and_the_first_rank_have_nothing_above() -> None:
    full = rank_list("so", "Sở", [scores("a", SET, c1_1=40, c2_1=30, c3_1=30, c9_1=0)])
    assert next_class(full.ranked[0]) is None
    assert next_rank(full, full.ranked[0]) is None


def test_the_next_rank_is_that_of_the_nearest_better_unit_not_of_an_equal_one() -> None:
    found = ranking()
    last = found.ranked[-1]
    distance = next_rank(found, last)
    assert distance is not None
    assert (last.rank, distance.what, distance.points) == (2, "a", Decimal("2.00"))


@given(reached=st.integers(0, 9999), in_force=st.integers(71, 100))
def test_whoever_gains_the_points_that_are_told_is_in_the_next_class(reached: int, in_force: int) -> None:
    total = Decimal(in_force) * reached / 10000
    criteria_set = made_set(made_row("1.1", in_force))
    one = rank_list("so", "Sở", [scores("a", criteria_set, c1_1=total)]).ranked[0]
    found = next_class(one)
    if found is None:
        assert one.class_name == "Tốt"
        return
    after = rank_list("so", "Sở", [scores("a", criteria_set, c1_1=total + found.points)]).ranked[0]
    assert after.class_name == found.what
    if found.points >= Decimal("0.02"):
        less = total + found.points - Decimal("0.02")
        assert (
            rank_list("so", "Sở", [scores("a", criteria_set, c1_1=less)]).ranked[0].class_name
            == one.class_name
        )


def test_what_should_be_mended_first_is_what_the_unit_can_raise_largest_loss_first() -> None:
    rows = [made_row(f"1.{n}", 10) for n in range(7)] + [made_row("2.1", 30, mendable=False)]
    points = {f"c1_{n}": 10 - n for n in range(7)}
    one = rank_list(
        "so", "Sở", [scores("a", made_set(*rows, least_points_in_force=0), c2_1=0, **points)]
    ).ranked[0]
    assert [(two.code, two.lost) for two in mend_first(one)] == [
        ("1.6", 6), ("1.5", 5), ("1.4", 4), ("1.3", 3), ("1.2", 2),
    ]  # fmt: skip


def test_a_penalty_is_lost_points_a_bonus_that_was_not_reached_is_none() -> None:
    criteria_set = made_set(
        made_row("1.1", 100), made_row("8.1", 3, effect="thuong"), made_row("9.1", -5, effect="phat")
    )
    one = rank_list("so", "Sở", [scores("a", criteria_set, c1_1=100, c8_1=0, c9_1=-2)]).ranked[0]
    assert [(two.code, two.lost) for two in mend_first(one)] == [("9.1", 2)]


def test_the_criteria_that_decide_a_class_are_those_without_which_it_would_be_another() -> None:
    one = rank_list("so", "Sở", [scores("a", SET, c1_1=40, c2_1=30, c3_1=18, c9_1=2)]).ranked[0]
    assert one.class_name == "Tốt"
    assert deciding_for_class(one) == ["1.1", "2.1", "9.1"], (
        "80 of 100 without the third: 72 of 70 would be better"
    )

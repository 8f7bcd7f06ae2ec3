"""A year against the year before over what means the same; the same year under another set."""

from __future__ import annotations

from decimal import Decimal

from tests.support.results import made_row, made_set, scores

from cchc.scoring.comparing import moves, year_change
from cchc.scoring.results import rank_list, result_of

BEFORE = made_set(
    made_row("1.1", 10, kind="bac"),
    made_row("1.2", 10),
    made_row("2.1", 20),
    made_row("2.2", 60),
    version="cu@1",
)
NOW = made_set(
    made_row("1.1", 10, kind="bac", same_as="1.1"),
    made_row("1.2", 10, kind="bac", same_as="1.2"),  # another kind
    made_row("2.1", 15, same_as="2.1"),  # another share of the maximum
    made_row("2.9", 60, same_as="2.2"),
    made_row("3.1", 5),  # new
)


def test_a_change_is_told_over_comparable_criteria_alone_and_the_others_are_named() -> None:
    before = result_of(scores("a", BEFORE, c1_1=5, c1_2=10, c2_1=20, c2_2=30))
    now = result_of(scores("a", NOW, c1_1=10, c1_2=0, c2_1=0, c2_9=60, c3_1=0))
    change = year_change(now, before)
    assert [(row.code, row.code_before, row.before, row.now) for row in change.rows] == [
        ("1.1", "1.1", 5, 10),
        ("2.9", "2.2", 30, 60),
    ]
    assert change.not_comparable == ("1.2", "2.1", "3.1")
    assert (change.before, change.now, change.difference) == (Decimal("50.00"), Decimal(100), Decimal(50))


def test_a_maximum_is_compared_as_a_share_of_its_own_set() -> None:
    """A set of 200 points with 20 for what had 10 of 100 means the same."""
    twice = made_set(made_row("1.1", 20, kind="bac", same_as="1.1"), total_points=Decimal(200))
    now, before = result_of(scores("a", twice, c1_1=20)), result_of(scores("a", BEFORE, c1_1=5))
    assert [row.code for row in year_change(now, before).rows] == ["1.1"]


def test_what_was_out_of_the_maximum_in_either_year_says_nothing() -> None:
    before = result_of(scores("a", BEFORE, c1_1="loai", c2_2=30))
    now = result_of(scores("a", NOW, c1_1=10, c2_9="loai"))
    change = year_change(now, before)
    assert (change.rows, change.difference) == ((), None)


def test_moves_name_the_units_whose_class_changes_and_what_decides() -> None:
    """The same points under a set that weighs the first field more."""
    old = made_set(made_row("1.1", 50), made_row("2.1", 50), version="cu@1")
    new = made_set(made_row("1.1", 80), made_row("2.1", 20), version="moi@1")
    before = rank_list("so", "Sở", [scores("a", old, c1_1=50, c2_1=20), scores("b", old, c1_1=30, c2_1=50)])
    after = rank_list("so", "Sở", [scores("a", new, c1_1=80, c2_1=8), scores("b", new, c1_1=48, c2_1=20)])
    found = {one.unit_code: one for one in moves([before], [after])}
    assert [(one.rank_before, one.rank_after, one.class_after) for one in found.values()] == [
        (2, 1, "Khá"),
        (1, 2, "Trung bình"),
    ]
    assert found["a"].changes_class
    assert found["a"].deciding == ("1.1", "2.1")


def test_whoever_is_not_ranked_under_the_other_set_changes_neither_class_nor_rank() -> None:
    """A set that has 40 points of data for the unit says nothing of its class; a list of all criteria less."""
    old = made_set(made_row("1.1", 40), made_row("2.1", 60), version="cu@1")
    new = made_set(made_row("1.1", 40), made_row("2.1", 60), version="moi@1")
    before = rank_list("so", "Sở", [scores("a", old, c1_1=40, c2_1=20)])
    after = rank_list("so", "Sở", [scores("a", new, c1_1=40, c2_1="loai")])
    (one,) = moves([before], [after])
    assert (one.rank_before, one.rank_after, one.class_before, one.class_after) == (1, None, "Trung bình", "")
    assert (one.changes_class, one.changes_rank, one.deciding) == (False, False, ())

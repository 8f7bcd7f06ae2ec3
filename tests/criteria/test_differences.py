"""Two versions of a set: what was added, taken out, changed; equal content has no difference."""

from __future__ import annotations

from decimal import Decimal

from tests.support.results import made_row, made_set

from cchc.criteria.differences import SetDifference, changed_rows, differences

BEFORE = made_set(made_row("1.1", 60), made_row("2.1", 40), version="thu@1")


def test_rows_that_were_added_taken_out_and_changed_are_told_with_both_sides() -> None:
    after = made_set(
        made_row("1.1", "59.5", criterion="Tiêu chí khác"), made_row("3.1", "40.5"), version="thu@2"
    )
    assert differences(BEFORE, after) == [
        SetDifference("1.1", "criterion", "Tiêu chí 1.1", "Tiêu chí khác"),
        SetDifference("1.1", "max_points", "60", "59,5"),
        SetDifference("1.1", "parameters", "dat:60;khong:0", "dat:59.5;khong:0"),
        SetDifference("3.1", "added", "", "Tiêu chí 3.1"),
        SetDifference("2.1", "removed", "Tiêu chí 2.1", ""),
    ]
    assert changed_rows(BEFORE, after) == {"1.1", "2.1", "3.1"}


def test_a_setting_that_decides_results_is_a_difference_of_the_set_and_of_no_row() -> None:
    after = made_set(*BEFORE.rows, version="thu@2", bonus_cap=5)
    assert differences(BEFORE, after) == [SetDifference("", "bonus_cap", "3", "5")]
    assert changed_rows(BEFORE, after) == frozenset()


def test_the_same_content_under_another_version_does_not_differ() -> None:
    same = made_set(made_row("1.1", Decimal(60)), made_row("2.1", 40), version="thu@9")
    assert differences(BEFORE, same) == []

"""Shares and their rounding: one rule for the form, the exports, the report, the board and the commands."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.indicators.numbers import is_given, number, ratio, rounded, share

counts = st.integers(0, 10**9)
wholes = st.integers(1, 10**9)
places = st.integers(0, 4)


@given(counts, wholes, places)
def test_a_share_is_less_than_half_a_step_off_and_a_tie_goes_up(part: int, whole: int, decimals: int) -> None:
    found = ratio(part, whole, decimals)
    assert found is not None
    exact, half = Fraction(100 * part, whole), Fraction(1, 2 * 10**decimals)
    assert -half < exact - Fraction(found) <= half or Fraction(found) - exact == half
    if Fraction(found) != exact and abs(Fraction(found) - exact) == half:
        assert Fraction(found) > exact
    assert found.as_tuple().exponent == -decimals


@given(st.none() | counts)
def test_there_is_no_share_of_nothing_and_none_of_what_is_missing(one: int | None) -> None:
    assert ratio(one, 0) is None and ratio(one, None) is None and ratio(None, one) is None


@given(counts, counts, wholes)
def test_a_larger_part_never_shows_a_smaller_share(low: int, more: int, whole: int) -> None:
    less, greater = ratio(low, whole, 2), ratio(low + more, whole, 2)
    assert less is not None and greater is not None and less <= greater


@pytest.mark.parametrize(
    ("value", "shown"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("0.125", "0.13")]
)
def test_halves_go_away_from_zero_as_people_and_the_forms_round(value: str, shown: str) -> None:
    assert str(rounded(Decimal(value))) == shown


def test_documents_show_a_dash_for_no_figure_and_two_decimals_for_a_share() -> None:
    assert (number(None), number(Decimal(27554)), number(Decimal("39.6"), "percent")) == (
        "-",
        "27.554",
        "39,60",
    )
    assert (share((63, 64)), share((0, 0))) == ("98,44%", "-")


@pytest.mark.parametrize("raw", [None, "", "  ", "-", " – ", "—", "\u2011"])
def test_a_dash_of_whatever_length_says_nothing(raw: str | None) -> None:
    assert not is_given(raw)


@pytest.mark.parametrize("raw", ["0", "-1", "- -", "không"])
def test_a_nought_and_a_word_say_something(raw: str) -> None:
    assert is_given(raw)

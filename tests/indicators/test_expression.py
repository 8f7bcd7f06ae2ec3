"""Sums and differences of indicators: a missing figure is not 0, and nothing else is an expression."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.indicators import codes_of, evaluate

CODES = ["T06.1", "T06.10", "T06.R", "III.6.10", "VB.2", "I.1.1"]


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("T06.6+T06.7", ["T06.6", "T06.7"]),
        (" T06.1 - T06.5 ", ["T06.1", "T06.5"]),
        ("-VB.2", ["VB.2"]),
        ("III.6.10", ["III.6.10"]),
        ("T06.R", ["T06.R"]),
        ("I.1.1+I.1.1", ["I.1.1", "I.1.1"]),
    ],
)
def test_the_codes_of_an_expression(expression: str, codes: list[str]) -> None:
    assert codes_of(expression) == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "own",
        "T06",
        "T06.6 T06.7",
        "T06.6+",
        "+",
        "T06.6*T06.7",
        "T06.6+-T06.7",
        "t06.6",
        "12",
        "T06..6",
    ],
)
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^" if not text.strip() else None):
        codes_of(text)


def test_a_missing_figure_makes_the_sum_missing() -> None:
    values = {"T06.6": Decimal(534), "T06.7": None}
    assert evaluate("T06.6+T06.7", values) is None
    assert evaluate("T06.6+T06.8", values) is None
    assert evaluate("T06.6", values) == 534


def test_zero_is_a_figure() -> None:
    assert evaluate("T06.6-T06.7", {"T06.6": Decimal(0), "T06.7": Decimal(32)}) == -32


TERMS = st.lists(st.tuples(st.sampled_from([1, -1]), st.sampled_from(CODES)), min_size=1, max_size=8)
VALUES = st.fixed_dictionaries(
    {code: st.none() | st.integers(-(10**9), 10**9).map(Decimal) for code in CODES}
)


@given(terms=TERMS, values=VALUES, space=st.sampled_from(["", " "]))
def test_an_expression_is_worth_its_signed_terms(
    terms: list[tuple[int, str]], values: dict[str, Decimal | None], space: str
) -> None:
    text = space.join(f"{'+' if sign > 0 else '-'}{space}{code}" for sign, code in terms)
    assert codes_of(text) == [code for _, code in terms]
    parts = [values[code] for _, code in terms]
    if None in parts:
        assert evaluate(text, values) is None
    else:
        assert evaluate(text, values) == sum(sign * (values[code] or 0) for sign, code in terms)

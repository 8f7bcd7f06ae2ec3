"""Sums and differences of indicators: a missing figure is not 0, and nothing else is an expression."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.indicators import codes_of, evaluate
from cchc.indicators.expression import only, terms_of, with_values

CODES = ["T06.1", "T06.10", "T06.R", "III.6.10", "VB.2", "I.1.1"]


@pytest.mark.parametrize(
    ("expression", "codes"),
    [
        ("T06.6+T06.7", ["T06.6", "T06.7"]),
        (" T06.1 - T06.5 ", ["T06.1", "T06.5"]),
        ("-VB.2", ["VB.2"]),
        ("III.6.10", ["III.6.10"]),
        ("T06.R", ["T06.R"]),
        ("I.1.1+I.1.1", ["I.1.1"]),
    ],
)
def test_the_codes_of_an_expression(expression: str, codes: list[str]) -> None:
    assert codes_of(expression) == tuple(codes)


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
        "T06.6/x",
        "T06.6.num.den",
        "T06.٦",
        "__import__('os')",
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
    assert [(term.sign, term.code) for term in terms_of(text)] == terms
    parts = [values[code] for _, code in terms]
    if None in parts:
        assert evaluate(text, values) is None
    else:
        assert evaluate(text, values) == sum(sign * (values[code] or 0) for sign, code in terms)


@given(terms=TERMS, parts=st.lists(st.sampled_from(["", "/tu", "/mau"]), min_size=8, max_size=8))
def test_what_an_expression_says_can_be_read_again(terms: list[tuple[int, str]], parts: list[str]) -> None:
    signed = [(sign, code + part) for (sign, code), part in zip(terms, parts, strict=False)]
    text = "".join(f"{'+' if sign > 0 else '-'}{name}" for sign, name in signed)
    assert terms_of(with_values(text, str)) == terms_of(text)
    assert terms_of(str(only(text, CODES))) == terms_of(text)
    assert only(text, ()) is None


def test_the_parts_of_a_percentage_have_two_spellings_and_one_name() -> None:
    assert terms_of("VB.11.num+OS.2.den") == terms_of("VB.11/tu+OS.2/mau")
    assert evaluate("VB.11.num", {"VB.11/tu": Decimal(3), "VB.11": Decimal(50)}) == 3

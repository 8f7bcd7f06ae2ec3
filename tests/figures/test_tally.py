"""Adding up: nothing missing becomes zero, no percentage is summed, every unit is in exactly one place."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc.figures.tally import parts, tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.model import Kind
from cchc.indicators.numbers import ratio
from cchc.workbooks.forms import ReportedFigure

REGISTER = IndicatorRegister.load()
KINDS: dict[str, Kind] = {
    "sum": "count",
    "ratio": "percent",
    "count_yes": "boolean",
    "distribution": "enum",
    "none": "text",
}


def indicator(aggregation: str, numerator: str | None = None, denominator: str | None = None) -> Indicator:
    return Indicator(
        "X.1",
        "X",
        "Thử",
        "Thử",
        "Chỉ tiêu thử",
        "Hồ sơ",
        KINDS[aggregation],
        {},
        numerator,
        denominator,
        "self",
    )


def count(value: int | None) -> ReportedFigure:
    return ReportedFigure(
        "X.1", raw=None if value is None else str(value), value=None if value is None else Decimal(value)
    )


def share(numerator: int | None, denominator: int | None, raw: str | None = None) -> ReportedFigure:
    given_parts = [None if part is None else Decimal(part) for part in (numerator, denominator)]
    return ReportedFigure(
        "X.1",
        raw=raw,
        value=None if raw is None else Decimal(raw),
        numerator=given_parts[0],
        denominator=given_parts[1],
    )


def test_a_sum_names_the_missing_and_counts_none_of_them_as_zero() -> None:
    figures = {"a": {"X.1": count(5)}, "b": {"X.1": ReportedFigure("X.1", raw="-")}, "c": {}}
    line = tally(indicator("sum"), "tinh", ["a", "b", "c", "d"], figures)
    assert (line.value, line.units_counted, line.units_obliged) == (Decimal(5), 1, 4)
    assert line.missing == ("b", "c", "d")


def test_a_sum_over_no_figure_is_nothing_and_over_zeros_is_zero() -> None:
    assert tally(indicator("sum"), "tinh", ["a"], {}).value is None
    assert tally(indicator("sum"), "tinh", ["a"], {"a": {"X.1": count(0)}}).value == 0


def test_a_ratio_comes_from_sums_of_parts_not_from_percentages() -> None:
    figures = {"a": {"X.1": share(1, 2)}, "b": {"X.1": share(97, 98)}}
    line = tally(indicator("ratio", "own", "own"), "tinh", ["a", "b"], figures)
    assert (line.numerator, line.denominator, line.value) == (Decimal(98), Decimal(100), Decimal("98.0000"))


def test_a_percentage_without_parts_is_stated_but_not_counted_nor_missing() -> None:
    figures = {
        "a": {"X.1": share(9, 10)},
        "b": {"X.1": share(None, None, "96.90")},
        "c": {"X.1": share(3, None)},
    }
    line = tally(indicator("ratio", "own", "own"), "tinh", ["a", "b", "c", "d"], figures)
    assert (line.units_counted, line.stated, line.missing) == (1, ("b", "c"), ("d",))
    assert line.value == 90


def test_a_share_of_nothing_is_no_zero_percent() -> None:
    line = tally(indicator("ratio", "own", "own"), "tinh", ["a"], {"a": {"X.1": share(0, 0)}})
    assert (line.value, line.denominator, line.units_counted) == (None, Decimal(0), 1)


def test_parts_given_as_expressions_come_from_the_units_other_figures() -> None:
    rate = REGISTER.get("T06.R")
    own = {
        code: ReportedFigure(code, value=Decimal(value))
        for code, value in {"T06.5": 100, "T06.6": 60, "T06.7": 30}.items()
    }
    assert parts(rate, own) == (Decimal(90), Decimal(100))
    assert parts(rate, {code: own[code] for code in ("T06.5", "T06.6")}) == (None, Decimal(100))


def test_yes_is_counted_over_answers_and_silence_is_no_answer() -> None:
    figures = {"a": {"X.1": count(1)}, "b": {"X.1": count(0)}, "c": {"X.1": count(1)}}
    line = tally(indicator("count_yes"), "tinh", ["a", "b", "c", "d"], figures)
    assert (line.numerator, line.denominator, line.missing) == (Decimal(2), Decimal(3), ("d",))


def test_a_distribution_counts_each_option_once_however_it_is_written() -> None:
    figures = {
        "a": {"X.1": ReportedFigure("X.1", value=Decimal("1.0"))},
        "b": {"X.1": count(1)},
        "c": {"X.1": count(2)},
    }
    assert tally(indicator("distribution"), "tinh", ["a", "b", "c"], figures).distribution == {"1": 2, "2": 1}


def test_units_with_nothing_to_report_stay_missing_and_are_named_apart() -> None:
    line = tally(indicator("sum"), "tinh", ["a", "b"], {"a": {"X.1": count(5)}}, nothing={"b", "elsewhere"})
    assert (line.missing, line.nothing) == (("b",), ("b",))


def test_figures_of_units_that_do_not_owe_the_indicator_are_left_out() -> None:
    assert (
        tally(indicator("sum"), "tinh", ["a"], {"a": {"X.1": count(5)}, "z": {"X.1": count(900)}}).value == 5
    )


@pytest.mark.parametrize(
    ("top", "bottom", "expected"), [(2, 3, "66.6667"), (1, 3, "33.3333"), (5, 4, "125.0000")]
)
def test_ratio_keeps_four_decimals(top: int, bottom: int, expected: str) -> None:
    assert str(ratio(Decimal(top), Decimal(bottom))) == expected


SHARES = st.dictionaries(
    st.sampled_from([f"u{n}" for n in range(12)]),
    st.tuples(st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6)),
)


@given(SHARES, st.sets(st.sampled_from([f"u{n}" for n in range(12)])))
@settings(deadline=None)
def test_every_owing_unit_is_counted_stated_or_missing_and_the_ratio_is_recomputable(
    given_parts: dict[str, tuple[int | None, int | None]], nothing: set[str]
) -> None:
    owing = [f"u{n}" for n in range(10)]  # u10 and u11 do not owe it
    figures = {unit: {"X.1": share(*pair)} for unit, pair in given_parts.items()}
    line = tally(indicator("ratio", "own", "own"), "tinh", owing, figures, nothing)
    whole = [
        (a, b) for unit, (a, b) in given_parts.items() if unit in owing and a is not None and b is not None
    ]
    assert line.units_counted + len(line.stated) + len(line.missing) == line.units_obliged == 10
    assert line.units_counted == len(whole)
    assert not set(line.stated) & set(line.missing)
    assert set(line.nothing) == set(line.missing) & nothing
    bottom = sum(b for _, b in whole)
    if bottom:
        exact = Fraction(100 * sum(a for a, _ in whole), bottom)
        assert line.value is not None
        assert abs(Fraction(line.value) - exact) <= Fraction(1, 20000)
    else:
        assert line.value is None


@given(
    st.dictionaries(st.sampled_from([f"u{n}" for n in range(8)]), st.none() | st.integers(-(10**15), 10**15))
)
@settings(deadline=None)
def test_a_sum_is_exact_and_does_not_depend_on_the_order_of_units(values: dict[str, int | None]) -> None:
    figures = {unit: {"X.1": count(value)} for unit, value in values.items()}
    owing = [f"u{n}" for n in range(8)]
    line = tally(indicator("sum"), "tinh", owing, figures)
    told = [value for value in values.values() if value is not None]
    assert line.value == (Decimal(sum(told)) if told else None)
    assert tally(indicator("sum"), "tinh", owing[::-1], figures).value == line.value

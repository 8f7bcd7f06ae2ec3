"""Showing figures: a unit's own exactly as it typed them, consolidated ones in the official form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from cchc.documents.text import clean
from cchc.figures.tally import FigureLike, Figures, IndicatorLike, Tally, given, option, unit_ratio
from cchc.indicators import Indicator
from cchc.indicators.numbers import number
from cchc.texts import t, table


def stated(figure: FigureLike | None) -> str:
    """What the unit wrote, character by character; empty when it wrote nothing.

    A figure without a typed cell (it follows from its parts) is shown as `numerator/denominator`.
    """
    if figure is None:
        return ""
    if figure.raw is not None:
        return clean(figure.raw)
    if figure.value is not None:
        return str(figure.value)
    if figure.numerator is not None or figure.denominator is not None:
        return f"{_plain(figure.numerator)}/{_plain(figure.denominator)}"
    return ""


def _plain(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def unit_cell(indicator: IndicatorLike, figure: FigureLike | None) -> Decimal | str | None:
    """A unit's figure for a cell: a number when it counts as one, else the text as typed; None for nothing.

    Percentages and texts are given back as typed: `96.90` stays `96.90`.
    """
    if figure is None or (not given(figure) and not stated(figure)):
        return None
    if indicator.aggregation in ("ratio", "none") or figure.value is None:
        if figure.raw is None and indicator.aggregation == "ratio":
            return figure.value
        return stated(figure)
    return figure.value


def tally_text(indicator: Indicator, line: Tally | None) -> str:
    """A consolidated figure with its form: `1.234`, `98,44%`, `12/20`, `Trực tuyến: 5; Phát phiếu: 7`."""
    if line is None or line.units_counted == 0:
        return number(None)
    if indicator.aggregation == "ratio":
        return f"{number(line.value, 'percent')}%" if line.value is not None else number(None)
    if indicator.aggregation == "count_yes":
        return f"{number(line.numerator)}/{number(line.denominator)}"
    if indicator.aggregation == "distribution":
        return spread_text(indicator, line.distribution or {})
    if indicator.aggregation == "none":
        return t("figures.texts_given", count=line.units_counted)
    return number(line.value)


def value_text(indicator: Indicator, value: Decimal | None) -> str:
    """A unit's figure in the form of its kind: `1.234`, `98,44%`, `Có`; a dash when there is none."""
    if value is None:
        return number(None)
    if indicator.options:
        return indicator.options.get(option(value), number(value))
    return f"{number(value, 'percent')}%" if indicator.kind == "percent" else number(value)


def coverage(indicator: Indicator, line: Tally | None) -> str:
    """`118/122`: units counted of those that state the figure; who states it where that is not each unit."""
    if line is None or (not line.units_counted and not indicator.of_units):
        return ""
    if indicator.of_units:
        return f"{line.units_counted}/{line.units_obliged}"
    return table("figures.stated_by")[indicator.stated_by]


def option_names(indicator: Indicator, counts: Mapping[str, int]) -> dict[str, str]:
    """Names by option: those of the register, then answers that are no option under their own number."""
    return {**indicator.options, **{key: key for key in counts if key not in indicator.options}}


def spread_text(indicator: Indicator, counts: Mapping[str, int]) -> str:
    """Answers by option, e.g. `Trực tuyến: 5; Phát phiếu: 7; Kết hợp: 0`."""
    return "; ".join(f"{name}: {counts.get(key, 0)}" for key, name in option_names(indicator, counts).items())


def comparable(indicator: IndicatorLike, figures: Figures) -> Decimal | None:
    """The unit's figure for comparisons; a percentage follows from its parts when given, else as stated."""
    from_parts = unit_ratio(indicator, figures) if indicator.aggregation == "ratio" else None
    own = figures.get(indicator.code)
    return from_parts if from_parts is not None else own.value if own else None


def names(units: Sequence[str], limit: int) -> str:
    """`A, B, C` or, beyond the limit, `A, B, C và 12 đơn vị khác`."""
    if len(units) <= limit:
        return ", ".join(units)
    return t("figures.and_others", names=", ".join(units[:limit]), count=len(units) - limit)


def ordered(values: Iterable[tuple[str, Decimal]]) -> list[tuple[str, Decimal]]:
    """Pairs from the highest to the lowest value; equal values keep their order."""
    return sorted(values, key=lambda pair: -pair[1])


def of(count: int, whole: int) -> str:
    return t("figures.of", count=count, whole=whole)

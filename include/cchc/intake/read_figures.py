"""Reading the rows of sheet 'Số liệu' into figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from cchc.indicators import evaluate
from cchc.intake.book import LayoutRow, unpack_options
from cchc.intake.cells import Cells
from cchc.intake.figures_columns import OWN
from cchc.intake.forms import Figure
from cchc.intake.grid import cell_name

HUNDREDTH = Decimal("0.01")


def read_figures(
    cells: Cells, rows: Mapping[str, int], columns: Mapping[str, int], asked: Mapping[str, LayoutRow]
) -> dict[str, Figure]:
    """A figure for every row found, in sheet order; problems are gathered in `cells`.

    Percentages come last into being, because their parts may be figures of other rows; their place in the
    order stays.
    """
    figures: dict[str, Figure] = {}
    for code, row in rows.items():
        figures[code] = _plain_figure(cells, row, columns, asked[code])
    values = {code: figure.value for code, figure in figures.items() if asked[code].kind != "percent"}
    for code, row in rows.items():
        if asked[code].kind == "percent":
            figures[code] = _percent(cells, row, columns, asked[code], figures[code], values)
    return figures


def _plain_figure(cells: Cells, row: int, columns: Mapping[str, int], asked: LayoutRow) -> Figure:
    column = columns["value"]
    figure = Figure(
        indicator=asked.key,
        raw=cells.text(row, column),
        explanation=cells.text(row, columns["explanation"]),
        evidence=cells.text(row, columns["evidence"]),
        cell=cell_name(row, column),
    )
    if asked.kind in ("percent", "text"):
        return figure
    options = unpack_options(asked.options)
    if options:
        value = cells.option(row, column, options, asked.key)
    else:
        value = cells.number(row, column, asked.kind, asked.key)
    return replace(figure, value=value)


def _percent(
    cells: Cells,
    row: int,
    columns: Mapping[str, int],
    asked: LayoutRow,
    figure: Figure,
    values: Mapping[str, Decimal | None],
) -> Figure:
    parts: list[Decimal | None] = []
    for name in ("numerator", "denominator"):
        expression = getattr(asked, name)
        if expression == OWN:
            parts.append(cells.number(row, columns[name], "count", asked.key))
        else:
            parts.append(evaluate(expression, values))
    numerator, denominator = parts
    column = columns["value"]
    derived = ratio(numerator, denominator)
    if cells.sheet.unread(row, column) == "formula":
        # The form's own formula, saved by a program that stores no results.
        typed, value = False, derived
    else:
        stored = cells.number(row, column, "percent", asked.key)
        # A stored result of the form's formula equals what the parts give, but for its own rounding.
        typed = stored is not None and (derived is None or abs(stored - derived) > HUNDREDTH)
        value = stored if typed else derived
    return replace(figure, numerator=numerator, denominator=denominator, value=value, typed=typed)


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """numerator / denominator in percent points, two decimals half up; None when a part is missing or the
    denominator is 0: a percentage of nothing is nothing."""
    if numerator is None or denominator is None or denominator == 0:
        return None
    return (numerator / denominator * 100).quantize(HUNDREDTH, ROUND_HALF_UP)

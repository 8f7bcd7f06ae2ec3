"""Reading the rows of sheet 'Số liệu' into figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from cchc.indicators import evaluate
from cchc.indicators.model import OWN
from cchc.indicators.numbers import ratio
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_reader import FormTable
from cchc.workbooks.form_workbook import SECTION, unpack_options
from cchc.workbooks.forms import ReportedFigure

HUNDREDTH = Decimal("0.01")


def declared_sections(cells: Cells, table: FormTable) -> dict[str, str]:
    """Sections declared 'không phát sinh', with the cells of their boxes."""
    column = table.columns["value"]
    headings = [code for code in table.rows if table.asked[code].kind == SECTION]
    return {code: table.cell(code, "value") for code in headings if cells.yes(table.rows[code], column)}


def read_figures(cells: Cells, table: FormTable, nothing: Collection[str] = ()) -> dict[str, ReportedFigure]:
    """A figure for every row found, in sheet order; problems are gathered in `cells`. `nothing`: sections that
    were declared so."""
    codes = [code for code in table.rows if table.asked[code].kind != SECTION]
    figures = {
        code: replace(_plain_figure(cells, table, code), nothing=table.asked[code].extra in nothing)
        for code in codes
    }
    # A percentage may be made of other rows, so those come first.
    values = {code: figure.value for code, figure in figures.items() if table.asked[code].kind != "percent"}
    for code, figure in figures.items():
        if table.asked[code].kind == "percent":
            figures[code] = _percent(cells, table, figure, values)
    return figures


def _plain_figure(cells: Cells, table: FormTable, code: str) -> ReportedFigure:
    row, columns, asked = table.rows[code], table.columns, table.asked[code]
    figure = ReportedFigure(
        indicator=code,
        raw=(cells.text if asked.kind == "text" else cells.raw)(row, columns["value"]),
        explanation=cells.text(row, columns["explanation"]),
        evidence=cells.text(row, columns["evidence"]),
        cell=table.cell(code, "value"),
    )
    if asked.kind in ("percent", "text"):
        return figure
    options = unpack_options(asked.options)
    if options:
        value = cells.option(row, columns["value"], options, code)
    else:
        value = cells.number(row, columns["value"], asked.kind, code)
    return replace(figure, value=value)


def _percent(
    cells: Cells, table: FormTable, figure: ReportedFigure, values: Mapping[str, Decimal | None]
) -> ReportedFigure:
    code = figure.indicator
    row, asked = table.rows[code], table.asked[code]
    parts: list[Decimal | None] = []
    for name in ("numerator", "denominator"):
        expression = getattr(asked, name)
        if expression == OWN:
            parts.append(cells.number(row, table.columns[name], "count", code))
        else:
            parts.append(evaluate(expression, values))
    if None in parts and not _typed_a_part(cells, table, code):
        # A part that merely follows from other rows is no answer to this one.
        parts = [None, None]
    numerator, denominator = parts
    derived = ratio(numerator, denominator, decimals=2)
    column = table.columns["value"]
    # The form's own formula may have been saved by a program that stores no results.
    no_result = cells.sheet.unread(row, column) == "formula"
    stored = None if no_result else cells.number(row, column, "percent", code)
    # A stored result of the form's formula equals what the parts give, but for its own rounding.
    typed = stored is not None and (derived is None or abs(stored - derived) > HUNDREDTH)
    value = stored if typed else derived
    return replace(figure, numerator=numerator, denominator=denominator, value=value, typed=typed)


def _typed_a_part(cells: Cells, table: FormTable, code: str) -> bool:
    own = [name for name in ("numerator", "denominator") if getattr(table.asked[code], name) == OWN]
    return any(cells.raw(table.rows[code], table.columns[name]) for name in own)

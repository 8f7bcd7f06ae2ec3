"""Reading the rows of sheet 'Số liệu' into figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from cchc.folding import folded
from cchc.indicators import NumberFault, codes_of, evaluate, parse_number
from cchc.indicators.model import OWN
from cchc.indicators.numbers import ratio, rounded
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_reader import FormTable
from cchc.workbooks.form_workbook import SECTION, LayoutRow, unpack_options
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.shown import Shown, ShownBy

HUNDREDTH = Decimal("0.01")
_SHOWN_IN = {ShownBy.SYSTEM: "system", ShownBy.PREVIOUS: "previous"}  # the column that shows the figure


def declared_sections(cells: Cells, table: FormTable) -> dict[str, str]:
    """Sections declared 'không phát sinh', with the cells of their boxes."""
    column = table.columns["value"]
    headings = [code for code in table.rows if table.asked[code].kind == SECTION]
    return {code: table.cell(code, "value") for code in headings if cells.yes(table.rows[code], column)}


def read_figures(
    cells: Cells, table: FormTable, nothing: Collection[str] = (), *, carry: bool = True
) -> dict[str, ReportedFigure]:
    """A figure for every row found, in sheet order; problems are gathered in `cells`. `nothing`: sections that
    were declared so. carry: an empty row whose figure of the last report is shown has that figure."""
    codes = [code for code in table.rows if table.asked[code].kind != SECTION]
    figures = {
        code: replace(_plain_figure(cells, table, code), nothing=table.asked[code].extra in nothing)
        for code in codes
    }
    # What is made of other rows comes last: sums, parts before wholes, then percentages.
    values = {code: figure.value for code, figure in figures.items() if table.asked[code].kind != "percent"}
    for code in _parts_first(
        {code: table.asked[code].numerator for code in values if table.asked[code].numerator}
    ):
        figures[code] = _sum(cells, table, figures[code], values)
        values[code] = figures[code].value
    for code, figure in figures.items():
        if table.asked[code].kind == "percent":
            figures[code] = _percent(cells, table, figure, values)
    return {code: _beside_shown(cells, table, figure, carry=carry) for code, figure in figures.items()}


def _parts_first(sums: Mapping[str, str]) -> list[str]:
    """Codes of sums, each behind those that it is made of; a circle, which no form of ours has, ends where it began."""
    ordered: dict[str, None] = {}

    def place(code: str, above: Collection[str]) -> None:
        for part in codes_of(sums[code]):
            if part in sums and part not in ordered and part not in above:
                place(part, (*above, code))
        ordered.setdefault(code)

    for code in sums:
        place(code, (code,))
    return list(ordered)


def _plain_figure(cells: Cells, table: FormTable, code: str) -> ReportedFigure:
    row, columns, asked = table.rows[code], table.columns, table.asked[code]
    figure = ReportedFigure(
        indicator=code,
        raw=None if _shows_nothing(cells, table, code) else _raw(cells, asked)(row, columns["value"]),
        explanation=cells.text(row, columns["explanation"]),
        evidence=cells.text(row, columns["evidence"]),
        cell=table.cell(code, "value"),
    )
    if asked.kind in ("percent", "text") or asked.numerator:
        return figure
    options = unpack_options(asked.options)
    if options:
        value = cells.option(row, columns["value"], options, code)
    else:
        value = cells.number(row, columns["value"], asked.kind, code)
    return replace(figure, value=value)


def _sum(
    cells: Cells, table: FormTable, figure: ReportedFigure, values: Mapping[str, Decimal | None]
) -> ReportedFigure:
    """A total that the form works out; what was typed over its formula stands, and the rules look at it."""
    code = figure.indicator
    asked = table.asked[code]
    derived = evaluate(asked.numerator, values)
    stored = _stored(cells, table, code, asked.kind)
    typed = stored is not None and stored != derived
    return replace(figure, value=stored if typed else derived, typed=typed)


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
    stored = _stored(cells, table, code, "percent")
    # A stored result of the form's formula equals what the parts give, but for its own rounding.
    typed = stored is not None and (derived is None or abs(stored - derived) > HUNDREDTH)
    value = stored if typed else derived
    return replace(figure, numerator=numerator, denominator=denominator, value=value, typed=typed)


def _stored(cells: Cells, table: FormTable, code: str, kind: str) -> Decimal | None:
    """What stands where the form has a formula; it may have been saved by a program that stores no results."""
    row, column = table.rows[code], table.columns["value"]
    if cells.sheet.unread(row, column) == "formula" or _shows_nothing(cells, table, code):
        return None
    return cells.number(row, column, kind, code)


def _shows_nothing(cells: Cells, table: FormTable, code: str) -> bool:
    """Whether a 0 where the form has a formula may be the formula's empty text: missing is not zero."""
    asked = table.asked[code]
    is_formula = asked.kind == "percent" or bool(asked.numerator)
    return (
        is_formula
        and cells.sheet.nothing_is_zero
        and cells.sheet.at(table.rows[code], table.columns["value"]) == 0
    )


def _raw(cells: Cells, asked: LayoutRow) -> Callable[[int, int], str | None]:
    return cells.text if asked.kind == "text" else cells.raw


def _typed_a_part(cells: Cells, table: FormTable, code: str) -> bool:
    own = [name for name in ("numerator", "denominator") if getattr(table.asked[code], name) == OWN]
    return any(cells.raw(table.rows[code], table.columns[name]) for name in own)


def _beside_shown(cells: Cells, table: FormTable, figure: ReportedFigure, *, carry: bool) -> ReportedFigure:
    """The figure as it stands to what the form shows in its row: taken over, confirmed, or disputed."""
    code = figure.indicator
    asked = table.asked[code]
    shown = Shown.unpacked(asked.shown)
    if shown is None:
        return figure
    column = _SHOWN_IN[shown.by]
    figure = replace(
        figure,
        shown=shown,
        shown_cell=table.cell(code, column),
        reason_cell=table.cell(code, "explanation"),
    )
    if shown.by is ShownBy.PREVIOUS:
        if figure.given or figure.nothing or not carry or _is_unreadable(cells, code):
            return figure
        return replace(figure, value=shown.value, typed=False)
    now = cells.raw(table.rows[code], table.columns[column])
    changed = _changed(asked, shown, now)
    if changed and not figure.given:
        figure = replace(figure, value=_number(now, asked))
    if figure.given and shown.is_same(figure.value, figure.numerator, figure.denominator):
        figure = replace(figure, raw=None, value=None, numerator=None, denominator=None)
    # What a system states does not cease by a box of the section.
    return replace(figure, nothing=False, changed=(now or "") if changed else None)


def _is_unreadable(cells: Cells, code: str) -> bool:
    return any(problem.indicator == code for problem in cells.problems)


def _changed(asked: LayoutRow, shown: Shown, now: str | None) -> bool:
    """Whether a locked cell holds another figure than the form printed; spreadsheets may write it otherwise."""
    printed = shown.text(unpack_options(asked.options), asked.kind)
    if printed:
        return _bare(printed) != _bare(now or "")
    number = _number(now, asked)
    return number is None or shown.value is None or rounded(number) != rounded(shown.value)


def _bare(text: str) -> str:
    return "".join(folded(text.replace("_x000a_", " ").replace("_x000D_", " ")).split())


def _number(text: str | None, asked: LayoutRow) -> Decimal | None:
    """A number that was typed over a locked cell; None where it cannot be told."""
    if asked.options or text is None:
        return None
    try:
        return parse_number(Decimal(text) if _is_plain(text) else text, asked.kind)
    except NumberFault:
        return None


def _is_plain(text: str) -> bool:
    """Whether the cell held a number: its text has a point for decimals, whatever people write."""
    whole, _, decimals = text.removeprefix("-").partition(".")
    return (
        whole.isascii() and whole.isdigit() and (not decimals or (decimals.isdigit() and len(decimals) != 3))
    )

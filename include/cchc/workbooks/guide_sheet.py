"""Sheet 'Hướng dẫn': for whom, which round, until when, how to fill in, whom to ask."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter.worksheet import Worksheet

from cchc.clock import TZ, vn_date, vn_instant
from cchc.texts import t
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height
from cchc.year import Product

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

_WIDTHS = (4, 25, 69)
_COLOURS = ("input", "other", "system", "derived", "fault", "warning")


def add_guide(
    book: FormWorkbook,
    *,
    form: Product,
    unit: Unit,
    round_: Round,
    content: str,
    as_of: datetime,
    due_at: datetime | None,
) -> None:
    """Write the sheet. `content` says how many rows await the unit; `due_at` None means 'see each row'."""
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("workbooks.sheets.guide"), landscape=False, widths=_WIDTHS, footer=footer)
    prefix = "report" if form is Product.REPORT else form.value
    sheet.write_string(0, 0, t(f"workbooks.guide.{prefix}_title"), book.style("title"))
    sheet.set_row(0, 27)
    row = 2
    for label, value in _facts(form, unit, round_, content, as_of, due_at):
        sheet.write_string(row, 0, label, book.style("label"))
        sheet.write_string(row, 2, value, book.style("paragraph"))
        sheet.set_row(row, fitted_height([(value, _WIDTHS[2])], least=15))
        row += 1
    row = _steps(book, sheet, row + 1, t(f"workbooks.guide.{prefix}_steps").split("\n"))
    if form is Product.REPORT:
        row = _paragraph(book, sheet, row, "nothing")
        row = _colours(book, sheet, row)
    row = _paragraph(book, sheet, row, "send")
    _paragraph(book, sheet, row, "ask")


def _facts(
    form: Product, unit: Unit, round_: Round, content: str, as_of: datetime, due_at: datetime | None
) -> list[tuple[str, str]]:
    facts = [(t("workbooks.guide.who"), unit.name), (t("workbooks.guide.round"), round_.title)]
    if round_.window and form is Product.REPORT:
        first, last = vn_date(round_.window.first), vn_date(round_.window.last)
        facts.append((t("workbooks.guide.window"), t("workbooks.guide.window_value", first=first, last=last)))
    if due_at:
        facts.append((t("workbooks.guide.due"), vn_instant(due_at)))
    facts.append((t("workbooks.guide.content"), content))
    facts.append((t("workbooks.guide.made"), vn_date(as_of.astimezone(TZ).date())))
    return facts


def _steps(book: FormWorkbook, sheet: Worksheet, row: int, steps: list[str]) -> int:
    _heading(book, sheet, row, t("workbooks.guide.steps_heading"))
    for number, step in enumerate(steps, start=1):
        row += 1
        sheet.write_string(row, 0, f"{number}.", book.style("number"))
        _text(book, sheet, row, step)
    return row + 2


def _paragraph(book: FormWorkbook, sheet: Worksheet, row: int, name: str) -> int:
    _heading(book, sheet, row, t(f"workbooks.guide.{name}_heading"))
    _text(book, sheet, row + 1, t(f"workbooks.guide.{name}_text"))
    return row + 3


def _colours(book: FormWorkbook, sheet: Worksheet, row: int) -> int:
    _heading(book, sheet, row, t("workbooks.guide.colours_heading"))
    for name in _COLOURS:
        row += 1
        sheet.write_blank(row, 0, None, book.style(f"swatch_{name}"))
        sheet.write_string(row, 1, t(f"workbooks.guide.colour_{name}"), book.style("beside"))
    return row + 2


def _heading(book: FormWorkbook, sheet: Worksheet, row: int, text: str) -> None:
    for column in range(len(_WIDTHS)):
        sheet.write_blank(row, column, None, book.style("heading"))
    sheet.write_string(row, 0, text, book.style("heading"))
    sheet.set_row(row, 20)


def _text(book: FormWorkbook, sheet: Worksheet, row: int, text: str) -> None:
    sheet.merge_range(row, 1, row, 2, "", book.style("paragraph"))
    sheet.write_string(row, 1, text, book.style("paragraph"))
    sheet.set_row(row, fitted_height([(text, _WIDTHS[1] + _WIDTHS[2])]))

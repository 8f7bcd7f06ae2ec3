"""Sheet 'Rà soát': empty in what we send out; filled by `marking` in what we send back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cchc.intake.book import Book
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("number", "severity", "sheet", "cell", "indicator", "found", "expected", "message")
WIDTHS = (5, 10, 11, 7, 9, 20, 24, 70)
HEADER_ROW = 3


def add_empty_review(book: Book, unit: Unit, round_: Round) -> None:
    """Write the sheet with its heading only."""
    footer = t("intake.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("intake.sheets.review"), landscape=True, widths=WIDTHS, footer=footer)
    sheet.write_string(0, 0, t("intake.review.title"), book.style("title"))
    sheet.set_row(0, 24)
    sheet.write_string(1, 0, t("intake.review.empty"), book.style("subtitle"))
    for column, name in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, column, t(f"intake.review.columns.{name}"), book.style("header"))
    sheet.repeat_rows(HEADER_ROW)

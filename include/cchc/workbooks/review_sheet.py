"""Sheet 'Rà soát': empty in what we send out; filled by `marking` in what we send back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cchc.texts import t
from cchc.workbooks.form_workbook import FormWorkbook

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("number", "severity", "sheet", "cell", "indicator", "found", "expected", "message")
WIDTHS = (5, 10, 11, 7, 9, 20, 24, 70)
HEADER_ROW = 3


LIVE_ROW = 2  # what is open right now, as a formula; kept when the findings are written below it


def add_empty_review(
    book: FormWorkbook, unit: Unit, round_: Round, live: tuple[str, str] | None = None
) -> None:
    """Write the sheet with its heading only. `live`: a formula that counts the open faults, and its first result."""
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("workbooks.sheets.review"), landscape=True, widths=WIDTHS, footer=footer)
    sheet.write_string(0, 0, t("workbooks.review.title"), book.style("title"))
    sheet.set_row(0, 24)
    sheet.write_string(1, 0, t("workbooks.review.empty"), book.style("subtitle"))
    if live is not None:
        sheet.write_formula(LIVE_ROW, 0, live[0], book.style("label"), live[1])
    for column, name in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, column, t(f"workbooks.review.columns.{name}"), book.style("header"))
    sheet.repeat_rows(HEADER_ROW)

"""Sheet 'Nội dung': the sections of the report's outline, each with its hint and length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from cchc.intake.book import Book
from cchc.intake.outline import Section
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("code", "heading", "content", "length")
AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (4, 32, 66, 7)
_HEADER_ROW = 2
_LONG = 2500  # characters from which on a section gets the taller box


def add_narratives(book: Book, unit: Unit, round_: Round, sections: Sequence[Section]) -> None:
    """Write the sheet; the code column is hidden, it is how a section is found when rows move."""
    footer = t("intake.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("intake.sheets.narratives"), landscape=False, widths=_WIDTHS, footer=footer)
    sheet.set_column(AT["code"], AT["code"], _WIDTHS[0], None, {"hidden": True})
    sheet.write_string(0, 1, t("intake.narratives.title"), book.style("title"))
    sheet.write_string(1, 1, t("intake.narratives.note"), book.style("subtitle"))
    for column, name in enumerate(COLUMNS):
        sheet.write_string(_HEADER_ROW, column, t(f"intake.narratives.columns.{name}"), book.style("header"))
    for row, section in enumerate(sections, start=_HEADER_ROW + 1):
        sheet.write_string(row, AT["code"], section.code, book.style("code"))
        hints = [section.hint, t("intake.narratives.length_hint", maximum=section.max_length)]
        if section.min_length == 0:
            hints.append(t("intake.narratives.optional"))
        sheet.write_rich_string(
            row,
            AT["heading"],
            book.style("bold_run"),
            section.heading + "\n",
            book.style("hint_run"),
            "\n".join(hint for hint in hints if hint),
            book.style("top"),
        )
        sheet.write_blank(row, AT["content"], None, book.style("input_text"))
        content = xl_rowcol_to_cell(row, AT["content"])
        sheet.write_formula(row, AT["length"], f"=LEN({content})", book.style("length"), 0)
        sheet.set_row(row, 150 if section.max_length > _LONG else 110)
        over = {"type": "cell", "criteria": ">", "value": section.max_length, "format": book.warn_format}
        sheet.conditional_format(row, AT["length"], row, AT["length"], over)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.repeat_rows(_HEADER_ROW)

"""Sheet 'Nội dung': the sections of the report's outline, each with its hint, its length and its own check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks import figures_rules
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height
from cchc.workbooks.live_rules import prefix, quoted
from cchc.workbooks.outline import Section

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = ("code", "heading", "content", "length", "nothing", "check")
AT = {name: column for column, name in enumerate(COLUMNS)}
DERIVED = ("check",)  # nobody needs this column to read the sheet
_WIDTHS = (4, 32, 62, 8, 9, 16)
_HEADER_ROW = 2
_LONG = 2500  # characters from which on a section gets the taller box


def check_cells(sections: Sequence[Section]) -> str:
    """The range of the column 'Kiểm tra', for sheets that count its warnings."""
    rows = (_HEADER_ROW + 1, _HEADER_ROW + max(1, len(sections)))
    return ":".join(xl_rowcol_to_cell(row, AT["check"], True, True) for row in rows)


def add_narratives(book: FormWorkbook, unit: Unit, round_: Round, sections: Sequence[Section]) -> None:
    """Write the sheet; the code column is hidden, it is how a section is found when rows move."""
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("workbooks.sheets.narratives"), landscape=False, widths=_WIDTHS, footer=footer)
    sheet.set_column(AT["code"], AT["code"], _WIDTHS[0], None, {"hidden": True})
    sheet.write_string(0, 1, t("workbooks.narratives.title"), book.style("title"))
    sheet.write_string(1, 1, t("workbooks.narratives.note"), book.style("subtitle"))
    for column, name in enumerate(COLUMNS):
        sheet.write_string(
            _HEADER_ROW, column, t(f"workbooks.narratives.columns.{name}"), book.style("header")
        )
    sheet.set_row(_HEADER_ROW, 33)
    for row, section in enumerate(sections, start=_HEADER_ROW + 1):
        _section(book, sheet, row, section)
    if sections:
        _colours(book, sheet, _HEADER_ROW + len(sections))
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.repeat_rows(_HEADER_ROW)


def _section(book: FormWorkbook, sheet: Worksheet, row: int, section: Section) -> None:
    sheet.write_string(row, AT["code"], section.code, book.style("code"))
    lengths = {"minimum": format_number(section.min_length), "maximum": format_number(section.max_length)}
    length = t(f"workbooks.narratives.{'length_range' if section.min_length else 'length_hint'}", **lengths)
    hints = [section.hint, length]
    if section.min_length == 0:
        hints.append(t("workbooks.narratives.optional"))
    hint = "\n".join(part for part in hints if part)
    run, hint_run = book.style("bold_run"), book.style("hint_run")
    sheet.write_rich_string(
        row, AT["heading"], run, section.heading + "\n", hint_run, hint, book.style("top")
    )
    sheet.write_blank(row, AT["content"], None, book.style("input_text"))
    content = xl_rowcol_to_cell(row, AT["content"])
    sheet.write_formula(row, AT["length"], f"=LEN({content})", book.style("length"), 0)
    sheet.write_blank(row, AT["nothing"], None, book.style("input_list"))
    figures_rules.box(sheet, row, AT["nothing"], "section_prompt")
    formula, empty = _check(section, content, xl_rowcol_to_cell(row, AT["nothing"]))
    sheet.write_formula(row, AT["check"], formula, book.style("check_top"), empty)
    needed = fitted_height([(f"{section.heading}\n{hint}", _WIDTHS[AT["heading"]])])
    sheet.set_row(row, max(needed, 150 if section.max_length > _LONG else 110))


def _check(section: Section, content: str, box: str) -> tuple[str, str]:
    """What the receipt will say about the section, while it is written; and what that is in an empty form."""
    word = prefix(Severity.WARNING)
    missing, long = t("workbooks.live.missing_text"), t("workbooks.live.long", maximum=section.max_length)
    short, declared = t("workbooks.live.short", minimum=section.min_length), t("workbooks.live.declared_text")
    letters = f"LEN(TRIM({content}))"
    parts = f'IF(LEN({content})>{section.max_length},{quoted(f"{word}: {long}")},"")'
    if section.min_length:
        parts = (
            f"IF({letters}=0,{quoted(f'{word}: {missing}')},"
            f"IF({letters}<{section.min_length},{quoted(f'{word}: {short}')},{parts}))"
        )
    contradiction = f'IF({letters}>0,{quoted(f"{word}: {declared}")},"")'
    formula = f"=IF({box}={quoted(t('workbooks.answer_yes'))},{contradiction},{parts})"
    return formula, f"{word}: {missing}" if section.min_length else ""


def _colours(book: FormWorkbook, sheet: Worksheet, last: int) -> None:
    first, word = _HEADER_ROW + 1, prefix(Severity.WARNING)
    check = xl_rowcol_to_cell(first, AT["check"], col_abs=True)
    rule = {"type": "formula", "criteria": f'=LEFT({check},{len(word)})="{word}"', "format": book.warn_format}
    for name in ("length", "check"):
        sheet.conditional_format(first, AT[name], last, AT[name], rule)

"""The document-exchange table per unit as a workbook: sent and received, (1)=(2)+(3)+(4), signed share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from cchc.clock import vn_date
from cchc.documents.marking import Marking
from cchc.documents.text import clean
from cchc.documents.workbook import DocumentWorkbook, row_height
from cchc.report.form_06 import NUMBER, SHARE
from cchc.sources import share
from cchc.sources.forms import DocumentRow
from cchc.sources.states import SourceState
from cchc.texts import t, table
from cchc.year import Window

_GROUPS = (
    ("sent", ("sent", "sent_paper", "sent_electronic", "sent_both")),
    ("received", ("received", "received_paper", "received_electronic", "received_both")),
)
_FIRST, _SIGNED = 2, 10
_WIDTHS = (6, 44)


def build_document_book(
    rows: Sequence[DocumentRow], window: Window, state: SourceState, *, rehearsal: bool = False
) -> bytes:
    """One row a unit, the total on top; cells stay empty where no register tells. Equal arguments, equal bytes."""
    book = DocumentWorkbook(
        Marking(as_of=state.told_at, rehearsal=rehearsal, number=""), t("form_06.documents.title")
    )
    write_document_table(book, rows, window, state)
    return book.close()


def write_document_table(
    book: DocumentWorkbook, rows: Sequence[DocumentRow], window: Window, state: SourceState
) -> None:
    """The table as a sheet of any workbook."""
    title = t("form_06.documents.title")
    days = {"first": vn_date(window.first), "last": vn_date(window.last)}
    covered = sum(row.sent is not None or row.received is not None for row in rows)
    notes = [
        t("form_06.book.window", **days),
        *state.provenance(),
        t("form_06.book.covered", covered=covered, units=len(rows)),
    ]
    sheet, top = book.sheet(t("form_06.documents.sheet"), title, notes)
    sheet.set_footer(t("form_06.documents.print_footer", **days))
    body = _headings(book, sheet, top + 1)
    row = body
    if len(rows) > 1:
        _total(book, sheet, row, rows)
        row += 1
    for number, one in enumerate(rows, start=1):
        _row(book, sheet, row, str(number), one.unit.name, _values(one), bold=False)
        row += 1
    sheet.freeze_panes(body, _FIRST)
    sheet.repeat_rows(top + 1, body - 1)
    sheet.print_area(0, 0, row - 1, _SIGNED + 1)


def _values(row: DocumentRow) -> list[int | None]:
    """The nine counts of a row in the order of the columns."""
    values: list[int | None] = []
    for counts, (_, names) in zip((row.sent, row.received), _GROUPS, strict=True):
        values += [None if counts is None else counts[name] for name in names]
    return [*values, row.signed]


def _headings(book: DocumentWorkbook, sheet: Any, top: int) -> int:
    small = book.cell(align="center", italic=True, font_size=9, bg_color="#D9D9D9")
    fixed = (t("form_06.book.number"), t("form_06.documents.name"))
    for column, (text, width) in enumerate(zip(fixed, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.merge_range(top, column, top + 1, column, text, book.head)
        sheet.write_blank(top + 2, column, None, small)
    names, column = table("form_06.documents.columns"), _FIRST
    sheet.set_column(_FIRST, _SIGNED + 1, 12)
    for group, columns in _GROUPS:
        sheet.merge_range(top, column, top, column + 3, t(f"form_06.documents.{group}"), book.head)
        first = column - _FIRST + 1
        for place, name in enumerate(columns):
            sheet.write_string(top + 1, column + place, names[name], book.head)
            parts = f"={first + 1}+{first + 2}+{first + 3}" if place == 0 else ""
            sheet.write_string(top + 2, column + place, f"({first + place}){parts}", small)
        column += len(columns)
    sheet.merge_range(top, _SIGNED, top, _SIGNED + 1, t("form_06.documents.signing"), book.head)
    sheet.write_string(top + 1, _SIGNED, names["signed"], book.head)
    sheet.write_string(top + 1, _SIGNED + 1, t("form_06.documents.share"), book.head)
    sheet.write_string(top + 2, _SIGNED, "(9)", small)
    sheet.write_string(top + 2, _SIGNED + 1, "(10)=9/1", small)
    sheet.set_row(top, 18)
    sheet.set_row(top + 1, 48)
    return top + 3


def _total(book: DocumentWorkbook, sheet: Any, row: int, rows: Sequence[DocumentRow]) -> None:
    """A sum of what is told; a column of which nobody tells stays empty. The share rests on units with signing."""
    columns = [list(column) for column in zip(*map(_values, rows), strict=True)]
    sums = [sum(told) if (told := [one for one in column if one is not None]) else None for column in columns]
    base = sum(one.sent["sent"] for one in rows if one.sent is not None and one.signed is not None)
    _row(book, sheet, row, "", t("form_06.book.all"), sums, bold=True, base=base)
    form = book.cell(num_format=NUMBER, bold=True)
    for place, value in enumerate(sums):
        if value is not None:
            letter = xl_col_to_name(_FIRST + place)
            formula = f"=SUM({letter}{row + 2}:{letter}{row + 1 + len(rows)})"
            sheet.write_formula(row, _FIRST + place, formula, form, value)


def _row(
    book: DocumentWorkbook,
    sheet: Any,
    row: int,
    number: str,
    name: str,
    values: Sequence[int | None],
    *,
    bold: bool,
    base: int | None = None,
) -> None:
    name = clean(name)
    sheet.set_row(row, row_height([name], [_WIDTHS[1]]) + 1)
    sheet.write_string(row, 0, number, book.cell(align="center", bold=bold))
    sheet.write_string(row, 1, name, book.cell(text_wrap=True, bold=bold))
    form = book.cell(num_format=NUMBER, bold=bold)
    for place, value in enumerate(values):
        if value is None:
            sheet.write_blank(row, _FIRST + place, None, form)
        else:
            sheet.write_number(row, _FIRST + place, value, form)
    sent, signed = values[0], values[-1]
    form = book.cell(num_format=SHARE, bold=bold)
    if sent is None or signed is None:
        sheet.write_blank(row, _SIGNED + 1, None, form)
        return
    whole = sent if base is None else base
    percent = share(signed, whole).value
    cell, of = xl_rowcol_to_cell(row, _SIGNED), xl_rowcol_to_cell(row, _FIRST)
    if whole != sent:  # not of all documents sent: some units' exports say nothing of signing
        of = str(whole)
    formula = f'=IF({of}=0,"",ROUND(100*{cell}/{of},2))'
    sheet.write_formula(row, _SIGNED + 1, formula, form, "" if percent is None else float(percent))

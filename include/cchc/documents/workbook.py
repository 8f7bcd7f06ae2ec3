"""Workbooks that leave the department: fixed properties, one font, print set-up, lists with filters."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from cchc.clock import TZ
from cchc.documents.marking import Marking
from cchc.documents.origin_stamp import stamp_xlsx
from cchc.documents.text import clean
from cchc.files import freeze_zip
from cchc.texts import t

FONT = "Times New Roman"
_CELL_LIMIT = 32767
A4, A3 = 9, 8  # as Excel numbers paper
LONG_LIST = 150  # rows; more are printed upright on A3, which takes a third of the pages
_ROW_LIMIT = 300.0  # points; a row may not be higher than 409


@dataclass
class ListSheet:
    """A plain list: one heading row with a filter, cells written by their type."""

    name: str
    title: str
    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[object]]
    notes: Sequence[str] = field(default=())


class DocumentWorkbook:
    """An xlsxwriter workbook with the formats that all our sheets share."""

    def __init__(self, marking: Marking, title: str) -> None:
        self.marking = marking
        self._buffer = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                # What a unit typed is data: never a formula, a link or a number because it looks like one.
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": 11},
            },
        )
        author = t("documents.author")
        stamp = marking.stamp or ""
        self.book.set_properties(
            {"title": title, "author": author, "comments": stamp, "created": marking.utc_time}
        )
        stamp_xlsx(self.book, marking.origin)
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def format(self, **properties: object) -> Any:
        """One format object for each set of properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": FONT, "font_size": 11, **properties})
        return self._formats[key]

    def cell(self, **properties: object) -> Any:
        """A bordered cell of a table."""
        return self.format(border=1, valign="vcenter", **properties)

    @property
    def head(self) -> Any:
        return self.cell(bold=True, align="center", text_wrap=True, bg_color="#D9D9D9")

    def sheet(
        self, name: str, title: str, notes: Sequence[str] = (), paper: int = A4, upright: bool = False
    ) -> tuple[Any, int]:
        """A sheet with its title, as wide as one page, landscape unless `upright`; and its first free row."""
        sheet = self.book.add_worksheet(name)
        sheet.set_portrait() if upright else sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.4, top=0.7, bottom=0.6)
        sheet.set_footer(t("appendix.print_footer", round=clean(title)))
        row = 0
        if self.marking.stamp:
            sheet.set_header(f'&C&"{FONT},Bold"{self.marking.stamp}')
            sheet.write_string(row, 0, self.marking.stamp, self.format(bold=True))
            row += 1
        sheet.write_string(row, 0, clean(title), self.format(bold=True, font_size=14))
        for note in notes:
            row += 1
            sheet.write_string(row, 0, clean(note), self.format(italic=True))
        return sheet, row + 1

    def list(self, content: ListSheet) -> Any:
        """Write a list sheet: frozen heading, filter, repeated heading in print."""
        long = len(content.rows) > LONG_LIST
        sheet, top = self.sheet(content.name, content.title, content.notes, A3 if long else A4, upright=long)
        for column, (head, width) in enumerate(zip(content.heads, content.widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(top, column, head, self.head)
        sheet.set_row(top, row_height(content.heads, content.widths))
        for row, cells in enumerate(content.rows, start=top + 1):
            sheet.set_row(row, row_height(cells, content.widths))
            for column, value in enumerate(cells):
                self.write(sheet, row, column, value)
        last = max(top + len(content.rows), top + 1)
        sheet.autofilter(top, 0, last, len(content.heads) - 1)
        sheet.freeze_panes(top + 1, 0)
        sheet.repeat_rows(top)
        return sheet

    def comment(self, sheet: Any, row: int, column: int, text: str) -> None:
        """A note on a cell, shown when pointed at; nothing for an empty text."""
        if not text:
            return
        lines = sum(max(1, math.ceil(len(line) / 44)) for line in text.split("\n"))
        look = {"author": t("documents.author"), "font_name": FONT, "font_size": 9, "x_scale": 2.4}
        sheet.write_comment(row, column, text, {**look, "y_scale": max(0.6, lines * 0.19)})

    def write(self, sheet: Any, row: int, column: int, value: object, **extra: object) -> None:
        """A cell by the type of its value; None is an empty bordered cell."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.cell(**extra))
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            sheet.write_number(row, column, float(value), self.cell(num_format=number_format(value), **extra))
        elif isinstance(value, datetime):
            local = value.astimezone(TZ).replace(tzinfo=None)
            sheet.write_datetime(
                row, column, local, self.cell(num_format="dd/mm/yyyy hh:mm", align="center", **extra)
            )
        elif isinstance(value, date):
            sheet.write_datetime(
                row, column, value, self.cell(num_format="dd/mm/yyyy", align="center", **extra)
            )
        else:
            text = clean(str(value))[:_CELL_LIMIT]
            sheet.write_string(row, column, text, self.cell(text_wrap=True, **extra))

    def close(self) -> bytes:
        self.book.close()
        return freeze_zip(self._buffer.getvalue())


def number_format(value: int | Decimal) -> str:
    """Thousands grouped, the figure's decimals up to four; the reader's Excel chooses the separators."""
    if isinstance(value, int) or value == value.to_integral_value():
        return "#,##0"
    exponent = value.normalize().as_tuple().exponent
    places = min(4, -exponent) if isinstance(exponent, int) else 0
    return "#,##0." + "0" * max(places, 1)


def row_height(cells: Sequence[object], widths: Sequence[float]) -> float:
    """Points that the longest wrapped text needs; readers do not agree on fitting rows by themselves."""
    lines = 1
    for value, width in zip(cells, widths, strict=True):
        if isinstance(value, str):
            lines = max(lines, sum(max(1, math.ceil(len(part) * 0.95 / width)) for part in value.split("\n")))
    return min(15.0 * lines, _ROW_LIMIT)


def build_list_workbook(sheets: Sequence[ListSheet], marking: Marking) -> bytes:
    """A workbook of plain lists. Equal arguments give equal bytes."""
    book = DocumentWorkbook(marking, sheets[0].title)
    for sheet in sheets:
        book.list(sheet)
    return book.close()


def provenance_rows(provenance: Mapping[str, object]) -> list[list[object]]:
    """Key and value rows, nested mappings flattened to `key.sub`."""
    rows: list[list[object]] = []
    for key, value in provenance.items():
        if isinstance(value, Mapping):
            rows.extend([f"{key}.{sub}", rest] for sub, rest in provenance_rows(value))
        else:
            rows.append([key, str(value)])
    return rows

"""The year as a workbook to print and hang up: rounds, days in order, days off."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from cchc.clock import WEEKDAYS
from cchc.files import freeze_zip
from cchc.texts import t, table
from cchc.year.agenda import agenda, year_rows
from cchc.year.calendar import Calendar

_FONT = {"font_name": "Times New Roman", "font_size": 11}
_A4 = 9
_LINE = 15.0  # points a line of text takes
_HOUR_FORMAT, _DAY_FORMAT = "hh:mm", "dd/mm/yyyy"


def calendar_xlsx(calendar: Calendar, year: int) -> bytes:
    """Three sheets, A4 landscape. The same calendar gives the same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": _DAY_FORMAT})
    book.set_properties({"title": t("year.xlsx.title", year=year), "created": datetime(year, 1, 1)})  # noqa: DTZ001 - a cell property, written as it is
    tiers = table("year.tiers")
    _sheet(
        book,
        "rounds",
        year,
        [
            (
                one.round_id,
                one.title,
                one.opens,
                one.window,
                one.unit_due,
                one.closes,
                one.province_due,
                ", ".join(tiers[tier] for tier in one.tiers),
                "\n".join(one.notes),
            )
            for one in year_rows(calendar, year)
        ],
    )
    _sheet(
        book,
        "agenda",
        year,
        [
            (number, one.weekday, one.day, one.hour, one.label, one.round_id, one.title, one.why)
            for number, one in enumerate(agenda(calendar, year), start=1)
        ],
    )
    kinds = table("year.special")
    _sheet(
        book,
        "days",
        year,
        [
            (
                number,
                WEEKDAYS[one.day.weekday()],
                one.day,
                kinds["off" if one.off else "worked"],
                one.reason,
                kinds["by_hand" if one.by_hand else "known"],
            )
            for number, one in enumerate(calendar.working_days.special(year), start=1)
        ],
    )
    book.close()
    return freeze_zip(buffer.getvalue())


# Column widths in characters, by sheet; the headings stand in the texts under the same name.
_WIDTHS = {
    "rounds": (10, 24, 16, 16, 16, 16, 16, 16, 46),
    "agenda": (5, 11, 12, 8, 20, 10, 38, 58),
    "days": (5, 11, 12, 12, 60, 34),
}


def _sheet(book: Any, name: str, year: int, rows: Sequence[Sequence[object]]) -> None:
    heads, widths = list(table(f"year.xlsx.{name}").values()), _WIDTHS[name]
    sheet = book.add_worksheet(t(f"year.xlsx.sheet_{name}", year=year))
    title, head = (
        book.add_format({**_FONT, "bold": True, "font_size": 14}),
        _cell(book, bold=True, bg_color="#D9D9D9"),
    )
    head.set_align("center")
    formats = {
        str: _cell(book),
        int: _cell(book, align="center"),
        date: _cell(book, num_format=_DAY_FORMAT, align="center"),
        time: _cell(book, num_format=_HOUR_FORMAT, align="center"),
    }
    sheet.write_string(0, 0, t(f"year.xlsx.title_{name}", year=year), title)
    for column, (text, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, text, head)
    for number, cells in enumerate(rows, start=3):
        sheet.set_row(
            number, _LINE * max(_lines(cell, width) for cell, width in zip(cells, widths, strict=True)) + 3
        )
        for column, cell in enumerate(cells):
            if cell is None or cell == "":
                sheet.write_blank(number, column, None, formats[str])
            else:
                sheet.write(number, column, cell, formats[type(cell)])
    if name != "rounds":
        sheet.autofilter(2, 0, max(len(rows) + 2, 3), len(heads) - 1)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(t("year.xlsx.footer", year=year))


def _cell(book: Any, **properties: object) -> Any:
    return book.add_format({**_FONT, "border": 1, "valign": "vcenter", "text_wrap": True, **properties})


def _lines(cell: object, width: float) -> int:
    """How many lines a text wraps to: Excel does not raise a row of a file that it did not write."""
    if not isinstance(cell, str):
        return 1
    return sum(max(1, math.ceil(len(line) * 0.95 / width)) for line in cell.split("\n"))

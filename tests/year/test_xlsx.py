from __future__ import annotations

import io
from datetime import datetime, time

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from tests.year.conftest import Configure

from cchc.year import Calendar
from cchc.year.agenda import agenda, year_rows
from cchc.year.xlsx import calendar_xlsx


@pytest.fixture(scope="module")
def book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(calendar_xlsx(Calendar.load(), 2026)))


def rows(book: Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


def test_the_rounds_stand_there_as_the_year_has_them(book: Workbook) -> None:
    shown = rows(book, "Các đợt 2026")
    expected = year_rows(Calendar.load(), 2026)
    assert [row[0] for row in shown] == [one.round_id for one in expected]
    assert [row[2] for row in shown] == [one.opens for one in expected]
    assert [row[8] or "" for row in shown] == ["\n".join(one.notes) for one in expected]
    assert shown[0][7] == "cơ quan cấp tỉnh, cấp xã"


def test_days_are_real_dates_with_vietnamese_weekdays(book: Workbook) -> None:
    shown, expected = rows(book, "Theo ngày"), agenda(Calendar.load(), 2026)
    assert [row[2] for row in shown] == [datetime.combine(one.day, time()) for one in expected]
    assert [row[1] for row in shown] == [one.weekday for one in expected]
    assert [row[3] for row in shown] == [one.hour for one in expected]
    assert book["Theo ngày"]["C4"].number_format == "dd/mm/yyyy"


def test_days_off_and_worked_days_are_listed_with_their_source(configure: Configure) -> None:
    folder = configure(days=[("days_off: []", 'days_off:\n  - {day: 2026-07-06, reason: "Bão số 3"}')])
    book = openpyxl.load_workbook(io.BytesIO(calendar_xlsx(Calendar.load(folder), 2026)))
    shown = {row[2]: row for row in rows(book, "Ngày nghỉ, làm bù")}
    assert shown[datetime(2026, 7, 6)][1:] == (
        "thứ Hai",
        datetime(2026, 7, 6),
        "Nghỉ",
        "Bão số 3",
        "ghi thêm trong working_days.yaml",
    )
    assert shown[datetime(2026, 8, 22)][3] == "Làm việc"


def test_every_sheet_prints_on_a4_landscape_with_its_heading_on_each_page(book: Workbook) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight in (0, "0")
        assert sheet.print_title_rows == "$3:$3"
        assert "2026" in str(sheet["A1"].value)
        heads = [cell.value for cell in sheet[3]]
        assert all(heads)
        assert all(sheet.column_dimensions[cell.column_letter].width >= 5 for cell in sheet[3])


def test_equal_calendars_give_equal_bytes(configure: Configure) -> None:
    assert calendar_xlsx(Calendar.load(), 2026) == calendar_xlsx(Calendar.load(configure()), 2026)

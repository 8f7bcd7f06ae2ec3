"""Workbooks as the reader of documents sees them, and those that span or show more than people fill."""

from __future__ import annotations

import io

import openpyxl
import pytest
from tests.support.papers_to_read import archive, refused

from cchc.claims.texts import UnreadableDocument, read_document, sheets
from cchc.office import sheets as office_sheets
from cchc.office.sheets import Extent
from cchc.workbooks.forms import NotAForm
from cchc.workbooks.grid import Grid


def test_a_workbook_is_read_sheet_by_sheet_as_people_see_it() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 1"
    for row in (["TT", "Đơn vị", "Số hồ sơ", "Tỷ lệ"], [1, "Xã A", 1204, 98.125], [2, "Xã B", 30, 0.5]):
        book.active.append(row)
    book.create_sheet("Biểu 2")["B2"] = "Ghi\nchú"
    target = io.BytesIO()
    book.save(target)
    found = read_document(target.getvalue(), "so.xlsx")
    assert found.format == "xlsx"
    lines = found.text.split("\n")
    assert lines[:5] == [
        "Biểu 1",
        "",
        "TT\tĐơn vị\tSố hồ sơ\tTỷ lệ",
        "1\tXã A\t1204\t98,1250",
        "2\tXã B\t30\t0,5",
    ]
    assert lines[-1] == "\tGhi chú"


def test_a_workbook_that_spans_the_whole_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST", Extent(rows=5, columns=5, cells=10))
    book = openpyxl.Workbook()
    book.active["Z9"] = 1
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(UnreadableDocument, match=r"rong\.xlsx.*ô Z9.*5 dòng, 5 cột, 10 ô") as raised:
        read_document(target.getvalue(), "rong.xlsx")
    assert raised.value.reason == "too_wide"


def test_sheets_that_span_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_CELLS", 30)
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Hai")):
        sheet["D5"] = 1
    book.save(target := io.BytesIO())
    assert refused(target.getvalue(), "nhieu.xlsx") == "too_many_cells"


def test_one_long_text_that_thousands_of_cells_show_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_sheets, "MOST_LETTERS", 900 * 10)
    book = openpyxl.Workbook()
    for _ in range(11):
        book.active.append(["a" * 900])
    book.save(target := io.BytesIO())
    assert refused(target.getvalue(), "dan.xlsx") == "too_long"
    with pytest.raises(NotAForm, match="A11"):
        Grid(target.getvalue(), "dan.xlsx").sheet("Sheet")


def test_a_cell_longer_than_any_program_types_is_refused() -> None:
    sheet = (
        "<worksheet><sheetData><row><c t='str'><v>" + "a" * 40_000 + "</v></c></row></sheetData></worksheet>"
    )
    parts = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet.encode()}
    assert refused(archive(parts), "dai.xlsx") == "too_full"


def test_an_archive_of_other_things_is_no_document() -> None:
    broken = archive({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
    assert refused(broken, "so.xlsx") == "damaged"
    assert refused(archive({"a.txt": b"a"}), "nen.zip") == "not_text"

"""Workbooks that leave the department, as a reader of them sees their cells, comments and print set-up."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from cchc.clock import at
from cchc.documents.marking import Marking
from cchc.documents.workbook import (
    DocumentWorkbook,
    ListSheet,
    build_list_workbook,
    number_format,
    provenance_rows,
    row_height,
)

DAY = date(2026, 3, 19)
AUTHOR = "Hệ thống theo dõi cải cách hành chính"
ISSUED = Marking(at(DAY, 9), number="09", symbol="BC-UBND", issued_on=DAY, origin={"Đợt": "2026-Q1"})
DRAFT = Marking(at(DAY, 9), draft=2)
LIST = ListSheet(
    "Đơn vị",
    "Danh sách đơn vị",
    ("Tên", "Số hồ sơ", "Tỷ lệ", "Ngày", "Lúc"),
    (20, 10, 10, 12, 16),
    [
        ("Xã An Phú", 12345, Decimal("87.5"), DAY, datetime(2026, 3, 19, 2, 30, tzinfo=UTC)),
        ("=1+1", None, "", True, "https://cchc.example"),
    ],
    notes=("Số liệu tính đến ngày 15/3.",),
)


def written(marking: Marking, *sheets: ListSheet) -> Any:
    return load_workbook(io.BytesIO(build_list_workbook(sheets or (LIST,), marking)))


def commented(*texts: str) -> tuple[Any, dict[str, str]]:
    """The sheet whose rows carry these comments, and the parts of the file as text."""
    book = DocumentWorkbook(ISSUED, "Phụ lục")
    sheet, _ = book.sheet("Phụ lục", "Phụ lục")
    for row, text in enumerate(texts):
        book.comment(sheet, row, 1, text)
    content = book.close()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    return load_workbook(io.BytesIO(content)).active, parts


def test_each_cell_has_the_type_and_the_format_of_its_value() -> None:
    sheet = written(ISSUED).active
    assert [cell.value for cell in sheet[3]] == list(LIST.heads)
    name, count, share, day, moment = sheet[4]
    assert (name.value, name.alignment.wrap_text) == ("Xã An Phú", True)
    assert (count.value, count.number_format) == (12345, "#,##0")
    assert (share.value, share.number_format) == (87.5, "#,##0.0")
    assert (day.value, day.number_format) == (datetime(2026, 3, 19), "dd/mm/yyyy")  # as Excel keeps it
    assert (moment.value, moment.number_format) == (datetime(2026, 3, 19, 9, 30), "dd/mm/yyyy hh:mm")
    assert {day.alignment.horizontal, moment.alignment.horizontal} == {"center"}


def test_what_a_unit_typed_is_never_a_formula_a_link_or_a_number() -> None:
    formula, nothing, empty, truth, link = written(ISSUED).active[5]
    assert (formula.value, formula.data_type) == ("=1+1", "s")
    assert nothing.value is None and empty.value is None
    assert (truth.value, truth.data_type) == ("True", "s")
    assert link.value == "https://cchc.example" and link.hyperlink is None


def test_every_cell_of_a_list_is_bordered_and_the_empty_ones_too() -> None:
    sheet = written(ISSUED).active
    for row in sheet.iter_rows(min_row=3, max_row=5):
        for cell in row:
            assert {cell.border.top.style, cell.border.left.style} == {"thin"}, cell.coordinate
            assert cell.font.name == "Times New Roman"


def test_a_list_is_set_up_for_reading_and_for_print() -> None:
    book = written(ISSUED)
    sheet = book.active
    assert (sheet.title, sheet["A1"].value, sheet["A2"].value) == ("Đơn vị", LIST.title, LIST.notes[0])
    assert (sheet["A1"].font.bold, sheet["A1"].font.sz, sheet["A2"].font.italic) == (True, 14, True)
    assert sheet.auto_filter.ref == "A3:E5"
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    margins = sheet.page_margins
    assert (margins.left, margins.right, margins.top, margins.bottom) == (0.6, 0.4, 0.7, 0.6)
    assert sheet["A3"].fill.start_color.rgb == "FFD9D9D9" and sheet["A3"].font.bold
    widths = [round(sheet.column_dimensions[letter].width) for letter in "ABDE"]
    assert widths == [21, 11, 13, 17]  # with the padding of Excel
    assert (
        LIST.title in f"{sheet.oddFooter.left.text}{sheet.oddFooter.center.text}{sheet.oddFooter.right.text}"
    )


def test_a_list_without_rows_keeps_a_row_for_its_filter() -> None:
    sheet = written(ISSUED, ListSheet("Trống", "Danh sách", ("Tên",), (20,), [])).active
    assert sheet.auto_filter.ref == "A2:A3"


def test_a_draft_says_so_above_its_title_and_on_each_printed_page_and_an_issued_one_nowhere() -> None:
    draft, issued = written(DRAFT).active, written(ISSUED).active
    assert draft["A1"].value == DRAFT.stamp and draft["A1"].font.bold
    assert draft["A2"].value == LIST.title
    assert DRAFT.stamp in draft.oddHeader.center.text
    assert issued["A1"].value == LIST.title
    assert issued.oddHeader.center.text is None


def test_the_properties_tell_title_author_moment_and_origin() -> None:
    draft, issued = written(DRAFT), written(ISSUED)
    assert (issued.properties.title, issued.properties.creator) == (LIST.title, AUTHOR)
    assert draft.properties.description == DRAFT.stamp
    assert issued.properties.created == datetime(2026, 3, 19, 2, 0)  # Office keeps UTC without a zone
    assert {one.name: one.value for one in issued.custom_doc_props.props} == {"Đợt": "2026-Q1"}


def test_equal_arguments_give_equal_bytes() -> None:
    assert build_list_workbook((LIST,), DRAFT) == build_list_workbook((LIST,), DRAFT)


def test_the_sheets_of_a_workbook_stand_in_the_order_given_and_the_first_gives_its_title() -> None:
    book = written(ISSUED, LIST, ListSheet("Hai", "Danh sách thứ hai", ("Tên",), (20,), [("x",)]))
    assert book.sheetnames == ["Đơn vị", "Hai"]
    assert book.properties.title == LIST.title


def test_a_comment_is_the_departments_and_grows_with_its_lines() -> None:
    sheet, parts = commented("Ngắn.", "\n".join(["dòng"] * 8), "chữ " * 100, "")
    comments = [sheet.cell(row, 2).comment for row in (1, 2, 3, 4)]
    assert comments[3] is None
    assert [one.text.startswith(text) for one, text in zip(comments, ("Ngắn", "dòng", "chữ"), strict=False)]
    assert {one.author for one in comments[:3]} == {AUTHOR}
    (drawing,) = (text for name, text in parts.items() if name.endswith(".vml"))
    sizes = re.findall(r"width:([\d.]+)pt;height:([\d.]+)pt", drawing)
    # Unscaled, a comment of xlsxwriter is 96 points wide and 55.5 high.
    assert {float(width) for width, _ in sizes} == {230.25}
    assert [float(height) for _, height in sizes] == [33.0, 84.0, 105.75]
    (xml,) = (text for name, text in parts.items() if name.startswith("xl/comments"))
    assert xml.count('<rFont val="Times New Roman"/>') == 3 and xml.count('<sz val="9"/>') == 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "#,##0"),
        (Decimal("3.00"), "#,##0"),
        (Decimal("2.5"), "#,##0.0"),
        (Decimal("87.430"), "#,##0.00"),
        (Decimal("0.12345"), "#,##0.0000"),
    ],
)
def test_a_number_shows_its_own_decimals_up_to_four(value: int | Decimal, shown: str) -> None:
    assert number_format(value) == shown


@pytest.mark.parametrize(
    ("cells", "widths", "points"),
    [
        (("ngắn", 5), (20, 10), 15.0),
        (("", None), (20, 10), 15.0),
        (("x" * 42, "ngắn"), (20, 10), 30.0),
        (("x" * 43, "ngắn"), (20, 10), 45.0),
        (("ngắn", "a\nb\nc"), (20, 10), 45.0),
        (("a\nb\nc", "ngắn"), (20, 10), 45.0),
        (("x\n" * 50, 1), (20, 10), 300.0),
    ],
)
def test_a_row_is_as_high_as_its_longest_text_and_never_higher_than_a_row_may_be(
    cells: tuple[object, ...], widths: tuple[float, ...], points: float
) -> None:
    assert row_height(cells, widths) == points


def test_a_provenance_within_another_keeps_the_names_of_both() -> None:
    rows = provenance_rows({"code": "abc", "snapshots": {"one-stop": {"sha256": "9f"}}, "coverage": 122})
    assert rows == [["code", "abc"], ["snapshots.one-stop.sha256", "9f"], ["coverage", "122"]]

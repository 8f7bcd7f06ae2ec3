"""The copy that goes back: coloured cells, a filled review, and still a form that can be sent again."""

from __future__ import annotations

import io

import openpyxl
import pytest

from cchc.workbooks.as_xlsx import Rewritten
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.marking import is_review_alone, mark_workbook
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

SHEET = "xl/worksheets/sheet2.xml"
RED, ORANGE = "FFF8CBAD", "FFFFE0B2"


def finding(severity, cell, message="Sai", found=None, sheet="Số liệu"):
    return CheckFinding("quy-tac", severity, sheet, cell, "T06.1", found, None, message)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def colour(book, cell):
    return book["Số liệu"][cell].fill.fgColor.rgb


@pytest.fixture(scope="module")
def filled(report):
    return fill_workbook(
        report, Answers({"T06.1": Answer(10), "III.5.3": Answer(numerator=1, denominator=4)})
    )


def test_faulty_cells_are_coloured_by_their_worst_severity(filled):
    found = [
        finding("canh_bao", "I8"),
        finding("loi", "I8"),
        finding("canh_bao", "I8"),
        finding("canh_bao", "I9"),
    ]
    book = opened(mark_workbook(filled, found))
    assert (colour(book, "I8"), colour(book, "I9")) == (RED, ORANGE)
    assert colour(book, "I10") not in (RED, ORANGE)


def test_the_review_lists_every_finding_and_opens_first(filled):
    book = opened(mark_workbook(filled, [finding("loi", "I8", "Lệch 5"), finding("luu_y", "I9", "Để biết")]))
    sheet = book["Rà soát"]
    assert book.active.title == "Rà soát"
    assert "1 lỗi phải sửa, 0 cảnh báo, 1 lưu ý" in sheet["A2"].value
    assert [[sheet.cell(row, column).value for column in (1, 2, 4, 8)] for row in (5, 6)] == [
        ["1", "Lỗi", "I8", "Lệch 5"],
        ["2", "Lưu ý", "I9", "Để biết"],
    ]


def test_what_a_unit_typed_cannot_become_a_formula_or_break_the_file(filled):
    odd = '=HYPERLINK("http://x")\x01'
    sheet = opened(mark_workbook(filled, [finding("loi", "I8", found=odd)]))["Rà soát"]
    assert sheet["F5"].data_type == "s"
    assert sheet["F5"].value.startswith("=HYPERLINK")


def test_a_line_of_an_attached_document_is_listed_without_a_broken_link(filled):
    found = [finding("canh_bao", "dòng 2", sheet="bao-cao.docx"), finding("loi", "I8")]
    sheet = opened(mark_workbook(filled, found))["Rà soát"]
    assert (sheet["C5"].value, sheet["D5"].value, sheet["D5"].hyperlink) == ("bao-cao.docx", "dòng 2", None)
    assert sheet["D6"].hyperlink.location == "'Số liệu'!I8"


def test_the_marked_copy_reads_like_the_original(filled):
    before = read_workbook(filled, "b.xlsx")
    after = read_workbook(mark_workbook(filled, [finding("loi", "I8")]), "b.xlsx")
    assert after.identity == before.identity
    assert {c: f.value for c, f in after.figures.items()} == {c: f.value for c, f in before.figures.items()}
    assert after.problems == []


def test_a_second_review_replaces_the_first(filled):
    once = mark_workbook(filled, [finding("loi", "I8", "Cũ 1"), finding("loi", "I9", "Cũ 2")])
    sheet = opened(mark_workbook(once, [finding("canh_bao", "I9", "Mới")]))
    rows = [row[7].value for row in sheet["Rà soát"].iter_rows(min_row=5) if row[7].value]
    assert rows == ["Mới"]
    assert colour(sheet, "I8") != RED
    assert colour(sheet, "I9") == ORANGE


def test_equal_input_gives_equal_bytes(filled):
    found = [finding("loi", "I8")]
    assert mark_workbook(filled, found) == mark_workbook(filled, found)


def test_a_file_that_cannot_be_coloured_still_gets_its_review():
    sheet = opened(mark_workbook(b"ods or rubbish", [finding("loi", "I8", "Sai")]))["Rà soát"]
    assert sheet["H5"].value == "Sai"


def test_a_merged_range_over_the_whole_sheet_costs_nothing_for_no_range_is_laid_out(filled, rewrite):
    merged = '<mergeCell ref="A1:XFD1048576"/></mergeCells>'
    hostile = rewrite(filled, SHEET, "</mergeCells>", merged)
    book = opened(
        rewrite(mark_workbook(hostile, [finding("loi", "I8", "Sai")]), SHEET, merged, "</mergeCells>")
    )
    assert (book["Rà soát"]["H5"].value, colour(book, "I8")) == ("Sai", RED)


@pytest.mark.parametrize("row", [1_048_576, 1_048_577, 9_999_999])
def test_a_cell_at_the_end_of_a_sheet_or_beyond_costs_nothing_for_no_row_is_laid_out(filled, rewrite, row):
    far = f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    marked = mark_workbook(rewrite(filled, SHEET, "</sheetData>", far), [finding("loi", "I8", "Sai")])
    book = opened(rewrite(marked, SHEET, far, "</sheetData>"))
    assert (book["Rà soát"]["H5"].value, colour(book, "I8")) == ("Sai", RED)


def test_a_far_cell_in_the_review_goes_with_its_rows(filled, rewrite):
    far = '<row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData>'
    place = opened(filled).sheetnames.index("Rà soát") + 1
    hostile = rewrite(filled, f"xl/worksheets/sheet{place}.xml", "</sheetData>", far)
    assert opened(mark_workbook(hostile, [finding("loi", "I8", "Sai")]))["Rà soát"].max_row == 5


def test_a_review_that_stands_alone_is_told_from_a_form(filled):
    assert is_review_alone(mark_workbook(b"ods or rubbish", [finding("loi", "I8")]))
    assert not is_review_alone(mark_workbook(filled, [finding("loi", "I8")]))


def test_cells_follow_into_the_form_written_over_and_lines_of_documents_stay():
    rewritten = Rewritten(b"", {("Số liệu", "I8"): "I9"})
    found = [finding("loi", "I8"), finding("loi", "I30"), finding("canh_bao", "dòng 2", sheet="bao-cao.docx")]
    assert [one.cell for one in rewritten.follow(found)] == ["I9", "", "dòng 2"]

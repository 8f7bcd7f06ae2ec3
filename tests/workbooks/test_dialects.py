"""A form that another program saved is read to the same figures, marked, and guarded, whatever its dialect."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from cchc.workbooks.forms import CheckFinding, NotAForm
from cchc.workbooks.grid import Grid
from cchc.workbooks.marking import mark_workbook
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.dialects import DIALECTS, lying, rewritten

SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture(scope="module")
def filled(report):
    from cchc_rehearsal.fill import Answer, Answers, fill_workbook

    figures = {"I.1.1": Answer(226), "I.5.2": Answer("2"), "I.5.1": Answer(explanation="Không theo dõi")}
    return fill_workbook(report, Answers(figures, narratives={"noi_bat": "Đã làm\n& <xong>"}))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_every_dialect_gives_the_same_form(filled, dialect) -> None:
    usual, other = read_workbook(filled, "b.xlsx"), read_workbook(dialect(filled), "b.xlsx")
    assert (other.figures, other.narratives, other.identity) == (
        usual.figures,
        usual.narratives,
        usual.identity,
    )
    assert [one.message for one in other.problems] == [one.message for one in usual.problems]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_every_dialect_goes_back_with_its_cells_coloured(filled, dialect) -> None:
    wrong = CheckFinding("q", "loi", "Số liệu", "I8", None, None, None, "Sai")
    marked = mark_workbook(dialect(filled), [wrong])
    book = openpyxl.load_workbook(io.BytesIO(marked))
    assert book["Số liệu"]["I8"].fill.fgColor.rgb == "FFF8CBAD"
    assert read_workbook(marked, "b.xlsx").figures == read_workbook(filled, "b.xlsx").figures


def guarded(content: bytes, dialect) -> str:
    with pytest.raises(NotAForm) as caught:
        read_workbook(dialect(content), "b.xlsx")
    return str(caught.value)


def with_more(content: bytes, more: str) -> bytes:
    def change(name: str, part: bytes):
        return name, part.replace(b"</sheetData>", f"{more}</sheetData>".encode()) if name == SHEET else part

    return rewritten(content, change)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_a_far_cell_is_seen_in_every_dialect(filled, dialect) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert "XFD1048576" in guarded(with_more(filled, far), dialect)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_a_cell_longer_than_any_program_lets_one_type_is_seen_in_every_dialect(filled, dialect) -> None:
    long = f'<row r="900"><c r="A900" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c></row>'
    assert "A900" in guarded(with_more(filled, long), dialect)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_a_program_is_seen_in_every_dialect(filled, dialect) -> None:
    out = io.BytesIO(filled)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert "macro" in guarded(out.getvalue(), dialect)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_a_formula_without_a_result_is_named_in_every_dialect(filled, dialect) -> None:
    def change(name: str, part: bytes):
        return name, re.sub(
            rb'(<c r="I8"[^>]*?)(?: t="\w+")?>.*?</c>', rb"\1><f>1+1</f></c>", part
        ) if name == SHEET else part

    form = read_workbook(dialect(rewritten(filled, change)), "b.xlsx")
    assert any(problem.cell == "I8" and "công thức" in problem.message for problem in form.problems)


def test_cells_without_a_place_reach_as_far_as_they_stand_behind_each_other(filled) -> None:
    wide = "<row>" + "<c><v>1</v></c>" * 800 + "</row>"
    with pytest.raises(NotAForm, match="có ô ở rất xa"):
        read_workbook(with_more(filled, wide), "b.xlsx")


def test_a_grid_of_too_many_cells_is_refused_though_each_cell_is_near(filled) -> None:
    corner = '<row r="90000"><c r="ZZ90000"><v>1</v></c></row>'
    with pytest.raises(NotAForm, match="ZZ90000"):
        read_workbook(with_more(filled, corner), "b.xlsx")


def test_a_shared_text_longer_than_a_cell_is_refused(filled) -> None:
    def change(name: str, part: bytes):
        more = b"<si><t>" + b"x" * 1_900_000 + b"</t></si></sst>"
        return name, part.replace(b"</sst>", more) if name == "xl/sharedStrings.xml" else part

    with pytest.raises(NotAForm, match=r"32\.767"):
        Grid(rewritten(filled, change), "b.xlsx")


def test_a_sheet_that_grows_beyond_what_the_archive_states_is_refused(filled) -> None:
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        grown = archive.read(SHEET) + b" " * (61 << 20)
    with pytest.raises(NotAForm, match="quá lớn"):
        Grid(lying(filled, SHEET, grown), "b.xlsx")


def test_a_billion_laughs_are_not_laughed(filled) -> None:
    entities = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def change(name: str, part: bytes):
        return name, part.replace(b"?>", b"?>" + entities, 1) if name == SHEET else part

    with pytest.raises(NotAForm, match="hỏng"):
        read_workbook(rewritten(filled, change), "b.xlsx")


def test_days_of_a_workbook_that_counts_from_1904_are_read_as_such(report) -> None:
    from datetime import date

    from cchc_rehearsal.fill import Answers, fill_workbook

    filled = fill_workbook(report, Answers(signed_on=date(2026, 3, 9)))

    def change(name: str, part: bytes):
        if name == "xl/workbook.xml":
            part = re.sub(rb"<workbookPr\b", b'<workbookPr date1904="1"', part)
        # 1,462 days lie between the two beginnings
        return name, part.replace(b"<v>46090</v>", b"<v>44628</v>")

    assert read_workbook(filled, "b.xlsx").signed_on == date(2026, 3, 9)
    assert read_workbook(rewritten(filled, change), "b.xlsx").signed_on == date(2026, 3, 9)


NAMED = {
    "a page": (b"<html><table><tr><td>1</td></tr></table></html>", "trang web"),
    "XML of 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "2003",
    ),
    "a text": ("Mã;Số\n1;2\n".encode(), "tệp chữ"),
    "a web archive": (b"MIME-Version: 1.0\r\n", "trang web đóng gói"),
    "nothing": (b"", "rỗng"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "ảnh"),
}


@pytest.mark.parametrize(("content", "told"), NAMED.values(), ids=NAMED.keys())
def test_what_is_called_a_workbook_and_is_none_is_called_by_its_name(content: bytes, told: str) -> None:
    with pytest.raises(NotAForm, match=told):
        read_workbook(content, "bieu.xls")

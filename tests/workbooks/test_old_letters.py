"""A form filled in with letters of before Unicode: turned when that is sure, refused by cell when it is not."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook
from cchc_rehearsal.old_writing import WAYS

TEXT = (
    "phường đã ban hành kế hoạch cải cách hành chính, chỉ đạo các bộ phận triển khai đầy đủ nhiệm vụ trong kỳ"
)
TABLES = ["tcvn3", "vni", "windows_1258", "utf_8", "viqr"]


@pytest.mark.parametrize("way", TABLES)
def test_a_narrative_is_turned_and_told(report: bytes, way: str) -> None:
    form = read_workbook(fill_workbook(report, Answers(narratives={"noi_bat": WAYS[way](TEXT)})), "bieu.xlsx")
    assert form.narratives == {"noi_bat": TEXT}
    assert not form.problems
    (remark,) = form.remarks
    assert (remark.sheet, remark.cell) == ("Nội dung", form.narrative_cells["noi_bat"])
    assert "phường đã ban hành kế hoạch" in remark.message and "Unicode" in remark.message


@pytest.mark.parametrize("way", TABLES)
def test_explanations_and_documents_are_turned_too(report: bytes, way: str) -> None:
    answer = Answer(28, explanation=WAYS[way](TEXT), evidence="05/KH-UBND")
    form = read_workbook(fill_workbook(report, Answers({"I.1.1": answer})), "bieu.xlsx")
    assert form.figures["I.1.1"].explanation == TEXT
    assert len(form.remarks) == 1 and not form.problems


@pytest.mark.parametrize("way", TABLES)
def test_a_list_and_money_are_understood_by_what_is_awaited(report: bytes, way: str) -> None:
    figures = {"III.1.1": Answer("Không"), "TC.1": Answer("1.000.000 đồng")}
    book = openpyxl.load_workbook(io.BytesIO(fill_workbook(report, Answers(figures))))
    for cell in (cell for row in book["Số liệu"].iter_rows() for cell in row):
        if cell.value in ("Không", "1.000.000 đồng"):
            cell.value = WAYS[way](cell.value)
    buffer = io.BytesIO()
    book.save(buffer)
    form = read_workbook(buffer.getvalue(), "bieu.xlsx")
    assert not form.problems
    assert (form.figures["III.1.1"].value, form.figures["TC.1"].value) == (Decimal(0), Decimal(1_000_000))
    assert len(form.remarks) == sum(WAYS[way](text) != text for text in ("Không", "1.000.000 đồng"))


def test_too_little_to_be_sure_is_refused_with_what_to_do(report: bytes) -> None:
    form = read_workbook(
        fill_workbook(report, Answers(narratives={"noi_bat": WAYS["tcvn3"]("Không")})), "bieu.xlsx"
    )
    (problem,) = form.problems
    assert problem.cell == form.narrative_cells["noi_bat"]
    assert "TCVN3" in problem.message and "UniKey" in problem.message


def test_two_tables_in_one_line_are_refused(report: bytes) -> None:
    mixed = f"{TEXT}: {WAYS['tcvn3'](TEXT)}"
    form = read_workbook(fill_workbook(report, Answers(narratives={"noi_bat": mixed})), "bieu.xlsx")
    assert [problem.cell for problem in form.problems] == [form.narrative_cells["noi_bat"]]


def test_a_form_in_unicode_has_no_remark(report: bytes) -> None:
    answers = Answers(
        {"III.1.1": Answer("Không"), "I.1.1": Answer(28, explanation=TEXT)}, narratives={"noi_bat": TEXT}
    )
    form = read_workbook(fill_workbook(report, answers), "bieu.xlsx")
    assert (form.remarks, form.problems) == ([], [])

"""Where a finding stands, told as people find it: heading, table and row, note, cell, page, line."""

from __future__ import annotations

import io

import docx
import openpyxl
import pypdfium2
from tests.support.papers_to_read import SENTENCE, pdf_of, placed, saved

from cchc.claims.texts import read_document


def test_a_place_of_a_word_file_is_told_by_heading_table_and_note() -> None:
    document = docx.Document()
    for line in (
        "Mở đầu",
        "II. KẾT QUẢ THỰC HIỆN",
        "1. Cải cách thể chế",
        "Có 5 văn bản.",
        "2. Giao 7 việc;",
    ):
        document.add_paragraph(line)
    for first in (10, 20):
        table = document.add_table(2, 2)
        for number, cell in enumerate(table._cells):
            cell.text = f"ô {first + number}"
        document.add_paragraph(f"sau bảng {first}")
    found = read_document(saved(document), "a.docx")
    assert placed(found, "Mở đầu") == "đoạn 1"
    assert placed(found, "5 văn bản") == placed(found, "7 việc") == "mục “1. Cải cách thể chế”"
    assert [placed(found, f"ô {cell}") for cell in (10, 12, 13, 21)] == [
        "bảng 1, dòng 1", "bảng 1, dòng 2", "bảng 1, dòng 2", "bảng 2, dòng 1",
    ]  # fmt: skip
    assert placed(found, "sau bảng 20") == "mục “1. Cải cách thể chế”"


def test_a_place_of_a_workbook_is_its_cell_and_of_a_page_its_number() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Biểu 1"
    book.active["B3"], book.create_sheet("Biểu 2")["AB2"] = "bốn", "năm"
    book.save(target := io.BytesIO())
    found = read_document(target.getvalue(), "so.xlsx")
    assert placed(found, "bốn") == "sheet “Biểu 1”, ô B3"
    assert placed(found, "năm") == "sheet “Biểu 2”, ô AB2"
    two = pypdfium2.PdfDocument.new()
    for words in ("Trang đầu", "Trang sau"):
        lines = "\n".join(f"{words} {line}: {SENTENCE}" for line in range(3))
        one = pypdfium2.PdfDocument(
            pdf_of(lambda figure, lines=lines: figure.text(0.01, 0.5, lines, fontsize=5))
        )
        two.import_pages(one)
    two.save(target := io.BytesIO())
    found = read_document(target.getvalue(), "hai.pdf")
    assert [placed(found, words) for words in ("Trang đầu 0", "Trang đầu 2", "Trang sau 0")] == [
        "trang 1", "trang 1", "trang 2",
    ]  # fmt: skip
    assert read_document("Một\nHai 5\n".encode(), "a.txt").place(4) == "dòng 2"

"""A returned form whose letters were spelt another way than ours is read like its twin."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest

from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

SPELLINGS: dict[str, Callable[[str], str]] = {
    "apart": lambda text: unicodedata.normalize("NFD", text),
    "icelandic": lambda text: text.replace("Đ", "Ð").replace("đ", "ð"),
    "no width": lambda text: "\u200b".join(text) + "\ufeff",
    "blanks": lambda text: f"\u00a0{text}\u2007",
    "capitals": str.upper,
    "formula": lambda text: f'="{text}"',
    "apostrophe": lambda text: f"'{text}",
}


@pytest.fixture(scope="module")
def filled(report):
    figures = {"T06.1": Answer("27.554"), "III.1.1": Answer("Không"), "TC.1": Answer("1.000.000 đồng")}
    return fill_workbook(report, Answers(figures, narratives={"noi_bat": "Việc thứ nhất"}))


def typed_again(content: bytes, spelling: Callable[[str], str], *texts: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value in texts):
                cell.value = spelling(cell.value)
                cell.data_type = "s"  # a text, whatever it begins with
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_list_cell_and_money_are_read_in_every_spelling(filled: bytes, name: str) -> None:
    form = read_workbook(typed_again(filled, SPELLINGS[name], "Không", "1.000.000 đồng"), "bieu.xlsx")
    assert not form.problems
    assert form.figures["III.1.1"].value == Decimal(0)
    assert form.figures["TC.1"].value == Decimal(1_000_000)


@pytest.mark.parametrize("name", ["apart", "no width", "blanks", "capitals"])
def test_codes_and_headings_are_found_in_every_spelling(filled: bytes, name: str) -> None:
    words = ["T06.1", "III.1.1", "TC.1", *_headings(filled)]
    form = read_workbook(typed_again(filled, SPELLINGS[name], *words), "bieu.xlsx")
    assert not form.problems
    assert form.figures["T06.1"].value == Decimal(27554)


def test_a_code_typed_with_cyrillic_letters_is_that_code(filled: bytes) -> None:
    cyrillic = typed_again(
        filled, lambda text: text.replace("T", "\u0422").replace("C", "\u0421"), "T06.1", "TC.1"
    )
    form = read_workbook(cyrillic, "bieu.xlsx")
    assert not form.problems
    assert form.figures["TC.1"].value == Decimal(1_000_000)


def test_sheet_names_of_another_program_are_ours(filled: bytes) -> None:
    assert not read_workbook(renamed(filled, SPELLINGS["apart"]), "bieu.xlsx").problems


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_box_is_ticked_in_every_spelling(filled: bytes, name: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled))
    sheet = book["Số liệu"]
    label = next(
        cell
        for row in sheet.iter_rows(max_row=40)
        for cell in row
        if "không phát sinh" in str(cell.value).lower()
    )
    box = next(cell for cell in sheet[label.row][label.column :] if cell.value is None)
    box.value = SPELLINGS[name]("Có")
    box.data_type = "s"
    buffer = io.BytesIO()
    book.save(buffer)
    form = read_workbook(buffer.getvalue(), "bieu.xlsx")
    assert not [problem for problem in form.problems if problem.cell == box.coordinate]


def test_a_text_is_kept_composed_and_without_what_is_not_seen(filled: bytes) -> None:
    form = read_workbook(
        typed_again(
            filled, lambda text: unicodedata.normalize("NFD", f"\u200b{text}\u00ad"), "Việc thứ nhất"
        ),
        "bieu.xlsx",
    )
    assert form.narratives == {"noi_bat": "Việc thứ nhất"}


def renamed(content: bytes, spelling: Callable[[str], str]) -> bytes:
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in source.namelist():
            data = source.read(part)
            new.writestr(part, spelling(data.decode()).encode() if part == "xl/workbook.xml" else data)
    return target.getvalue()


def _headings(content: bytes) -> list[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Số liệu"]
    row = next(row for row in sheet.iter_rows(max_row=40) if row[0].value and "Mã" in str(row[0].value))
    return [cell.value for cell in row if isinstance(cell.value, str)]

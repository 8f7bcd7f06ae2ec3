from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.sources.samples import xlsx

from cchc.errors import CchcError
from cchc.sources.tables import cell_text, head, tables_of


def test_a_bom_is_no_part_of_the_first_header(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("Mã;Tên\n1;x\n".encode("utf-8-sig"))
    assert head(tables_of(file)[0], 1) == [["Mã", "Tên"]]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(xlsx([{"Mã": "1"}], ("Mã",), title_rows=3))
    assert list(tables_of(file)[0].rows())[3:] == [["Mã"], ["1"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (7.0, "7"),
        (46054.5, "46054.5"),
        (True, "1"),
        (datetime(2026, 2, 1, 8, 30), "2026-02-01 08:30:00"),
    ],
)
def test_cells_read_alike_from_every_format(cell: object, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "rỗng"),
        ("a.pdf", b"%PDF", "loại tệp"),
        ("a.xlsx", b"PK\x03\x04 cut off", "hỏng"),
        ("a.csv", "Mã;Tên\n1;Đất đai\n".encode("utf-16"), "UTF-8"),
        ("a.csv", 'Mã;Tên\n1;"mở mà không đóng\n2;x\n'.encode(), "nháy kép"),
    ],
)
def test_a_bad_file_is_one_clear_message(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(CchcError, match=told):
        list(tables_of(file)[0].rows())

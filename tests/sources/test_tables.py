from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.sources.formats import FORMATS, windows_1258
from tests.sources.samples import export, register, row, xlsx

from cchc.errors import CchcError
from cchc.sources.door import find_layout
from cchc.sources.duck import connect
from cchc.sources.layouts import load_layouts
from cchc.sources.rules import CountingRules
from cchc.sources.tables import tables_of, text_files
from cchc.sources.typed import type_rows

ROWS = [
    row("H01-1", Ngày_tiếp_nhận="05/01/2026 08:30"),
    row("H01-2", Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="06/01/2026", Lĩnh_vực="Đất đai"),
    row("H01-3", Ngày_hẹn_trả="31/02/2026"),
]

# ROWS as LibreOffice saves them in the format of Excel 97.
OLD_WORKBOOK = Path(__file__).parent / "files" / "danh-sach.xls"


def landed(path: Path, target: Path) -> tuple[list[Any], list[tuple[int, tuple[str, ...]]]]:
    """(accepted rows, (row number, reasons) of the others)."""
    with connect() as connection:
        typed = type_rows(
            connection,
            find_layout(path, load_layouts()),
            register(),
            date(2026, 3, 14),
            CountingRules.load(),
            target,
        )
        rows = connection.execute(
            "SELECT * EXCLUDE (row_no) FROM read_parquet(?) WHERE faults IS NULL ORDER BY dossier_code",
            [str(target)],
        ).fetchall()
        return rows, [(one.row, one.reasons) for one in typed.refused(connection)]


def landed_in_parts(folder: Path) -> dict[str, tuple[list[Any], list[Any]]]:
    """The files of the formats in `folder` that are read part by part when they are large, read so."""
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_files, "SMALL", 0)
        for name in ("bom.csv", "phay.csv", "tab.txt", "nen.csv.gz"):
            assert any(table.lazy for table in tables_of(folder / name))
            found[f"{name}, large"] = landed(folder / name, folder / "kq.parquet")
    return found


def test_every_format_of_the_same_data_gives_the_same_rows(tmp_path: Path) -> None:
    found = {}
    for name, content in FORMATS.items():
        (tmp_path / name).write_bytes(content(ROWS))
        rows, refused = landed(tmp_path / name, tmp_path / "kq.parquet")
        found[name] = (rows, [reasons for _, reasons in refused])
    rows, refused = landed(OLD_WORKBOOK, tmp_path / "kq.parquet")
    found["xls"] = (rows, [reasons for _, reasons in refused])
    for name, (rows, refused) in landed_in_parts(tmp_path).items():
        found[name] = (rows, [reasons for _, reasons in refused])
    assert len(found["bom.csv"][0]) == 2
    assert [name for name, outcome in found.items() if outcome != found["bom.csv"]] == []


def test_row_numbers_are_those_that_a_person_sees(tmp_path: Path) -> None:
    for name, number in (("bom.csv", 4), ("tieu-de.xlsx", 8), ("danh-sach.json", 4), ("utf16.csv", 4)):
        (tmp_path / name).write_bytes(FORMATS[name](ROWS))
        _, [(row_number, _)] = landed(tmp_path / name, tmp_path / "kq.parquet")
        assert row_number == number, name


def blown_up() -> bytes:
    """Two megabytes that unpack to 256."""
    return gzip.compress(b"x;y\n" * (64 << 20), 1)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "rỗng"),
        ("a.pdf", b"%PDF", "tệp PDF"),
        ("a.xlsx", b"PK\x03\x04 cut off", "hỏng"),
        ("a.csv.gz", gzip.compress(export(ROWS))[:-9], "nén"),
        ("a.csv.gz", blown_up, "phình to"),
        ("a.json", b'{"a": [1, 2', "JSON hợp lệ"),
        ("a.json", b"[1, 2]", "danh sách"),
        ("a.parquet", b"PAR1 cut off", "Parquet"),
        ("a.csv", b"x" * (2 << 20), "xuống dòng"),
        ("a.csv", ("a;" * 2_000 + "\n").encode() * 2, "cột"),
    ],
)
def test_a_bad_file_is_one_clear_message(
    tmp_path: Path, name: str, content: bytes | Callable[[], bytes], told: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content() if callable(content) else content)
    with pytest.raises(CchcError, match=told):
        [table.head(15) for table in tables_of(file)]


def test_an_open_quote_is_refused_with_its_row(tmp_path: Path) -> None:
    lines = export(ROWS, bom=False).decode().splitlines()
    lines[2] = lines[2].replace("Đất đai", '"Đất đai')
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CchcError, match="nháy kép"):
        landed(tmp_path / "a.csv", tmp_path / "kq.parquet")


def test_letters_of_two_encodings_in_one_file_are_refused(tmp_path: Path) -> None:
    first, second = export(ROWS[:2], bom=False), windows_1258(export(ROWS[2:], bom=False).decode())
    (tmp_path / "a.csv").write_bytes(first + second.split(b"\n", 1)[1])
    with pytest.raises(CchcError, match="lẫn nhiều bảng mã"):
        landed(tmp_path / "a.csv", tmp_path / "kq.parquet")


def test_a_formula_without_a_result_is_named_by_its_cell(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx(ROWS))
    book = openpyxl.load_workbook(path)
    book.active["I3"] = "=TODAY()"
    book.save(path)
    with pytest.raises(CchcError, match="I3"):
        landed(path, tmp_path / "kq.parquet")


def test_a_word_that_only_the_end_of_a_large_file_has_is_understood(tmp_path: Path) -> None:
    lines = export([row(f"H01-{number}") for number in range(60_000)], bom=False)
    rare = export([row("H01-X1", Trạng_thái="Yêu cầu bổ sung", Lĩnh_vực="Thủy sản")], bom=False)
    (tmp_path / "a.csv").write_bytes(lines + rare.split(b"\n", 1)[1])
    rows, refused = landed(tmp_path / "a.csv", tmp_path / "kq.parquet")
    assert (len(rows), refused) == (60_001, [])

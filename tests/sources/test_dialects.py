"""An export is known by its bytes and guarded in every dialect, whatever software wrote and named it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.sources.formats import ods_of
from tests.sources.samples import HEADER, export, xlsx
from tests.support.bad_files import flipped
from tests.support.dossiers import dossier

from cchc.errors import CchcError
from cchc.sources.tables import archives, tables_of
from cchc_rehearsal.dialects import DIALECTS, lying, with_cell

BOOK = xlsx([dossier(f"H01-{number}", "10/02/2026") for number in range(1, 6)])
SHEET = "xl/worksheets/sheet1.xml"


def heads(tmp_path: Path, name: str, content: bytes) -> list[list[list[str]]]:
    path = tmp_path / name
    path.write_bytes(content)
    return [table.head(3) for table in tables_of(path)]


def refusal(tmp_path: Path, name: str, content: bytes) -> str:
    with pytest.raises(CchcError) as caught:
        heads(tmp_path, name, content)
    assert name in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> list[list[list[str]]]:
    return heads(tmp_path_factory.mktemp("usual"), "a.xlsx", BOOK)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_every_dialect_gives_the_same_table(tmp_path, expected, dialect) -> None:
    assert heads(tmp_path, "a.xlsx", dialect(BOOK)) == expected


@pytest.mark.parametrize("name", ["a.xls", "a.ods", "a.csv", "a.json", "a", "a.tmp.dat"])
def test_a_workbook_is_read_whatever_it_is_called(tmp_path, expected, name: str) -> None:
    assert heads(tmp_path, name, BOOK) == expected


def test_an_old_workbook_is_read_whatever_it_is_called(tmp_path) -> None:
    old = (Path(__file__).parent / "files" / "danh-sach.xls").read_bytes()
    assert heads(tmp_path, "a.xlsx", old) == heads(tmp_path, "a.xls", old)


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.json", "a.dat"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_text_is_read_whatever_it_is_called(tmp_path, name: str, encoding: str) -> None:
    text = export([dossier("H01-1", "10/02/2026")], bom=False).decode().encode(encoding)
    assert any(table[0] == list(HEADER) for table in heads(tmp_path, name, text))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
@pytest.mark.parametrize(("cell", "told"), [("XFD3", "16.384 cột"), ("AG1048576", "1.048.576 dòng")])
def test_a_far_cell_is_seen_in_every_dialect(tmp_path, dialect, cell: str, told: str) -> None:
    assert told in refusal(tmp_path, "a.xlsx", dialect(with_cell(BOOK, cell)))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_a_formula_without_a_result_is_named_in_every_dialect(tmp_path, dialect) -> None:
    book = openpyxl.load_workbook(io.BytesIO(BOOK))
    book.worksheets[0]["K3"] = "=J3+5"
    out = io.BytesIO()
    book.save(out)
    assert "K3" in refusal(tmp_path, "a.xlsx", dialect(out.getvalue()))


def test_a_sheet_that_grows_beyond_what_the_archive_states_is_a_bomb(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 24 << 20)
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        grown = archive.read(SHEET) + b" " * (25 << 20)
    assert "phình to" in refusal(tmp_path, "a.xlsx", lying(BOOK, SHEET, grown))


def test_a_sheet_that_states_another_size_is_damaged(tmp_path) -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
        grown = archive.read(SHEET) + b" " * 1000
    assert "hỏng" in refusal(tmp_path, "a.xlsx", lying(BOOK, SHEET, grown))


def test_a_damaged_part_is_told_in_a_workbook_of_another_name(tmp_path) -> None:
    assert "hỏng" in refusal(tmp_path, "a.xls", flipped(BOOK))


def test_a_far_cell_of_an_ods_without_the_usual_prefixes_is_seen(tmp_path) -> None:
    usual = ods_of(
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell office:value-type="string" '
        'table:number-columns-repeated="400"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(usual)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "content.xml":
                part = part.replace(b"table:", b"bang:").replace(b"office:", b"phong:")
                part = part.replace(b"xmlns:table=", b"xmlns:bang=").replace(
                    b"xmlns:office=", b"xmlns:phong="
                )
            new.writestr(name, part)
    assert "trang tính trải tới" in refusal(tmp_path, "a.ods", out.getvalue())

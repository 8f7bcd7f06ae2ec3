"""What the campaign sends as broken is broken in the way that it says, or it would be refused for another reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from cchc.office.kinds import Kind, kind_of
from cchc.office.package import ArchiveTooLarge, Package
from cchc_rehearsal.reception.broken_files import (
    archive_of,
    bomb,
    deep_xml,
    far_cell,
    flipped,
    locked_archive,
    locked_workbook,
    nested_archives,
    with_comment,
)
from cchc_rehearsal.reception.export_rows import FORMATS, SmallExport, as_xlsx

MARK = b"bai-thu-bbbbbb"
SMALL = SmallExport(("Cột",), [{"Cột": "1"}], "Cột")


def test_what_is_locked_is_told_by_its_bytes() -> None:
    assert kind_of(locked_workbook(MARK)) is Kind.LOCKED
    assert kind_of(locked_archive(MARK)) is Kind.LOCKED


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "anh.bmp"])
def test_a_bomb_is_small_unpacks_beyond_a_limit_and_stays_a_bomb_with_a_mark(name: str) -> None:
    content = bomb(name, megabytes=64)
    marked = with_comment(content, MARK)
    assert len(content) < 200_000 and marked != content and MARK in marked
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert archive.getinfo(name).file_size >= 64 << 20
    with pytest.raises(ArchiveTooLarge):
        Package.of(marked, 60 << 20)


def test_nesting_is_as_deep_as_it_says() -> None:
    content, depth = nested_archives(MARK, depth=5), 0
    while kind_of(content) is Kind.ARCHIVE:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            (name,) = archive.namelist()
            content = archive.read(name)
        depth += 1
    assert depth == 5 and MARK in content


def test_a_workbook_is_still_one_by_its_bytes_when_its_sheet_is_spoilt() -> None:
    book = as_xlsx(SMALL)
    spoilt = (deep_xml(book, MARK, depth=50), far_cell(book, "x"))
    assert [kind_of(one) for one in spoilt] == [Kind.XLSX, Kind.XLSX]
    assert len({book, flipped(book), *spoilt}) == 4


def test_every_format_of_an_export_is_what_its_ending_says() -> None:
    kinds = {ending: kind_of(make(SMALL)) for ending, make in FORMATS.items()}
    assert kinds == {
        ".csv": Kind.TEXT,
        ".xlsx": Kind.XLSX,
        ".json": Kind.JSON,
        ".parquet": Kind.PARQUET,
        ".csv.gz": Kind.GZIP,
        ".ods": Kind.ODS,
    }
    assert all(make(SMALL) == make(SMALL) for make in FORMATS.values()), "drawn again, the same bytes"
    assert archive_of(("a", MARK)) == archive_of(("a", MARK))

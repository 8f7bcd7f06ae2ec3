"""What an archive claims is not believed, and every dialect becomes one."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.office.package import ArchiveTooLarge, BadArchive, LockedArchive, Package, part_name
from cchc_rehearsal.dialects import DIALECTS, backslashes, lying, prefixed, rewritten, strict

SHEET = "xl/worksheets/sheet1.xml"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 30):
        sheet.append([f"Dòng {row}", row, row / 3])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BOOK = workbook()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, part in parts.items():
            target.writestr(name, part)
    return out.getvalue()


def test_the_parts_are_those_that_python_reads() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as found:
        assert Package.of(BOOK, 1 << 20).parts == {name: found.read(name) for name in found.namelist()}


def test_what_is_unpacked_is_counted_and_not_what_is_claimed() -> None:
    with zipfile.ZipFile(io.BytesIO(BOOK)) as found:
        grown = found.read(SHEET) + b" " * (30 << 20)
    bomb = lying(BOOK, SHEET, grown)
    with zipfile.ZipFile(io.BytesIO(bomb)) as found:
        assert len(found.read(SHEET)) < 1 << 20, "Python believes what the archive claims"

    with pytest.raises(ArchiveTooLarge):
        Package.of(bomb, 8 << 20)
    with pytest.raises(BadArchive):  # the sum that it claims is of other bytes
        Package.of(bomb, 60 << 20)


def test_a_long_list_of_parts_is_a_bomb_too() -> None:
    with pytest.raises(ArchiveTooLarge):
        Package.of(archive(**{f"p{number}": b"" for number in range(10_001)}), 1 << 20)


def test_a_part_with_a_password_is_told() -> None:
    locked = bytearray(archive(a=b"x"))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = locked.find(mark) + (6 if mark == b"PK\x03\x04" else 8)
        locked[place] |= 1
    with pytest.raises(LockedArchive):
        Package.of(bytes(locked), 1 << 20)


@given(st.integers(0, len(BOOK) - 1), st.integers(1, 255))
def test_a_wrong_byte_anywhere_is_a_bad_archive_or_nothing(place: int, change: int) -> None:
    broken = bytearray(BOOK)
    broken[place] ^= change
    try:
        found = Package.of(bytes(broken), 1 << 20)
    except (BadArchive, ArchiveTooLarge):
        return
    assert {bytes(part) for part in found.parts.values()} <= set(Package.of(BOOK, 1 << 20).parts.values()) | {
        b""
    }


@given(st.binary(max_size=300))
def test_rubbish_is_a_bad_archive(content: bytes) -> None:
    with pytest.raises((BadArchive, ArchiveTooLarge)):
        Package.of(b"PK\x03\x04" + content, 1 << 20)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("xl\\worksheets\\sheet1.xml", SHEET),
        ("/xl//worksheets/./sheet1.xml", SHEET),
        ("xl/drawings/../worksheets/sheet1.xml", SHEET),
        ("../../etc/passwd", "etc/passwd"),
    ],
)
def test_names_of_parts_have_one_form(written: str, read: str) -> None:
    assert part_name(written) == read


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_every_dialect_reads_the_same_with_openpyxl_once_it_is_plain(dialect) -> None:
    plain = Package.of(dialect(BOOK), 1 << 20).plain().packed()
    rows = list(openpyxl.load_workbook(io.BytesIO(plain)).worksheets[0].iter_rows(values_only=True))
    assert rows == list(openpyxl.load_workbook(io.BytesIO(BOOK)).worksheets[0].iter_rows(values_only=True))


def test_all_dialects_at_once_read_the_same() -> None:
    plain = Package.of(backslashes(prefixed(strict(BOOK))), 1 << 20).plain()
    assert b"<sheetData>" in (plain.get(SHEET) or b"")


def test_a_part_in_utf_16_is_read() -> None:
    def change(name: str, part: bytes):
        return name, part.decode().encode("utf-16") if name == SHEET else part

    plain = Package.of(rewritten(BOOK, change), 1 << 20).plain().packed()
    assert openpyxl.load_workbook(io.BytesIO(plain)).worksheets[0]["A1"].value == "Dòng 1"


def test_a_text_that_looks_like_a_prefix_stays_what_it_is() -> None:
    def change(name: str, part: bytes):
        return name, part.replace("Dòng 1<".encode(), b"a &lt;x:b&gt; xmlns:x=1<") if name.endswith(
            ".xml"
        ) else part

    plain = Package.of(prefixed(rewritten(BOOK, change)), 1 << 20).plain().packed()
    assert openpyxl.load_workbook(io.BytesIO(plain)).worksheets[0]["A1"].value in (
        "a <x:b> xmlns:x=1",
        "Dòng 1",
    )


def test_a_fault_of_ours_inside_an_archive_is_not_called_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A valid form was refused as damaged; what says nothing about the file sets it aside instead."""

    def sink(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr("cchc.office.package.entries_of", sink)
    with pytest.raises(RecursionError):
        Package.names_in(BOOK)

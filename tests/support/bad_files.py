"""Exports as nobody should send them; each is made the way it comes about."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.sources.formats import ods_of, windows_1258
from tests.sources.samples import HEADER, export, xlsx
from tests.support.dossiers import dossier

ROWS = [dossier(f"H01-{number}", "10/02/2026") for number in range(1, 40)]
PASSWORD = "bi-mat"


@dataclass(frozen=True)
class Bad:
    """A file that is refused as a whole; `told` is in the one message."""

    name: str
    content: Callable[[], bytes]
    told: str


def protected_xlsx() -> bytes:
    """Encrypted as Excel does."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(ROWS))).encrypt(PASSWORD, out)
    return out.getvalue()


def uncomputed_xlsx() -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(ROWS)))
    book.active["K3"] = "=J3+5"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def far_cell_xlsx(cell: str) -> bytes:
    """A stray word far from the table: a reader that lays out a grid would need hundreds of gigabytes."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(ROWS)))
    book.active[cell] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def flipped(content: bytes) -> bytes:
    """One byte wrong in the middle of the packed table."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    place = entry.header_offset + 60 + entry.compress_size // 2
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


def blown_up(name: str, megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if name.startswith("xl/"):
            archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open(name, "w", force_zip64=True) as part:
            for _ in range(megabytes):
                part.write(bytes(1 << 20))
    return out.getvalue()


_CELL = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'


def far_cell_ods() -> bytes:
    return ods_of(
        f"<table:table-row>{_CELL}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="499"/>{_CELL}</table:table-row>'
    )


def wide_parquet() -> bytes:
    import pyarrow as pa
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pa.table({f"c{place}": ["x"] for place in range(600)}), out)
    return out.getvalue()


def mixed_letters() -> bytes:
    first, second = export(ROWS[:2], bom=False), windows_1258(export(ROWS[2:], bom=False).decode())
    return first + second.split(b"\n", 1)[1]


def without_header() -> bytes:
    return export(ROWS).split(b"\n", 1)[1]


REFUSED = {
    "empty": Bad("a.csv", lambda: b"", "rỗng"),
    "empty workbook": Bad("a.xlsx", lambda: b"", "rỗng"),
    "only a mark and blanks": Bad("a.csv", lambda: b"\xef\xbb\xbf \r\n\r\n", "tiêu đề"),
    "packed nothing": Bad("a.csv.gz", lambda: gzip.compress(b""), "tiêu đề"),
    "empty sheet": Bad("a.xlsx", lambda: xlsx([], header=()), "tiêu đề"),
    "empty list": Bad("a.json", lambda: b"[]", "tiêu đề"),
    "no header": Bad("a.csv", without_header, "tiêu đề"),
    "no header in a workbook": Bad("a.xlsx", lambda: xlsx(ROWS, header=tuple(ROWS[0].values())), "tiêu đề"),
    "another table": Bad("a.csv", lambda: b"Ho ten;Luong\nAn;5\n", "tiêu đề"),
    "a required column is missing": Bad(
        "a.csv", lambda: export(ROWS, header=tuple(one for one in HEADER if one != "Ngày hẹn trả")), "Ngày hẹn trả"
    ),
    "wrong delimiter": Bad("a.csv", lambda: export(ROWS, delimiter="|"), "tiêu đề"),
    "mixed encodings": Bad("a.csv", mixed_letters, "lẫn nhiều bảng mã"),
    "open quote": Bad("a.csv", lambda: export(ROWS).replace(b"H01-7;", b'"H01-7;'), "nháy kép"),
    "unknown kind": Bad("a.rtf", lambda: b"{\\rtf1 x}", "loại tệp"),
    "printed": Bad("a.xlsx", lambda: b"%PDF-1.7", "tệp PDF"),
    "packed": Bad("a.zip", lambda: _packed("a.csv", export(ROWS)), "tệp nén"),
    "packed text without its ending": Bad("a.csv", lambda: gzip.compress(export(ROWS)), ".csv.gz"),
    "cut packed text": Bad("a.csv.gz", lambda: gzip.compress(export(ROWS))[:-20], "nén"),
    "packed text is none": Bad("a.csv.gz", lambda: export(ROWS), "nén"),
    "protected workbook": Bad("a.xlsx", protected_xlsx, "mật khẩu"),
    "protected ods": Bad("a.ods", lambda: ods_of("", "<encryption-data/>"), "mật khẩu"),
    "cut workbook": Bad("a.xlsx", lambda: xlsx(ROWS)[:-700], "hỏng"),
    "workbook with a wrong byte": Bad("a.xlsx", lambda: flipped(xlsx(ROWS)), "hỏng"),
    "page as old workbook": Bad("a.xls", lambda: b"<html><table><tr><td>x</table></html>", "trang web"),
    "page in UTF-16 as workbook": Bad("a.xlsx", lambda: "<html><table><tr><td>x".encode("utf-16"), "trang web"),
    "workbook of 2003 in XML": Bad(
        "a.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "2003"
    ),
    "web archive": Bad("a.xls", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "đóng gói"),
    "cut ods": Bad("a.ods", lambda: ods_of(f"<table:table-row>{_CELL}"), "hỏng"),
    "formulas without values": Bad("a.xlsx", uncomputed_xlsx, "K3"),
    "text bomb": Bad("a.csv.gz", lambda: gzip.compress(b"x;y\n" * (32 << 20), 1), "phình to"),
    "far cell": Bad("a.xlsx", lambda: far_cell_xlsx("XFD1048576"), "16.384 cột"),
    "far cell of a table that is not wide": Bad("a.xlsx", lambda: far_cell_xlsx("SF1048576"), "1.048.576 dòng"),
    "far cell of an ods": Bad("a.ods", far_cell_ods, "1.048.576 dòng"),
    "two million columns": Bad("a.csv", lambda: b";" * 2_000_000 + b"\n" + b";" * 2_000_000, "xuống dòng"),
    "two million columns, packed": Bad("a.csv.gz", lambda: gzip.compress(b"c;" * 2_000_000 + b"\n"), "xuống dòng"),
    "many columns": Bad("a.csv", lambda: b"c;" * 2_000 + b"\n" + b"1;" * 2_000, "2.001 cột"),
    "many columns in a workbook": Bad("a.xlsx", lambda: xlsx([], header=("c",) * 2_000), "cột"),
    "two hundred thousand names": Bad(
        "a.json", lambda: json.dumps([{f"c{place}": 1 for place in range(200_000)}]).encode(), "200.000 cột"
    ),
    "many columns of a parquet": Bad("a.parquet", wide_parquet, "600 cột"),
    "cut parquet": Bad("a.parquet", lambda: wide_parquet()[:-9], "Parquet"),
    "cut json": Bad("a.json", lambda: json.dumps(ROWS).encode()[:-30], "JSON"),
    "nested without end": Bad("a.json", lambda: b"[" * 200_000, "JSON"),
}  # fmt: skip

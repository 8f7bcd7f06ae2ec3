"""A file is known by its bytes, whatever it is called."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office.test_package import BOOK

from cchc.office.kinds import OLE, Kind, kind_of, kind_of_file
from cchc_rehearsal.dialects import DIALECTS


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return out.getvalue()


def old(stream: str) -> bytes:
    return OLE + bytes(504) + stream.encode("utf-16-le")


KINDS = {
    Kind.EMPTY: [b""],
    Kind.XLSX: [BOOK, *(dialect(BOOK) for dialect in DIALECTS.values())],
    Kind.XLS: [old("Workbook"), old("Book")],
    Kind.DOC: [old("WordDocument")],
    Kind.LOCKED: [old("EncryptedPackage"), old("EncryptedPackage") + "Workbook".encode("utf-16-le")],
    Kind.DAMAGED: [BOOK[:3000], OLE, OLE + bytes(2000), b"PK\x03\x04"],
    Kind.DOCX: [packed(**{"word__document.xml": b"<w/>"}), packed(**{"word\\document.xml": b"<w/>"})],
    Kind.ODS: [packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet")],
    Kind.ARCHIVE: [packed(a=b"x"), packed()],
    Kind.PAGE: [
        b"<html><table><tr><td>x</table></html>",
        b"\xef\xbb\xbf\r\n <!DOCTYPE HTML PUBLIC><html>",
        b"<!-- x --><table border=1>",
        "<html>".encode("utf-16"),
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">',
        b'<meta http-equiv="content-type" content="application/vnd.ms-excel; charset=UTF-8">',
    ],
    Kind.XML_2003: [b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">'],
    Kind.WEB_ARCHIVE: [b"MIME-Version: 1.0\r\nContent-Type: multipart/related"],
    Kind.JSON: [b'[{"a": 1}]', b'{"a": 1}\n{"a": 2}', b"[]"],
    Kind.TEXT: [
        b"a;b\n1;2\n",
        "Mã hồ sơ\tTên".encode("utf-16"),
        "Đơn vị".encode("cp1258", "replace"),
        b"[x] a;b\n",
    ],
    Kind.PDF: [b"%PDF-1.7", b"\n\n%PDF-1.4"],
    Kind.GZIP: [gzip.compress(b"x")],
    Kind.PARQUET: [b"PAR1xxxx"],
    Kind.RAR: [b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"],
    Kind.PICTURE: [
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n",
        # Photographs of mobile telephones.
        *(b"\0\0\0\x18ftyp" + brand for brand in (b"heic", b"heix", b"mif1", b"hevc")),
    ],
    Kind.RTF: [b"{\\rtf1"],
}


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        pytest.param(kind, one, id=f"{kind}-{place}")
        for kind, all_ in KINDS.items()
        for place, one in enumerate(all_)
    ],
)
def test_a_file_is_told_by_its_bytes(kind: Kind, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "ten.bat-ky"
    path.write_bytes(content)

    assert kind_of(content) is kind
    assert kind_of_file(path) is kind


@given(st.binary(max_size=2000))
def test_whatever_the_bytes_are_they_have_a_kind(content: bytes) -> None:
    assert isinstance(kind_of(content), Kind)
    assert isinstance(kind_of(OLE + content), Kind)
    assert isinstance(kind_of(b"PK\x03\x04" + content), Kind)

"""What a file is, by its bytes; its name may say anything."""

from __future__ import annotations

import codecs
import mmap
import re
from enum import StrEnum
from pathlib import Path

from cchc.office.package import ArchiveTooLarge, BadArchive, LockedArchive, Package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an old .xls or .doc, or an .xlsx or .docx behind a password
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEAD = 64 << 10
_LOOKED_AT = 8 << 20  # of an archive's parts, the few that say what it is
_TELLING = ("mimetype", "meta-inf/manifest.xml")
_MAGIC = (
    (b"%PDF", "pdf"), (b"\x1f\x8b", "gzip"), (b"PAR1", "parquet"), (b"Rar!", "rar"), (b"7z\xbc\xaf", "rar"),
    (b"\x78\x9f\x3e\x22", "tnef"), (b"\xff\xd8\xff", "picture"), (b"\x89PNG", "picture"), (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"), (b"GIF8", "picture"), (b"BM", "picture"), (b"{\\rtf", "rtf"),
)  # fmt: skip
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Kind(StrEnum):
    """What the bytes of a file are."""

    EMPTY = "empty"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    DOCX = "docx"
    DOC = "doc"  # and other old files of Office
    LOCKED = "locked"  # a password, of whatever kind
    ARCHIVE = "archive"
    DAMAGED = "damaged"  # begins as an archive or an old workbook, and is none
    PAGE = "page"  # HTML, also when it is called .xls
    XML_2003 = "xml_2003"  # the workbooks in XML of Excel 2003
    WEB_ARCHIVE = "web_archive"  # MHTML, as Excel and reporting servers save it
    JSON = "json"
    TEXT = "text"
    PDF = "pdf"
    GZIP = "gzip"
    PARQUET = "parquet"
    RAR = "rar"  # and 7z
    TNEF = "tnef"
    PICTURE = "picture"
    RTF = "rtf"
    OTHER = "other"


_BY_PART = {
    "xl/workbook.xml": Kind.XLSX,
    "xl/workbook.bin": Kind.XLSB,
    "word/document.xml": Kind.DOCX,
    "[content_types].xml": Kind.OTHER,
}


def kind_of_file(path: Path) -> Kind:
    """What a file on the disk is; an archive is not read beyond its list and the parts that say what it is."""
    with path.open("rb") as handle:
        head = handle.read(_HEAD)
        if head[:8] == OLE:
            with mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                return _of_ole(whole)
    return _of_archive(path) if head[:4] in _ZIP else kind_of(head)


def kind_of(content: bytes) -> Kind:
    """What the bytes are."""
    if not content:
        return Kind.EMPTY
    if content[:4] in _ZIP:
        return _of_archive(content)
    if content[:8] == OLE:
        return _of_ole(content)
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return Kind(kind)
    if content[4:12] in _HEIC:
        return Kind.PICTURE
    # Some programs write a line or two before the mark of a PDF.
    return Kind.PDF if b"%PDF-" in content[:1024] else _of_text(content[:_HEAD])


def _of_archive(content: bytes | Path) -> Kind:
    try:
        names = Package.names_in(content)
        told = Package.of(content, _LOOKED_AT, lambda name: name.lower() in _TELLING)
    except LockedArchive:
        return Kind.LOCKED
    except ArchiveTooLarge:
        return Kind.ARCHIVE
    except BadArchive:
        return Kind.DAMAGED
    if b"encryption-data" in (told.get("META-INF/manifest.xml") or b""):
        return Kind.LOCKED
    for telling, kind in _BY_PART.items():
        if telling in names:
            return kind
    if "mimetype" in told:
        return Kind.ODS if b"opendocument.spreadsheet" in (told.get("mimetype") or b"")[:200] else Kind.OTHER
    return Kind.ODS if "content.xml" in names else Kind.ARCHIVE


def _of_ole(content: bytes | mmap.mmap) -> Kind:
    """By the names of its streams, which stand in its directory as UTF-16."""

    def has(name: str) -> bool:
        return content.find(name.encode("utf-16-le")) >= 0

    if has("EncryptedPackage"):
        return Kind.LOCKED
    if has("Workbook") or has("Book"):
        return Kind.XLS
    return (
        Kind.DOC
        if has("WordDocument") or has("PowerPoint Document") or has("__properties_version1")
        else Kind.DAMAGED
    )


def _of_text(head: bytes) -> Kind:
    text = _text(head)
    if text is None:
        return Kind.OTHER
    if _XML_2003 in text:
        return Kind.XML_2003
    if _PAGE.match(text):
        return Kind.PAGE
    if re.match(r"\s*mime-version:", text, re.IGNORECASE):
        return Kind.WEB_ARCHIVE
    return Kind.JSON if re.match(r"\s*(\[\s*([{\[\]\"]|-?\d[\d.]*\s*,)|\{\s*[\"}])", text) else Kind.TEXT


def _text(head: bytes) -> str | None:
    """The beginning as text, roughly; None when it is none."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    zeros = head.count(0)
    if zeros > len(head) // 4:
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    controls = sum(head.count(code) for code in (*range(9), *range(14, 27)))
    return None if controls > len(head) // 50 else head.decode("utf-8", "replace")

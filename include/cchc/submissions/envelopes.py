"""Files as they come in mails: workbooks in what they are wrapped in, documents, scans, and what nobody can open.

A file is told by its bytes, never by its name: a renamed workbook is one. Archives are opened one level deep and within
bounds; nothing in a file is ever run.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath

from cchc.submissions.kept import ENCLOSED
from cchc.unpacking import DAMAGED, ArchiveTooLarge, archive_entries
from cchc.workbooks.grid import MAX_UNPACKED
from cchc.workbooks.macros import has_macros, without_macros

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TNEF = b"\x78\x9f\x3e\x22"
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*", b"GIF8", b"BM")
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")
_MOST_ENTRIES = 50  # files of one archive that are looked at
_ENCRYPTED = 0x1


class Content(StrEnum):
    """What a file is."""

    WORKBOOK = "workbook"
    DOCUMENT = "document"  # docx, pdf, txt: kept beside a submission
    SCAN = "scan"  # a picture
    TNEF = "winmail"
    LOCKED = "locked"  # a password
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    OTHER = "other"


@dataclass(frozen=True)
class UnwrappedFile:
    """One file after unwrapping. note: a key of `submissions.mailbox.notes` that says what was done to it, or ''."""

    name: str
    kind: Content
    content: bytes = field(repr=False)
    note: str = ""


def open_file(name: str, content: bytes) -> list[UnwrappedFile]:
    """The file, or those in it when it is an archive; never raises."""
    if not _is_archive(content):
        return [UnwrappedFile(name, _kind_of(name, content), content)]
    return [_cleaned(one) for one in _from_archive(name, content)]


def _is_archive(content: bytes) -> bool:
    return content[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def _kind_of(name: str, content: bytes) -> Content:
    suffix = PurePosixPath(name.lower()).suffix
    if not content:
        return Content.BROKEN
    if content[:8] == _OLE:
        return Content.OTHER if suffix in (".doc", ".ppt", ".msg") else Content.WORKBOOK
    if content[:4] == _TNEF:
        return Content.TNEF
    if content[:5] == b"%PDF-":
        return Content.DOCUMENT
    if content[:4].startswith(_PICTURES) or content[4:12] in _HEIC:
        return Content.SCAN
    if content[:4] in (b"Rar!", b"7z\xbc\xaf"):
        return Content.OTHER
    if suffix == ".txt" and b"\x00" not in content[:4096]:
        return Content.DOCUMENT
    if suffix in (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb"):
        return Content.BROKEN  # called a workbook, but it is none any more
    return Content.OTHER


def _from_archive(name: str, content: bytes) -> Iterator[UnwrappedFile]:
    try:
        entries = archive_entries(content, MAX_UNPACKED)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            kind = _package(archive, entries)
            found = [UnwrappedFile(name, kind, content)] if kind else list(_unpacked(name, archive, entries))
    except ArchiveTooLarge:
        found = [UnwrappedFile(name, Content.TOO_LARGE, b"")]
    except DAMAGED:
        found = [UnwrappedFile(name, Content.BROKEN, content)]
    yield from found


def _package(archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]) -> Content | None:
    """What office package the archive is, if it is one."""
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return Content.WORKBOOK
    if "word/document.xml" in names:
        return Content.DOCUMENT
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        stated = archive.read("mimetype")
        return Content.WORKBOOK if b"opendocument.spreadsheet" in stated else Content.OTHER
    return Content.OTHER if "[Content_Types].xml" in names else None


def _unpacked(
    name: str, archive: zipfile.ZipFile, entries: Sequence[zipfile.ZipInfo]
) -> Iterator[UnwrappedFile]:
    files = [entry for entry in entries if not entry.is_dir() and not _hidden(entry.filename)]
    if any(entry.flag_bits & _ENCRYPTED for entry in files):
        yield UnwrappedFile(name, Content.LOCKED, b"")
        return
    if len(files) > _MOST_ENTRIES:
        yield UnwrappedFile(name, Content.TOO_LARGE, b"")
        return
    if not files:
        yield UnwrappedFile(name, Content.OTHER, b"")
    for entry in files:
        inner_name = PurePosixPath(entry.filename.replace("\\", "/")).name
        yield _one_of(inner_name, archive.read(entry))


def _one_of(name: str, content: bytes) -> UnwrappedFile:
    """A file of an archive; an archive within an archive is not opened."""
    if not _is_archive(content):
        return UnwrappedFile(name, _kind_of(name, content), content)
    try:
        entries = archive_entries(content, MAX_UNPACKED)
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return UnwrappedFile(name, _package(package, entries) or Content.OTHER, content)
    except ArchiveTooLarge:
        return UnwrappedFile(name, Content.TOO_LARGE, b"")
    except DAMAGED:
        return UnwrappedFile(name, Content.BROKEN, content)


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith((".", "~$")))


def _cleaned(opened: UnwrappedFile) -> UnwrappedFile:
    """A workbook with macros becomes the same workbook without them; nothing of the macros is kept."""
    if opened.kind is not Content.WORKBOOK or not has_macros(opened.content):
        return opened
    try:
        clean = without_macros(opened.content)
    except ArchiveTooLarge:
        return replace(opened, kind=Content.TOO_LARGE, content=b"")
    except DAMAGED:
        return replace(opened, kind=Content.BROKEN)
    stem = PurePosixPath(opened.name).stem
    return UnwrappedFile(f"{stem}.xlsx", Content.WORKBOOK, clean, "macros")


def is_enclosure(opened: UnwrappedFile) -> bool:
    """Whether it is a document that is kept beside a submission."""
    return opened.kind is Content.DOCUMENT and PurePosixPath(opened.name.lower()).suffix in ENCLOSED

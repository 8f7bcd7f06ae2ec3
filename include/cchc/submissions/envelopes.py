"""Files as they come in mails: workbooks in what they are wrapped in, documents, scans, and what nobody can open.

A file is told by its bytes, never by its name: a renamed workbook is one. Archives are opened one level deep and within
bounds; nothing in a file is ever run.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath

from cchc.office.kinds import Kind, kind_of
from cchc.office.package import (
    ArchiveTooLarge,
    BadArchive,
    Budget,
    LockedArchive,
    chunks_of,
    entries_of,
    told,
)
from cchc.submissions.kept import ENCLOSED
from cchc.workbooks.grid import MAX_UNPACKED
from cchc.workbooks.macros import has_macros, without_macros

_MOST_ENTRIES = 50  # files of one archive that are looked at
_CALLED_WORKBOOK = (".xlsx", ".xlsm", ".ods", ".xls", ".xlsb")
_WORKBOOKS = (Kind.XLSX, Kind.XLSB, Kind.XLS, Kind.ODS)
# Called a workbook and told by whoever reads it what they are instead.
_MISNAMED = (Kind.LOCKED, Kind.PAGE, Kind.XML_2003, Kind.WEB_ARCHIVE, Kind.TEXT)


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
    kind = kind_of(content)
    found = (
        _from_archive(name, content)
        if kind is Kind.ARCHIVE
        else [UnwrappedFile(name, _content(name, kind), content)]
    )
    return [_cleaned(one) for one in found]


def _content(name: str, kind: Kind) -> Content:
    suffix = PurePosixPath(name.lower()).suffix
    if kind in _WORKBOOKS or (kind in _MISNAMED and suffix in _CALLED_WORKBOOK):
        return Content.WORKBOOK
    if kind is Kind.DOCX or kind is Kind.PDF or (kind is Kind.TEXT and suffix == ".txt"):
        return Content.DOCUMENT
    known = {
        Kind.LOCKED: Content.LOCKED, Kind.PICTURE: Content.SCAN, Kind.TNEF: Content.TNEF,
        Kind.EMPTY: Content.BROKEN, Kind.DAMAGED: Content.BROKEN,
    }  # fmt: skip
    # What is called a workbook, and is none any more, is broken.
    return known.get(kind, Content.BROKEN if suffix in _CALLED_WORKBOOK else Content.OTHER)


def _from_archive(name: str, content: bytes) -> list[UnwrappedFile]:
    try:
        return list(_unpacked(name, content))
    except LockedArchive:
        return [UnwrappedFile(name, Content.LOCKED, b"")]
    except ArchiveTooLarge:
        return [UnwrappedFile(name, Content.TOO_LARGE, b"")]
    except BadArchive:
        return [UnwrappedFile(name, Content.BROKEN, content)]


def _unpacked(name: str, content: bytes) -> Iterator[UnwrappedFile]:
    budget = Budget(MAX_UNPACKED)
    with told(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = [entry for entry in entries_of(archive) if not _hidden(entry.filename)]
        if len(files) > _MOST_ENTRIES:
            raise ArchiveTooLarge
        if not files:
            yield UnwrappedFile(name, Content.OTHER, b"")
        for entry in files:
            inner = b"".join(chunks_of(archive, entry, budget))
            inner_name, kind = PurePosixPath(entry.filename.replace("\\", "/")).name, kind_of(inner)
            # An archive within an archive is not opened.
            yield UnwrappedFile(
                inner_name, Content.OTHER if kind is Kind.ARCHIVE else _content(inner_name, kind), inner
            )


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return "__MACOSX" in parts or (bool(parts) and parts[-1].startswith((".", "~$")))


def _cleaned(opened: UnwrappedFile) -> UnwrappedFile:
    """A workbook with macros becomes the same workbook without them; nothing of the macros is kept."""
    if opened.kind is not Content.WORKBOOK or kind_of(opened.content) is not Kind.XLSX:
        return opened
    try:
        if not has_macros(opened.content):
            return opened
        clean = without_macros(opened.content)
    except ArchiveTooLarge:
        return replace(opened, kind=Content.TOO_LARGE, content=b"")
    except BadArchive:
        return replace(opened, kind=Content.BROKEN)
    stem = PurePosixPath(opened.name).stem
    return UnwrappedFile(f"{stem}.xlsx", Content.WORKBOOK, clean, "macros")


def is_enclosure(opened: UnwrappedFile) -> bool:
    """Whether it is a document that is kept beside a submission."""
    return opened.kind is Content.DOCUMENT and PurePosixPath(opened.name.lower()).suffix in ENCLOSED

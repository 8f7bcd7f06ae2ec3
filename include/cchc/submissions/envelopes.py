"""Files as they come in mails: workbooks in what they are wrapped in, documents, scans, and what nobody can open.

A file is told by its bytes, never by its name: a renamed workbook is one. Archives, winmail.dat and saved mails are
opened within bounds, an archive within an archive is not; nothing in a file is ever run.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePosixPath

from cchc.errors import CchcError
from cchc.mail.parts import Attached, files_of, looks_like_mail, parsed
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
from cchc.submissions.winmail import BadWinmail, files_in
from cchc.workbooks.forms import Identity
from cchc.workbooks.grid import MAX_UNPACKED
from cchc.workbooks.macros import has_macros, without_macros
from cchc.workbooks.read_book import read_workbook

_MOST_ENTRIES = 50  # files of one archive that are looked at
_DEEPEST = 4  # mails, archives and winmail.dat within each other
_CALLED_MAIL = (".eml", ".email", ".mht")
_MAY_BE_MAIL = (Kind.TEXT, Kind.WEB_ARCHIVE, Kind.OTHER)
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
    """The file, or those in it when it is an archive, a winmail.dat or a mail; never raises."""
    return [_cleaned(one) for one in _opened(name, content, Budget(MAX_UNPACKED), 0)]


def open_attached(attached: Attached) -> list[UnwrappedFile]:
    """The same for a file of a mail: what lost its end on the way is broken, whatever its bytes look like."""
    found = open_file(attached.name, attached.content)
    if not attached.broken:
        return found
    return [replace(one, kind=Content.BROKEN) if one.kind is Content.OTHER else one for one in found]


def _opened(name: str, content: bytes, budget: Budget, depth: int) -> list[UnwrappedFile]:
    """The files in one, each opened in its turn; what is too large or too deep is named instead of opened."""
    kind = kind_of(content)
    try:
        if depth > _DEEPEST:
            raise ArchiveTooLarge
        if kind is Kind.ARCHIVE:
            inner = _unpacked(content, budget)
        elif kind is Kind.TNEF:
            inner = files_in(content, budget)
        elif _is_mail(name, content, kind):
            inner = _attached_to(content, budget)
        else:
            return [UnwrappedFile(name, _content(name, kind), content)]
        if len(inner) > _MOST_ENTRIES:
            raise ArchiveTooLarge
    except LockedArchive:
        return [UnwrappedFile(name, Content.LOCKED, b"")]
    except ArchiveTooLarge:
        return [UnwrappedFile(name, Content.TOO_LARGE, b"")]
    except BadArchive:
        return [UnwrappedFile(name, Content.BROKEN, content)]
    except BadWinmail:
        return [UnwrappedFile(name, Content.TNEF, content)]
    if not inner:
        return [UnwrappedFile(name, Content.OTHER, b"")]
    found = list[UnwrappedFile]()
    for inner_name, part in inner:
        if kind is Kind.ARCHIVE and kind_of(part) is Kind.ARCHIVE:
            found.append(UnwrappedFile(inner_name, Content.OTHER, part))
        else:
            found += _opened(inner_name, part, budget, depth + 1)
    return found


def _is_mail(name: str, content: bytes, kind: Kind) -> bool:
    """A mail that somebody saved or dragged into another: so called, or with the headers that every mail has."""
    suffix = PurePosixPath(name.lower()).suffix
    # A workbook saved as a web page has some of a mail's headers, and is told apart by whoever reads it.
    if kind not in _MAY_BE_MAIL or (kind is Kind.WEB_ARCHIVE and suffix in _CALLED_WORKBOOK):
        return False
    called = suffix in _CALLED_MAIL
    return looks_like_mail(content) or (called and content.lstrip().lower().startswith(b"mime-version:"))


def _attached_to(content: bytes, budget: Budget) -> list[tuple[str, bytes]]:
    found = list[tuple[str, bytes]]()
    for one in files_of(parsed(content)):
        if len(found) > _MOST_ENTRIES:
            raise ArchiveTooLarge
        budget.spend(len(one.content))
        if not one.inline:
            found.append((one.name, one.content))
    return found


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


def _unpacked(content: bytes, budget: Budget) -> list[tuple[str, bytes]]:
    with told(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = [entry for entry in entries_of(archive) if not _hidden(entry.filename)]
        if len(files) > _MOST_ENTRIES:
            raise ArchiveTooLarge
        return [
            (
                PurePosixPath(entry.filename.replace("\\", "/")).name,
                b"".join(chunks_of(archive, entry, budget)),
            )
            for entry in files
        ]


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


def identity_of(workbook: UnwrappedFile) -> Identity | None:
    """Whose form a workbook says that it is; None when it is none of ours."""
    try:
        return read_workbook(workbook.content, workbook.name).identity
    except CchcError:
        return None

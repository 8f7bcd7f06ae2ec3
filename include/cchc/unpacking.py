"""Archives from outside, looked at before anything is unpacked: forms, letters, documents and exports alike."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0"  # an encrypted .xlsx or .docx is an OLE file, as is an old .xls or .doc


class ArchiveTooLarge(Exception):
    """An archive that would unpack to more than is allowed."""


class BadArchive(Exception):
    """Bytes that are no archive that can be read."""


def archive_entries(source: bytes | Path, limit: int) -> list[zipfile.ZipInfo]:
    """What an archive holds. Raises BadArchive, or ArchiveTooLarge when it would unpack to more than `limit` bytes.

    The sizes are those that the archive declares: reading an entry never yields more than it declares.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BadArchive from error
    if sum(entry.file_size for entry in entries) > limit:
        raise ArchiveTooLarge
    return entries


# What reading a part of a damaged archive raises: its list, its compression, a flag that says it has a password.
DAMAGED = (
    BadArchive, zipfile.BadZipFile, zlib.error, LookupError, ValueError, NotImplementedError, EOFError, OSError,
    RuntimeError,
)  # fmt: skip


def read_part(content: bytes, name: str) -> bytes:
    """One part of an archive, whole. Raises BadArchive when it is missing or damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.read(name)
    except DAMAGED as error:
        raise BadArchive from error

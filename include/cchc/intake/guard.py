"""Archives and XML that come from outside: looked at before anything is unpacked, parsed without trust."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from lxml import etree

OLE = b"\xd0\xcf\x11\xe0"  # an encrypted .xlsx or .docx is an OLE file, as is an old .xls or .doc


class ArchiveTooLarge(Exception):
    """An archive that would unpack to more than is allowed."""


class BadArchive(Exception):
    """Bytes that are no archive that can be read."""


def archive_entries(content: bytes, limit: int) -> list[zipfile.ZipInfo]:
    """What an archive holds. Raises BadArchive, or ArchiveTooLarge when it would unpack to more than `limit` bytes.

    The sizes are those that the archive declares: reading an entry never yields more than it declares.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
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


def parse_xml(content: bytes) -> Any:
    """The root of an XML part; an empty element when it is no XML. No entities, no network, no DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return etree.Element("empty")


# What XML 1.0 cannot hold: control characters (a line break of Word's is U+000B), halves of pairs, two that are none.
_NOT_FOR_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def for_xml(text: str) -> str:
    """The text as an XML part can hold it; a line break of a word processor stays one."""
    return _NOT_FOR_XML.sub("", text.replace("\x0b", "\n").replace("\x0c", "\n"))

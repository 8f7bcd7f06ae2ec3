"""The parts of an archive (xlsx, ods, docx, zip), unpacked within a budget and made plain.

What an archive claims about itself is not believed: bytes are counted while they are unpacked. Programs write the same
workbook in several dialects (Strict OOXML, prefixed names, backslashes in paths, UTF-16); all become one, so that
neither a guard nor a reader has to know them, and no reader sees a part that the guards did not.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO

MOST_PARTS = 10_000
_CHUNK = 1 << 20
_HEADER = 30  # bytes of the header before a part, its name left out
_ENCRYPTED = 0x1
# What reading a damaged archive raises: its list, its compression, a flag, a name in no letter table.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, LookupError, ValueError, NotImplementedError, EOFError, OSError, RuntimeError,
    OverflowError, struct.error,
)  # fmt: skip
_STRICT = b"http://purl.oclc.org/ooxml/"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
# ISO 29500 Strict names the same things otherwise: spreadsheetml/main for spreadsheetml/2006/main, and so on.
_STRICT_NAME = re.compile(
    rb"http://purl\.oclc\.org/ooxml/(spreadsheetml|wordprocessingml|drawingml|presentationml|officeDocument)/"
)
_ROOT = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)(\s[^<>]*)?>", re.DOTALL)
_LISTED = re.compile(rb"""\sPartName\s*=\s*["']([^"']+)["']""")
_DEFAULT = re.compile(rb"\sxmlns\s*=")
_SHEETS = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_UTF16 = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}


class BadArchive(Exception):
    """Bytes that are no archive that can be read."""


class LockedArchive(BadArchive):
    """An archive with a password."""


class ArchiveTooLarge(Exception):
    """An archive that unpacks to more than is allowed."""


@dataclass
class Budget:
    """Bytes that may still be unpacked."""

    left: int

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise ArchiveTooLarge


def part_name(name: str) -> str:
    """The name of a part as the standards write it: slashes, no leading one, no empty or dotted steps."""
    steps: list[str] = []
    for step in name.replace("\\", "/").split("/"):
        if step == ".." and steps:
            steps.pop()
        elif step not in ("", ".", ".."):
            steps.append(step)
    return "/".join(steps)


@contextmanager
def told() -> Iterator[None]:
    """Whatever an archive breaks inside is a BadArchive. A RuntimeError is (of what is locked), but not the one for too
    deep a recursion, which says nothing about the archive."""
    try:
        yield
    except (BadArchive, RecursionError):
        raise
    except _DAMAGED as error:
        raise BadArchive from error


def entries_of(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of an open archive. Raises LockedArchive, ArchiveTooLarge for a list that is a bomb itself."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_PARTS:
        raise ArchiveTooLarge
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise LockedArchive
    return entries


def claimed_within(entries: Iterable[zipfile.ZipInfo], limit: int) -> None:
    """Raises ArchiveTooLarge when the parts themselves claim too much: then nothing need be unpacked to know it."""
    if sum(entry.file_size for entry in entries) > limit:
        raise ArchiveTooLarge


def chunks_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """One part to its end, counted while it is unpacked.

    `ZipFile.open` stops after the size that the entry claims, other readers at the end of the packed bytes: an entry
    that lies would show them more than us.
    """
    handle = archive.fp
    assert handle is not None, "an open archive has a file"
    inflate = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    if inflate is None and entry.compress_type != zipfile.ZIP_STORED:
        raise BadArchive
    place, left, checked = _start_of(handle, entry), entry.compress_size, 0
    while left:
        handle.seek(place)
        packed = handle.read(min(left, _CHUNK))
        if not packed:
            raise BadArchive
        place, left = place + len(packed), left - len(packed)
        while packed:
            chunk = inflate.decompress(packed, _CHUNK) if inflate else packed
            packed = inflate.unconsumed_tail if inflate else b""
            budget.spend(len(chunk))
            checked = zlib.crc32(chunk, checked)
            yield chunk
    if checked != entry.CRC or (inflate is not None and not inflate.eof):
        raise BadArchive


def _start_of(handle: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """Where the packed bytes of an entry begin, behind a header of its own."""
    handle.seek(entry.header_offset)
    header = handle.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"PK\x03\x04"):
        raise BadArchive
    name, extra = struct.unpack("<HH", header[-4:])
    return entry.header_offset + _HEADER + int(name) + int(extra)


@dataclass(frozen=True)
class Package:
    """Parts by their normal names; of two parts of one name the later, as most readers have it. Names compare without
    regard to case."""

    parts: Mapping[str, bytes] = field(repr=False)

    @staticmethod
    def names_in(content: bytes | Path) -> set[str]:
        """The names of an archive's parts in small letters; nothing is unpacked. Raises what `of` raises."""
        with told(), zipfile.ZipFile(_source(content)) as archive:
            return {part_name(entry.filename).lower() for entry in entries_of(archive)}

    @staticmethod
    def is_usual(content: bytes | Path) -> bool:
        """Whether every part has its normal name. Raises what `of` raises."""
        with told(), zipfile.ZipFile(_source(content)) as archive:
            return all(part_name(entry.filename) == entry.filename for entry in entries_of(archive))

    @classmethod
    def of(
        cls, content: bytes | Path, limit: int, wanted: Callable[[str], bool] = lambda name: True
    ) -> Package:
        """The parts of an archive, those that are wanted. Raises BadArchive, LockedArchive, ArchiveTooLarge."""
        budget, parts = Budget(limit), dict[str, bytes]()
        with told(), zipfile.ZipFile(_source(content)) as archive:
            entries = [entry for entry in entries_of(archive) if wanted(part_name(entry.filename))]
            claimed_within(entries, limit)
            for entry in entries:
                if name := part_name(entry.filename):
                    parts[name] = b"".join(chunks_of(archive, entry, budget))
        return cls(parts)

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        return {name.lower(): name for name in self.parts}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._by_folded

    def get(self, name: str) -> bytes | None:
        """A part; None when there is none of that name."""
        found = self._by_folded.get(name.lower())
        return None if found is None else self.parts[found]

    def plain(self) -> Package:
        """The same in the one dialect that every reader knows. Raises BadArchive for an XML part in no letter table."""
        with told():
            plain = Package({name: _plain(name, part) for name, part in self.parts.items()})
        return Package(dict(zip(_as_listed(plain), plain.parts.values(), strict=True)))

    def packed(self) -> bytes:
        """An archive of exactly these parts, uncompressed."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            # `mimetype` stands first in an OpenDocument.
            for name in sorted(self.parts, key=lambda name: name != "mimetype"):
                archive.writestr(name, self.parts[name])
        return target.getvalue()


def _as_listed(package: Package) -> list[str]:
    """The names of the parts with the case in which the package's own list has them: some readers look for it."""
    listed = {
        name.lower(): name
        for found in _LISTED.findall(package.get("[Content_Types].xml") or b"")
        if (name := part_name(found.decode("utf-8", "replace")))
    }
    names = []
    for name in package.parts:
        folder, _, file = name.rpartition("/")
        if folder.lower().endswith("_rels") and file.lower().endswith(".rels"):
            above = folder[: -len("_rels")]
            owner = listed.get(f"{above}{file[: -len('.rels')]}".lower(), f"{above}{file[: -len('.rels')]}")
            place, _, owner_file = owner.rpartition("/")
            names.append(f"{place}/_rels/{owner_file}.rels".lstrip("/"))
        else:
            names.append(listed.get(name.lower(), name))
    return names


def _source(content: bytes | Path) -> io.BytesIO | Path:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _plain(name: str, part: bytes) -> bytes:
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return part
    part = _in_utf8(part)
    if _STRICT in part:
        part = _STRICT_NAME.sub(_transitional, part)
    return _without_prefix(part)


def _transitional(found: re.Match[bytes]) -> bytes:
    return _TRANSITIONAL + found[1] + b"/2006/"


def _in_utf8(part: bytes) -> bytes:
    encoding = _UTF16.get(part[:2])
    if encoding is None:
        return part
    text = part.decode(encoding).lstrip("\ufeff")
    return re.sub(r"""(<\?xml[^>]*?)\s+encoding=["'][^"']*["']""", r"\1", text, count=1).encode()


def _without_prefix(part: bytes) -> bytes:
    """`<x:worksheet xmlns:x="...">` as `<worksheet xmlns="...">`: sheets alone, for their attributes have no prefixes,
    and only where no other default stands."""
    root = _ROOT.search(part, part.find(b"?>") + 2 if b"?>" in part[:200] else 0)
    if root is None or not root[1] or not _of_sheets(root[1], root[3] or b"") or _DEFAULT.search(part):
        return part
    prefix = root[1]
    part = part.replace(b"<" + prefix + b":", b"<").replace(b"</" + prefix + b":", b"</")
    return re.sub(rb"\bxmlns:" + re.escape(prefix) + rb"(\s*=)", rb"xmlns\1", part)


def _of_sheets(prefix: bytes, attributes: bytes) -> bool:
    bound = rb"""\sxmlns:""" + re.escape(prefix) + rb"""\s*=\s*["']([^"']*)["']"""
    found = re.search(bound, attributes)
    return found is not None and found[1] == _SHEETS

"""Looking into a packed workbook (.xlsx, .xlsm, .ods) before a reader lays out its cells in memory.

A workbook is unpacked to its end once; no part yields more than it states. The readers lay out a
sheet as a full grid from its first cell to its last, so one stray cell at the far corner would ask for 500 GB.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from cchc.errors import CchcError
from cchc.sources.tables.base import MAX_COLUMNS
from cchc.texts import t
from cchc.unpacking import DAMAGED, ArchiveTooLarge, archive_entries

MAX_UNPACKED = 2 << 30  # a sheet of a million rows with 20 columns unpacks to 0.5 GB
MAX_CELLS = 32 << 20  # a million rows of 30 columns
CHUNK, OVERLAP = 4 << 20, 64 << 10
SHOWN_CELLS = 5
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A formula whose result was never computed: every reader takes it for an empty cell.
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
# A cell from column AA on that is not merely formatted.
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d+"[^>]*(?<!/)>')
_ROW_NUMBER = re.compile(rb'[^>]* r="(\d{1,7})"')
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_VALUE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 value-type"


def check_archive(path: Path) -> None:
    """Raises CchcError for an archive that is damaged, protected or blown up, for a sheet with too many cells, and
    for formulas without results (with the cells' names)."""
    with path.open("rb") as handle:
        start = handle.read(len(_OLE))
        if start == _OLE:  # a zip in a lock, or an old .xls under a new name
            encrypted = _ENCRYPTED in handle.read()
            raise CchcError(t(f"sources.file.{'protected' if encrypted else 'damaged'}", file=path.name))
    uncomputed: list[str] = []
    try:
        with zipfile.ZipFile(path) as archive:
            if _is_locked(archive):
                raise CchcError(t("sources.file.protected", file=path.name))
            for entry in archive_entries(path, MAX_UNPACKED):
                with archive.open(entry) as part:
                    chunks = iter(lambda: part.read(CHUNK), b"")
                    if entry.filename.startswith("xl/worksheets/"):
                        uncomputed += _check_sheet(path, chunks)
                    elif entry.filename == "content.xml":
                        _check_content(path, chunks)
                    else:
                        for _ in chunks:
                            pass
    except ArchiveTooLarge:
        raise CchcError(t("sources.file.bomb", file=path.name)) from None
    except (*DAMAGED, expat.ExpatError):
        raise CchcError(t("sources.file.damaged", file=path.name)) from None
    if uncomputed:
        shown = ", ".join(uncomputed[:SHOWN_CELLS]) + (", ..." if len(uncomputed) > SHOWN_CELLS else "")
        raise CchcError(t("sources.file.uncomputed", file=path.name, count=len(uncomputed), cells=shown))


def _is_locked(archive: zipfile.ZipFile) -> bool:
    """Locked by a password: each part of its own (zip), or all of an OpenDocument, whose list of parts says so."""
    if any(entry.flag_bits & 1 for entry in archive.infolist()):
        return True
    if "META-INF/manifest.xml" not in archive.namelist():
        return False
    with archive.open("META-INF/manifest.xml") as part:
        return b"encryption-data" in part.read(CHUNK)


def _check_extent(path: Path, rows: int, columns: int) -> None:
    if columns > MAX_COLUMNS:
        raise CchcError(t("sources.file.too_wide", file=path.name, found=columns, allowed=MAX_COLUMNS))
    if rows * columns > MAX_CELLS:
        raise CchcError(t("sources.file.too_many_cells", file=path.name, rows=rows, columns=columns))


def _check_sheet(path: Path, chunks: Iterator[bytes]) -> list[str]:
    """Names of the cells of an Excel sheet that lack their result; every part of the sheet is looked at."""
    found: dict[str, None] = {}
    tail, rows, columns, unnumbered = b"", 0, 26, 0
    for chunk in chunks:
        text = tail + chunk
        if b"<f" in text:
            found.update((name.decode(), None) for name in _UNCOMPUTED.findall(text))
        columns = max(columns, *map(_column_number, set(_FAR_COLUMN.findall(text))), 0)
        last = _ROW_NUMBER.match(text, max(text.rfind(b"<row "), 0))
        if last is None:  # rows need not be numbered
            unnumbered += chunk.count(b"<row")
        rows = max(rows, unnumbered, int(last[1]) if last else 0)
        _check_extent(path, rows, columns)
        tail = text[-OVERLAP:]
    return list(found)


def _column_number(letters: bytes) -> int:
    """'A' is 1, 'AA' is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


@dataclass
class _Extent:
    """How far the cells of an OpenDocument sheet reach that have a value; repeated ones count as often."""

    path: Path
    rows: int = 0
    columns: int = 0
    _row: int = 0
    _column: int = 0
    _repeated: int = field(default=1)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table":
            self.rows = self.columns = self._row = 0
        elif name == f"{_TABLE}table-row":
            self._repeated = int(attributes.get(f"{_TABLE}number-rows-repeated", 1))
            self._row, self._column = self._row + self._repeated, 0
        elif name in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            self._column += int(attributes.get(f"{_TABLE}number-columns-repeated", 1))
            if _VALUE in attributes:
                self.rows, self.columns = self._row, max(self.columns, self._column)
                _check_extent(self.path, self.rows, self.columns)


def _check_content(path: Path, chunks: Iterator[bytes]) -> None:
    extent, parser = _Extent(path), expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = extent.start
    for chunk in chunks:
        parser.Parse(chunk)
    parser.Parse(b"", True)

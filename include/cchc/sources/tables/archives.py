"""Looking into a packed workbook (.xlsx, .ods) before a reader lays out its cells in memory.

A workbook is unpacked to its end once: its real size counts, not the size that it states. The readers lay out a
sheet as a full grid from its first cell to its last, so one stray cell at the far corner would ask for 500 GB.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from cchc.errors import CchcError
from cchc.office.package import (
    ArchiveTooLarge,
    BadArchive,
    Budget,
    LockedArchive,
    chunks_of,
    claimed_within,
    entries_of,
    part_name,
    told,
)
from cchc.office.sheets import CalcWalk, ExcelWalk, Extent, TooFar, TooLong, column_number, is_sheet, walk
from cchc.sources.tables.base import MAX_COLUMNS
from cchc.texts import t

MAX_UNPACKED = 2 << 30  # a sheet of a million rows with 20 columns unpacks to 0.5 GB
MAX_CELLS = 32 << 20  # a million rows of 30 columns
MOST = Extent(rows=MAX_CELLS, columns=MAX_COLUMNS, cells=MAX_CELLS)
OVERLAP = 64 << 10
SHOWN_CELLS = 5
# A formula whose result was never computed: every reader takes it for an empty cell.
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]{1,3}\d+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
# A cell from column AA on that is not merely formatted.
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d+"[^>]*(?<!/)>')
_ROW_NUMBER = re.compile(rb'[^>]* r="(\d{1,7})"')
# A cell that is not written as `<c r="A1"`, as nearly all programs do; with a prefix, where a colon stands before it.
_UNUSUAL_CELL = re.compile(rb'<c(?=[\s/>])(?! r=")')
_PREFIXED_CELL = re.compile(rb"<[\w.-]+:c[\s/>]")

Chunks = Callable[[], Iterator[bytes]]


class _Unusual(Exception):
    """A sheet whose cells are written in another way than nearly all programs do."""


def check_archive(path: Path) -> None:
    """Raises CchcError for an archive that is damaged, protected or blown up, for a sheet with too many cells, and
    for formulas without results (with the cells' names)."""
    uncomputed: list[str] = []
    budget = Budget(MAX_UNPACKED)
    try:
        with told(), zipfile.ZipFile(path) as archive:
            entries = entries_of(archive)
            claimed_within(entries, MAX_UNPACKED)
            for entry in entries:

                def chunks(entry: zipfile.ZipInfo = entry) -> Iterator[bytes]:
                    return chunks_of(archive, entry, budget)

                uncomputed += _check_part(path, part_name(entry.filename), chunks)
    except LockedArchive:
        raise CchcError(t("sources.file.protected", file=path.name)) from None
    except ArchiveTooLarge:
        raise CchcError(t("sources.file.bomb", file=path.name)) from None
    except BadArchive:
        raise CchcError(t("sources.file.damaged", file=path.name)) from None
    except TooLong as long:
        raise CchcError(t("sources.file.too_long", file=path.name, cell=long.cell)) from None
    except TooFar as far:
        raise _too_far(path, far.rows, far.columns) from None
    if uncomputed:
        shown = ", ".join(uncomputed[:SHOWN_CELLS]) + (", ..." if len(uncomputed) > SHOWN_CELLS else "")
        raise CchcError(t("sources.file.uncomputed", file=path.name, count=len(uncomputed), cells=shown))


def _check_part(path: Path, name: str, chunks: Chunks) -> list[str]:
    if name.lower() == "content.xml":
        walk(CalcWalk(MOST), chunks())
        return []
    parts = chunks()
    first = next(parts, b"")
    if not is_sheet(first):
        for _ in parts:  # to its end: its size counts
            pass
        return []
    try:
        return _check_sheet(path, chain((first,), parts))
    except _Unusual:
        found = ExcelWalk(MOST, shared=())
        walk(found, chunks())
        return [cell for cell, why in found.unread.items() if why == "formula"]


def _too_far(path: Path, rows: int, columns: int) -> CchcError:
    if columns > MAX_COLUMNS:
        return CchcError(t("sources.file.too_wide", file=path.name, columns=columns, allowed=MAX_COLUMNS))
    return CchcError(t("sources.file.too_many_cells", file=path.name, rows=rows, columns=columns))


def _check_sheet(path: Path, chunks: Iterator[bytes]) -> list[str]:
    """Names of the cells of an Excel sheet that lack their result; every part of the sheet is looked at. Raises
    _Unusual for cells that are not written as `<c r="A1"`: they are walked through one by one, which takes longer."""
    found: dict[str, None] = {}
    tail, rows, columns, unnumbered = b"", 0, 26, 0
    for chunk in chunks:
        text = tail + chunk
        # A cell that is cut by the end of a chunk counts with the next one.
        whole = text[: text.rfind(b"<")]
        if _UNUSUAL_CELL.search(whole) or (b":c" in whole and _PREFIXED_CELL.search(whole)):
            raise _Unusual
        if b"<f" in text:
            found.update((name.decode(), None) for name in _UNCOMPUTED.findall(text))
        columns = max(columns, *(column_number(one.decode()) for one in set(_FAR_COLUMN.findall(text))), 0)
        last = _ROW_NUMBER.match(text, max(text.rfind(b"<row "), 0))
        if last is None:  # rows need not be numbered
            unnumbered += chunk.count(b"<row")
        rows = max(rows, unnumbered, int(last[1]) if last else 0)
        if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
            raise _too_far(path, rows, columns)
        tail = text[-OVERLAP:]
    return list(found)

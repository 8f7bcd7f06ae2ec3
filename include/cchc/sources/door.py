"""The door: an export comes in, and only the columns we keep go any further.

Nothing of a personal column is ever written, logged or put into a message. What is kept is a CSV of the kept
columns with their texts as received, the row's number in the original, and what was wrong with the row.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.sources.columns import COLUMNS, KEY_COLUMN, Column
from cchc.sources.layouts import CountingRules, Layout
from cchc.sources.matching import Match, best_match
from cchc.sources.names import normalise
from cchc.sources.tables import Sheet, TextTable, head, tables_of
from cchc.texts import t

MASKED = "***"
_CODE = re.compile(r"^(?=.*\d)[\w.,/\-]{1,60}$")
_SYMBOL = re.compile(r"^[\w.,/\-&()]{1,40}$")  # no space: a name has one
_DATE = re.compile(r"^[\d/.:\- TZ]{1,26}$")
# A telephone or identity number, or an address of electronic mail, in a cell where it does not belong.
_PERSONAL = re.compile(r"@|(?:\d[ .\-]?){9,}")
_LONG_DIGITS = re.compile(r"\d{9,}")


@dataclass(frozen=True)
class Kept:
    """What came through the door: `path` is the kept CSV, `rows` counts its rows: all that were read."""

    path: Path
    match: Match
    rows: int


def enter(path: Path, folder: Path, layouts: Sequence[Layout], rules: CountingRules) -> Kept:
    """Find the layout and write the kept CSV into `folder` under its content's hash.

    A file without rows below its header comes through: nothing happened in its days. Raises CchcError when no
    layout fits, when the file cannot be read or when it changes while it is read.
    """
    before = _stamp(path)
    table, header, match = find_layout(path, layouts)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="", dir=folder, prefix=".vao.", suffix=".csv", delete=False
    ) as handle:
        temporary = Path(handle.name)
        try:
            rows = _write_kept(csv.writer(handle, lineterminator="\n"), table, header, match, rules)
            handle.close()
            if _stamp(path) != before:
                raise CchcError(t("sources.file.changing", file=path.name))
            digest = sha256_file(temporary)
            kept = folder / digest[:2] / f"{digest}.csv"
            kept.parent.mkdir(exist_ok=True)
            temporary.chmod(0o644)
            temporary.replace(kept)  # equal content has an equal name: replacing changes no byte
        finally:
            temporary.unlink(missing_ok=True)
    return Kept(kept, match, rows)


def find_layout(path: Path, layouts: Sequence[Layout]) -> tuple[TextTable | Sheet, int, Match]:
    """(table, index of its header row, match). CchcError names what the nearest layout misses."""
    depth = max(layout.header_within_rows for layout in layouts)
    nearest: tuple[tuple[bool, int], TextTable | Sheet, int, Match] | None = None
    for table in tables_of(path):
        found = best_match(head(table, depth), layouts)
        if found is None:
            continue
        rank = (found[1].fits, len(found[1].positions))
        if nearest is None or rank > nearest[0]:
            nearest = (rank, table, *found)
    if nearest is None:
        known = ", ".join(layout.title for layout in layouts)
        raise CchcError(t("sources.file.no_layout", file=path.name, known=known))
    _, table, header, match = nearest
    if not match.fits:
        missing = ", ".join(match.missing)
        raise CchcError(t("sources.file.misses", file=path.name, layout=match.layout.title, missing=missing))
    return table, header, match


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _write_kept(
    writer: Any, table: TextTable | Sheet, header: int, match: Match, rules: CountingRules
) -> int:
    columns = COLUMNS[match.layout.source]
    writer.writerow(["Dòng", "Lỗi dòng", *(match.titles.get(column.name, "") for column in columns)])
    keeper = _Keeper(match, rules)
    count = 0
    for number, cells in enumerate(table.rows(), start=1):
        if number <= header + 1 or not any(cell.strip() for cell in cells):
            continue
        fault, kept = keeper.keep(cells)
        writer.writerow([number, fault, *kept])
        count += 1
    return count


class _Keeper:
    """Takes from a row what may be kept; a row that cannot be trusted keeps nothing but its number."""

    def __init__(self, match: Match, rules: CountingRules) -> None:
        self._match = match
        self._columns = COLUMNS[match.layout.source]
        self._places = [match.positions.get(column.name) for column in self._columns]
        self._names = [column.name for column in self._columns]
        self._key = match.positions[KEY_COLUMN[match.layout.source]]
        self._secrecy = match.positions.get("secrecy")
        self._secrecy_words = match.layout.words("secrecy")
        self._excerpt = match.positions.get("excerpt")
        self._reform_words = tuple(normalise(word) for word in rules.doc_management.reform_words)

    def keep(self, cells: list[str]) -> tuple[str, list[str]]:
        """(fault of the row or '', texts of the kept columns)."""
        nothing = [""] * len(self._columns)
        width = self._match.width
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            # A cell too many or too few: whose cell is whose is unknown, a name may stand anywhere.
            return f"misaligned:{len(cells)}:{width}", nothing
        if not _CODE.match(cells[self._key].strip()):
            return "no_key", nothing
        kept = []
        for column, place in zip(self._columns, self._places, strict=True):
            if column.kind == "derived":
                kept.append("1" if self._about_reform(cells) else "0")
                continue
            text = "" if place is None else cells[place].strip()
            if "\n" in text or "\r" in text:
                if column.kind != "excerpt":
                    return "line_break", nothing  # an unclosed quote swallows the lines that follow
                text = " ".join(text.split())
            kept.append(self._cell(column, text, cells) if text else "")
        return "", kept

    def _cell(self, column: Column, text: str, cells: list[str]) -> str:
        if column.kind == "excerpt":
            return text if self._may_keep_excerpt(cells) else ""
        if column.kind == "date":
            return text if _DATE.match(text) and not _LONG_DIGITS.search(text) else MASKED
        if column.kind == "code":
            return text if _CODE.match(text) or _SYMBOL.match(text) else MASKED
        return MASKED if _PERSONAL.search(text) else text

    def _about_reform(self, cells: list[str]) -> bool:
        if self._excerpt is None:
            return False
        excerpt = normalise(cells[self._excerpt])
        return any(word in excerpt for word in self._reform_words)

    def _may_keep_excerpt(self, cells: list[str]) -> bool:
        """Only of a document about the reform that is known not to be confidential, and without a number that
        could be a person's."""
        if self._secrecy is None or _PERSONAL.search(cells[self._excerpt or 0]):
            return False
        secrecy = self._secrecy_words.get(
            normalise(cells[self._secrecy]), "1" if cells[self._secrecy].strip() else "0"
        )
        return secrecy == "0" and self._about_reform(cells)

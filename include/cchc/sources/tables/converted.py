"""A table whose texts are in letters of before Unicode, read as what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from cchc.errors import CchcError
from cchc.old_letters import Letters, recognised, turned
from cchc.sources.tables.base import Reading, SourceTable, load_rows
from cchc.sources.tables.text_files import VIETNAMESE_8_BIT, TextTable

LOOKED_AT, CELLS = 200, 2000  # rows and cells of which the letters are known
_VIETNAMESE = "\u1e9f"  # letters beyond are of Unicode alone


@dataclass(frozen=True)
class ConvertedTable:
    """`inner` under the table `letters`. `mixed`: it has cells of Unicode too, so that only cells that cannot be
    Vietnamese as they stand are turned."""

    inner: SourceTable
    letters: Letters
    mixed: bool

    @property
    def path(self) -> Path:
        return self.inner.path

    def head(self, count: int) -> list[list[str]]:
        return [self._row(row) for row in self.inner.head(count)]

    def load(self, connection: Any, reading: Reading) -> None:
        load_rows(connection, reading, self.rows())

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        for number, row in self.inner.rows():
            yield number, self._row(row)

    def _row(self, row: list[str]) -> list[str]:
        return [turned(cell, self.letters, mixed=self.mixed) for cell in row]


def in_unicode(table: SourceTable) -> SourceTable:
    """The table itself, or read through the letter table that its first rows are certainly written in."""
    if isinstance(table, TextTable) and table.encoding == VIETNAMESE_8_BIT:
        # Bytes of one of these tables make some sense in Windows-1258 too: its own letters are looked at first.
        found = _converted(replace(table, encoding="latin-1"))
        if found is not None:
            return found
    return _converted(table) or table


def _converted(table: SourceTable) -> ConvertedTable | None:
    try:
        rows = table.head(LOOKED_AT)
    except CchcError:  # told by whoever reads it
        return None
    cells = dict.fromkeys(islice((cell for row in rows for cell in row if cell), CELLS))
    found = recognised("\n".join(cells), prose=False)
    if found.table is None or found.doubtful:
        return None
    return ConvertedTable(
        table, found.table, mixed=any(letter > _VIETNAMESE for cell in cells for letter in cell)
    )

"""The door: which table of a file follows which layout, and which of its cells go any further.

Nothing of a personal column is ever read into a table, written, logged or put into a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.errors import CchcError
from cchc.sources.columns import COLUMNS
from cchc.sources.layouts import Layout
from cchc.sources.matching import Match, best_match
from cchc.sources.tables import ConvertedTable, Reading, SourceTable, SpreadsheetTable, tables_of
from cchc.texts import t

SHOWN_NEAREST = 3


@dataclass(frozen=True)
class Entrance:
    """A table that fits a layout."""

    table: SourceTable
    match: Match
    reading: Reading

    @property
    def sheet(self) -> str | None:
        """The sheet of a workbook."""
        return _sheet_name(self.table)

    @property
    def remark(self) -> str | None:
        """That the file was turned into Unicode, and from what."""
        if not isinstance(self.table, ConvertedTable):
            return None
        return t("sources.file.converted", file=self.table.path.name, table=self.table.letters.known_as)


class NoLayout(CchcError):
    """The file fits no layout; `nearest` are those that miss least, best first."""

    def __init__(self, message: str, nearest: Sequence[Match] = ()) -> None:
        self.nearest = tuple(nearest)
        super().__init__(message)


def find_layout(path: Path, layouts: Sequence[Layout]) -> Entrance:
    """The table and layout that fit best.

    Raises NoLayout, which names what the nearest layout misses; CchcError for a workbook of which several sheets
    fit, for only one of them would be read.
    """
    depth = max(layout.header_within_rows for layout in layouts)
    nearest: tuple[SourceTable, Match] | None = None
    fitting: list[str] = []
    for table in tables_of(path):
        found = best_match(table.head(depth), layouts)
        if found is None:
            continue
        if nearest is None or found.rank > nearest[1].rank:
            nearest = (table, found)
        sheet = _sheet_name(table)
        if found.fits and sheet is not None and len(table.head(found.first_row + 1)) > found.first_row:
            fitting.append(sheet)
    if nearest is None:
        known = ", ".join(layout.title for layout in layouts)
        raise NoLayout(t("sources.file.no_layout", file=path.name, known=known))
    table, match = nearest
    if len(fitting) > 1:
        raise CchcError(
            t("sources.file.several_sheets", file=path.name, count=len(fitting), sheets=", ".join(fitting))
        )
    if not match.fits:
        missing = ", ".join(match.missing)
        raise NoLayout(
            t("sources.file.misses", file=path.name, layout=match.layout.title, missing=missing),
            _nearest(table.head(depth), layouts),
        )
    columns = [column for column in COLUMNS[match.layout.source] if column.kind != "derived"]
    reading = Reading(
        first_row=match.first_row,
        width=match.width,
        columns={column.name: match.positions.get(column.name) for column in columns},
        free_text=frozenset(column.name for column in columns if column.kind == "excerpt"),
    )
    return Entrance(table, match, reading)


def _sheet_name(table: SourceTable) -> str | None:
    inner = table.inner if isinstance(table, ConvertedTable) else table
    return inner.sheet_name if isinstance(inner, SpreadsheetTable) else None


def _nearest(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> list[Match]:
    found = (best_match(rows, [layout]) for layout in layouts)
    return sorted(
        (match for match in found if match is not None),
        key=lambda match: (len(match.missing) - len(match.positions), match.layout.layout),
    )[:SHOWN_NEAREST]

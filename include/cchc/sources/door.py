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
from cchc.sources.tables import Reading, Table, tables_of
from cchc.texts import t


@dataclass(frozen=True)
class Entrance:
    """A table that fits a layout."""

    table: Table
    match: Match
    reading: Reading


def find_layout(path: Path, layouts: Sequence[Layout]) -> Entrance:
    """The table and layout that fit best. CchcError names what the nearest layout misses."""
    depth = max(layout.header_within_rows for layout in layouts)
    nearest: tuple[tuple[bool, int], Table, Match] | None = None
    for table in tables_of(path):
        found = best_match(table.head(depth), layouts)
        if found is None:
            continue
        rank = (found.fits, len(found.positions))
        if nearest is None or rank > nearest[0]:
            nearest = (rank, table, found)
    if nearest is None:
        known = ", ".join(layout.title for layout in layouts)
        raise CchcError(t("sources.file.no_layout", file=path.name, known=known))
    _, table, match = nearest
    if not match.fits:
        missing = ", ".join(match.missing)
        raise CchcError(t("sources.file.misses", file=path.name, layout=match.layout.title, missing=missing))
    columns = [column for column in COLUMNS[match.layout.source] if column.kind != "derived"]
    reading = Reading(
        first_row=match.first_row,
        width=match.width,
        columns={column.name: match.positions.get(column.name) for column in columns},
        free_text=frozenset(column.name for column in columns if column.kind == "excerpt"),
    )
    return Entrance(table, match, reading)

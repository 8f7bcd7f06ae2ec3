"""Looking at an export before it is landed: layout, columns, first rows, and what would be refused."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cchc.sources.columns import COLUMNS
from cchc.sources.door import enter
from cchc.sources.duck import connect, mappings, run
from cchc.sources.layouts import CountingRules, load_layouts
from cchc.sources.matching import Match
from cchc.sources.typed import Typed, type_rows

if TYPE_CHECKING:
    from cchc.units import UnitRegister

FIRST_ROWS = 3


@dataclass(frozen=True)
class Preview:
    """What landing the file would do. `first_rows`: row number and kept cells by header."""

    match: Match
    typed: Typed
    first_rows: tuple[tuple[int, dict[str, str]], ...]

    def reasons(self) -> dict[str, list[int]]:
        """Reason -> numbers of the rows that it refuses, most frequent reason first."""
        rows: dict[str, list[int]] = defaultdict(list)
        for refused in self.typed.refused:
            for reason in refused.reasons:
                rows[reason].append(refused.row)
        return dict(sorted(rows.items(), key=lambda item: (-len(item[1]), item[0])))


def preview(path: Path, units: UnitRegister, received_on: date) -> Preview:
    """Read `path` as landing would, in a temporary folder, and record nothing. Raises like `land_file`."""
    rules, layouts = CountingRules.load(), load_layouts()
    with tempfile.TemporaryDirectory() as folder, connect() as connection:
        kept = enter(path, Path(folder), layouts, rules)
        typed = type_rows(connection, kept.path, kept.match, units, received_on, rules)
        rows = mappings(run(connection, "exports/macros.first_rows", count=FIRST_ROWS))
    names = [
        column.name for column in COLUMNS[kept.match.layout.source] if column.name in kept.match.positions
    ]
    first = tuple(
        (row["row_no"], {kept.match.title(name): row[name] or "" for name in names}) for row in rows
    )
    return Preview(kept.match, typed, first)

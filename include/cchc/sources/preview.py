"""Looking at an export before it is landed: layout, columns, first rows, and what would be refused."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cchc.sources.columns import COLUMNS
from cchc.sources.door import find_layout
from cchc.sources.duck import connect, mappings, run
from cchc.sources.layouts import load_layouts
from cchc.sources.matching import Match
from cchc.sources.reading import reading_exports
from cchc.sources.rules import CountingRules
from cchc.sources.typed import UnknownUnit, type_rows

if TYPE_CHECKING:
    from cchc.units import UnitRegister

FIRST_ROWS = 3


@dataclass(frozen=True)
class Preview:
    """What landing the file would do. `first_rows`: row number and kept cells by header; `reasons`: reason -> numbers
    of the rows that it refuses, most frequent reason first; `unknown_units` likewise, `sheet` of a workbook,
    `remark` on its letters."""

    match: Match
    read: int
    accepted: int
    superseded: int
    reasons: dict[str, list[int]]
    first_rows: tuple[tuple[int, dict[str, str]], ...]
    unknown_units: dict[UnknownUnit, list[int]]
    footers: int
    sheet: str | None
    remark: str | None = None


def preview_apart(path: Path, units: UnitRegister, received_on: date) -> Preview:
    """`preview` in the process in which landing reads, within its limits. Raises its CchcErrors, ItemFailed for what
    breaks its reader."""
    with (
        tempfile.TemporaryDirectory() as folder,
        reading_exports(units, path.stat().st_size, Path(folder)) as session,
    ):
        found: Preview = session.ask(_answer, path.absolute(), received_on)
        return found


def _answer(units: UnitRegister, path: Path, received_on: date) -> Preview:
    return preview(path, units, received_on)


def preview(path: Path, units: UnitRegister, received_on: date) -> Preview:
    """Read `path` as landing would, in a temporary folder, and record nothing. Raises like `land_file`."""
    rules, entrance = CountingRules.load(), find_layout(path, load_layouts())
    match = entrance.match
    with tempfile.TemporaryDirectory() as folder, connect() as connection:
        typed = type_rows(connection, entrance, units, received_on, rules, Path(folder) / "xem-truoc.parquet")
        reasons: dict[str, list[int]] = defaultdict(list)
        unknown: dict[UnknownUnit, list[int]] = defaultdict(list)
        for refused in typed.refused(connection):
            if refused.unknown_unit is not None:
                unknown[refused.unknown_unit].append(refused.row)
            for reason in refused.reasons:
                reasons[reason].append(refused.row)
        rows = mappings(run(connection, f"{match.layout.source}/landing.first_rows", count=FIRST_ROWS))
    names = [column.name for column in COLUMNS[match.layout.source] if column.name in match.positions]
    first = tuple(
        (
            row["row_no"] or entrance.reading.first_row + place,
            {match.title(name): row[name] or "" for name in names},
        )
        for place, row in enumerate(rows, start=1)
    )
    return Preview(
        match,
        typed.read,
        typed.accepted,
        typed.superseded,
        dict(sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))),
        first,
        dict(sorted(unknown.items(), key=lambda item: (-len(item[1]), item[0].text))),
        typed.footers,
        entrance.sheet,
        entrance.remark,
    )

"""Which layout a file follows: its header row is searched below title rows, whatever the case or accents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cchc.sources.layouts import Layout
from cchc.sources.names import normalise


@dataclass(frozen=True)
class Match:
    """A header row under a layout: which cell is which kept column."""

    layout: Layout
    positions: dict[str, int]  # kept column -> cell of the row
    titles: dict[str, str]  # kept column -> the header as the export writes it
    personal: tuple[str, ...]  # headers that are known as personal data
    unknown: tuple[str, ...]  # headers that no layout knows: dropped as well
    missing: tuple[str, ...]  # first alias of each required column that is absent
    width: int

    def title(self, column: str) -> str:
        """The header of a kept column as the export writes it; our own first name for one that it lacks."""
        return self.titles.get(column) or self.layout.columns[column].aliases[0]

    @property
    def fits(self) -> bool:
        return not self.missing


def match_header(cells: Sequence[str], layout: Layout) -> Match:
    """Map one row of header cells; the first cell with a column's name wins when a header stands twice."""
    positions: dict[str, int] = {}
    personal, unknown = [], []
    for index, cell in enumerate(cells):
        key = normalise(cell)
        name = layout.headers.get(key)
        if name is not None and name not in positions:
            positions[name] = index
        elif key in layout.personal_headers:
            personal.append(" ".join(cell.split()))
        elif key:
            unknown.append(" ".join(cell.split()))
    return Match(
        layout=layout,
        positions=positions,
        titles={name: " ".join(cells[index].split()) for name, index in positions.items()},
        personal=tuple(personal),
        unknown=tuple(unknown),
        missing=tuple(
            column.aliases[0]
            for name, column in layout.columns.items()
            if column.required and name not in positions
        ),
        width=len(cells),
    )


def best_match(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> tuple[int, Match] | None:
    """(index of the header row, match) of the layout that fits with most columns; else the nearest miss.

    None when no row holds even two headers of any layout.
    """
    best: tuple[tuple[bool, int], int, Match] | None = None
    for index, cells in enumerate(rows):
        for layout in layouts:
            if index >= layout.header_within_rows:
                continue
            match = match_header(cells, layout)
            rank = (match.fits, len(match.positions))
            if len(match.positions) >= 2 and (best is None or rank > best[0]):
                best = (rank, index, match)
    return None if best is None else (best[1], best[2])

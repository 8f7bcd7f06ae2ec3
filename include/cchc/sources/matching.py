"""Which layout a file follows: its header is searched below title rows, whatever the case or accents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cchc.folding import loose
from cchc.sources.layouts import Layout
from cchc.texts import t

Rank = tuple[bool, int, bool, int]
MIN_HEADERS = 2
MAX_HEADER_ROWS = 3  # a header cell may be split below a merged one, seldom twice
_QUARANTINE_HEADS = {loose(t(f"sources.quarantine.{name}")) for name in ("row", "reasons")}
_COLUMN_NUMBER = re.compile(r"\(?\d{1,3}\)?|\(?[a-zA-Z]\)?|")


@dataclass(frozen=True)
class Match:
    """Header rows under a layout: which cell is which kept column."""

    layout: Layout
    first_row: int  # index of the first row below the header
    positions: dict[str, int]  # kept column -> cell of the row
    titles: dict[str, str]  # kept column -> the header as the export writes it
    personal: tuple[str, ...]  # headers that are known as personal data
    unknown: tuple[str, ...]  # headers that no layout knows: dropped as well
    missing: tuple[str, ...]  # first alias of each required column that is absent
    width: int
    mended: bool = False  # a quarantine file that people have corrected

    def title(self, column: str) -> str:
        """The header of a kept column as the export writes it; our own first name for one that it lacks."""
        return self.titles.get(column) or self.layout.columns[column].aliases[0]

    @property
    def rank(self) -> Rank:
        """A layout that fits before one that does not, then more columns, then what was seen before what is assumed."""
        return self.fits, len(self.positions), not self.layout.assumed, len(self.personal)

    @property
    def fits(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class _Header:
    """Header rows read once for all layouts. `columns`: (cell, names it may go by, their normalised keys)."""

    columns: tuple[tuple[int, list[str], list[str]], ...]
    keys: frozenset[str]
    ends: int  # how many rows of the file it and what is above it take
    first_row: int  # index of the first row below it
    width: int


def match_header(header: _Header, layout: Layout) -> Match:
    """Map header rows; the first cell with a column's name wins."""
    positions: dict[str, int] = {}
    titles: dict[str, str] = {}
    personal, unknown = [], []
    marked = not layout.marks
    for index, candidates, keys in header.columns:
        if not layout.mark_headers.isdisjoint(keys):
            marked = True
            continue
        known = [(key, text) for key, text in zip(keys, candidates, strict=True) if key in layout.headers]
        if known and layout.headers[known[0][0]] not in positions:
            name = layout.headers[known[0][0]]
            positions[name], titles[name] = index, known[0][1]
        elif any(key in layout.personal_headers for key in keys):
            personal.append(candidates[0])
        else:
            unknown.append(candidates[0])
    return Match(
        layout=layout,
        first_row=header.first_row,
        positions=positions,
        titles=titles,
        personal=tuple(personal),
        unknown=tuple(unknown),
        missing=tuple(
            column.aliases[0]
            for name, column in layout.columns.items()
            if column.required and name not in positions
        )
        + (() if marked else layout.marks[:1]),
        width=header.width,
        mended={loose(title) for title in unknown} >= _QUARANTINE_HEADS,
    )


def best_match(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> Match | None:
    """The layout that fits with most columns under the fewest header rows; else the nearest miss.

    None when no rows hold even two headers of any layout.
    """
    best: tuple[Rank, Match] | None = None
    for header in _headers(rows):
        for layout in layouts:
            if (
                header.ends > layout.header_within_rows
                or len(header.keys & layout.headers.keys()) < MIN_HEADERS
            ):
                continue
            match = match_header(header, layout)
            rank = match.rank
            if len(match.positions) >= MIN_HEADERS and (best is None or rank > best[0]):
                best = (rank, match)
    return None if best is None else best[1]


def _headers(rows: Sequence[Sequence[str]]) -> Iterator[_Header]:
    """Every run of filled rows that may be a header, shallow ones first.

    A cell below a merged one is known by its own words, or by those above and its own together
    ('Ngày' over 'tiếp nhận' is 'Ngày tiếp nhận').
    """
    for depth in range(1, MAX_HEADER_ROWS + 1):
        for index in range(len(rows) - depth + 1):
            header = rows[index : index + depth]
            width = max(len(row) for row in header)
            if width < MIN_HEADERS or not all(map(_filled, header)):
                continue
            columns = []
            for place, words in enumerate(_headings(header, width)):
                if words:
                    candidates = [" ".join(words), *reversed(words)]
                    columns.append((place, candidates, [loose(candidate) for candidate in candidates]))
            keys = frozenset(key for _, _, keys in columns for key in keys)
            yield _Header(tuple(columns), keys, index + depth, _below(rows, index + depth), width)


def _filled(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)


def _below(rows: Sequence[Sequence[str]], index: int) -> int:
    """The row below the header: printed lists number their columns there."""
    if index < len(rows) and _filled(rows[index]):
        cells = [cell.strip() for cell in rows[index]]
        if all(_COLUMN_NUMBER.fullmatch(cell) for cell in cells) and sum(map(bool, cells)) > 1:
            return index + 1
    return index


def _headings(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """For each column the words above each other; a merged cell covers the empty ones to its right."""
    spread = []
    for row_number, row in enumerate(rows):
        cells = [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))
        if row_number < len(rows) - 1:
            below = rows[row_number + 1]
            for index in range(1, width):
                if not cells[index] and index < len(below) and below[index].strip():
                    cells[index] = cells[index - 1]
        spread.append(cells)
    return [list(dict.fromkeys(filter(None, column))) for column in zip(*spread, strict=True)]

"""Rows and columns of tables by the words that a text uses for them: 'thị xã Sông Cầu' is the row 'TX. Sông Cầu'."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from cchc.claims.flat import WORD, words_of
from cchc.claims.grids import SCALE, Cell, FigureTable, Row

_SHORT = {
    "tp": "thanh pho", "tx": "thi xa", "tt": "thi tran", "h": "huyen", "p": "phuong", "x": "xa", "q": "quan",
    "gd": "giao dich", "gddt": "giao dich dien tu", "dvc": "dich vu cong", "tthc": "thu tuc hanh chinh",
    "gq": "giai quyet", "bcci": "buu chinh",
}  # fmt: skip
_PLACES = (
    ("thanh", "pho"), ("thi", "xa"), ("thi", "tran"), ("dac", "khu"), ("huyen",), ("phuong",), ("xa",), ("quan",),
    ("ubnd",),
)  # fmt: skip
_TOTAL = words_of("tong cong so toan chung tinh khoi cac")
# Words of a head that tell no column from another.
GENERIC = words_of(
    "so luong tong cong ty le trong do don vi tinh cua cac va la trieu nghin dong nguoi tren theo co den o tai voi"
)
WEAK = words_of("da duoc co trong la dat cho ra so ho bang")
LEAST, BY_CHANCE = 2, 100 * SCALE  # telling words; a smaller whole number stands in many cells
# Words that part a figure from the table's: another time, a plan, a part, a mean.
SETTING = re.compile(
    r"\b(?:cung ky|nam (?:truoc|ngoai)|ky truoc|so voi|quy [ivx0-9]+|thang [0-9]+|ke hoach|du kien|muc tieu|chi tieu|"
    r"nhiem ky|dau nam|luy ke|trong do|rieng|con lai|binh quan|trung binh|moi|them|"
    r"trong (?:quy|thang|tuan|dot|ngay)|nam (?:20)?[0-9]{2,4})\b"
)
PART_OF_YEAR = re.compile(r"\b(?:quy [ivx0-9]+|thang [0-9]+|[0-9]+ thang|tuan nay)\b")
_UNITS = re.compile(r"\([^()]*\)|%")
_CITED = re.compile(
    r"\b(?:bang|bieu|phu luc)(?: (?:so )?([0-9]{1,2}[a-z]?|[ivx]{1,4})\b| (?:kem|tren|duoi|sau)\b|\)|,)"
)
_TITLE = 400  # letters before a table in which its title stands
_MOST_ROWS, _MOST_COLUMNS = 12, 40  # of one name


@dataclass(frozen=True)
class NamedRow:
    """words: its name without the word of its level; level: that word, () when its label has none."""

    words: tuple[str, ...]
    level: tuple[str, ...]
    row: Row
    grid: FigureTable


@dataclass(frozen=True)
class Found:
    """Where a text names rows, all by the same words."""

    start: int
    end: int
    rows: tuple[NamedRow, ...]


class Names:
    """The names of all rows of a document's tables."""

    def __init__(self, grids: Sequence[FigureTable], flat: str = "") -> None:
        self.grids = grids
        self._titles = [_title(flat, (grid.heads or grid.rows)[0].start) for grid in grids]
        self.starts = [grid.rows[0].start for grid in grids]
        self._by_opening: dict[tuple[str, str], list[NamedRow]] = {}
        self._by_word: dict[str, list[tuple[FigureTable, int]]] = {}
        for grid in grids:
            for row in grid.rows:
                named = _named(grid, row)
                if named and len(named.words) > 1:
                    alike = self._by_opening.setdefault((named.words[0], named.words[1]), [])
                    if len(alike) < _MOST_ROWS:
                        alike.append(named)

        for grid in grids:
            for column in (one for one in grid.figures if not grid.is_share(one)):
                words = telling(grid, column)
                if words and len(same := self._by_word.setdefault(max(words), [])) < _MOST_COLUMNS:
                    same.append((grid, column))

    def columns(self, said: frozenset[str]) -> list[tuple[FigureTable, int]]:
        """The columns of counts whose telling words are all said, of each table those with most."""
        found: dict[int, list[tuple[FigureTable, int]]] = {}
        for grid, column in (one for word in sorted(said) for one in self._by_word.get(word, ())):
            if telling(grid, column) <= said:
                found.setdefault(id(grid), []).append((grid, column))
        return [
            one for same in found.values() for one in same
            if len(telling(*one)) == max(len(telling(*two)) for two in same)
        ]  # fmt: skip

    def cited(self, flat: str, start: int, end: int) -> list[FigureTable]:
        """The tables that a text points to: 'Biểu 1', 'phụ lục kèm theo' (any of them, but not the text's own)."""
        match = _CITED.search(flat, start, end)
        if match is None:
            return []
        return [
            grid for grid, title in zip(self.grids, self._titles, strict=True)
            if (not match[1] or title == match[1]) and not grid.rows[0].start <= start <= grid.rows[-1].end
        ]  # fmt: skip

    def near(self, start: int, end: int) -> Sequence[FigureTable]:
        """The tables that begin in a range."""
        return self.grids[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def inside(self, flat: str, start: int, end: int) -> list[Found]:
        """The rows that are named in a range, the longest name at each place."""
        matches = list(WORD.finditer(flat, start, end))
        words, found, free = [match[0] for match in matches], list[Found](), 0
        for place, pair in enumerate(pairwise(words)):
            if place < free or pair not in self._by_opening:
                continue
            every = [
                one
                for one in self._by_opening[pair]
                if tuple(words[place : place + len(one.words)]) == one.words
            ]
            if not every:
                continue
            length = max(len(one.words) for one in every)
            every = [one for one in every if len(one.words) == length]
            ahead = tuple(words[max(0, place - 2) : place])
            levels = [one for one in every if one.level and ahead[-len(one.level) :] == one.level]
            if not levels:  # 'huyện Cao Lãnh' is no 'TP. Cao Lãnh'
                other = any(ahead[-len(level) :] == level for level in _PLACES[:-1])
                every = [one for one in every if not (other and one.level in _PLACES[:-1])]
            if every:
                free = place + length
                found.append(Found(matches[place].start(), matches[free - 1].end(), tuple(levels or every)))
        return found


def _title(flat: str, start: int) -> str:
    """The number of a table, by the last title in front of it."""
    titles = _CITED.findall(flat, max(0, start - _TITLE), start)
    return titles[-1] if titles else ""


def numbered_column(grid: FigureTable, number: str) -> int | None:
    """'Cột (7)' by the numbers below the heads, else by its place."""
    for head in grid.heads:
        for column, cell in enumerate(head.cells[: grid.width]):
            if re.match(rf"\(?{number}\)?(?:\s*=|$)", cell.words):
                return column
    return int(number) - 1 if 0 < int(number) <= grid.width else None


def spelled(words: Iterable[str]) -> list[str]:
    """Words with the usual shortenings written out."""
    return " ".join(_SHORT.get(word, word) for word in words).split()


def _named(grid: FigureTable, row: Row) -> NamedRow | None:
    words = spelled(WORD.findall(_UNITS.sub(" ", grid.label(row)[:120])))
    if grid.is_total(row):
        while words and words[0] in _TOTAL:
            words.pop(0)
        return NamedRow(tuple(words), (), row, grid)
    for level in _PLACES:
        if tuple(words[: len(level)]) == level and len(words) > len(level) + 1:
            return NamedRow(tuple(words[len(level) :]), level, row, grid)
    return NamedRow(tuple(words), (), row, grid)


def telling(grid: FigureTable, column: int) -> frozenset[str]:
    """The words of a column's own head that tell it apart; those of a spanning one where it has no other."""
    if column not in grid.telling:
        grid.telling[column] = _telling(grid, column)
    return grid.telling[column]


def _telling(grid: FigureTable, column: int) -> frozenset[str]:
    cells = [row.cells[min(column, len(row.cells) - 1)] for row in grid.heads]
    heads = [cell for cell in cells if cell.words and WORD.search(cell.words)] or grid.heads_of(column)
    words = frozenset(spelled(WORD.findall(_UNITS.sub(" ", heads[-1].words)))) if heads else frozenset()
    own = words - GENERIC
    return words if len(own) == 1 < len(words) else own  # 'Tổng điểm'


def named_columns(
    grid: FigureTable, said: frozenset[str], *, shares: bool | None = None, text: str = ""
) -> list[int]:
    """The columns whose telling words are all said, of these the ones with most; shares: only such, or none such.

    text: the words that tell those of one name `apart`.
    """
    best: list[int] = []
    most = 0
    for column in grid.figures:
        if shares is not None and grid.is_share(column) is not shares:
            continue
        words = telling(grid, column)
        if not words or not words <= said or len(words) < most:
            continue
        best, most = [*(best if len(words) == most else ()), column], len(words)
    return apart(grid, best, text)


def apart(grid: FigureTable, columns: list[int], text: str) -> list[int]:
    """Of several 'Quá hạn' the one nearest to a head on its left that stands in a text ('đang giải quyết')."""
    if len(columns) < 2 or not text:
        return columns
    words = f" {' '.join(spelled(WORD.findall(text)))} "
    away = {one: _from_head(grid, one, words) for one in columns}
    nearest = [one for one in columns if away[one] == min(away.values()) < grid.width]
    return nearest if len(nearest) == 1 else columns


def _from_head(grid: FigureTable, column: int, text: str) -> int:
    """How many columns to the left of one a head stands in a text, 0 for one that spans it."""
    for place in range(column, -1, -1):
        heads = grid.heads_of(place)[:-1] if place == column else grid.heads_of(place)[-1:]
        for head in heads:
            words = spelled(WORD.findall(head.words.partition(":")[0]))
            if len(words) >= LEAST and f" {' '.join(words)} " in text:
                return column - place
    return grid.width


def body_rows(grid: FigureTable, like: Row | None = None) -> list[Row]:
    """The rows that are no totals, no shares; like: of the same outline level as that one."""
    places = [
        place for place, row in enumerate(grid.rows) if not grid.is_total(row) and not grid.is_rate(row)
    ]
    level = grid.marks[next(place for place, row in enumerate(grid.rows) if row is like)] if like else None
    return [grid.rows[place] for place in places if level is None or grid.marks[place] == level]


def total_of(grid: FigureTable, column: int) -> int | None:
    """The total of a column: its last total row, else the sum."""
    if grid.totals:
        return grid.totals[-1].cells[column].value
    return sum(row.cells[column].value or 0 for row in grid.rows)


def holds(cell: Cell, value: int) -> bool:
    return cell.value is not None and abs(cell.value) == value and cell.said


def scaled(value: Decimal) -> int:
    return int(value * SCALE)


def columns_of(row: Row, grid: FigureTable, value: int) -> Iterator[int]:
    """The columns in which a row has a value."""
    return (column for column in grid.figures if holds(row.cells[column], value))

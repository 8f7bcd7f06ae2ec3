"""What one column of a table has to do with others: sums, differences and shares that its rows bear out.

No wording is needed: the more rows keep a relation, and the longer their figures, the less can chance have made it. Of
one column several relations can be true at once (a total by the way the files came, and by what became of them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from operator import eq

from cchc.claims.grids import FORMULA, SCALE, Cell, FigureTable, Row
from cchc.claims.judging import ENOUGH, HUNDRED, OF_TEN, slipped

SAMPLE = 60  # rows on which relations are looked for; all rows are then judged by them
_MANY = 14  # columns; of more only neighbours and equal steps are tried
_FEW_ROWS = 8  # a table so small takes its total for a witness too
_DIGITS = 5  # of the figures that keep a relation: where the heads name it, two such rows are enough
_LONGEST_FLOW = 8  # columns of 'đầu kỳ, tăng ..., giảm ..., cuối kỳ'
_NAMED = re.compile(
    r"\b(?:tong|cong|toan bo|phai|duoc giao|con|chua|dang|ton|tang|giam|chenh lech|dau|cuoi|chuyen|hien co|ca nam)\b"
)


@dataclass(frozen=True)
class ColumnRelation:
    """`whole` is the sum of `parts` (columns; a negative sign takes one away), or a share in percent.

    ratio: the last part is what the share is of, the signed sum of the others what has it.
    """

    whole: int
    parts: tuple[int, ...]
    signs: tuple[int, ...]
    ratio: bool = False
    both: bool = False  # of the last two parts together
    of: int = 100  # what a whole share is: 100, or 1 in a workbook that shows 0,985 as 98,5%

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.whole, *self.parts)


def relations(grid: FigureTable) -> list[ColumnRelation]:
    """The relations that most rows of a table keep; of those that share a whole and a part the best one."""
    body = [row for row in grid.rows[:SAMPLE] if not grid.is_total(row)] or grid.rows[:SAMPLE]
    given = _formulas(grid)
    ranked = [((True, 99, 0), one) for one in given]
    for relation in (*_adding_up(grid), *_ratios(grid)):
        good = _borne_out(grid, relation, body)
        if good:
            ranked.append(((False, good, len(relation.parts)), relation))
    shares = {one.whole for _, one in ranked if one.ratio}
    for relation in _ratios_of_sums(grid, [one for one in grid.figures if one not in shares]):
        good = _borne_out(grid, relation, body)
        if good:
            ranked.append(((False, good, 0), relation))
    found: list[ColumnRelation] = []
    for _, one in sorted(ranked, key=lambda two: two[0], reverse=True):
        rivals = [two for two in found if two.whole == one.whole and two.ratio == one.ratio]
        # Told again, or without a column that is nothing in most rows.
        again = any(set(one.columns) <= set(two.columns) for two in found if two.ratio == one.ratio)
        if not again and not any(one.ratio or set(two.parts) & set(one.parts) for two in rivals):
            found.append(one)
    return found


def _adding_up(grid: FigureTable) -> Iterator[ColumnRelation]:
    """The sums and flows that two rows keep: nearly all others are seen to be none by their figures alone."""
    values = {one: [row.cells[one].value or 0 for row in grid.rows[:SAMPLE]] for one in grid.figures}
    less = {one: [-value for value in column] for one, column in values.items()}
    for one in (*_sums(grid), *_flows(grid)):
        columns = [
            (values if sign > 0 else less)[part] for part, sign in zip(one.parts, one.signs, strict=True)
        ]
        if sum(map(eq, values[one.whole], map(sum, zip(*columns, strict=True)))) > 1:
            yield one


def _borne_out(grid: FigureTable, relation: ColumnRelation, body: Sequence[Row]) -> int:
    """How many rows keep a relation; 0 when they are too few, or too many break it."""
    kept, every = _kept(grid, relation, body), grid.rows[:SAMPLE]
    return kept or (_kept(grid, relation, every) if len(body) < min(_FEW_ROWS, len(every)) else 0)


def _kept(grid: FigureTable, relation: ColumnRelation, rows: Sequence[Row]) -> int:
    good = trivial = digits = 0
    broken: list[Row] = []
    for row in rows:
        off = judged(grid, relation, row)
        if off:
            broken.append(row)
            # So many may break it only when each is one slip from keeping it, and more keep it.
            if len(broken) * 3 > max(3, len(rows)) and (
                len(broken) * 2 >= len(rows) or not _is_slip(relation, row.cells)
            ):
                return 0
        elif off == 0 and not _telling(relation, row.cells):
            trivial += 1
        elif off == 0:
            good, digits = good + 1, digits + len(str(_units(row.cells[relation.whole])))
    kept, bad = good + min(trivial, good), len(broken)  # what holds of any two columns alike tells little
    sure = good > 1 and digits >= _DIGITS and _is_named(grid, relation)
    if good < ENOUGH and not sure:
        return 0
    most = kept * 10 >= OF_TEN * (kept + bad) or (sure and (bad == 1 or bad * 2 <= good))
    return kept if most or (good > bad and all(_is_slip(relation, one.cells) for one in broken)) else 0


def _units(cell: Cell) -> int:
    """The figure of a cell without its mark of decimals."""
    return int(abs(cell.value or 0) * 10**cell.decimals // SCALE)


def _is_named(grid: FigureTable, relation: ColumnRelation) -> bool:
    """Whether the heads say that columns hang together so: a total, a rest, a difference, a share."""
    return (
        grid.is_share(relation.whole)
        if relation.ratio
        else any(_NAMED.search(grid.names[one]) for one in relation.columns)
    )


def _formulas(grid: FigureTable) -> list[ColumnRelation]:
    """'(1)=(2)+(3)-(4)' in a head, by the numbers of its columns."""
    for head in grid.heads:
        numbers: dict[int, int] = {}
        formulas = []
        for column, cell in enumerate(head.cells):
            match = FORMULA.fullmatch(cell.words)
            digits = cell.words.strip("()")
            if match:
                formulas.append(match)
                numbers[int(match[1])] = column
            elif digits.isdecimal() and len(digits) < 4:
                numbers[int(digits)] = column
        found = []
        for match in formulas:
            parts, signs = [int(match[2])], [1]
            for piece in (
                match[3].replace("(", " ").replace(")", " ").replace("-", " -").replace("+", " +").split()
            ):
                if piece in "+-":
                    signs.append(-1 if piece == "-" else 1)
                else:
                    if piece[0] in "+-":
                        signs.append(-1 if piece[0] == "-" else 1)
                    parts.append(int(piece.lstrip("+-")))
            if {int(match[1]), *parts} <= numbers.keys() and len(parts) == len(signs):
                found.append(
                    ColumnRelation(numbers[int(match[1])], tuple(numbers[one] for one in parts), tuple(signs))
                )
        if found:
            return found
    return []


def _sums(grid: FigureTable) -> Iterator[ColumnRelation]:
    columns = [one for one in grid.figures if not grid.is_share(one)]
    count = len(columns)
    for first in range(count):
        for last in range(first + 2, min(count, first + 12) + 1):
            parts = tuple(columns[first:last])
            for whole in (columns[first - 1] if first else None, columns[last] if last < count else None):
                if whole is not None:
                    yield ColumnRelation(whole, parts, (1,) * len(parts))
    if count <= _MANY:
        for whole in columns:
            for parts in combinations([one for one in columns if one != whole], 2):
                yield ColumnRelation(whole, parts, (1, 1))
        if count <= 8:
            for whole in columns:
                for parts in combinations([one for one in columns if one != whole], 3):
                    yield ColumnRelation(whole, parts, (1, 1, 1))
                    if whole == columns[-1]:
                        yield ColumnRelation(whole, parts, (1, 1, -1))
    for step in range(2, count // 2 + 1):
        for first in range(count - 2 * step):
            one, two, three = columns[first], columns[first + step], columns[first + 2 * step]
            yield ColumnRelation(three, (one, two), (1, 1))
            yield ColumnRelation(one, (two, three), (1, 1))


def _flows(grid: FigureTable) -> Iterator[ColumnRelation]:
    """Neighbours: what was there and came, less what went, is the last of them."""
    columns = [one for one in grid.figures if not grid.is_share(one)]
    for first in range(len(columns)):
        for last in range(first + 3, min(len(columns), first + _LONGEST_FLOW)):
            parts = tuple(columns[first:last])
            for came in range(1 if last - first > 3 else 2, len(parts)):
                yield ColumnRelation(columns[last], parts, (1,) * came + (-1,) * (len(parts) - came))
        five = columns[first : first + 5]
        if len(five) == 5:
            yield ColumnRelation(five[4], (five[0], five[2], five[3]), (1, 1, -1))


def _shares_of(grid: FigureTable, wholes: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """(column of shares, what a whole share is, columns of counts near it)"""
    counts = [one for one in grid.figures if not _all_small(grid, one) or not grid.is_share(one)]
    for whole in wholes:
        named = grid.is_share(whole)
        if not named and not any(row.cells[whole].decimals for row in grid.rows[:SAMPLE]):
            continue
        of = 1 if all(0 <= (row.cells[whole].value or 0) <= SCALE for row in grid.rows[:SAMPLE]) else 100
        if of == 1 and not named:
            continue  # points of at most one, not shares
        yield whole, of, [one for one in counts if one != whole and abs(one - whole) <= _MANY]


def _ratios(grid: FigureTable) -> Iterator[ColumnRelation]:
    for whole, of, near in _shares_of(grid, grid.figures):
        for top in near:
            for bottom in near:
                if top != bottom:
                    yield ColumnRelation(whole, (top, bottom), (1,), ratio=True, of=of)
                    yield ColumnRelation(whole, (top, bottom, bottom), (1, -1), ratio=True, of=of)
                    yield ColumnRelation(whole, (bottom, top, bottom), (1, -1), ratio=True, of=of)


def _ratios_of_sums(grid: FigureTable, wholes: Sequence[int]) -> Iterator[ColumnRelation]:
    """Two neighbours together, or one less another, in percent of a third: 'trước và đúng hạn trên đã giải quyết'.

    And one of two in percent of both: 'trực tuyến trên trực tuyến và trực tiếp'.
    """
    for whole, of, near in _shares_of(grid, [one for one in wholes if grid.is_share(one)]):
        for one, two in pairwise(near):
            for bottom in near:
                if bottom == one:
                    yield ColumnRelation(whole, (one, one, two), (1,), ratio=True, of=of, both=True)
                    yield ColumnRelation(whole, (two, one, two), (1,), ratio=True, of=of, both=True)
                if bottom not in (one, two):
                    yield ColumnRelation(whole, (one, two, bottom), (1, 1), ratio=True, of=of)
                    yield ColumnRelation(whole, (one, two, bottom), (1, -1), ratio=True, of=of)


def _all_small(grid: FigureTable, column: int) -> bool:
    return all(abs(row.cells[column].value or 0) <= 100 * SCALE for row in grid.rows[:SAMPLE])


def judged(grid: FigureTable, relation: ColumnRelation, row: Row) -> int | None:
    """What the whole has too much, 0 when it is right; None where the row says nothing about it."""
    whole = row.cells[relation.whole]
    if whole.value is None:
        return None
    if relation.ratio:
        return _judged_share(relation, row.cells)
    if grid.is_rate(row):
        return None  # a row of shares has no sums
    cells = [row.cells[one] for one in relation.parts]
    values = [cell.value for cell in cells]
    if not any(value is not None for value in values) or any(
        cell.value is None and cell.words for cell in cells
    ):
        return None
    if whole.said == bool(whole.value) and not any(cell.said for cell in cells):
        return None  # nothing anywhere, or a whole that is not told by its parts
    return whole.value - sum(sign * (value or 0) for sign, value in zip(relation.signs, values, strict=True))


def _judged_share(relation: ColumnRelation, cells: Sequence[Cell]) -> int | None:
    whole, bottom, top = cells[relation.whole], base_of(relation, cells), part_of(relation, cells)
    if whole.value is None or not whole.said or top is None or not bottom or bottom < 0:
        return None
    if top < 0 and len(relation.signs) == 1:
        return None  # points below zero have no share, an index stops at it
    exact = top * relation.of * SCALE / bottom
    # The part may be a rounded mean itself.
    decimals = cells[relation.parts[0]].decimals
    rounded = SCALE // 10**decimals // 2 if decimals else 0
    step = SCALE // 10 ** min(whole.decimals, 4) + rounded * relation.of * SCALE // bottom
    if whole.value > 10 * relation.of * SCALE >= 10 * exact:
        return None  # thousands of percent: a row whose cells stand elsewhere
    off = whole.value - exact
    return 0 if abs(off) < step or abs(off) <= relation.of * SCALE // 2000 else round(off)


def base_of(relation: ColumnRelation, cells: Sequence[Cell]) -> int | None:
    """What the share that a row tells is of: the last column, or the last two."""
    values = [cells[one].value for one in relation.parts[-2 if relation.both else -1 :]]
    return None if None in values else sum(value or 0 for value in values)


def part_of(relation: ColumnRelation, cells: Sequence[Cell]) -> int | None:
    """What has the share that a row tells: the signed sum of all columns but the last."""
    values = [cells[one].value for one in relation.parts[: len(relation.signs)]]
    if any(value is None for value in values):
        return None
    return sum(sign * (value or 0) for sign, value in zip(relation.signs, values, strict=True))


def _is_slip(relation: ColumnRelation, cells: Sequence[Cell]) -> bool:
    """Whether one slip explains why a row breaks a relation; of small numbers every one is a slip of another."""
    whole, values = cells[relation.whole], [cells[one].value or 0 for one in relation.parts]
    if relation.ratio or (whole.value or 0) < HUNDRED * SCALE:
        return False
    signed = [sign * value for sign, value in zip(relation.signs, values, strict=True)]
    return slipped(whole.value or 0, signed, SCALE)


def _telling(relation: ColumnRelation, cells: Sequence[Cell]) -> bool:
    """Whether a row bears a relation out: 5 = 5 + 0 holds of any two columns alike, 0 % and 100 % of many."""
    if relation.ratio:
        whole, part = cells[relation.whole], part_of(relation, cells)
        exact = whole.decimals or (whole.value or 0) >= 10 * SCALE or relation.of == 1
        if len(relation.signs) == 2 and not all(cells[one].value for one in relation.parts):
            return False  # of a sum with nothing the one part tells as much
        # A round share of a few percent is near many.
        return bool(part) and part != base_of(relation, cells) and bool(exact)
    values = [cells[one].value for one in relation.parts]
    return sum(bool(value) for value in values) >= 2 and cells[relation.whole].said

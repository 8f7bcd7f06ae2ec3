"""What the figures of a table have to do with each other, found in the figures themselves.

A relation that at least eight rows in ten keep, and three, is one of the table; the rows that break it are told. No
wording is needed: the more rows keep a relation, the less can chance have made it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise

from cchc.claims.grids import FORMULA, SCALE, Cell, FigureTable, Row, words_of_column, words_of_row, written
from cchc.claims.judging import ENOUGH, HUNDRED, OF_TEN, share_verdict, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort
from cchc.claims.totals import Broken, check_repeated_labels, check_totals
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

SAMPLE = 60  # rows on which relations are looked for; all rows are then judged by them
_MANY = 14  # columns; of more only neighbours and equal steps are tried
_SURE = 5  # rows that keep a relation before one that breaks it is a `lỗi`


@dataclass(frozen=True)
class ColumnRelation:
    """`whole` is the sum of `parts` (columns; a negative sign takes one away), or their quotient in percent."""

    whole: int
    parts: tuple[int, ...]
    signs: tuple[int, ...] = ()
    ratio: bool = False
    of: int = 100  # what a whole share is: 100, or 1 in a workbook that shows 0,985 as 98,5%

    @property
    def columns(self) -> tuple[int, ...]:
        return (self.whole, *self.parts)


def check_grid(passage: Passage, grid: FigureTable, tolerance: Decimal) -> None:
    """All relations of a table. tolerance: points by which a share may be off."""
    if not grid.figures:
        return
    broken = _across(passage, grid)
    _fractions(passage, grid, tolerance)
    if not check_repeated_labels(passage, grid):
        check_totals(passage, grid, broken)
    _numbering(passage, grid)
    _styles(passage, grid)


# Across: one column from others, row by row.


def _across(passage: Passage, grid: FigureTable) -> Broken:
    """Judge every row by the relations of its table; returns the relations each row breaks, with what is missing."""
    broken: dict[int, list[tuple[ColumnRelation, int, float]]] = {}
    kept: set[int] = set()
    for relation in _relations(grid):
        verdicts = [_judged(grid, relation, row) for row in grid.rows]
        body = [
            one for row, one in zip(grid.rows, verdicts, strict=True) if not grid.is_total(row)
        ] or verdicts
        told = sum(one is not None for one in body) or 1
        good = sum(one == 0 for one in body)
        for place, off in enumerate(verdicts):
            if off == 0:
                kept.add(place)
            elif off is not None:
                broken.setdefault(place, []).append((relation, off, good / told))
    for place, row in enumerate(grid.rows):
        if place in broken:
            relation, off, share = max(broken[place], key=lambda one: (one[2], len(one[0].parts)))
            keeping = round(share * sum(_judged(grid, relation, one) is not None for one in grid.rows))
            _say_row(passage, grid, row, relation, keeping, share)
        elif place in kept:
            passage.right(ClaimKind.TABLE_ROW, row.start, row.end)
    return {place: [(relation.columns, off) for relation, off, _ in every] for place, every in broken.items()}


def _relations(grid: FigureTable) -> list[ColumnRelation]:
    """The relations that most rows of a table keep, each whole with its best parts."""
    rows = [row for row in grid.rows[:SAMPLE] if not grid.is_total(row)] or grid.rows[:SAMPLE]
    found: dict[tuple[int, bool], tuple[tuple[int, int, int], ColumnRelation]] = {}
    for relation in (*_formulas(grid), *_sums(grid), *_ratios(grid)):
        given = relation in _formulas(grid)
        good = bad = trivial = slips = 0
        for row in rows:
            off = _judged(grid, relation, row)
            if off == 0 and not _telling(relation, row.cells):
                trivial += 1
            elif off is not None:
                good, bad = good + (off == 0), bad + (off != 0)
                slips += off != 0 and _is_slip(relation, row.cells)
            if (bad - slips) * 10 > 2 * len(rows) and not given:
                break
        kept = good + min(trivial, good)  # what holds of any two columns alike bears nothing out by itself
        most = kept * 10 >= OF_TEN * (kept + bad) or (bad == slips and good > bad)
        if not given and (good < ENOUGH or not most):
            continue
        key = (relation.whole, relation.ratio)
        rank = (int(given), good, len(relation.parts))
        if key not in found or rank > found[key][0]:
            found[key] = (rank, relation)
    return [relation for _, relation in found.values()]


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
            elif digits.isdigit():
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
        four = columns[first : first + 5]
        if len(four) >= 4:
            yield ColumnRelation(four[3], tuple(four[:3]), (1, 1, -1))
        if len(four) == 5:
            yield ColumnRelation(four[4], tuple(four[:4]), (1, 1, -1, -1))
            yield ColumnRelation(four[4], tuple(four[1:4]), (1, 1, -1))
            yield ColumnRelation(four[4], (four[0], four[2], four[3]), (1, 1, -1))
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


def _ratios(grid: FigureTable) -> Iterator[ColumnRelation]:
    counts = [one for one in grid.figures if not _all_small(grid, one) or not grid.is_share(one)]
    for whole in grid.figures:
        named = grid.is_share(whole)
        if not named and not any(row.cells[whole].decimals for row in grid.rows[:SAMPLE]):
            continue
        of = 1 if all(0 <= (row.cells[whole].value or 0) <= SCALE for row in grid.rows[:SAMPLE]) else 100
        if of == 1 and not named:
            continue  # points of at most one, not shares
        near = [one for one in counts if one != whole and abs(one - whole) <= _MANY]
        for top in near:
            for bottom in near:
                if top != bottom:
                    yield ColumnRelation(whole, (top, bottom), ratio=True, of=of)
                    yield ColumnRelation(whole, (top, bottom), (1, -1), ratio=True, of=of)


def _all_small(grid: FigureTable, column: int) -> bool:
    return all(abs(row.cells[column].value or 0) <= 100 * SCALE for row in grid.rows[:SAMPLE])


def _judged(grid: FigureTable, relation: ColumnRelation, row: Row) -> int | None:
    """As `_verdict`; a row of shares has no sums."""
    return None if not relation.ratio and grid.is_rate(row) else _verdict(relation, row.cells)


def _verdict(relation: ColumnRelation, cells: Sequence[Cell]) -> int | None:
    """What the whole has too much, 0 when it is right; None where the row says nothing about it."""
    whole = cells[relation.whole]
    if whole.value is None:
        return None
    values = [cells[one].value for one in relation.parts]
    if relation.ratio:
        top, bottom = values
        if top is None or top < 0 or not bottom or not whole.said:
            return None  # points below zero have no share, an index stops at it
        exact = (top - bottom if relation.signs else top) * relation.of * SCALE / bottom
        # The part may be a rounded mean itself.
        rounded = (
            SCALE // 10 ** cells[relation.parts[0]].decimals // 2 if cells[relation.parts[0]].decimals else 0
        )
        step = SCALE // 10 ** min(whole.decimals, 4) + rounded * relation.of * SCALE // bottom
        if whole.value > 10 * relation.of * SCALE >= 10 * exact:
            return None  # thousands of percent: a row whose cells stand elsewhere
        off = whole.value - exact
        return 0 if abs(off) < step or abs(off) <= relation.of * SCALE // 2000 else round(off)
    if not any(value is not None for value in values) or any(
        value is None and cells[one].words for value, one in zip(values, relation.parts, strict=True)
    ):
        return None
    if whole.value == 0 and not whole.said and not any(values):
        return None
    return whole.value - sum(sign * (value or 0) for sign, value in zip(relation.signs, values, strict=True))


def _is_slip(relation: ColumnRelation, cells: Sequence[Cell]) -> bool:
    """Whether one slip explains why a row breaks a relation; of small numbers every one is a slip of another."""
    whole, values = cells[relation.whole], [cells[one].value or 0 for one in relation.parts]
    if relation.ratio or (whole.value or 0) < HUNDRED * SCALE:
        return False
    signed = [sign * value for sign, value in zip(relation.signs, values, strict=True)]
    return slipped(whole.value or 0, signed, SCALE)


def _telling(relation: ColumnRelation, cells: Sequence[Cell]) -> bool:
    """Whether a row bears a relation out: 5 = 5 + 0 holds of any two columns alike, 0 % and 100 % of many."""
    values = [cells[one].value for one in relation.parts]
    if relation.ratio:
        whole = cells[relation.whole]  # a round share of a few percent is near many
        exact = whole.decimals or (whole.value or 0) >= 10 * SCALE or relation.of == 1
        return bool(values[0]) and values[0] != values[1] and bool(exact)
    return sum(bool(value) for value in values) >= 2 and cells[relation.whole].said


def _say_row(
    passage: Passage, grid: FigureTable, row: Row, relation: ColumnRelation, keeping: int, share: float
) -> None:
    cells = row.cells
    whole = cells[relation.whole]
    values = [cells[one].value or 0 for one in relation.parts]
    if relation.ratio:
        exact = (values[0] - values[1] if relation.signs else values[0]) * 100 / values[1]
        expected = f"{format_number(Decimal(str(round(exact, 2))))}%"
        sum_ = f"{cells[relation.parts[0]].words} / {cells[relation.parts[1]].words} = {expected}"
        near = True
    else:
        signed = [sign * value for sign, value in zip(relation.signs, values, strict=True)]
        expected = written(sum(signed))
        sum_ = _sum_words(values, relation.signs) + f" = {expected}"
        near = slipped(whole.value or 0, signed, SCALE)
    sure = keeping >= _SURE and (near or share >= 0.9)
    passage.say(
        ClaimKind.TABLE_ROW, Severity.ERROR if sure else Severity.WARNING, row.start, row.end, stated=whole.words,
        expected=expected,
        message=t("claims.table_row", sum=sum_, given=whole.words, keeping=keeping,
                  column=words_of_column(passage, grid, relation.whole), row=words_of_row(passage, grid, row)),
    )  # fmt: skip


def _sum_words(values: Sequence[int], signs: Sequence[int]) -> str:
    if len(values) > 8:
        return t("claims.sum_of", count=len(values))
    words = [
        f"{' - ' if sign < 0 else ' + '}{written(value)}" for value, sign in zip(values, signs, strict=True)
    ]
    return "".join(words)[3:]


def _fractions(passage: Passage, grid: FigureTable, tolerance: Decimal) -> None:
    """'Tỷ lệ ... | % | 98.44 | đúng hạn 26.600/27.266 hồ sơ': the share beside the one fraction of its row."""
    for row in grid.rows:
        said = [cell for cell in row.cells[1:] if cell.said and cell.value is not None]
        if len(said) != 1 or not any("%" in one.words or "ty le" in one.words for one in row.cells):
            continue
        inside = [
            one for one in passage.within(row.start, row.end) if one.sort is Sort.FRACTION and one.bottom
        ]
        if len(inside) != 1 or said[0].start <= inside[0].start < said[0].end:
            continue
        cell, fraction = said[0], inside[0]
        if not any(one.start < fraction.start < one.end and one.words[:1].isalpha() for one in row.cells):
            continue  # a column of fractions counts something of its own
        given, exact = Decimal(cell.value or 0) / SCALE, fraction.value * HUNDRED / fraction.bottom
        span = (min(cell.start, fraction.start), max(cell.end, fraction.end))
        if given > HUNDRED or share_verdict(given, cell.decimals, exact, tolerance) in ("right", "truncated"):
            passage.right(ClaimKind.PERCENT, *span)
            continue
        right, told = f"{format_number(exact, 2)}%", f"{cell.words.rstrip('%').strip()}%"
        passage.say(
            ClaimKind.PERCENT, Severity.WARNING, *span, stated=told, expected=right,
            message=t("claims.percent", fraction=passage.quoted(fraction.start, fraction.end), given=told, right=right),
        )  # fmt: skip


# Numbers of rows.


def _numbering(passage: Passage, grid: FigureTable) -> None:
    """A column of row numbers that breaks its own order."""
    cells = [row.cells[0] for row in grid.rows]
    numbers = [
        (cell, int(digits))
        for cell in cells
        if (digits := cell.words.rstrip(".)")).isdigit() and len(digits) < 5
    ]
    steps = [(two, a + 1) for (_, a), (two, b) in pairwise(numbers) if b not in (a + 1, 1)]
    if len(numbers) < 6 or not 1 <= len(steps) <= 2 or 0 in grid.figures:
        return
    cell, wanted = steps[0]
    passage.say(
        ClaimKind.NUMBERING, Severity.NOTE, cell.start, cell.end, stated=cell.words, expected=str(wanted),
        message=t("claims.numbering", given=cell.words, right=wanted),
    )  # fmt: skip


# How numbers are written.

_POINTS_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")
_COMMA_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})")


def _styles(passage: Passage, grid: FigureTable) -> None:
    """A cell with the other marks of thousands and decimals than nearly all others of its column."""
    for column in grid.figures:
        styles: dict[bool, list[Cell]] = {True: [], False: []}
        for cell in (row.cells[column] for row in grid.rows):
            words = cell.words.rstrip("% ")
            for pattern, style in ((_POINTS_THOUSANDS, True), (_COMMA_THOUSANDS, False)):
                if pattern.fullmatch(words):
                    styles[style].append(cell)
        few, many = sorted(styles.values(), key=len)
        if len(many) < _SURE or not few or len(few) * 10 > (10 - OF_TEN) * len(many + few):
            continue
        for cell in few:
            passage.say(
                ClaimKind.STYLE, Severity.NOTE, cell.start, cell.end, stated=cell.words,
                expected=t("claims.style_expected"),
                message=t("claims.style", given=cell.words, other=many[0].words,
                          column=words_of_column(passage, grid, column)),
            )  # fmt: skip

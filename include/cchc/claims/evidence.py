"""What the figures of a table have to do with each other, found in the figures themselves.

A relation that at least eight rows in ten keep, and three, is one of the table; the rows that break it are told. No
wording is needed: the more rows keep a relation, the less can chance have made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise

from cchc.claims.columns import ColumnRelation, base_of, judged, part_of, relations
from cchc.claims.forms import check_form
from cchc.claims.grids import SCALE, Cell, FigureTable, words_of_column, words_of_row, written
from cchc.claims.judging import OF_TEN, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.row_order import check_order
from cchc.claims.totals import check_repeated_labels, check_totals
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_SURE = 5  # rows that keep a relation before one that breaks it is a `lỗi`


def check_grid(passage: Passage, grid: FigureTable, tolerance: Decimal) -> None:
    """All relations of a table. tolerance: points by which a share may be off."""
    if not grid.figures:
        return
    broken = _across(passage, grid)
    check_form(passage, grid, tolerance)
    pinned = set[int]()
    if not check_repeated_labels(passage, grid):
        off = {place: [(one.columns, off) for one, off, _ in every] for place, every in broken.items()}
        pinned = check_totals(passage, grid, off)
    # Counted once a relation, not once a row that breaks it.
    telling = cache(lambda relation: sum(judged(grid, relation, one) is not None for one in grid.rows))
    for place, every in broken.items():
        if place not in pinned:
            _say_row(passage, grid, place, telling, *max(every, key=lambda one: (one[2], len(one[0].parts))))
    check_order(passage, grid, broken)
    _numbering(passage, grid)
    _styles(passage, grid)


# Across: one column from others, row by row.


# Row -> the relations that it breaks, with what is missing and how many of the other rows keep it.
_Breaks = dict[int, list[tuple[ColumnRelation, int, float]]]


def _across(passage: Passage, grid: FigureTable) -> _Breaks:
    """Judge every row by the relations of its table: it is right when all of them hold."""
    broken: _Breaks = {}
    kept: set[int] = set()
    for relation in relations(grid):
        verdicts = [judged(grid, relation, row) for row in grid.rows]
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
    for place in kept - broken.keys():
        passage.right(ClaimKind.TABLE_ROW, grid.rows[place].start, grid.rows[place].end)
    return broken


def _say_row(
    passage: Passage, grid: FigureTable, place: int, telling: Callable[[ColumnRelation], int],
    relation: ColumnRelation, _off: int, share: float,
) -> None:  # fmt: skip
    row, keeping = grid.rows[place], share * telling(relation)
    cells = row.cells
    whole = cells[relation.whole]
    values = [cells[one].value or 0 for one in relation.parts]
    if relation.ratio:
        exact = (part_of(relation, cells) or 0) * 100 / (base_of(relation, cells) or 1)
        expected = f"{format_number(Decimal(str(round(exact, 2))))}%"
        top = _sum_words(values[: len(relation.signs)], relation.signs)
        top = f"({top})" if len(relation.signs) > 1 else cells[relation.parts[0]].words
        bottom = written(base_of(relation, cells) or 0) if relation.both else cells[relation.parts[-1]].words
        sum_ = f"{top} / {bottom} = {expected}"
        near = True
    else:
        signed = [sign * value for sign, value in zip(relation.signs, values, strict=True)]
        expected = written(sum(signed))
        sum_ = _sum_words(values, relation.signs) + f" = {expected}"
        near = slipped(whole.value or 0, signed, SCALE)
    sure = round(keeping) >= _SURE and (near or share >= 0.9)
    passage.say(
        ClaimKind.TABLE_ROW, Severity.ERROR if sure else Severity.WARNING, row.start, row.end, stated=whole.words,
        expected=expected,
        message=t("claims.table_row", sum=sum_, given=whole.words, keeping=round(keeping),
                  column=words_of_column(passage, grid, relation.whole), row=words_of_row(passage, grid, row)),
    )  # fmt: skip


def _sum_words(values: Sequence[int], signs: Sequence[int]) -> str:
    if len(values) > 8:
        return t("claims.sum_of", count=len(values))
    words = [
        f"{' - ' if sign < 0 else ' + '}{written(value)}" for value, sign in zip(values, signs, strict=True)
    ]
    return "".join(words)[3:]


# Numbers of rows.


def _numbering(passage: Passage, grid: FigureTable) -> None:
    """A column of row numbers that breaks its own order."""
    cells = [row.cells[0] for row in grid.rows]
    numbers = [
        (cell, int(digits))
        for cell in cells
        if (digits := cell.words.rstrip(".)")).isdecimal() and len(digits) < 5
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

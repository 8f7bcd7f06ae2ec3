"""What a row of a table has to do with those before it: balances that are carried on, ranks, and means."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import pairwise

from cchc.claims.grids import SCALE, Cell, FigureTable, Row, words_of_column, words_of_row, written
from cchc.claims.judging import OF_TEN
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.severity import Severity
from cchc.texts import t

_OPENING = re.compile(r"\bdau\b|\b(?:ky|nam|quy|thang) truoc\b|\bton cu\b")
_CLOSING = re.compile(r"\bcuoi\b|\bcon lai\b|\bchuyen (?:sang )?(?:ky|nam|quy|thang) sau\b")
_PERIOD = re.compile(
    r"(?:(?:nam|quy|thang|ky)\s+)?(?:[0-9]{1,2}|[ivx]{1,4}|(?:19|20)[0-9]{2})(?:\s*[/-]\s*[0-9]{1,4})?"
)
_MEAN = re.compile(r"\W*(?:diem )?(?:trung binh|binh quan|tb)\b")
RANK = re.compile(r"(?:thu hang|xep hang|hang|xep thu|xep vi thu|vi thu|vi tri)\b")
_SCORE = re.compile(r"\b(?:tong|diem|chi so|ty le|ket qua|dti|par)\b|%")
_LEAST_PAIRS, _LEAST_RANKS = 2, 4


def check_order(passage: Passage, grid: FigureTable, broken: Container[int]) -> None:
    """broken: rows that are told already."""
    _balances(passage, grid, broken)
    _ranks(passage, grid, broken)
    _means(passage, grid)


def _body(grid: FigureTable) -> list[tuple[int, Row]]:
    return [
        (place, row) for place, row in enumerate(grid.rows)
        if not grid.is_total(row) and not grid.is_rate(row)
    ]  # fmt: skip


def _is_mean(row: Row) -> bool:
    return any(_MEAN.match(cell.words) for cell in row.cells if cell.value is None and cell.words)


def _balances(passage: Passage, grid: FigureTable, broken: Container[int]) -> None:
    """The opening of a year is the closing of the year before."""
    body = _body(grid)
    periods = [any(_PERIOD.fullmatch(cell.words) for cell in row.cells[:2]) for _, row in body]
    if len(body) <= _LEAST_PAIRS or not all(periods):
        return
    openings = [one for one in grid.figures if _OPENING.search(grid.names[one])]
    closings = [one for one in grid.figures if _CLOSING.search(grid.names[one])]
    for opening, closing in ((one, two) for one in openings for two in closings if one != two):
        pairs = [
            (first, second, one.cells[closing], two.cells[opening])
            for (first, one), (second, two) in pairwise(body)
            if one.cells[closing].said and two.cells[opening].said
        ]
        off = [one for one in pairs if one[2].value != one[3].value]
        if len(pairs) - len(off) < _LEAST_PAIRS or len(off) > 1:
            continue
        for _, second, before, after in (one for one in pairs if one not in off):
            passage.right(ClaimKind.TABLE_ROW, before.start, before.end)
            if second not in broken:
                passage.right(ClaimKind.TABLE_ROW, after.start, after.end)
        for first, second, before, after in off:
            if first in broken or second in broken:
                continue  # told where its own row shows it
            passage.say(
                ClaimKind.TABLE_ROW, Severity.WARNING, after.start, after.end, stated=after.words,
                expected=before.words,
                message=t("claims.carried_on", row=_name(passage, grid, second), given=after.words, right=before.words,
                          opening=words_of_column(passage, grid, opening), other=_name(passage, grid, first),
                          closing=words_of_column(passage, grid, closing)),
            )  # fmt: skip


def _name(passage: Passage, grid: FigureTable, place: int) -> str:
    row = grid.rows[place]
    period = next((cell for cell in row.cells[:2] if _PERIOD.fullmatch(cell.words)), None)
    return period.words if period and not grid.labels(row) else words_of_row(passage, grid, row)


def _ranks(passage: Passage, grid: FigureTable, broken: Container[int]) -> None:
    """Ranks follow the scores that they are given for."""
    for column in range(grid.width):
        if not RANK.match(grid.names[column]):
            continue
        ranked = [
            (int(words), place, row) for place, row in _body(grid)
            if (words := row.cells[column].words.rstrip(".")).isdigit() and len(words) < 4
        ]  # fmt: skip
        if len(ranked) < _LEAST_RANKS or len({rank for rank, *_ in ranked}) * 10 < OF_TEN * len(ranked):
            continue
        ranked.sort(key=lambda one: one[0])
        scores = [one for one in grid.figures if one != column and _SCORE.search(grid.names[one])]
        inverted = {one: _inversions(ranked, one) for one in scores}
        best = min(inverted, key=lambda one: len(inverted[one]), default=None)
        if best is None or len(inverted[best]) != 1:
            continue
        one, two = inverted[best][0]
        if one[1] in broken or two[1] in broken or len(ranked) <= _LEAST_RANKS:
            continue
        cell = two[2].cells[column]
        passage.say(
            ClaimKind.TABLE_ROW, Severity.WARNING, two[2].start, two[2].end, stated=cell.words, expected=str(one[0]),
            message=t("claims.rank", row=words_of_row(passage, grid, two[2]), rank=two[0], other_rank=one[0],
                      value=two[2].cells[best].words, other=words_of_row(passage, grid, one[2]),
                      less=one[2].cells[best].words,
                      column=words_of_column(passage, grid, best)),
        )  # fmt: skip


_Ranked = tuple[int, int, Row]


def _inversions(ranked: Sequence[_Ranked], column: int) -> list[tuple[_Ranked, _Ranked]]:
    """Neighbours by rank of which the lower one has the higher score."""
    return [
        (one, two) for one, two in pairwise(ranked)
        if one[0] < two[0] and (one[2].cells[column].value or 0) < (two[2].cells[column].value or 0)
    ]  # fmt: skip


def _means(passage: Passage, grid: FigureTable) -> None:
    """A row 'Trung bình' against the rows above it, when most of its columns are their plain mean."""
    for place, row in enumerate(grid.rows):
        if not _is_mean(row):
            continue
        above = [other for at, other in _body(grid) if at < place]
        verdicts: list[tuple[int, Cell, int, bool]] = []
        for column in grid.figures:
            cell, values = row.cells[column], [other.cells[column].value for other in above]
            if (
                len(above) > 1
                and cell.said
                and cell.value is not None
                and all(value is not None for value in values)
            ):
                mean = sum(value or 0 for value in values) // len(values)
                verdicts.append((column, cell, mean, abs(mean - cell.value) <= SCALE // 10**cell.decimals))
        if sum(good for *_, good in verdicts) < max(2, len(verdicts) * 6 // 10):
            continue
        for column, cell, mean, good in verdicts:
            if good:
                passage.right(ClaimKind.TABLE_TOTAL, cell.start, cell.end)
                continue
            right = written(round(mean, -max(0, 4 - cell.decimals)))
            passage.say(
                ClaimKind.TABLE_TOTAL, Severity.WARNING, cell.start, cell.end, stated=cell.words, expected=right,
                message=t("claims.mean", row=words_of_row(passage, grid, row), given=cell.words, count=len(above),
                          column=words_of_column(passage, grid, column), right=right),
            )  # fmt: skip

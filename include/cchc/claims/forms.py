"""Forms of one figure a row: against the remark beside it, and a total against the rows of its unit below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.grids import SCALE, Cell, FigureTable, Row
from cchc.claims.judging import HUNDRED, share_verdict, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_TOTAL = re.compile(r"\W*(?:tong\b(?! hop)|cong\b)")
_BULLET = re.compile(r"[-+*•]\s")
_MOST = 12  # parts of a figure


def check_form(passage: Passage, grid: FigureTable, tolerance: Decimal) -> None:
    for row in grid.rows:
        said = [cell for cell in row.cells[1:] if cell.said and cell.value is not None]
        if len(said) == 1:
            _fraction(passage, row, said[0], tolerance)
            _remark(passage, row, said[0])
    for place in range(len(grid.rows) - 2):
        _total(passage, grid, place)


def _fraction(passage: Passage, row: Row, cell: Cell, tolerance: Decimal) -> None:
    """'Tỷ lệ ... | % | 98.44 | đúng hạn 26.600/27.266 hồ sơ': the share beside the one fraction of its row."""
    inside = [one for one in passage.within(row.start, row.end) if one.sort is Sort.FRACTION and one.bottom]
    if not any("%" in one.words or "ty le" in one.words for one in row.cells) or len(inside) != 1:
        return
    fraction = inside[0]
    if cell.start <= fraction.start < cell.end or not any(
        one.start < fraction.start < one.end and one.words[:1].isalpha() for one in row.cells
    ):
        return  # a column of fractions counts something of its own
    given, exact = Decimal(cell.value or 0) / SCALE, fraction.value * HUNDRED / fraction.bottom
    span = (min(cell.start, fraction.start), max(cell.end, fraction.end))
    if given > HUNDRED or share_verdict(given, cell.decimals, exact, tolerance) in ("right", "truncated"):
        passage.right(ClaimKind.PERCENT, *span)
        return
    right, told = f"{format_number(exact, 2)}%", f"{cell.words.rstrip('%').strip()}%"
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING, *span, stated=told, expected=right,
        message=t("claims.percent", fraction=passage.quoted(fraction.start, fraction.end), given=told, right=right),
    )  # fmt: skip


def _remark(passage: Passage, row: Row, cell: Cell) -> None:
    """'Thủ tục | 279 | Cấp huyện: 201, cấp xã: 78': what the remark beside a figure counts makes it."""
    for remark in row.cells:
        if remark.start <= cell.start or remark.said:
            continue
        counts = [one for one in passage.within(remark.start, remark.end) if passage.is_count(one)][:_MOST]
        told = passage.flat[remark.start : remark.end]
        all_of = bool(words.WITHIN.search(told)) or len(words.LEVEL.findall(told)) == len(counts)
        _judge(passage, cell, counts, [one.value for one in counts], sure=all_of)


def _total(passage: Passage, grid: FigureTable, place: int) -> None:
    """'Tổng số nhiệm vụ được giao | Nhiệm vụ | 7': the rows of the same unit below it, as many as make it."""
    row, labels = grid.rows[place], grid.labels(grid.rows[place])
    if len(grid.figures) > 2 or not labels or not _TOTAL.match(labels[0].words):
        return
    below: list[Row] = []
    for other in grid.rows[place + 1 : place + 1 + _MOST]:
        own = grid.labels(other)
        if not own or [one.words for one in own[1:]] != [one.words for one in labels[1:]]:
            break
        if _TOTAL.match(own[0].words):
            break
        below.append(other)
    bullets = [one for one in below if _BULLET.match(grid.labels(one)[0].words)]
    sure = below[: len(bullets)] == bullets and not _BULLET.match(labels[0].words)
    for column in grid.figures:
        cells = [one.cells[column] for one in below]
        if row.cells[column].said and all(one.value is not None for one in cells):
            values = [Decimal(one.value or 0) / SCALE for one in cells]
            _judge(passage, row.cells[column], cells, values, sure=len(bullets) if sure else 0)


def _judge(
    passage: Passage, cell: Cell, parts: Sequence[Token | Cell], values: Sequence[Decimal], *, sure: int
) -> None:
    """Right when the first parts make the figure; else told when all, or so many, are known to be its parts."""
    whole = Decimal(cell.value or 0) / SCALE
    for count in range(2, len(parts) + 1):
        if sum(values[:count]) == whole and whole:
            passage.right(ClaimKind.PARTS, cell.start, cell.end)
            for one in parts[:count]:
                passage.right(ClaimKind.PARTS, one.start, one.end)
            return
    count = len(parts) if sure is True else int(sure)
    if count < 2 or not slipped(whole, values[:count]):
        return
    total = sum(values[:count])
    passage.say(
        ClaimKind.PARTS, Severity.WARNING, cell.start, parts[count - 1].end, stated=cell.words,
        expected=format_number(total),
        message=t("claims.parts", parts=" + ".join(map(format_number, values[:count])), sum=format_number(total),
                  difference=format_number(abs(total - whole)), total=cell.words),
    )  # fmt: skip

"""What a text says of its tables: who has the most and the least, how many rows pass a mark, none at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cchc.claims.counted_rows import ANOTHER_TIME, clause_start, counted_rows
from cchc.claims.flat import WORD
from cchc.claims.grids import FigureTable, Row, words_of_column, words_of_row, written
from cchc.claims.kinds import ClaimKind
from cchc.claims.named_cells import (
    BY_CHANCE,
    LEAST,
    SETTING,
    WEAK,
    Found,
    NamedRow,
    Names,
    body_rows,
    columns_of,
    named_columns,
    scaled,
    spelled,
    telling,
    total_of,
)
from cchc.claims.passage import Passage
from cchc.claims.quantities import Read, quantities
from cchc.claims.row_order import RANK
from cchc.claims.tokens import Sort, Token
from cchc.claims.told_cells import figure_against_cell, say_cell
from cchc.severity import Severity
from cchc.texts import t

_MOST = re.compile(
    r"\b(?:(cao|nhieu|lon|tot|nhanh)|(thap|it|nho|kem|cham))\s+(?:[a-z]+\s+){0,6}?nhat\b|"
    r"\b(dan dau|dung dau)\b|\b(dung cuoi|cuoi bang|xep cuoi)\b"
)
_TO_ROW = re.compile(r"(?:[^.;\n]|\b(?:tp|tx|tt|h|p|x)\.){0,60}?")
_HAS = re.compile(r"[^.;\n0-9]{0,40}$")
_PLAIN_FIGURE = (Sort.NUMBER, Sort.PERCENT)
_IN_RANK = re.compile(
    r"\b(?:(?:xep|dung|giu|o)\s+(?:vi\s+)?(?:tri\s+)?(?:thu|hang|vi tri)(?:\s+thu)?|hang(?:\s+thu)?)"
    r"\s+([0-9]{1,3})\b"
)
_NONE = re.compile(
    r"\b(?:khong|chua) (?:co|con|de|phat sinh|xay ra)\b\s*(?:phat sinh\s+|xay ra\s+)?([a-z][a-z ]{3,50})"
)
_SCOPE = re.compile(
    r"\b(?:cap|khoi|linh vuc|rieng|tai|cua|o|thuoc|phong|xa|phuong|huyen|so|quy|thang|cung ky|"
    r"nam (?:truoc|ngoai)|dot|ngoai)\b"
)


@dataclass(frozen=True)
class _Text:
    passage: Passage
    names: Names

    @property
    def grids(self) -> Sequence[FigureTable]:
        return self.names.grids


def claims_about_tables(passage: Passage, read: Sequence[Read], grids: Sequence[FigureTable]) -> None:
    """All such claims of the prose. Silent where the words do not tell which table, row and column are meant."""
    grids = [grid for grid in grids if len(grid.rows) > 1]
    if not grids:
        return
    told = _Text(passage, Names(grids, passage.flat))
    for start, end in passage.sentences:
        _superlatives(told, start, end)
        _ranked(told, start, end)
        counted_rows(passage, told.names, start, end)
        _none(told, start, end)
    rows = [block for block in passage.blocks if block.marker == "row"]  # that point to another table
    cited = [block for block in rows if told.names.cited(passage.flat, block.start, block.end)]
    for block in read:
        for one in block.every:
            figure_against_cell(passage, told.names, one, part=one.start in block.wholes)
    for one in (one for block in cited for one in quantities(passage, block)):
        figure_against_cell(passage, told.names, one)


def _said(flat: str, start: int, end: int) -> frozenset[str]:
    return frozenset(spelled(WORD.findall(flat, max(0, start), end)))


# The most and the least.


def _superlatives(told: _Text, start: int, end: int) -> None:
    flat, passage = told.passage.flat, told.passage
    matches = list(_MOST.finditer(flat, start, end))
    for place, match in enumerate(matches):
        stop = matches[place + 1].start() if place + 1 < len(matches) else end
        clause = clause_start(
            flat, start, match.start()
        )  # 'cao nhất là A, thấp nhất là B' names its measure once
        begin = max(clause, matches[place - 1].end() if place else clause)
        begin = max(begin, flat.rfind(", ", begin, match.start()) + 2) if place else begin
        rows = told.names.inside(flat, match.end(), min(stop, match.end() + 90))
        behind = rows[0] if rows and _TO_ROW.fullmatch(flat, match.end(), rows[0].start) else None
        ahead = [
            one
            for one in told.names.inside(flat, begin, match.start())
            if _HAS.match(flat, one.end, match.start())
        ]
        found = behind or (ahead[-1] if ahead else None)
        if found is None:
            continue
        counts = [
            one
            for one in passage.within(begin, match.start())
            if one.sort is Sort.NUMBER and 1 < one.value <= 10
        ]
        first = max(found.end, match.end())
        figure = next(
            (
                one for one in passage.within(first, min(stop, first + 40))
                if one.sort in _PLAIN_FIGURE and not re.search(r"[.;]\s|\bva\b", flat[first : one.start])
            ),
            None,
        )  # fmt: skip
        said = _said(flat, clause, match.end()) | (
            _said(flat, figure.end, figure.end + 25) if figure else frozenset()
        )
        high = bool(match[1] or match[3])
        span = (begin, figure.end if figure else first)
        if SETTING.search(flat, clause, found.end):
            said = frozenset()  # of another time: only the figure tells its column
        _judge_most(told, found, said, figure, high, int(counts[-1].value) if counts else 1, span)


def _judge_most(
    told: _Text, found: Found, said: frozenset[str], figure: Token | None, high: bool, most: int, span: tuple[int, int]
) -> None:  # fmt: skip
    verdicts: list[tuple[NamedRow, int, Row | None]] = []
    others: list[tuple[NamedRow, int]] = []  # another figure than the cell that is named
    for named in found.rows:
        grid, row = named.grid, named.row
        if grid.is_total(row):
            continue
        columns = list(columns_of(row, grid, scaled(figure.value))) if figure else []
        sure = bool(columns and figure and (figure.decimals or scaled(figure.value) >= BY_CHANCE))
        worded = [one for one in columns if telling(grid, one) & said]
        if not worded and not sure:
            columns = named_columns(grid, said, shares=figure.sort is Sort.PERCENT if figure else None)
            if len(columns) != 1 or len(telling(grid, columns[0])) < LEAST:
                continue
            if figure and not any(columns_of(row, grid, scaled(figure.value))):
                others.append((named, columns[0]))
        for column in worded or columns:
            verdicts.append((named, column, _beyond(grid, row, column, high, most, "giam" in said)))
    if not verdicts:
        return
    if any(beyond is None for _, _, beyond in verdicts):
        if figure and len(others) == len(verdicts) == 1:
            say_cell(
                told.passage, figure.start, figure.end, others[0][0].row, others[0][0].grid, others[0][1]
            )
        else:
            told.passage.right(ClaimKind.TABLE, *span)
        return
    named, column, beyond = verdicts[0]
    if beyond is not None:
        passage, grid = told.passage, named.grid
        passage.say(
            ClaimKind.TABLE, Severity.WARNING, *span, stated=passage.quoted(found.start, found.end),
            expected=words_of_row(passage, grid, beyond),
            message=t("claims.not_the_most" if high else "claims.not_the_least",
                      row=passage.quoted(found.start, found.end), column=words_of_column(passage, grid, column),
                      own=named.row.cells[column].words, other=words_of_row(passage, grid, beyond),
                      value=beyond.cells[column].words),
        )  # fmt: skip


def _beyond(grid: FigureTable, row: Row, column: int, high: bool, most: int, falls: bool) -> Row | None:
    """A row that is further out than one said to be among the `most` furthest; None when it is one of them."""
    own = row.cells[column].value or 0
    sign = -1 if falls and own < 0 else 1  # of decreases the greatest is the lowest figure
    values = [
        (sign * value, other) for other in body_rows(grid, row)
        if (value := other.cells[column].value) is not None and other.cells[column].said
    ]  # fmt: skip
    further = [one for one in values if (one[0] > sign * own if high else one[0] < sign * own)]
    return sorted(further, key=lambda one: one[0], reverse=high)[0][1] if len(further) >= most else None


# Its rank.


def _ranked(told: _Text, start: int, end: int) -> None:
    """'X xếp thứ 3' against the column of ranks."""
    flat, passage = told.passage.flat, told.passage
    for match in _IN_RANK.finditer(flat, start, end):
        begin = clause_start(flat, start, match.start())
        rows = told.names.inside(flat, begin, match.start())
        if not rows or ANOTHER_TIME.search(flat, begin, match.end() + 12):
            continue
        cells = [
            (named, column, int(words)) for named in rows[-1].rows
            for column in range(named.grid.width)
            if RANK.match(named.grid.names[column])
            and (words := named.row.cells[column].words.rstrip(".")).isdigit() and len(words) < 4
        ]  # fmt: skip
        if any(rank == int(match[1]) for *_, rank in cells):
            passage.right(ClaimKind.TABLE, begin, match.end())
        elif len(cells) == 1:
            named, column, _ = cells[0]
            say_cell(passage, match.start(), match.end(), named.row, named.grid, column)


# None at all.


def _none(told: _Text, start: int, end: int) -> None:
    flat, passage = told.passage.flat, told.passage
    for match in _NONE.finditer(flat, start, end):
        words = match[1].split(" nao")[0]
        said = frozenset(spelled(WORD.findall(words)))
        heading = max(0, passage.block_at(start) - 1)
        around = flat[passage.blocks[heading].start : match.start()][-160:] + words
        if _SCOPE.search(re.sub(r"\bho so\b", "", around)):
            continue
        totals = [
            (grid, column, total) for grid, column in told.names.columns(said)
            if len(telling(grid, column) - WEAK) >= LEAST and (total := total_of(grid, column)) is not None
        ]  # fmt: skip
        if not totals:
            continue
        if any(total == 0 for _, _, total in totals):
            passage.right(ClaimKind.TABLE, match.start(), match.end(1))
            continue
        grid, column, total = totals[0]
        passage.say(
            ClaimKind.TABLE, Severity.WARNING, match.start(), match.end(1),
            stated=passage.quoted(match.start(), match.end(1)), expected=written(total),
            message=t("claims.not_none", column=words_of_column(passage, grid, column), value=written(total),
                      line=passage.lined.count("\n", 0, grid.rows[0].start) + 1),
        )  # fmt: skip

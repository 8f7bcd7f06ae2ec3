"""Totals of a table: a row against those that it stands for, by its label, its outline number or the figures alone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from cchc.claims.grids import SCALE, FigureTable, words_of_column, words_of_row, written
from cchc.claims.judging import ENOUGH, OF_TEN, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.severity import Severity
from cchc.texts import t

# Row -> (columns of a relation that it breaks, what is missing there).
Broken = Mapping[int, Sequence[tuple[tuple[int, ...], int]]]
_MANY = 20  # totals of one table


def check_totals(passage: Passage, grid: FigureTable, broken: Broken) -> set[int]:
    """A total row, and rows with an outline number, against the rows that they stand for.

    Returns the rows of `broken` whose own cell is the slip: both ways lead to it.
    """
    pinned: set[int] = set()
    columns = [
        one for one in grid.figures
        if not grid.is_share(one)
        and not any(row.cells[one].words and row.cells[one].value is None for row in grid.rows)
    ]  # fmt: skip
    done: set[int] = set()
    rates = {place for place, row in enumerate(grid.rows) if grid.is_rate(row)}
    for place, parts, named in _hypotheses(grid, columns) if columns else ():
        if place in done or place in rates or rates & set(parts):
            continue
        offs = {column: _off(grid, place, parts, column) for column in columns}
        telling = {column: off for column, off in offs.items() if off is not None}
        good = sum(off == 0 for off in telling.values())
        if not telling or (
            good * 10 < OF_TEN * len(telling) and not (named and _likely(grid, place, parts, telling))
        ):
            continue
        if not named and good < 2:
            continue
        done.add(place)
        for column, off in telling.items():
            if _total(passage, grid, place, parts, column, off, good, broken) and _missing(
                broken, place, column, off
            ):
                pinned.add(place)
    return pinned


def _missing(broken: Broken, row: int, column: int, off: int) -> bool:
    return any(column in columns and abs(missing) == abs(off) for columns, missing in broken.get(row, ()))


def _hypotheses(grid: FigureTable, columns: Sequence[int]) -> Iterator[tuple[int, list[int], bool]]:
    """(row, the rows that it may add up, whether something besides the figures says so)."""
    count, marks = len(grid.rows), grid.marks
    totals = [place for place, row in enumerate(grid.rows) if grid.is_total(row)]
    named = frozenset(totals)
    for place, level in enumerate(marks):
        # A group over its members: those of the next level that follow.
        below = []
        if level is None or place in named:
            continue
        for after in range(place + 1, count):
            other = marks[after]
            if after in named or (other is not None and other <= level):
                break
            below.append(after)
        deepest = [level for one in below if (level := marks[one]) is not None]
        if deepest and len(below) >= 2:
            yield place, [one for one in below if marks[one] == min(deepest)], True
        if len(below) >= 2:
            yield place, below, bool(deepest)
    every = [one for one in range(count) if one not in named]
    for place in totals or [count - 1, 0]:
        own = grid.label(grid.rows[place])
        # Of many totals only those at the ends can be of the whole table.
        whole = every if len(totals) <= _MANY or place in (*totals[:2], *totals[-2:]) else []
        for others in (*_spans(totals, place, count), whole):
            others = [one for one in others if one != place and grid.label(grid.rows[one]) != own]
            levels = sorted({level for one in others if (level := marks[one]) is not None})
            for level in levels:
                same = [one for one in others if marks[one] == level]
                if len(same) >= 2:
                    yield place, same, place in named
            if len(others) >= 2:
                yield place, others, place in named


def _spans(totals: Sequence[int], place: int, count: int) -> tuple[range, range]:
    """The rows between a row and the total before it, and the total behind it."""
    before, behind = bisect_left(totals, place), bisect_right(totals, place)
    return (
        range(totals[before - 1] + 1 if before else 0, place),
        range(place + 1, totals[behind] if behind < len(totals) else count),
    )


def _off(grid: FigureTable, place: int, parts: Sequence[int], column: int) -> int | None:
    whole = grid.rows[place].cells[column]
    if not whole.said or whole.value is None:
        return None
    values = [grid.rows[one].cells[column].value for one in parts]
    if sum(bool(value) for value in values) < 2 and whole.value:
        return None if not any(values) else whole.value - sum(value or 0 for value in values) or None
    told = [value for value in values if value]
    if whole.decimals and len(told) > 2 and min(told) <= whole.value <= max(told):
        return None  # 'học sinh/lớp': a mean of its rows, not their sum
    return whole.value - sum(value or 0 for value in values)


def _likely(grid: FigureTable, place: int, parts: Sequence[int], telling: dict[int, int]) -> bool:
    """Whether a row that is named a total is one of these rows, though few columns bear it out: half do, or slips."""
    good = sum(off == 0 for off in telling.values())
    if good * 2 >= len(telling) and good:
        return True
    for column, off in telling.items():
        values = [grid.rows[one].cells[column].value or 0 for one in parts]
        if off and not slipped(off + sum(values), values, SCALE):
            return False
    return True


def _total(
    passage: Passage, grid: FigureTable, place: int, parts: Sequence[int], column: int, off: int, good: int,
    broken: Broken,
) -> bool:  # fmt: skip
    """Judge one cell of a total; returns whether it is told."""
    cell = grid.rows[place].cells[column]
    if off == 0:
        passage.right(ClaimKind.TABLE_TOTAL, cell.start, cell.end)
        for whole in (grid.rows[part] for part in parts if part not in broken):
            passage.right(ClaimKind.TABLE_TOTAL, whole.start, whole.end)
        return False
    if any(_missing(broken, row, column, off) for row in parts):
        passage.right(ClaimKind.TABLE_TOTAL, cell.start, cell.end)
        return False  # one slip, told where its row shows it
    values = [grid.rows[one].cells[column].value or 0 for one in parts]
    expected = written(sum(values))
    # Where a slip in one of the rows explains it, the total itself may be right.
    sure = good >= 2 and slipped(sum(values), [cell.value or 0], SCALE)
    passage.say(
        ClaimKind.TABLE_TOTAL, Severity.ERROR if sure else Severity.WARNING, cell.start, cell.end,
        stated=cell.words, expected=expected,
        message=t("claims.table_total", row=words_of_row(passage, grid, grid.rows[place]), given=cell.words,
                  count=len(parts), right=expected, column=words_of_column(passage, grid, column)),
    )  # fmt: skip
    return True


# Rows whose labels come again: 'Tổng', 'Đã thực thi', 'Chưa thực thi' for each body.


def check_repeated_labels(passage: Passage, grid: FigureTable) -> bool:
    """Judge such a table; returns whether it is one."""
    first = grid.figures[0]
    labels = [
        next((cell.words for cell in reversed(row.cells[:first]) if cell.words), "") for row in grid.rows
    ]
    names = list(dict.fromkeys(labels))
    period, rounds = len(names), len(labels) // max(len(names), 1)
    if not 2 <= period <= 6 or rounds < ENOUGH or labels != names * rounds:
        return False
    groups = [range(start, start + period) for start in range(0, len(labels), period)]
    columns = [one for one in grid.figures if not grid.is_share(one)]
    cases: list[tuple[int, list[int], int, int]] = []
    for group in groups:
        cases += [(group[0], list(group[1:]), column, 0) for column in columns]
    _by_evidence(passage, grid, cases)
    last = groups[-1]
    _by_evidence(
        passage, grid,
        [(row, [group[at] for group in groups[:-1]], column, 1) for at, row in enumerate(last) for column in columns],
    )  # fmt: skip
    return True


def _by_evidence(
    passage: Passage, grid: FigureTable, cases: Sequence[tuple[int, list[int], int, int]]
) -> None:
    judged = [(case, off) for case in cases if (off := _off(grid, case[0], case[1], case[2])) is not None]
    good = sum(off == 0 for _, off in judged)
    if good < ENOUGH or good * 10 < OF_TEN * len(judged):
        return
    for (place, parts, column, _), off in judged:
        _total(passage, grid, place, parts, column, off, good, {})

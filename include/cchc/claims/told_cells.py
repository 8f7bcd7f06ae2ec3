"""A figure of the prose that names its row, its column or both, against that cell of the document's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from cchc.claims.flat import WORD, words_of
from cchc.claims.grids import SCALE, Cell, FigureTable, Row, words_of_column, words_of_row, written
from cchc.claims.judging import one_slip
from cchc.claims.kinds import ClaimKind
from cchc.claims.named_cells import (
    BY_CHANCE,
    GENERIC,
    LEAST,
    PART_OF_YEAR,
    SETTING,
    WEAK,
    Found,
    NamedRow,
    Names,
    columns_of,
    named_columns,
    numbered_column,
    scaled,
    spelled,
    telling,
    total_of,
)
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.tokens import Sort
from cchc.severity import Severity
from cchc.texts import t

_CHANGE = re.compile(r"\b(tang|giam)\b[^.;,()]{0,20}$")
_CHANGE_HEAD = re.compile(r"\btang\b|\bgiam\b|chenh lech|so (?:voi|sanh)")
_BOUND = re.compile(r"\b(?:tren|duoi|hon|tu|vuot|tang|giam|it nhat|toi thieu|toi da|chua dat|muc|them)\s*$")
_AND = re.compile(r"[\s,]*(?:(?:va|cung)\s+)?(?:[a-z.]+\s+){0,2}")
_ALL_OF = re.compile(r"\b(?:deu|tat ca|toan bo)\b")
_WHOLE = re.compile(
    r"\btoan (?:tinh|huyen|xa|so|nganh|thanh pho|bo|don vi)\b|\btong (?:so|cong)\b|\bca (?:tinh|huyen|xa|nganh)\b"
)
_BESIDE = words_of("uoc khoang toan tinh ca chung nganh huyen xa thanh pho bo")
_NUMBERED = re.compile(r"\bcot\s*\(?([0-9]{1,2})\b")
_EACH = re.compile(r"\bmoi\b|\blan luot\b")
_EVERY = words_of("so luong tong cong")
_SAME, _LEAD = 6, 8  # rows of one name, words before a figure that can name its column
_SMALL, _TELLING = 10, 100  # below them a figure stands in many cells, is one slip from many
# A cell that is meant, with its table, its column and its row.
_Meant = tuple[Cell, FigureTable, int, Row]


def figure_against_cell(passage: Passage, names: Names, one: Quantity, *, part: bool = False) -> None:
    """Judge one figure; silent where its words do not tell which cell is meant. part: of another, so no total."""
    flat = passage.flat
    own = passage.blocks[passage.block_at(one.start)].start
    start = max(own, one.start - 160, *(flat.rfind(mark, own, one.start) + 1 for mark in (". ", "; ", "\n")))
    stop = min(
        (at for mark in (". ", ";", "\n") if (at := flat.find(mark, one.end, one.end + 110)) >= 0),
        default=one.end + 110,
    )
    ahead = names.inside(flat, start, one.start)
    if ahead and _direction(passage, one, ahead[-1], start):
        return
    behind = names.inside(flat, one.end, stop)
    if behind and not ahead and _ALL_OF.search(flat, one.end, behind[0].start):
        _all_of(passage, one, behind[0])
        return
    if _BOUND.search(one.before):
        return
    if len(ahead) > 1 and _AND.fullmatch(flat, ahead[-2].end, ahead[-1].start):
        _of_several(passage, one, ahead)
        return
    # Of another time, a plan or a part: only a figure of the same digits can be the row's.
    apart = SETTING.search(flat, start, min(stop, one.end + 40)) or PART_OF_YEAR.search(flat, own, own + 60)
    cells: list[_Meant] = []
    if ahead:
        rows = ahead[-1].rows
        if _stands_in(passage, one, rows, bool(apart)):
            return
        after = frozenset(spelled(WORD.findall(one.after)))
        said = after | frozenset(spelled(WORD.findall(one.before)))
        # What is counted tells more than what was done with it.
        named = [] if apart else list(_cells(rows, after, one)) or list(_cells(rows, said, one))
        lead = WORD.findall(flat, start, one.start)[-_LEAD:]
        cells = named or _slips(one, rows, frozenset(spelled(lead)), after)
    elif not behind and not apart and not part:
        words, number = flat[start : one.start] + one.after, _NUMBERED.search(flat, start, stop)
        cited = names.cited(flat, start, stop)
        cells = list(_of_cited(cited, words, number and number[1], one)) or list(_totals(names, one))
    values = {cell.value for cell, *_ in cells}
    if scaled(one.value) in values and len(values) <= 2:
        agree(passage, one, next(cell for cell, *_ in cells if cell.value == scaled(one.value)))
    elif len(values) == 1 and not any(_same_amount(one, cell.value or 0) for cell, *_ in cells):
        say_cell(passage, one.start, one.end, cells[0][3], cells[0][1], cells[0][2])


def agree(passage: Passage, one: Quantity, cell: Cell) -> None:
    """A text and a table that say the same bear each other out."""
    passage.right(ClaimKind.TWICE, one.start, one.end)
    passage.right(ClaimKind.TWICE, cell.start, cell.end)


def _stands_in(passage: Passage, one: Quantity, rows: Sequence[NamedRow], apart: bool) -> bool:
    """Whether a named row has the figure itself, both of a fraction; of small ones any may, by chance."""
    if one.value < _SMALL or (apart and one.sort is Sort.PERCENT):
        return False
    for named in rows[:_SAME]:
        columns = list(columns_of(named.row, named.grid, scaled(one.value)))
        both = one.sort is not Sort.FRACTION or any(
            columns_of(named.row, named.grid, scaled(one.token.bottom))
        )
        if columns and both:
            agree(passage, one, named.row.cells[columns[0]])
            return True
    return False


def _slips(
    one: Quantity, rows: Sequence[NamedRow], ahead: frozenset[str], after: frozenset[str]
) -> list[_Meant]:
    """The one cell of a named row that a single slip parts from a figure, in a column of which a word is said."""
    if one.sort is not Sort.NUMBER or len(rows) > _SAME or one.value != int(one.value) or one.value < _SMALL:
        return []
    slips: dict[tuple[int, bool], list[_Meant]] = {}  # by how many words before the figure name the column
    for named in rows:
        for column in named.grid.figures:
            head = frozenset(spelled(WORD.findall(named.grid.names[column]))) - _EVERY
            cell = named.row.cells[column]
            figure = cell.value if cell.said and cell.value and not cell.value % SCALE else 0
            sure = one.value >= _TELLING or (len(head) > 1 and head <= ahead | after)
            if figure and head & (ahead | after) and sure and one_slip(int(one.value), figure // SCALE):
                swapped = sorted(str(figure // SCALE)) == sorted(str(int(one.value)))
                slips.setdefault((len(head & ahead), swapped), []).append(
                    (cell, named.grid, column, named.row)
                )
    best = slips[max(slips)] if slips else []
    return best if len(best) == 1 else []


def _of_several(passage: Passage, one: Quantity, ahead: Sequence[Found]) -> None:
    """'Huyện A, huyện B được phân bổ 155 biên chế': the rows of one table together."""
    flat, together = passage.flat, [ahead[-1]]
    for found in reversed(ahead[:-1]):
        if not _AND.fullmatch(flat, found.end, together[0].start):
            break
        together.insert(0, found)
    given = scaled(one.value)
    if one.sort is not Sort.NUMBER or _EACH.search(flat, ahead[-1].end, one.start):
        return None
    slips: list[tuple[FigureTable, list[Row], int, int]] = []
    for grid in (named.grid for named in together[0].rows):
        rows = [named.row for found in together for named in found.rows if named.grid is grid]
        if len(rows) != len(together):
            continue
        for column in (column for column in grid.figures if not grid.is_share(column)):
            value = sum(row.cells[column].value or 0 for row in rows)
            if value == given:
                return passage.right(ClaimKind.TABLE, one.start, one.end)
            if one.value >= _TELLING and not value % SCALE and one_slip(int(one.value), value // SCALE):
                slips.append((grid, rows, column, value))
    if len(slips) == 1:
        grid, rows, column, value = slips[0]
        stated, right = passage.quoted(one.start, one.end), written(value)
        passage.say(
            ClaimKind.TABLE, Severity.WARNING, one.start, one.end, stated=stated, expected=right,
            message=t("claims.rows_together", given=stated, right=right, column=words_of_column(passage, grid, column),
                      rows=", ".join(words_of_row(passage, grid, row) for row in rows)),
        )  # fmt: skip
    return None


def say_cell(passage: Passage, start: int, end: int, row: Row, grid: FigureTable, column: int) -> None:
    """Tell a place of the text that names a cell and gives another figure."""
    cell, given = row.cells[column], passage.quoted(start, end)
    passage.say(
        ClaimKind.TABLE, Severity.WARNING, start, end, stated=given, expected=cell.words,
        message=t("claims.cell_differs", given=given, right=cell.words, row=words_of_row(passage, grid, row),
                  column=words_of_column(passage, grid, column),
                  line=passage.lined.count("\n", 0, cell.start) + 1),
    )  # fmt: skip


def _same_amount(one: Quantity, value: int) -> bool:
    """Whether two figures are one amount in other units, or one of them rounded."""
    exponent = one.value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    step = max(step, one.value / 20) if one.approximate else step
    return any(
        abs(one.value * unit - Decimal(value) / SCALE) < step * unit for unit in (1, 1000, Decimal("0.001"))
    )


def _cells(rows: Sequence[NamedRow], said: frozenset[str], one: Quantity) -> Iterator[_Meant]:
    for named in rows:
        columns = named_columns(named.grid, said, shares=one.sort is Sort.PERCENT)
        if len(columns) != 1 or len(telling(named.grid, columns[0]) - WEAK) < LEAST:
            continue
        cell = named.row.cells[columns[0]]
        if one.sort is Sort.FRACTION and not any(columns_of(named.row, named.grid, scaled(one.token.bottom))):
            continue
        if cell.said:
            yield cell, named.grid, columns[0], named.row


def _totals(names: Names, one: Quantity) -> Iterator[_Meant]:
    """The total of a column whose name leads to the figure: 'Chi phí tuân thủ tiết kiệm được ước ...'.

    A short name needs a word for all of it: 'Hồ sơ trực tuyến toàn tỉnh là ...'.
    """
    if one.sort is not Sort.NUMBER or one.value * SCALE < BY_CHANCE:
        return
    lead = frozenset(spelled(WORD.findall(one.before)))
    whole = _WHOLE.search(one.before)
    named = names.columns(lead)
    for grid, column in named:
        if (
            sum(two is grid for two, _ in named) > 1
            or not grid.totals
            or not grid.totals[-1].cells[column].said
        ):
            continue
        row, words = grid.totals[-1], telling(grid, column)
        others = lead - words - GENERIC - WEAK - _BESIDE
        if not _explained(grid, column, scaled(one.value), row.cells[column].value or 0):
            continue  # of another size: the table is of a part
        long = len(words) >= 4 and len(others) * 2 <= len(words)
        if long or (whole and not others and len(words - WEAK) >= LEAST):
            yield row.cells[column], grid, column, row


def _of_cited(grids: Sequence[FigureTable], text: str, number: str | None, one: Quantity) -> Iterator[_Meant]:
    """'Hồ sơ đã giải quyết (Biểu 1)', 'cột 7, dòng Tổng của Biểu 1': totals of the tables that are pointed to."""
    said = frozenset(spelled(WORD.findall(text)))
    if one.sort is not Sort.NUMBER or one.value < _SMALL:
        return
    for grid in grids:
        for row in grid.rows if not number else ():
            for column in columns_of(row, grid, scaled(one.value)):
                return (yield row.cells[column], grid, column, row)  # it stands there, whatever it is called
    for grid in grids:
        columns = named_columns(grid, said, shares=False, text=text)
        if number:
            own = numbered_column(grid, number)
            columns = [] if own is None else [own]
        if (
            len(columns) != 1
            or not grid.totals
            or not (number or len(telling(grid, columns[0]) - WEAK) >= LEAST)
        ):
            continue
        cell = grid.totals[-1].cells[columns[0]]
        if cell.said and (number or _explained(grid, columns[0], scaled(one.value), cell.value or 0)):
            yield cell, grid, columns[0], grid.totals[-1]


def _explained(grid: FigureTable, column: int, given: int, total: int) -> bool:
    """Whether a figure can be a total told wrongly: nearly as large, in other units, or without one of its rows."""
    rows = {abs(row.cells[column].value or 0) for row in grid.rows}
    return any(
        abs(total - amount) * 5 <= total or abs(total - amount) in rows
        for amount in (given, given * 1000, given // 1000)
    )


def _direction(passage: Passage, one: Quantity, found: Found, start: int) -> bool:
    """'X tăng 3,2 %' where the table has -3,2 for X; whether it is judged."""
    match = _CHANGE.search(passage.flat, start, one.start)
    if not match or match.start() < found.start:
        return False
    for named in found.rows:
        for column in columns_of(named.row, named.grid, scaled(one.value)):
            signed = any((row.cells[column].value or 0) < 0 for row in named.grid.rows)
            if not signed or not _CHANGE_HEAD.search(named.grid.names[column]):
                continue
            value = named.row.cells[column].value or 0
            if (value > 0) is (match[1] == "tang"):
                passage.right(ClaimKind.TABLE, match.start(), one.end)
                return True
            given, right = (
                t(f"claims.word_{word}") for word in (match[1], "giam" if match[1] == "tang" else "tang")
            )
            passage.say(
                ClaimKind.TABLE, Severity.WARNING, match.start(), one.end, stated=given,
                expected=right,
                message=t("claims.other_direction", given=given, cell=named.row.cells[column].words,
                          row=words_of_row(passage, named.grid, named.row),
                          column=words_of_column(passage, named.grid, column)),
            )  # fmt: skip
            return True
    return False


def _all_of(passage: Passage, one: Quantity, found: Found) -> None:
    """'423 hồ sơ đều của Cục X', which has 417 of the column's 423."""
    for named in found.rows:
        grid = named.grid
        for column in grid.figures:
            cell = named.row.cells[column]
            if grid.is_share(column) or total_of(grid, column) != scaled(one.value) or cell.value is None:
                continue
            if cell.value == scaled(one.value):
                passage.right(ClaimKind.TABLE, one.start, found.end)
                return
            say_cell(passage, one.start, found.end, named.row, grid, column)
            return

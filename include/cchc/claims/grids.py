"""Tables of a text as cells in columns: what the cells say as numbers, and which rows are heads, groups and totals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from cchc.claims.layout import NUMBERS_BEHIND
from cchc.claims.passage import Passage
from cchc.claims.tokens import readings
from cchc.indicators import format_number

SCALE = 10_000  # values are whole numbers of ten-thousandths: exact, and quick to add
_NUMBER = re.compile(r"([-–−+(]?)\s*([0-9][0-9.,]*)\s*(%?)\)?(?:\s*(?:\(\d{1,2}\)|\[\d{1,2}\]|\*))?")
_DASH = re.compile(r"[-–—_/.x]{0,3}")
_RULE = re.compile(r"[\s|:+=-]*")
# 'Cộng', not 'Công khai ngân sách', 'Công tác chỉ đạo'.
_TOTAL = re.compile(
    r"\W*(?:tong\b(?! hop)|"
    r"cong\b(?!\s+(?:khai|tac|chuc|an|nghe|dan|bo|thuong|trinh|vu|viec|thong|doan|ty|ich|suat|van))|"
    r"(?:toan|ca) (?:tinh|huyen|thanh pho|xa|nganh|quoc|nuoc|nam|ky|don vi|so)\b)"
)
_MARKS = (
    re.compile(r"(?:[ivx]+|[a-h])[.)]?"),
    re.compile(r"[0-9]{1,3}[.)]?"),
    re.compile(r"[0-9]{1,3}\.[0-9]{1,3}\.?"),
    re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){2}\.?|[-+*•]|[a-z][.)]"),
)
_COLUMN_NUMBER = re.compile(r"\(?([0-9]{1,2})\)?")
FORMULA = re.compile(r"\(?([0-9]{1,2})\)?\s*=\s*\(?([0-9]{1,2})\)?((?:\s*[-+]\s*\(?[0-9]{1,2}\)?)+)")
_SHARE = re.compile(r"%|\bt[yi] (?:le|trong)\b|\bphan tram\b")
_FRACTION_OF = re.compile(r"\b(?:tu|mau) so\b")
_LETTER = re.compile(r"[a-z]{2}")
_CODE = re.compile(r"(?:[ivx]+|[a-z]|[a-z]{0,5}[.-]?[0-9][a-z0-9.-]*)[.)]?")
_RATE = re.compile(
    r"\W*(?:ty (?:le|trong)|muc do hai long|chi so|phan tram|(?:diem )?(?:trung binh|binh quan))\b"
)
WIDEST, _LONGEST = 60, 200


@dataclass(slots=True)
class Cell:
    """start, end: its place in the plain text. value: None when it holds no number; '-' is nothing, thus zero.

    decimals: as written; bare: an empty cell or a dash; said: a figure is written in it.
    """

    start: int
    end: int
    words: str
    value: int | None = None
    decimals: int = 0
    percent: bool = False

    @property
    def said(self) -> bool:
        return self.value is not None and any(one.isdigit() for one in self.words)

    @property
    def bare(self) -> bool:
        return self.value is None and not self.words


@dataclass(slots=True)
class Row:
    cells: list[Cell]
    rate: bool | None = None

    @property
    def start(self) -> int:
        return self.cells[0].start

    @property
    def end(self) -> int:
        return self.cells[-1].end


@dataclass
class FigureTable:
    """A table: `heads` above its figures, then `rows`, all of one width."""

    heads: list[Row]
    rows: list[Row]
    width: int
    marks: list[int | None] = field(
        default_factory=list
    )  # level of a row by its outline number, 0 the highest

    telling: dict[int, frozenset[str]] = field(
        default_factory=dict
    )  # words of its columns, see `named_cells`

    def heads_of(self, column: int) -> list[Cell]:
        """The cells above a column, those of a spanning head in front."""
        found = []
        for row in self.heads:
            at = min(column, len(row.cells) - 1)
            while at > 0 and not row.cells[at].words:
                at -= 1
            if row.cells[at].words and not _COLUMN_NUMBER.fullmatch(row.cells[at].words):
                found.append(row.cells[at])
        return found

    @cached_property
    def names(self) -> list[str]:
        """The words above each column, without accents."""
        return [
            " ".join(dict.fromkeys(one.words for one in self.heads_of(column)))
            for column in range(self.width)
        ]

    @cached_property
    def figures(self) -> list[int]:
        """The columns of figures; that of the row numbers is none."""
        found = []
        for column in range(self.width):
            cells = [row.cells[column] for row in self.rows]
            said = sum(cell.said for cell in cells)
            words = sum(cell.value is None and bool(cell.words) for cell in cells)
            if said >= min(2, len(cells)) and words * 4 <= len(cells) and not self._numbering(column, cells):
                found.append(column)
        return found

    def _numbering(self, column: int, cells: Sequence[Cell]) -> bool:
        if column > 1 or re.match(r"(?:s?tt|so tt|so thu tu|ma)\b", self.names[column]):
            return column <= 1
        values = [cell.value // SCALE for cell in cells if cell.said and cell.value is not None]
        steps = sum(b in (a + 1, 1) for a, b in pairwise(values))
        return column == 0 and len(values) > 1 and steps * 10 >= 8 * (len(values) - 1)

    @cached_property
    def _shares(self) -> list[bool]:
        return [
            not _FRACTION_OF.search(name)  # the figures of a share stand in columns of their own
            and (bool(_SHARE.search(name)) or any(row.cells[column].percent for row in self.rows))
            for column, name in enumerate(self.names)
        ]

    def is_share(self, column: int) -> bool:
        return self._shares[column]

    def labels(self, row: Row) -> list[Cell]:
        """The words of a row, its number left out."""
        first = self.figures[0] if self.figures else self.width
        cells = [cell for cell in row.cells[:first] if cell.words]
        return cells[1:] if len(cells) > 1 and _level(row) is not None else cells

    def label(self, row: Row) -> str:
        return " ".join(cell.words for cell in self.labels(row))

    @cached_property
    def totals(self) -> list[Row]:
        """The rows whose first words call them a total; 'Cộng các đơn vị' further on says how one came about."""
        return [row for row in self.rows if _is_total(row)]

    @cached_property
    def _totals(self) -> frozenset[int]:
        return frozenset(map(id, self.totals))

    def is_total(self, row: Row) -> bool:
        return id(row) in self._totals

    def is_rate(self, row: Row) -> bool:
        """Whether a row holds shares, so that its figures add up to nothing."""
        if row.rate is None:
            row.rate = any(
                cell.words == "%" or _RATE.match(cell.words) for cell in row.cells if cell.value is None
            )
        return row.rate


def _is_total(row: Row) -> bool:
    named = next(
        (cell for cell in row.cells if _LETTER.search(cell.words) and not _CODE.fullmatch(cell.words)), None
    )
    return (
        named is not None
        and bool(_TOTAL.match(named.words))
        and len(named.words.partition("(")[0].split()) <= 4
    )


def grids(passage: Passage) -> list[FigureTable]:
    """Runs of rows with at least two rows of figures; a rule line of Markdown is left out."""
    found, run, previous = [], list[Row](), -2
    for index, block in enumerate(passage.blocks):
        if block.marker != "row":
            continue
        raw = passage.flat[block.start : block.end]
        if _RULE.fullmatch(raw):
            previous = index if previous == index - 1 else previous
            continue
        row = _row(raw, block.start)
        gap = index and "\n\n" in passage.lined[passage.blocks[index - 1].end : block.start]
        if index != previous + 1 or (gap and not any(cell.said for cell in row.cells)):
            found.append(run)
            run = _spaced_head(passage, block.start, len(row.cells)) if not re.search(r"[\t|]", raw) else []
        run.append(row)
        previous = index
    found.append(run)
    found = [_rejoined(one) for one in found]
    return [grid for one in found if len(one) >= 2 and (grid := _grid(one)) is not None]


def _rejoined(run: list[Row]) -> list[Row]:
    """Rows whose cells went on in the next line: two halves become one, a rest of words goes to the row above."""
    width = Counter(len(row.cells) for row in run).most_common(1)[0][0] if run else 0
    rows: list[Row] = []
    for row in run:
        above = rows[-1] if rows else None
        words = [cell for cell in row.cells if cell.words]
        if above is not None and len(above.cells) < width == len(above.cells) + len(row.cells) - 1:
            last, first = above.cells[-1], row.cells[0]
            if not last.said and not first.said:
                joined = Cell(last.start, first.end, f"{last.words} {first.words}".strip())
                rows[-1] = Row([*above.cells[:-1], joined, *row.cells[1:]])
                continue
        alone = len(words) == 1 and words[0].value is None and not row.cells[0].words
        if (
            above is not None
            and (alone or len(row.cells) == 1 < width - 1)
            and any(cell.said for cell in above.cells)
        ):
            continue  # its words tell no figure
        rows.append(row)
    return rows


def _spaced_head(passage: Passage, start: int, width: int) -> list[Row]:
    """The line above a table without marks, when blanks part it into as many heads as there are columns."""
    end = passage.lined.rfind("\n", 0, start)
    line = passage.lined.rfind("\n", 0, max(end, 0)) + 1
    cells = [
        _cell(one[0], line + one.start())
        for one in re.finditer(r"\S+(?: \S+)*", passage.lined[line : max(end, line)])
    ]
    cells = cells if len(cells) == width else [Cell(line, line, ""), *cells]
    return [Row(cells)] if len(cells) == width else []


def _row(raw: str, start: int) -> Row:
    if "\t" in raw:
        mark, inner = "\t", raw
    elif "|" in raw:
        mark, inner = "|", raw
        lead = len(raw) - len(raw.lstrip())
        if raw[lead : lead + 1] == "|":
            start, inner = start + lead + 1, raw[lead + 1 :]
        inner = inner.rstrip()
        inner = inner[:-1] if inner.endswith("|") and raw[lead : lead + 1] == "|" else inner
    else:
        return _spaced(raw, start)
    cells, place = [], start
    for part in inner.split(mark)[:WIDEST]:
        lead = len(part) - len(part.lstrip())
        cells.append(_cell(part, place + lead))
        place += len(part) + 1
    return Row(cells)


def _spaced(raw: str, start: int) -> Row:
    """'3  Xã A   120  118  2': words, then figures, as a page leaves them."""
    match = NUMBERS_BEHIND.fullmatch(raw)
    if match is None:
        return Row([_cell(raw, start)])
    cells = [_cell(match[one] or "", start + max(0, match.start(one))) for one in ("tt", "words")]
    cells += [
        _cell(one[0], start + match.start("behind") + one.start())
        for one in re.finditer(r"\S+", match["behind"])
    ]
    return Row(cells)


def _cell(part: str, start: int) -> Cell:
    words = " ".join(part.split()).strip("*_ ")
    cell = Cell(start, start + max(len(part.strip()), 0), words)
    if len(words) > 26:
        return cell
    match = _NUMBER.fullmatch(words)
    if match:
        share = match[3] == "%"
        values = readings(match[2].rstrip(".,"), share=share)
        if values:
            sign = -1 if match[1] in ("-", "–", "−", "(") and (match[1] != "(" or words.endswith(")")) else 1
            cell.value, cell.percent = sign * int(values[0] * SCALE), share
            exponent = values[0].as_tuple().exponent
            cell.decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    elif words and _DASH.fullmatch(words):
        cell.value = 0
    return cell


def _grid(rows: list[Row]) -> FigureTable | None:
    """Rows brought to one width, their heads apart; None without figures."""
    lengths = Counter(len(row.cells) for row in rows if any(one.said for one in row.cells))
    # Rows under a spanning cell are shorter: the widest that is no rarity is the table's width.
    count = max((one for one, rows_ in lengths.items() if rows_ * 5 >= lengths.total()), default=0)
    if not 2 <= count <= WIDEST:
        return None
    kinds = _kinds(rows, count)
    heads: list[Row] = []
    body: list[Row] = []
    for row in rows:
        said = [cell for cell in row.cells if cell.said]
        if not body and (len(said) < 2 or _numbers_columns(row)):
            if len(said) < 2 and len(row.cells) == count and said and _fits(row, kinds):
                body.append(row)
            else:
                heads.append(row)
        elif not _numbers_columns(row):
            body.append(_aligned(row, count, kinds))
    heads = [_aligned_head(row, count) for row in heads]
    if not body:
        return None
    grid = FigureTable(heads, body, count)
    grid.marks = [_level(row) for row in body]
    return grid


def _fits(row: Row, kinds: Sequence[bool]) -> bool:
    return all(
        kind == cell.said for kind, cell in zip(kinds[1:], row.cells[1:], strict=True) if not cell.bare
    )


def _kinds(rows: Sequence[Row], width: int) -> list[bool]:
    """Whether a column holds figures, by most rows of the usual width."""
    usual = [row for row in rows if len(row.cells) == width][:_LONGEST]
    return [
        sum(row.cells[column].said for row in usual) * 2 > sum(bool(row.cells[column].words) for row in usual)
        for column in range(width)
    ]


def _aligned(row: Row, width: int, kinds: Sequence[bool]) -> Row:
    """A row with cells missing in front ('Tổng | 12 | 3' under 'TT | Đơn vị | ...') moved below its columns."""
    if len(row.cells) == width:
        return row
    cells = list(row.cells)
    while len(cells) > 1 and cells[-1].bare:
        cells.pop()
    if len(cells) > width:
        return Row(cells[:width])
    empty = Cell(row.start, row.start, "")
    best, most = cells + [empty] * (width - len(cells)), -1
    for shift in range(min(width - len(cells), 3) + 1):
        rest = width - len(cells) - shift
        tried = [empty] * shift + cells + [Cell(cells[-1].end, cells[-1].end, "")] * rest
        agreed = sum(kind == cell.said for kind, cell in zip(kinds, tried, strict=True) if not cell.bare)
        if agreed > most:
            best, most = tried, agreed
    return Row(best)


def _aligned_head(row: Row, width: int) -> Row:
    cells = row.cells[:width]
    return Row(cells + [Cell(row.end, row.end, "")] * (width - len(cells)))


def _numbers_columns(row: Row) -> bool:
    """A row of column numbers: (1) (2) (3)=(1)+(2), or 1 2 3."""
    marks = [
        _COLUMN_NUMBER.fullmatch(one.words) or FORMULA.fullmatch(one.words) for one in row.cells if one.words
    ]
    numbers = [int(match[1]) for match in marks if match]
    ascending = all(b == a + 1 for a, b in pairwise(numbers))
    return len(numbers) >= 3 and len(numbers) * 4 >= 3 * len(marks) and ascending


def _level(row: Row) -> int | None:
    words = row.cells[0].words
    return next((level for level, mark in enumerate(_MARKS) if mark.fullmatch(words)), None)


def words_of_column(passage: Passage, grid: FigureTable, column: int) -> str:
    """What people call a column: its heads, else its number."""
    words = [passage.quoted(one.start, one.end) for one in grid.heads_of(column)]
    return " / ".join(dict.fromkeys(words)) or str(column + 1)


def words_of_row(passage: Passage, grid: FigureTable, row: Row) -> str:
    return " ".join(passage.quoted(one.start, one.end) for one in grid.labels(row) or row.cells[:1])


def written(value: int) -> str:
    """A value as people write it."""
    return format_number(Decimal(value) / SCALE)

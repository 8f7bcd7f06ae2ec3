"""Tables that stand in a text as rows of cells: totals, parts, and shares with their fractions in one row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.percents import exact_share, judge, shown_share
from cchc.claims.status import say_sum
from cchc.claims.tokens import Sort, readings
from cchc.severity import Severity
from cchc.texts import t

_TOTAL = re.compile(
    r"\W*(?:tong cong|tong so|tong|cong|toan tinh|toan huyen|toan thanh pho|toan xa)\b(?:\s*\([^)]*\)|"
    r"\s*so)?\W*"
)
_FORMULA = re.compile(r"\(?([0-9]{1,2})\)?\s*=\s*\(?([0-9]{1,2})\)?((?:\s*\+\s*\(?[0-9]{1,2}\)?)+)")
_NUMBERED = re.compile(r"\(?([0-9]{1,2})\)?$")
_SHARE = re.compile(r"%|t[yi] le|ty trong")
_RULE = re.compile(r"[\s|:+-]*")


@dataclass(frozen=True)
class Cell:
    """A cell with its place in the plain text; value None when it holds no number, '-' and '' included."""

    start: int
    end: int
    words: str
    value: Decimal | None


@dataclass(frozen=True)
class Row:
    cells: tuple[Cell, ...]

    @property
    def start(self) -> int:
        return self.cells[0].start

    @property
    def end(self) -> int:
        return self.cells[-1].end


def tables(passage: Passage) -> list[list[Row]]:
    """Runs of rows; a rule line of Markdown is left out."""
    found: list[list[Row]] = []
    previous = -2
    for index, block in enumerate(passage.blocks):
        if block.marker != "row":
            continue
        raw = passage.flat[block.start : block.end]
        if _RULE.fullmatch(raw):
            previous = index
            continue
        row = _row(raw, block.start)
        if index == previous + 1 and found:
            found[-1].append(row)
        else:
            found.append([row])
        previous = index
    return found


def _row(raw: str, start: int) -> Row:
    mark = "\t" if "\t" in raw else "|"
    indent = len(raw) - len(raw.lstrip()) if mark == "|" else 0
    inner = raw.strip().strip("|") if mark == "|" else raw
    place = start + indent + (1 if mark == "|" and raw.lstrip().startswith("|") else 0)
    cells = []
    for part in inner.split(mark):
        words = " ".join(part.split()).strip("* ")
        values = readings(words.rstrip("%").strip()) if re.fullmatch(r"[0-9][0-9.,]*\s*%?", words) else ()
        value = None
        if values:
            value = values[0]
        lead = len(part) - len(part.lstrip())
        cells.append(Cell(place + lead, max(place + lead, place + len(part.rstrip())), words, value))
        place += len(part) + 1
    return Row(tuple(cells))


def check_tables(passage: Passage, every: Sequence[list[Row]], tolerance: Decimal) -> None:
    """All rules over the tables of a text."""
    for rows in every:
        _column_formulas(passage, rows)
        _total_row(passage, rows)
        for row in rows:
            _share_in_row(passage, row, tolerance)
        _parts_below(passage, rows)


def _column_formulas(passage: Passage, rows: Sequence[Row]) -> None:
    """A row of column numbers with '(1)=(2)+(3)+(4)' over rows of figures."""
    for place, row in enumerate(rows):
        formulas = [match for cell in row.cells if (match := _FORMULA.fullmatch(cell.words))]
        if not formulas:
            continue
        columns: dict[int, int] = {}
        for index, cell in enumerate(row.cells):
            match = _FORMULA.fullmatch(cell.words) or _NUMBERED.match(cell.words)
            if match:
                columns[int(match[1])] = index
        for formula in formulas:
            parts = [int(formula[2]), *(int(one) for one in re.findall(r"[0-9]{1,2}", formula[3]))]
            if not {int(formula[1]), *parts} <= columns.keys():
                continue
            for below in rows[place + 1 :]:
                if len(below.cells) == len(row.cells):
                    _compare(passage, below, columns[int(formula[1])], [columns[one] for one in parts])


def _compare(passage: Passage, row: Row, whole: int, parts: Sequence[int]) -> None:
    total = row.cells[whole]
    values = [row.cells[part].value for part in parts]
    empty = all(
        value is not None or row.cells[part].words in ("", "-", "0")
        for value, part in zip(values, parts, strict=True)
    )
    if total.value is None or not empty or all(value is None for value in values):
        return
    given = [value or Decimal(0) for value in values]
    start, end = total.start, max(row.cells[part].end for part in parts)
    if sum(given, Decimal(0)) == total.value:
        passage.right(ClaimKind.TABLE_TOTAL, start, end)
    else:
        _say(passage, total, start, end, given, Severity.ERROR)


def _say(
    passage: Passage, total: Cell, start: int, end: int, parts: Sequence[Decimal], severity: Severity
) -> None:
    say_sum(passage, total, (start, end), total.value or Decimal(0), parts, severity, ClaimKind.TABLE_TOTAL)


def _total_row(passage: Passage, rows: Sequence[Row]) -> None:
    """A last row 'Tổng cộng' (or a first one) against the rows of its table."""
    if len(rows) < 4:
        return
    for place in (len(rows) - 1, *range(1, min(3, len(rows)))):
        label = " ".join(cell.words for cell in rows[place].cells[:2] if cell.value is None)
        if not _TOTAL.fullmatch(label):
            continue
        total = rows[place]
        body = rows[1:place] if place == len(rows) - 1 else rows[place + 1 :]
        header = rows[0]
        body = [row for row in body if len(row.cells) == len(total.cells) and not _numbering(row)]
        if len(body) < 2 or any(_nested(row) for row in body):
            return
        _columns(passage, total, header, body)
        return


def _numbering(row: Row) -> bool:
    """A row of column numbers: (1) (2) (3), or 1 2 3."""
    marks = [
        _NUMBERED.fullmatch(cell.words) or _FORMULA.fullmatch(cell.words) for cell in row.cells if cell.words
    ]
    numbers = [int(match[1]) for match in marks if match]
    return len(numbers) >= 3 and len(numbers) == len(marks) and numbers == sorted(set(numbers))


def _nested(row: Row) -> bool:
    """A heading row of a group (I, II, 1.1, A): its figures may be sums of others."""
    return bool(re.fullmatch(r"[ivx]+\.?|[a-z]\.?|[0-9]+\.[0-9.]+", row.cells[0].words)) or bool(
        _TOTAL.match(row.cells[0].words) or (len(row.cells) > 1 and _TOTAL.match(row.cells[1].words))
    )


def _columns(passage: Passage, total: Row, header: Row, body: Sequence[Row]) -> None:
    verdicts = []
    for index, cell in enumerate(total.cells):
        column = [row.cells[index] for row in body]
        values = [one.value for one in column]
        if cell.value is None or index == 0 or sum(value is not None for value in values) < 2:
            continue
        if any(
            value is None and one.words not in ("", "-", "0")
            for value, one in zip(values, column, strict=True)
        ):
            continue
        name = header.cells[index].words if index < len(header.cells) else ""
        if _SHARE.search(name) or any("%" in one.words for one in (*column, cell)) or name == "nam":
            continue
        given = [value or Decimal(0) for value in values]
        verdicts.append((cell, given, sum(given, Decimal(0)) == cell.value))
    if not verdicts or any(value != value.to_integral_value() for _, given, _ in verdicts for value in given):
        return
    good = sum(ok for *_, ok in verdicts)
    for cell, given, ok in verdicts:
        if ok:
            passage.right(ClaimKind.TABLE_TOTAL, cell.start, cell.end)
        elif good * 2 >= len(verdicts) and good:
            _say(passage, cell, cell.start, cell.end, given, Severity.ERROR)
        elif cell.value and abs(sum(given, Decimal(0)) - cell.value) <= max(Decimal(1), cell.value / 10):
            _say(passage, cell, cell.start, cell.end, given, Severity.WARNING)


def _share_in_row(passage: Passage, row: Row, tolerance: Decimal) -> None:
    """'Tỷ lệ ... | % | 98.44 | ... 26.600/27.266 hồ sơ': the share beside the one fraction of its row."""
    label = " ".join(cell.words for cell in row.cells)
    if not _SHARE.search(label):
        return
    shares = [cell for cell in row.cells[1:] if cell.value is not None and re.search(r"[0-9]", cell.words)]
    fractions = [one for one in passage.within(row.start, row.end) if one.sort is Sort.FRACTION]
    if len(shares) != 1 or len(fractions) != 1 or not fractions[0].bottom:
        return
    cell, fraction = shares[0], fractions[0]
    written = cell.words.rstrip("%").strip()
    value = readings(written, share=True)[0]
    decimals = len(re.split(r"[.,]", written)[-1]) if re.search(r"[.,]", written) else 0
    if value > 100 or cell.start <= fraction.start < cell.end:
        return
    exact = exact_share(fraction.value, fraction.bottom)
    start, end = min(cell.start, fraction.start), max(cell.end, fraction.end)
    if judge(value, decimals, exact, tolerance) in ("right", "truncated"):
        passage.right(ClaimKind.PERCENT, start, end)
        return
    given = f"{cell.words.rstrip('%').strip()}%"
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING, start, end, stated=given, expected=shown_share(exact),
        message=t("claims.percent", fraction=passage.quoted(fraction.start, fraction.end), given=given,
                  right=shown_share(exact)),
    )  # fmt: skip


def _parts_below(passage: Passage, rows: Sequence[Row]) -> None:
    """'Tổng số ... 414' over '- cấp huyện 268' and '- cấp xã 146', in the same column."""
    for place, row in enumerate(rows):
        names = [index for index, cell in enumerate(row.cells) if cell.words.startswith("tong so")]
        if not names:
            continue
        index = names[0]
        parts = []
        for below in rows[place + 1 :]:
            if len(below.cells) != len(row.cells) or not below.cells[index].words.startswith(("-", "+")):
                break
            parts.append(below)
        values = [
            (column, cell)
            for column, cell in enumerate(row.cells)
            if column > index and cell.value is not None
        ]
        if len(parts) < 2 or len(values) != 1 or any(_SHARE.search(one.cells[index].words) for one in parts):
            continue
        column, total = values[0]
        given = [one.cells[column].value for one in parts]
        if any(value is None for value in given):
            continue
        summed = sum((value for value in given if value is not None), Decimal(0))
        if summed == total.value:
            passage.right(ClaimKind.TABLE_TOTAL, total.start, parts[-1].cells[column].end)
        elif total.value and abs(summed - total.value) <= max(Decimal(1), total.value / 10):
            _say(passage, total, total.start, parts[-1].cells[column].end,
                 [value for value in given if value is not None], Severity.WARNING)  # fmt: skip

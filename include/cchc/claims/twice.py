"""One quantity said twice: in the text and its footnote, in the text and a table, in two sections, in the workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cchc.claims.flat import WORD, words_of
from cchc.claims.grids import SCALE, Cell, FigureTable
from cchc.claims.judging import one_slip
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.phrases import ClaimSettings
from cchc.claims.quantities import Quantity, Read
from cchc.claims.tokens import Sort, readings
from cchc.claims.told_cells import agree
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_POINTS = re.compile(
    r"\b(?:theo|tai|xem|nhu|o)\s+(?:cac\s+)?(?:bang|bieu|phu luc)|\b(?:bang|bieu)\s+(?:tren|duoi|sau|kem)|\bphu luc\b"
)
# Words that tell nothing apart: two figures both 'đã được thực hiện trong năm' need not be one.
_COMMON = words_of(
    "da duoc thuc hien trien khai to chuc ban hanh hoan thanh ket qua trong nam thang quy co cho cac va "
    "cua voi la den nay so tong dat tai tren dia huyen tinh xa don vi ho cong tac ke hoach tiep nhan giai "
    "quyet dau di theo bang"
)
_PARTING = words_of(
    "cap huyen xa tinh phuong qua han dung truoc tuyen giay moi chua khong ky truc nop so mot trinh"
)
_GENERIC = words_of("so luong tong cong")
_MEANT = {"gui": "di", "nhan": "den"}  # 'văn bản gửi' of a table is the 'văn bản đi' of a text
_LEVELS = re.compile(r"c[a-z]{1,2}p\s+(?:t[i]nh|huy[ae]n|x[ae])\b")
_SETTING = re.compile(
    r"tu\s+kiem tra|truc tiep|dot xuat|quy\s+[ivx0-9]+|thang\s+[0-9]+|cung ky|nam\s+(?:20)?[0-9]{2,4}|"
    r"giai doan|muc do\s+[0-9]"
)
_OF_PLAN = re.compile(r"[^.;()%]{0,60}?[0-9](?:%|\s+phan tram)\s+ke hoach")
_FAR_APART = 40  # closer, two fractions are told apart by what stands between them
_TELLING = 100  # below it a number that is one slip from a cell proves nothing
_LEAST_SHARED = 2  # words of a figure and of a cell
_MOST_LABELS = 40  # cells of one word that a figure is held against


Labelled = tuple[frozenset[str], Cell, bool, bool, list[str]]


def text_and_tables(passage: Passage, read: Sequence[Read], every: Sequence[FigureTable]) -> None:
    """Figures of the text against the totals, and the labelled rows, of the tables of the same document."""
    labelled = sorted((one for grid in every for one in _labelled(grid)), key=lambda one: one[1].start)
    if not labelled:
        return
    by_value: dict[int, list[Labelled]] = {}
    by_word: dict[str, list[int]] = {}
    for place, one in enumerate(labelled):
        by_value.setdefault(one[1].value or 0, []).append(one)
        for word in one[0]:
            if len(alike := by_word.setdefault(word, [])) < _MOST_LABELS:
                alike.append(place)
    for block in read:
        for said in block.every:
            whole = (
                said.sort is Sort.NUMBER and said.value >= 10 and said.value == said.value.to_integral_value()
            )
            if whole:
                _against_tables(passage, said, labelled, by_word, by_value)


def _labelled(grid: FigureTable) -> Iterator[Labelled]:
    """Cells that a text can repeat: (words, cell, whether a column's total, in a form of one row, words in order)."""
    totals = grid.rows if len(grid.rows) == 1 else [row for row in grid.rows if grid.is_total(row)][-1:]
    for column in (one for one in grid.figures if not grid.is_share(one)):
        words = WORD.findall(grid.names[column])
        words = [_MEANT.get(word, word) for word in words] if "van" in words else words
        for row in totals:
            if row.cells[column].said:
                yield frozenset(words), row.cells[column], True, len(grid.rows) == 1, words
        if not totals:  # a text may name the sum that the table leaves to its reader
            cells = [row.cells[column] for row in grid.rows]
            total = Cell(cells[0].start, cells[0].end, "", sum(cell.value or 0 for cell in cells))
            yield frozenset(words), total, True, False, words
    for row in grid.rows:
        said = [cell for cell in row.cells[1:] if cell.said]
        if len(said) == 1 and (row not in totals or len(grid.rows) == 1):
            words = WORD.findall(grid.labels(row)[0].words) if grid.labels(row) else []
            yield frozenset(words), said[0], False, False, words


def _against_tables(
    passage: Passage, one: Quantity, labelled: Sequence[Labelled], by_word: Mapping[str, Sequence[int]],
    by_value: Mapping[int, Sequence[Labelled]],
) -> None:  # fmt: skip
    start = max(passage.flat.rfind(". ", max(0, one.start - 160), one.start) + 1, one.start - 160, 0)
    points = bool(_POINTS.search(passage.flat, start, one.start))
    lead = passage.flat[start : one.start] if points else one.before
    said = frozenset(WORD.findall(f"{lead} {one.after}"))
    for words, cell, *_ in by_value.get(int(one.value) * SCALE, ())[:_MOST_LABELS]:
        if words & said - _COMMON or len(words & said) >= 3:
            return agree(passage, one, cell)
    shared_by = Counter(place for word in said for place in by_word.get(word, ()))
    for place in sorted(place for place, count in shared_by.items() if count >= _LEAST_SHARED):
        words, cell, total, alone, label = labelled[place]
        shared, own = words & said, words - _GENERIC
        named = not total and _same_label(label, WORD.findall(one.before))
        pointed = points and total and len(words) >= 2 and words <= said
        if cell.value is None:
            continue
        value = cell.value // SCALE
        near = (
            one.value >= _TELLING
            and len(str(int(one.value))) == len(str(value))
            and one_slip(int(one.value), value)
        )
        swapped = points and total and len(shared) >= 2 and near
        if len(shared) < 3 and not pointed and not swapped:
            continue
        # A head says whose total it is; a figure of another size is of something else.
        owned = alone and len(own) >= 3 and own <= said and value <= 2 * one.value <= 4 * value
        if not (named or owned or swapped or len(shared) * 10 >= 6 * len(words)):
            continue
        pointed = points and total and words <= frozenset(WORD.findall(f"{one.before} {one.after}"))
        if cell.value % SCALE or not (near or named or owned or pointed):
            continue
        return _say_table(passage, one, cell)
    return None


def _say_table(passage: Passage, one: Quantity, cell: Cell) -> None:
    given, expected = passage.quoted(one.start, one.end), format_number(Decimal((cell.value or 0) // SCALE))
    passage.say(
        ClaimKind.TABLE, Severity.WARNING, one.start, one.end, stated=given, expected=expected,
        message=t("claims.table_in_text", text=given, table=expected,
                  line=passage.lined.count("\n", 0, cell.start) + 1),
    )  # fmt: skip


def _same_label(label: Sequence[str], said: Sequence[str]) -> bool:
    """'Tổng số văn bản đi của cơ quan' and 'Tổng số văn bản đi phát hành': one thing, unless the rest parts them."""
    same = next(
        (place for place, (a, b) in enumerate(zip(label, said, strict=False)) if a != b),
        min(len(label), len(said)),
    )
    rest = {*label[same:], *said[same:]}
    return same >= 5 and same * 2 >= len(label) and not rest & _PARTING


def fractions_of_one_whole(passage: Passage, read: Sequence[Read]) -> None:
    """Two fractions of one denominator that the same words introduce, far apart, with different numerators."""
    by_bottom: dict[Decimal, list[Quantity]] = {}
    for one in (one for block in read for one in block.every):
        if one.sort is Sort.FRACTION and one.token.bottom > 12:  # up to 12 it may be a day and a month
            by_bottom.setdefault(one.token.bottom, []).append(one)
    for same in by_bottom.values():
        for place, two in enumerate(same if 2 <= len(same) <= 6 else ()):
            for one in same[:place]:
                if (
                    one.value == two.value
                    or two.start - one.end < _FAR_APART
                    or not _same_words(passage, one, two)
                ):
                    continue
                first, second = (passage.quoted(item.start, item.end) for item in (one, two))
                passage.say(
                    ClaimKind.TWO_VALUES, Severity.WARNING, two.start, two.end, stated=second, expected=first,
                    message=t("claims.two_values", one=first, two=second),
                )  # fmt: skip
                break


def _same_words(passage: Passage, one: Quantity, two: Quantity) -> bool:
    first, second = (
        re.split(
            r"[.;(]\s|\n[-+*]|[0-9]\s?(?:%|phan tram)|[0-9]/[0-9]+",
            passage.flat[max(0, item.start - 90) : item.start],
        )[-1]
        for item in (one, two)
    )
    if set(_LEVELS.findall(first)) != set(_LEVELS.findall(second)):
        return False
    others = set(_SETTING.findall(first)) ^ set(_SETTING.findall(second))
    if others and not all(item.startswith("nam") for item in others):
        return False
    # Both are said to be of the plan: then two telling words are enough.
    length = 2 if all(_OF_PLAN.match(passage.flat, item.end) for item in (one, two)) else 4
    return any(
        sum(word not in _COMMON for word in gram) >= 2
        for gram in _grams(first, length) & _grams(second, length)
    )


def _grams(text: str, length: int) -> set[tuple[str, ...]]:
    syllables = WORD.findall(text)
    return {tuple(syllables[place : place + length]) for place in range(len(syllables) - length + 1)}


def text_against_figures(passage: Passage, settings: ClaimSettings) -> None:
    """A figure in a known phrase that differs from the workbook of the same report."""
    for row in settings.phrases:
        given = passage.known.figures.get(row.indicator)
        if given is None:
            continue
        for match in row.in_text.finditer(passage.flat):
            if given in readings(match["n"]):
                passage.right(ClaimKind.TABLE, match.start(), match.end())
                continue
            table = format_number(given)
            passage.say(
                ClaimKind.TABLE, Severity.WARNING, match.start(), match.end(), stated=match["n"], expected=table,
                message=t("claims.table", text=match["n"], table=table, indicator=row.indicator),
                indicator=row.indicator,
            )  # fmt: skip

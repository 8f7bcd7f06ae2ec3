"""One quantity with two values: twice in the text, in the text and in the table, in the text and in the workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.phrases import ClaimSettings
from cchc.claims.text_tables import Row
from cchc.claims.tokens import Sort, Token, readings
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_PLAIN_WORDS = frozenset(
    [
        "da",
        "duoc",
        "thuc",
        "hien",
        "trien",
        "khai",
        "to",
        "chuc",
        "ban",
        "hanh",
        "hoan",
        "thanh",
        "ket",
        "qua",
        "trong",
        "nam",
        "thang",
        "quy",
        "co",
        "cho",
        "cac",
        "va",
        "cua",
        "voi",
        "la",
        "den",
        "nay",
        "so",
        "tong",
        "dat",
        "tai",
        "tren",
        "dia",
        "ban",
        "huyen",
        "tinh",
        "xa",
        "don",
        "vi",
        "ho",
        "so",
        "cong",
        "tac",
        "ke",
        "hoach",
        "duoc",
        "tiep",
        "nhan",
        "giai",
        "quyet",
        "dau",
        "di",
        "theo",
    ]
)
_APART = 40  # closer, they are told apart by what stands between them
_SHARED_WORDS, _TELLING_WORDS = 4, 2
_OF_PLAN = re.compile(r"[^.;()%]{0,60}?[0-9]%\s+ke hoach")
_LEVELS = re.compile(r"c[a-z]{1,2}p\s+(?:t[i]nh|huy[ae]n|x[ae])\b")
_SETTING = re.compile(
    r"tu\s+kiem tra|truc tiep|dot xuat|quy\s+[ivx0-9]+|thang\s+[0-9]+|cung ky|nam\s+(?:20)?[0-9]{2,4}|"
    r"giai doan|muc do\s+[0-9]"
)


def fractions_of_one_whole(passage: Passage) -> None:
    """Two fractions of one denominator that the same words introduce, far apart, with different numerators."""
    by_bottom: dict[Decimal, list[Token]] = {}
    for token in passage.tokens:
        # Up to 12 it may be a day and a month.
        if token.sort is Sort.FRACTION and token.bottom > 12:
            by_bottom.setdefault(token.bottom, []).append(token)
    for same in by_bottom.values():
        if not 2 <= len(same) <= 6:
            continue
        for place, two in enumerate(same):
            for one in same[:place]:
                if one.value == two.value or two.start - one.end < _APART:
                    continue
                if _same_words(passage, one, two):
                    first, second = (passage.quoted(item.start, item.end) for item in (one, two))
                    passage.say(
                        ClaimKind.TWO_VALUES, Severity.WARNING, two.start, two.end, stated=second, expected=first,
                        message=t("claims.two_values", one=first, two=second),
                    )  # fmt: skip
                    break


def _clause(passage: Passage, token: Token) -> str:
    before = passage.flat[max(0, token.start - 90) : token.start]
    return re.split(r"[.;(]\s|\n[-+*]|[0-9]\s?%|[0-9]/[0-9]+", before)[-1]


def _same_words(passage: Passage, one: Token, two: Token) -> bool:
    first, second = _clause(passage, one), _clause(passage, two)
    if set(_LEVELS.findall(first)) != set(_LEVELS.findall(second)):
        return False
    others = [set(_SETTING.findall(text)) for text in (first, second)]
    if others[0] ^ others[1] and not all(item.startswith("nam") for item in others[0] ^ others[1]):
        return False
    if _shares_words(first, second, _SHARED_WORDS):
        return True
    # Both are said to be of the plan: then two telling words are enough.
    return all(_OF_PLAN.match(passage.flat, item.end) for item in (one, two)) and _shares_words(
        first, second, 2
    )


def _shares_words(first: str, second: str, length: int) -> bool:
    common = _grams(first, length) & _grams(second, length)
    return any(sum(word not in _PLAIN_WORDS for word in gram) >= _TELLING_WORDS for gram in common)


def _grams(text: str, length: int) -> set[tuple[str, ...]]:
    syllables = re.findall(r"[a-z]+", text)
    return {tuple(syllables[place : place + length]) for place in range(len(syllables) - length + 1)}


def text_against_tables(passage: Passage, found: Sequence[list[Row]], settings: ClaimSettings) -> None:
    """Well-known quantities of the text against the tables of the same document."""
    if not found:
        return
    for quantity in settings.quantities:
        matches = [match for pattern in quantity.in_text for match in pattern.finditer(passage.flat)]
        in_table = [cell for rows in found for cell in _in_table(rows, quantity.rows)] if matches else []
        if not in_table:
            continue
        values = {value for value, *_ in in_table}
        for match in matches:
            said = readings(match["n"])
            block = passage.block_at(match.start())
            if not said or passage.blocks[block].marker == "row":
                continue
            if set(said) & values:
                passage.right(ClaimKind.TABLE, match.start(), match.end())
                continue
            right = format_number(in_table[0][0])
            passage.say(
                ClaimKind.TABLE, Severity.WARNING, match.start("n"), match.end("n"), stated=match["n"], expected=right,
                message=t("claims.table_in_text", text=match["n"], table=right, quantity=quantity.name,
                          line=passage.lined.count("\n", 0, in_table[0][1]) + 1),
            )  # fmt: skip


def _in_table(rows: Sequence[Row], pattern: re.Pattern[str]) -> list[tuple[Decimal, int]]:
    """Values whose row label, or whose path of column heads, is the quantity."""
    found = []
    for place, row in enumerate(rows):
        for index, cell in enumerate(row.cells):
            if cell.value is not None or not pattern.fullmatch(cell.words):
                continue
            values = [one for one in row.cells[index + 1 :] if one.value is not None]
            if any(one.value is None and re.search(r"[0-9]", one.words) for one in row.cells[index + 1 :]):
                continue  # the figure counts what the words beside it list: 'Tổng số văn bản đi | 2 | Sở A (47; 48)'
            if len(values) == 1 and values[0].value is not None:
                found.append((values[0].value, values[0].start))
        if place >= 1:
            for index, cell in enumerate(row.cells):
                head = _head_above(rows[place - 1], index)
                if cell.value is None and head and pattern.fullmatch(f"{head} / {cell.words}"):
                    for below in rows[place + 1 : place + 4]:
                        if index < len(below.cells) and len(below.cells) == len(row.cells):
                            value = below.cells[index].value
                            if value is not None and "(" not in below.cells[index].words:
                                found.append((value, below.cells[index].start))
                                break
    return found


def _head_above(row: Row, index: int) -> str:
    for cell in reversed(row.cells[: index + 1]):
        if cell.words:
            return cell.words
    return ""


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

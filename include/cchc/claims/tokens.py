"""Numbers, fractions, percentages, days and documents of a plain text, in the order in which they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from cchc.claims.flat import words_of
from cchc.claims.numerals import numerals

# Cheap: rows of digits. What they are is decided at each of them.
_RUN = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_DAY = re.compile(r"([0-9]{1,2}) ?([/.-]) ?([0-9]{1,2}) ?\2 ?((?:19|20)[0-9]{2})(?![0-9])(?![/.][0-9])")
# 'tháng' and 'năm' as scanners leave them: théang, thdng, nim, ndm, nam.
_WORDS = re.compile(
    r"([0-9]{1,2})\s{1,3}th[a-z]{1,4}\s{1,3}([0-9]{1,2})\s{0,2},?\s{0,2}n[a-z]{1,3}\s{1,3}((?:19|"
    r"20)[0-9]{2})(?![0-9])"
)
_DAY_MONTH_WORDS = re.compile(r"([0-9]{1,2})\s{1,3}th[a-z]{1,4}\s{1,3}([0-9]{1,2})(?![0-9]|[./]\s?[0-9])")
_SYMBOL = re.compile(
    r"([0-9]{1,6})\s?/\s?(?:((?:19|"
    r"20)[0-9]{2})\s?/\s?)?([a-z][a-z0-9&]{0,12}(?:\s?[-/]\s?\n?\s?[a-z][a-z0-9&.]{0,14}){1,3})"
)
_SYMBOL_PARTY = re.compile(r"([0-9]{1,4})\s?(-)\s?([a-z]{1,8}/[a-z][a-z0-9]{1,8}(?:-[a-z]{1,8})?)")
# 'Luật số 77/2015/QH13', 'Nghị quyết số 35/2023/UBTVQH15'.
_SYMBOL_OF_TERM = re.compile(
    r"([0-9]{1,6})\s?/\s?((?:19|20)[0-9]{2})\s?/\s?([a-z]{2,8}[0-9]{1,2})(?![a-z0-9])"
)
_SYMBOL_SHORT = re.compile(r"([0-9]{1,6})\s?/\s?((?:19|20)[0-9]{2})?/?\s?([a-z]{2,8})(?![a-z0-9])")
_FRACTION = re.compile(r"\s?/\s?([0-9]+(?:[.,][0-9]+)*)(?!\s?/\s?[0-9a-z])")
_PERCENT = re.compile(r"\s{0,2}(?:%|phan\s{1,2}tram\b)")
_SYMBOL_KINDS = words_of(
    "kh qd bc cv tb ct nq nd tt ttr hd gm bb da ctr qc tt-btp ubnd vp hdnd snv sct vbhn cd kl cthd"
)


class Sort(Enum):
    NUMBER = 1
    FRACTION = 2
    PERCENT = 3
    DAY = 4  # with its year
    DAY_MONTH = 5
    DOCUMENT = 6
    PORTION = 7  # in words: 'hơn một phần ba'


@dataclass(slots=True)
class Token:
    """One figure of a text.

    values: a number's possible readings, the likelier first ('4,747' is 4747 or 4.747); a fraction's top.
    bottoms: a fraction's denominator. decimals: as written, for percentages. day: None when no calendar has it.
    name: a document's number and symbol; `year` the year inside it.
    """

    sort: Sort
    start: int
    end: int
    values: tuple[Decimal, ...] = ()
    bottoms: tuple[Decimal, ...] = ()
    decimals: int = 0
    day: date | None = None
    name: str = ""
    year: int | None = None

    @property
    def value(self) -> Decimal:
        return self.values[0]

    @property
    def bottom(self) -> Decimal:
        return self.bottoms[0]


def readings(written: str, *, share: bool = False) -> tuple[Decimal, ...]:
    """What a written number can mean, the likelier first; empty when it is none.

    Both styles stand in one report: `27.554` and `4,747` are thousands, `39,60` and `96.90` decimals. share: a
    percentage, in which three digits behind a mark are decimals.
    """
    if len(written) > 22:
        return ()
    dots, commas = written.count("."), written.count(",")
    if not dots and not commas:
        return (Decimal(written),)
    if dots and commas:
        thousand, point = (".", ",") if written.rfind(",") > written.rfind(".") else (",", ".")
        if written.count(point) > 1 or not _grouped(written.split(point)[0], thousand):
            return ()
        return (Decimal(written.replace(thousand, "").replace(point, ".")),)
    mark = "." if dots else ","
    head, *rest = written.split(mark)
    if len(rest) > 1:
        return (Decimal("".join((head, *rest))),) if _grouped(written, mark) else ()
    decimal = Decimal(f"{head}.{rest[0]}")
    if len(rest[0]) != 3 or len(head) > 3 or head.startswith("0"):
        return (decimal,)
    whole = Decimal(head + rest[0])
    return (decimal, whole) if share else (whole, decimal)


def _grouped(written: str, mark: str) -> bool:
    head, *rest = written.split(mark)
    return 1 <= len(head) <= 3 and all(len(part) == 3 for part in rest)


def tokens(text: str, written: str = "") -> list[Token]:
    """Every figure of a plain text. Digits inside words, phone numbers and versions are none.

    written: the text with its accents, which alone tell numbers in words.
    """
    found = [_of_words(text, *one) for one in numerals(written, text)] if written else []
    in_words = len(found)
    free = 0  # everything before is taken
    for match in _RUN.finditer(text):
        start = match.start()
        if start < free:
            continue
        before = text[start - 1] if start else " "
        if before.isalnum() or before == "_" or (before in ".,/" and start > 1 and text[start - 2].isdigit()):
            continue
        token = _token(text, match)
        if token is not None:
            found.append(token)
            free = token.end
    if in_words:
        found.sort(key=lambda one: one.start)
    return found


def _of_words(text: str, start: int, end: int, value: Decimal, whole: Decimal | None) -> Token:
    if whole is not None:
        return Token(Sort.PORTION, start, end, (value,), (whole,))
    percent = _PERCENT.match(text, end)
    if percent:
        decimals = -min(0, int(value.as_tuple().exponent))
        return Token(Sort.PERCENT, start, percent.end(), (value,), decimals=decimals)
    return Token(Sort.NUMBER, start, end, (value,))


def _token(text: str, run: re.Match[str]) -> Token | None:
    start, end, written = run.start(), run.end(), run[0]
    follows = text[end : end + 3]
    if written.isdigit():
        stripped = follows.lstrip()
        if stripped[:1] in "/-" and stripped:
            special = _dated(text, start) or _document(text, start)
            if special:
                return special
        elif stripped[:1] == "t" and len(written) <= 2:
            special = _in_words(text, start)
            if special:
                return special
    elif len(written) >= 8 and written.count(".") == 2:
        special = _dated(text, start)
        if special:
            return special
    if "%" in follows or " p" in follows:
        percent = _PERCENT.match(text, end)
        if percent:
            values = readings(written, share=True)
            decimals = len(re.split(r"[.,]", written)[-1]) if not written.isdigit() else 0
            return Token(Sort.PERCENT, start, percent.end(), values, decimals=decimals) if values else None
    if "/" in follows:
        fraction = _FRACTION.match(text, end)
        if fraction:
            tops, bottoms = readings(written), readings(fraction[1])
            return Token(Sort.FRACTION, start, fraction.end(), tops, bottoms) if tops and bottoms else None
    after = follows[:1]
    if after and (after.isalnum() or after == "_") and follows[:2] != "d/":
        return None  # '2a', '3D'
    values = readings(written)
    return Token(Sort.NUMBER, start, end, values) if values else None


def _dated(text: str, start: int) -> Token | None:
    match = _DAY.match(text, start)
    if match:
        return Token(Sort.DAY, start, match.end(), day=_real(match[4], match[3], match[1]), name=match[0])
    return None


def _in_words(text: str, start: int) -> Token | None:
    match = _WORDS.match(text, start)
    if match:
        return Token(Sort.DAY, start, match.end(), day=_real(match[3], match[2], match[1]), name=match[0])
    match = _DAY_MONTH_WORDS.match(text, start)
    if match:
        return Token(Sort.DAY_MONTH, start, match.end(), (Decimal(match[1]),), (Decimal(match[2]),))
    return None


def _document(text: str, start: int) -> Token | None:
    match = (
        _SYMBOL.match(text, start) or _SYMBOL_PARTY.match(text, start) or _SYMBOL_OF_TERM.match(text, start)
    )
    match = match or _SYMBOL_SHORT.match(text, start)
    if not match:
        return None
    symbol = re.sub(r"\s", "", match[3]).rstrip(".-/")
    if match.re is _SYMBOL_SHORT and symbol not in _SYMBOL_KINDS:
        return None
    year = match[2] if match[2] and match[2].isdigit() else None
    number = match[1].lstrip("0") or "0"
    name = f"{number}/{year}/{symbol}" if year else f"{number}/{symbol}"
    end = match.start(3) + len(match[3].rstrip(".-/ \n"))
    return Token(Sort.DOCUMENT, start, end, name=name, year=int(year) if year else None)


def _real(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None

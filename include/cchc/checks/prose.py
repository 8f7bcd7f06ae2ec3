"""Numbers, dates and documents named in Vietnamese prose, found in text with or without its accents."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

# At most 18 digits: a longer row of digits is no figure of a report (and Python refuses to read some of them).
NUMBER = r"\d{1,3}(?:\.\d{3}){1,5}|\d{1,18}"
_FRACTION = re.compile(rf"(?<![\d/.,])({NUMBER})\s?/\s?({NUMBER})(?![\d/]|[.,]\d)")
_FOLLOWED = re.compile(r"\s?[/-]")
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[.,]\d{1,3})?)\s?%")
_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[/-]\s?(\d{1,2})\s?[/-]\s?(\d{4})(?!\d)")
_DAY_IN_WORDS = re.compile(r"ngay\s+(\d{1,2})\s+thang\s+(\d{1,2})\s+nam\s+(\d{4})")
_DOCUMENT = re.compile(
    r"(ke hoach|quyet dinh|cong van|bao cao|thong bao)\s+so:?\s*(\d{1,6})\s?/\s?([a-z0-9&-]+)", re.IGNORECASE
)


def plain(text: str) -> str:
    """Lower case without accents, of the same length as the (composed) text: places stay the same."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_base(character) for character in composed)


@lru_cache(maxsize=4096)
def _base(character: str) -> str:
    if character in "đĐ":
        return "d"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def whole(text: str) -> int:
    """`27.554` is twenty-seven thousand five hundred and fifty-four; `04` is four."""
    return int(text.replace(".", ""))


@dataclass(frozen=True)
class Fraction:
    """`a/b` in a text, from `start` to `end`. Dates and document numbers are none."""

    start: int
    end: int
    top: int
    bottom: int


@dataclass(frozen=True)
class Percent:
    """A percentage; `decimals` as written, because it may be rounded or truncated there."""

    start: int
    end: int
    value: Decimal
    decimals: int


@dataclass(frozen=True)
class Day:
    """A day as written; `value` is None when no calendar has it."""

    start: int
    end: int
    written: str
    value: date | None


@dataclass(frozen=True)
class Document:
    """A document named by kind, number and symbol, with the day that follows it, if any."""

    start: int
    name: str
    day: Day | None


def fractions(text: str) -> list[Fraction]:
    """Fractions of a plain text; a document number such as 05/KH has letters behind the stroke and is none."""
    taken = days(text)
    starts = [day.start for day in taken]
    found = []
    for match in _FRACTION.finditer(text):
        place = bisect_right(starts, match.start()) - 1
        inside = place >= 0 and match.start() < taken[place].end
        if not inside and not _FOLLOWED.match(text, match.end()):
            found.append(Fraction(match.start(), match.end(), whole(match[1]), whole(match[2])))
    return found


def percents(text: str) -> list[Percent]:
    found = []
    for match in _PERCENT.finditer(text):
        written = match[1].replace(",", ".")
        decimals = len(written.partition(".")[2])
        found.append(Percent(match.start(), match.end(), Decimal(written), decimals))
    return found


def days(text: str) -> list[Day]:
    """Days written 31/06/2022 or 'ngày 31 tháng 6 năm 2022', in the order in which they stand."""
    found = []
    for pattern in (_DAY, _DAY_IN_WORDS):
        for match in pattern.finditer(text):
            day, month, year = (int(part) for part in match.groups())
            found.append(Day(match.start(), match.end(), match[0], _real(year, month, day)))
    return sorted(found, key=lambda one: one.start)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def documents(text: str) -> Iterator[Document]:
    """Documents with the day that follows within a few words ('... ngày 24/12/2021')."""
    all_days = days(text)
    starts = [day.start for day in all_days]
    for match in _DOCUMENT.finditer(text):
        name = f"{match[1]} {match[2]}/{match[3].rstrip('-')}"
        place = bisect_left(starts, match.end())
        near = all_days[place] if place < len(starts) and starts[place] <= match.end() + 12 else None
        yield Document(match.start(), name, near)

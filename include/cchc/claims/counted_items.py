"""A count and the items that follow it: numbered lines, bullets, 'thứ nhất ... thứ tư', one for each place named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from cchc.claims import words
from cchc.claims.counted_names import compare, is_name
from cchc.claims.flat import words_of
from cchc.claims.layout import Block
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.tokens import Sort

_ONES = ("nhat|mot", "hai|nhi", "ba", "tu|bon", "nam", "sau", "bay", "tam", "chin", "muoi")
_NUMBERS = {word: place for place, words in enumerate(_ONES, 1) for word in words.split("|")}
_AT_START = r"(?:^|(?<=[.;:!?\n])\s*|(?<=[.;:]\s)|\n[-+*\s]*)"
# How writers number what they list; every family from its first member on.
_SERIES = tuple(
    re.compile(pattern)
    for pattern in (
        _AT_START
        + r"thu\s+(?P<n>nhat|hai|nhi|ba|tu|bon|nam|sau|bay|tam|chin|muoi)\b(?!\s+(?:truong|tuc|truoc|sau))",
        _AT_START + r"(?P<n>mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\s+la\b",
        r"(?<=[\s:;,.])\((?P<n>[0-9]{1,2}|[ivx]{1,4}|[a-h])\)\s",
    )
)
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_TO_FIRST, _ALL = 170, 9000  # letters from a count to its first item, and to the last
_MOST, _FEWEST_OFF = 15, 2
_OPENS_LINES = re.compile(r"[^.;:0-9]{0,90}:\s*")
_LINE = re.compile(r"\s*([0-9]{1,2})[.)]\s")
_EACH = re.compile(
    r"\b(?:moi|tung)\s+(?P<unit>ap|thon|xa|phuong|khom|ban|buon|huyen|to|khu pho|cum|truong|don vi|phong|so|lang)\b"
    r"(?:\s+(?:neu tren|noi tren|ke tren|tren|nay|do))?(?:\s+(?:to chuc|hop|mo|duoc|co|cu|phat|lam|la|nhan))*"
    r"\s+(?P<n>mot|hai|ba|bon|0?[1-9])\s+(?P<noun>[a-z]+)"
)
_NUMBERED = words_of("dot giai buoc nhom lop phien vong phan tiet khoi tuyen")
_ON_DAYS = words_of("dot ky phien lan ngay vong")
_DAYS_FROM = re.compile(r"(?:\s+[a-z]+){0,6}\s*[,:(]?\s*(?:vao\s+)?(?:cac\s+)?ngay:?\s+")
_NEXT_DAY = re.compile(r"\s*(?:[,;]|va)\s*(?:ngay\s+)?")
_ALL_DAYS = 300  # letters
_MAIN = re.compile(r"\bchu yeu(?=\s*[.:])")  # 'năm giải pháp chủ yếu.'
_STOP = re.compile(r"\.\s")
_PLACES = r"\b(?:tai|o|cho|cua|gom)\s+(?:cac\s+|[0-9]+\s+)?{unit}:?\s+"


def counted_items(passage: Passage, entries: Sequence[Quantity], block: Block) -> None:
    for one in entries:
        counted = one.sort is Sort.NUMBER and 2 <= one.value <= _MOST and one.noun and not one.approximate
        if counted and not _lines(passage, one, block):
            _series(passage, one)
            _of_its_noun(passage, one)
            _days(passage, one)
    if entries and "moi" in passage.flat[block.start : block.end]:
        _one_each(passage, entries, block)


def _of_its_noun(passage: Passage, one: Quantity) -> None:
    """'hai đợt: đợt 1 từ ..., đợt 2 từ ...': numbered by what is counted."""
    if one.noun[0] not in _NUMBERED:
        return
    last = one.end + _ALL
    numbers = re.compile(
        rf"\b{one.noun[0]}\s+(?:thu\s+)?(?P<n>[0-9]{{1,2}}|[ivx]{{1,4}}|{'|'.join(_NUMBERS)})\b"
    )
    first = numbers.search(passage.flat, one.end, one.end + _TO_FIRST)
    if first is None or _value(first["n"]) != 1:
        return
    stop = passage.flat.find("\n\n", one.end, last)
    count = 1
    for match in numbers.finditer(passage.flat, first.end(), stop if stop > 0 else last):
        count += _value(match["n"]) == count + 1
    if count > 1 and abs(count - one.value) <= _FEWEST_OFF:
        compare(passage, one, one.end, count, count)


def _days(passage: Passage, one: Quantity) -> None:
    """'04 kỳ vào các ngày 02/4, 09/4, 16/4 và 23/4'."""
    days = [
        two for two in passage.within(one.end, one.end + _ALL_DAYS) if two.sort in (Sort.DAY, Sort.DAY_MONTH)
    ]
    if (
        one.noun[0] not in _ON_DAYS
        or not days
        or not _DAYS_FROM.fullmatch(passage.flat, one.end, days[0].start)
    ):
        return
    count = 1 + sum(1 for _ in takewhile(
        lambda pair: _NEXT_DAY.fullmatch(passage.flat, pair[0].end, pair[1].start), pairwise(days)
    ))  # fmt: skip
    if count > 1:
        compare(passage, one, days[count - 1].end, count, count)


def _series(passage: Passage, one: Quantity) -> None:
    """'năm nhiệm vụ trọng tâm. Thứ nhất ... Thứ tư ...': members of one family, in their order from the first on."""
    flat = passage.flat
    for family in _SERIES:
        first = family.search(flat, one.end, min(len(flat), one.end + _TO_FIRST))
        if first is None or _value(first["n"]) != 1:
            continue
        between = flat[one.end : first.start()]
        stops = len(re.findall(r"[.;:](?=\s|$)", between))
        if (
            stops > 1
            or passage.within(one.end, first.start())
            or words.SOME_OF.search(_MAIN.sub("", between))
        ):
            continue
        count = 1
        kind = first["n"].isalpha() and first["n"] not in _NUMBERS
        for match in family.finditer(flat, first.end(), min(len(flat), first.end() + _ALL)):
            value = _value(match["n"])
            if (
                value == 1
                or value > count + 2
                or (kind != (match["n"].isalpha() and match["n"] not in _NUMBERS))
            ):
                break
            if value == count + 1:
                count = value
        if count >= 2 and abs(count - one.value) <= _FEWEST_OFF:
            compare(passage, one, one.end, count, count)
        return


def _value(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in _NUMBERS:
        return _NUMBERS[word]
    return _ROMANS.index(word) + 1 if word in _ROMANS else ord(word) - ord("a") + 1


def _lines(passage: Passage, one: Quantity, block: Block) -> bool:
    """'6 nhiệm vụ dưới đây:' before lines that are numbered from 1 on, or bullets of one kind."""
    opened = _OPENS_LINES.match(passage.flat, one.end, block.end)
    if not opened or words.SOME_OF.search(opened[0]):
        return False
    here = passage.block_at(one.start)
    if opened.end() < passage.blocks[here].end:
        return False
    behind = passage.blocks[here + 1 : here + _MOST + 4]
    numbers = [_LINE.match(passage.text[line.start : line.end]) for line in behind]
    count = next(
        (n for n, match in enumerate(numbers) if match is None or int(match[1]) != n + 1), len(numbers)
    )
    if count < 2 and behind and behind[0].marker in tuple("-+*•"):
        mark = behind[0].marker
        ends = next((n for n, line in enumerate(behind) if line.marker not in tuple("-+*•")), len(behind))
        count = sum(line.marker == mark for line in behind[:ends])
    if count >= 2 and abs(count - one.value) <= _FEWEST_OFF:
        compare(passage, one, one.end, count, count)
    return count >= 2


def _one_each(passage: Passage, entries: Sequence[Quantity], block: Block) -> None:
    """'bốn buổi, mỗi thôn một buổi, tại các thôn A, B, C, D và E': as many as places are named."""
    flat = passage.flat
    for each in _EACH.finditer(flat, block.start, block.end):
        stops = [
            block.start,
            block.start,
            *(at.end() for at in _STOP.finditer(flat, block.start, each.start())),
        ]
        start = stops[-2]  # the sentence before may tell what each has one of
        stop = _STOP.search(flat, each.end(), block.end)
        end = stop.start() if stop else block.end
        totals = [
            one for one in entries
            if start <= one.start < end and one.sort is Sort.NUMBER and one.noun[:1] == (each["noun"],)
            and not each.start() <= one.start < each.end()
        ]  # fmt: skip
        if len(totals) > 1:  # the same sentence before the one ahead
            totals = [one for one in totals if one.start >= stops[-1]]
        place = re.compile(_PLACES.format(unit=each["unit"])).search(flat, start, end)
        names = _names(passage.text[place.end() : end]) if place else []
        if len(totals) != 1 or len(names) < 2 or place is None:
            continue
        right = len(names) * int(_NUMBERS.get(each["n"]) or each["n"])
        if abs(right - totals[0].value) <= max(_FEWEST_OFF, right // 4):
            last = passage.text.find(names[-1], place.end()) + len(names[-1])
            compare(passage, totals[0], max(totals[0].end, last), right, right)


def _names(written: str) -> list[str]:
    """The places that a text begins with: numbers, or names with capitals."""
    every = re.split(r"\s*,\s*|\s+và\s+", re.split(r"[.;()]", written, maxsplit=1)[0])
    return list(takewhile(lambda name: re.fullmatch(r"[0-9]{1,2}[A-Z]?", name) or is_name(name), every))

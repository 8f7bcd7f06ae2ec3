"""The figures of a sentence as values, of now or of before, and as steps up or down between two of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cchc.claims.passage import Passage
from cchc.claims.quantities import NO_NOUN, is_time
from cchc.claims.tokens import Sort, Token

_BEFORE = (
    r"(?:cung ky|(?:nam|ky|quy|thang) truoc|nam ngoai|truoc do|truoc (?:khi )?(?:sap|hop|thang|thoi)|"
    r"(?<!thang )dau nam)"
)
AGAINST = re.compile(rf"\bso (?:voi|cung)\b|\b{_BEFORE}|\bnam\s+(20[0-9]{{2}})\b|\bquy\s+[ivx]+\b")
# What may not stand between the words of comparison and the value that is compared with; behind a colon begins a list
# of what is now ('Các tỷ lệ tăng so với năm trước: hài lòng 83% (tăng 2 điểm)').
_SO_WITH_YEAR = re.compile(r"\bso voi (?:cung ky )?nam (20[0-9]{2})(?![0-9])")
_SO_WITH_PART = re.compile(r"\bso voi (?:cung ky )?(quy\s+[ivx]+)\b")
_NOT_THE_VALUE = re.compile(r",|;|:(?=\s*[a-z])|\.\s|\)|\b(?:da|dang|tang|giam|tinh|tren|hon|trong do|gom)\b")
_PLAN = re.compile(r"\bso (?:voi )?(?:ke hoach|chi tieu|du toan|muc tieu)[^,;.]{0,40}$")
_UP = r"tang|nang|vuot|(?:cao|nhieu|lon|dai|nhanh) hon|them"
_DOWN = r"giam|ha|(?:thap|it|nho|ngan) hon|bot"
_STEP = re.compile(
    rf"\b(?:(?P<up>{_UP})|(?P<down>{_DOWN})|gap|"
    rf"chenh(?: lech)?|bang(?=\s*$)|hon(?=[a-z\s]{{3,}}20[0-9]{{2}}|\s+{_BEFORE}))"
    r"(?P<to>\s+(?:len|xuong))?(?P<rest>(?:\s+(?!tu\b|len\b|xuong\b|con\b)(?:[a-z]+|20[0-9]{2}|9|6)){0,9})\s*$"
)
SAME_STEP = re.compile(
    r"(?:[a-z\s]{0,24}\(|[a-z\s,%]{0,24}\b(?:tuong (?:ung|duong)|tuc|ung voi)\b)"
    r"(?:\s+(?:voi|la|tang|giam|muc)){0,3}\s*$"
)
_THAN = re.compile(r"\b(?:(?P<up>cao|nhieu|lon)|thap|it|nho) hon (?:so voi )?[a-z ,]{2,50}\(?\s*$")
_BY = re.compile(r"[a-z ]{0,12}\)?,?\s*(?:la|:|den|toi|gan)?\s*$")
_AGAINST_STEP = re.compile(
    r"(?:[a-z ]{1,12})?\s*so voi [^,;.()]{2,30}[,(]?\s*(?:tuong (?:ung|duong)|tuc|ung voi)[a-z ]{0,12}$"
)
_AND_STEP = re.compile(r"\s*(?:va|,)\s*(?:tang|giam)?\s*$")
_NO_STEP = re.compile(r"\b(?:cuong|chi phi|thoi gian|nhe|thieu|bot thu|tren|duoi|hon|khoang|du|lan)\b")
_RANK = re.compile(r"\b(?:hang|vi tri|vi thu|xep|dung)(?:\s+thu)?\s*:?\s*$|\bthu\s*$")
_RANKS = re.compile(r"\s{0,3}(?:bac|hang|vi tri|thu hang|thu bac)\b")
_WRITTEN = re.compile("tăng|giảm|tăng|giảm")
_POINTS = re.compile(r"\s{0,3}diem\s+(?:%|phan tram)")
_TIMES = re.compile(r"\s{0,3}lan\b")
FROM = re.compile(
    r"(?<!dau )(?<!vat )(?<!thu )\btu\s+(?!(?:phap|van|nhan|lieu|chu|duy)\b)(?:muc|hang|vi tri|thu hang|[a-z]+\s+)?\s*$"
)
_TO = re.compile(r"\s*(?:[a-z]+\s+|20[0-9]{2}\s+){0,4}(?:len|xuong|(?:con)(?!\s+lai))\s*(?:con\s*)?$")
_SCORE = re.compile(r"\s{0,3}diem\b")
_UNIT = re.compile(r"\s*([a-z]+)")


@dataclass(slots=True)
class Value:
    """A figure of a sentence. gap: the words up to it. sort: `%`, `rank` or `` for what is counted."""

    token: Token
    gap: str
    sort: str
    unit: str
    before: bool = False
    year: int = 0  # that alone makes it one of before
    step: str = ""  # up, down or any
    pair: tuple[Value, Value] | None = None  # the values that a step is right of
    told: bool = True  # that it is a step, not what was reached ('nâng lên 95%')


def values_of(passage: Passage, start: int, end: int, tokens: Sequence[Token]) -> Iterator[Value]:
    flat, place = passage.flat, start
    for one in tokens:
        if one.sort not in (Sort.NUMBER, Sort.PERCENT, Sort.FRACTION) or (
            one.sort is not Sort.PERCENT and is_time(passage, one)  # not '71,3% năm 2021'
        ):
            continue
        gap = flat[place : one.start]
        rank = bool(_RANK.search(gap[-24:])) and not (
            gap.endswith("thu ")
            and passage.accented(one.start)
            and passage.text[one.start - 4 : one.start] != "thứ "
        )
        if one.sort is Sort.NUMBER and not (rank or gap.endswith("tang ") or passage.is_count(one)):
            continue  # 'tang' is a floor, too
        unit = _UNIT.match(flat, one.end, min(end, one.end + 24))
        sort = "%" if one.sort is Sort.PERCENT else "rank" if rank else ""
        yield Value(one, gap, sort, unit[1] if unit and unit[1] not in NO_NOUN else "")
        place = one.end


def mark_steps(passage: Passage, every: Sequence[Value]) -> None:
    """Tell which values are of before, and which figures are steps."""
    flat = passage.flat
    told_of = flat[every[0].token.start - len(every[0].gap) : every[-1].token.end + 60] if every else ""
    compared = frozenset(_SO_WITH_PART.findall(told_of))
    previous: Value | None = None
    for one in every:
        after = one.token.end
        told = None if one.token.sort is Sort.FRACTION else _STEP.search(one.gap[-90:])
        written = passage.text[max(0, one.token.start - 90) : one.token.start].lower()
        if (
            told
            and passage.accented(one.token.start)
            and told[0].startswith(("tang", "giam"))
            and not _WRITTEN.search(written)
        ):
            told = None  # 'giám định 25 vụ', 'trao tặng 12 suất'
        if told and not _NO_STEP.search(told["rest"]) and not _NOT_THE_VALUE.search(told["rest"]):
            one.step = "up" if told["up"] else "down" if told["down"] else "any"
            one.told = not told["to"]
        elif (
            previous
            and previous.step
            and (
                (
                    one.sort != previous.sort
                    and (
                        _AGAINST_STEP.fullmatch(one.gap)
                        or (SAME_STEP.fullmatch(one.gap) and not AGAINST.search(one.gap))
                    )
                )
                or (_AND_STEP.fullmatch(one.gap) and _RANKS.match(flat, after))
            )
        ):
            one.step, one.told = previous.step, previous.told
        elif (
            previous and _BY.fullmatch(one.gap) and not previous.step and (than := _THAN.search(previous.gap))
        ):
            one.step, previous.before = (
                "up" if than["up"] else "down",
                True,
            )  # 'A (92 %) cao hơn B (90 %) là 2 điểm'
        elif not told and FROM.search(one.gap):
            one.before = True
        else:
            match = next(reversed(list(AGAINST.finditer(one.gap[-100:]))), None)
            tail = one.gap[-100:][match.end() :] if match else ""
            opened = previous is not None and previous.step and re.fullmatch(r"[a-z\s]{0,20}\(\s*", one.gap)
            one.year = int(match[1] or 0) if match else 0
            one.before = bool(
                (match and not _NOT_THE_VALUE.search(tail) and not (compared - {match[0]} and match[0][:3] == "quy"))
                or _PLAN.search(one.gap)
                or (previous is not None and opened and AGAINST.search(previous.gap[-90:]))
            )  # fmt: skip
        if (
            previous and not previous.step and not previous.before and previous.sort == one.sort
            and _TO.fullmatch(one.gap) and previous.unit in (one.unit, "") and not one.step
        ):  # fmt: skip
            previous.before = True  # '65 trường xuống 57 trường'
        elif previous and previous.before and _TO.fullmatch(one.gap) and FROM.search(previous.gap):
            one.before = False  # 'từ 71,3% năm 2021 lên 94,6%': the year is the other's
        if told and told[0].startswith("bang") and not _TIMES.match(flat, after):
            one.step = ""
        if one.step and _RANKS.match(flat, after):
            one.sort = "rank"
        elif one.step and (
            _POINTS.match(flat, after)
            or (_SCORE.match(flat, after) and any(two.sort == "%" for two in every))
        ):
            one.sort = "%"
        elif one.step and _TIMES.match(flat, after):
            one.sort = "times"
        previous = one
    years = [one.year for one in every if one.before and one.year]
    years += [int(year) for one in every if years for year in _SO_WITH_YEAR.findall(one.gap)]
    for one in every:
        # 'Năm 2025 đạt a, tăng b so với năm 2024 (c)': the earlier year is the one of before.
        if (
            one.before
            and one.year
            and (one.year > min(years) or (len(years) == 1 and _sure_of_another(every, one)))
        ):
            one.before = False


def _sure_of_another(every: Sequence[Value], one: Value) -> bool:
    return not re.search(r"\b(?:so voi|hon)\b", one.gap[-100:]) and any(
        two.before and two is not one for two in every
    )


def span_of(*every: Value) -> tuple[int, int]:
    return min(one.token.start for one in every), max(one.token.end for one in every)

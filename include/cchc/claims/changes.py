"""'tăng 20% so với cùng kỳ (1.000 hồ sơ)': a change against both values, when both are given."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from cchc.claims import words
from cchc.claims.judging import HUNDRED
from cchc.claims.judging import share_verdict as judge
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_UP_OR_DOWN = re.compile(r"\b(tang|giam)\b(?!\s+(?:cuong|chi phi|thoi gian|nhe|thieu|bot\s+thu))")
_AGAINST = re.compile(r"so\s+(?:voi\s+)?(?:cung ky|nam|quy|6 thang|ky|thang)[^.;()0-9]{0,40}")
_REACHED = re.compile(r"\b(len|xuong|con)\s*(?:con\s*|toi\s*|den\s*)?$")
_FOLLOWING = 12  # figures behind a word that are looked at
_RANK = re.compile(r"\s{0,3}(?:bac|hang|vi tri|thu hang|lan)\b")
_BRACKETS = re.compile(r"\([^()]{0,400}\)")
_STEP = re.compile(r"\(|tang|giam|tuong (?:ung|duong)|tuc")


def check_changes(passage: Passage, tolerance: Decimal) -> None:
    flat = passage.flat
    for start, end, figures in passage.sentences_with_figures():
        sentence = flat[start:end]
        starts = [one.start for one in figures]
        _from_to(passage, figures, tolerance)
        for match in _UP_OR_DOWN.finditer(sentence):
            place = start + match.start()
            at = bisect_left(starts, place)
            current, inside = _outside(passage, figures[:at], place)
            after = figures[at : at + _FOLLOWING]
            if current is not None and after:
                _against(passage, match[1], current, inside, after, end, tolerance, place)


def _outside(passage: Passage, before: list[Token], place: int) -> tuple[Token | None, list[Token]]:
    """The last figure before a word that stands in no closed bracket, and those of the bracket right before the word.

    '18 văn bản (07 ..., 11 ...), giảm 04': 18 changed, unless the words behind the bracket name something else.
    """
    inside: list[Token] = []
    for one in reversed(before[-_FOLLOWING:]):
        between = _BRACKETS.sub("", passage.flat[one.end : place])
        if between.count(")") > between.count("("):
            inside.append(one)
            continue
        named = inside and passage.flat[inside[0].end : place].rpartition(")")[2].strip(" ,")
        return (None if named else one), inside
    return None, inside


def _number(one: Token) -> bool:
    return one.sort in (Sort.NUMBER, Sort.PERCENT)


def _against(
    passage: Passage, word: str, current: Token, inside: list[Token], after: list[Token], end: int,
    tolerance: Decimal, place: int,
) -> None:  # fmt: skip
    """C ..., tăng D (x%) so với cùng kỳ (P): P stands in the bracket behind the comparison, or behind 'là'."""
    flat = passage.flat
    between = _BRACKETS.sub("", flat[current.end : place])
    if len(between) > 70 or not _number(current) or not _number(after[0]) or after[0].start - place > 22:
        return None
    if re.search(r"[.;(]", between.rstrip("(")) and not between.rstrip().endswith("("):
        return None
    if current.sort is Sort.NUMBER and not passage.is_count(current):
        return None
    against = _AGAINST.search(flat, place, min(end, place + 160))
    if not against:
        return None
    previous = _previous(passage, after, against, end)
    if previous is None or ";" in flat[against.start() : previous.start]:
        steps = [one for one in after if one.start < against.start() and one.sort is Sort.PERCENT][:1]
        return _possible(passage, current, steps, against) if steps and steps[0] is after[0] else None
    closed = _BRACKETS.sub("", flat[place : against.start()]).partition(")")
    if closed[1] and closed[2].strip():
        return (
            None  # '1.500 hồ sơ (giảm 200), giải quyết 1.480 hồ sơ, ... so với': the comparison is another's
        )
    steps = [one for one in after if one.start < against.start() and _number(one)][:2]
    steps = [one for one in steps if not _of_rank(flat, one, current)]
    if not steps or previous in steps:
        return None
    if any(words.APART.search(flat[max(place + 4, one.start - 12) : one.start]) for one in steps):
        return None
    parts = [one for one in inside if one.sort is previous.sort]
    if any(_fits(steps[0], one.value, previous.value, one.sort, tolerance) for one in parts):
        return None  # the change is that of a part in the bracket
    return _judge(passage, word, current, previous, steps, current.start, previous.end, tolerance)


def _possible(passage: Passage, current: Token, steps: Sequence[Token], against: re.Match[str]) -> None:
    """A change against a figure that is not here: whether any whole figure makes it, 'tăng 9,3%' to 3 has none."""
    step = steps[0]
    if (
        current.sort is not Sort.NUMBER
        or not words.NOUN.match(passage.flat, current.end)
        or current.value != int(current.value)
    ):
        return
    unit = Decimal(1).scaleb(-step.decimals)
    word = -1 if "giam" in passage.flat[current.end : step.start] else 1
    bounds = []
    for share in (step.value - unit, step.value + unit):
        factor = 1 + word * share / HUNDRED
        if factor <= 0:
            return
        bounds.append(current.value / factor)
    if int(max(bounds)) >= min(bounds):
        passage.right(ClaimKind.CHANGE, current.start, against.end())


def _previous(passage: Passage, after: list[Token], against: re.Match[str], end: int) -> Token | None:
    """The figure of the period before, skipping its name ('năm 2023', '6 tháng')."""
    flat = passage.flat
    for one in after:
        if one.start < against.start() or not _number(one):
            continue
        if one.start - against.start() > 90:
            return None
        before = flat[against.start() : one.start]
        if one.sort is Sort.NUMBER and (
            not passage.is_count(one) or re.search(r"(?:nam|quy|thang|voi)\s*$", before)
        ):
            continue
        if re.match(r"\s*thang", flat[one.end : one.end + 8]):
            continue
        told = re.search(r"(?:\(|\bla\b)\s*(?:[a-z ]{0,32})$|\bvoi\s*$", before)
        # 'so với cùng kỳ (tính trên 109 đơn vị)': among how many it was compared, not what it was.
        return one if told and not re.search(r"tang|giam|hon|\btren\s*$", before) else None
    return None


def _from_to(passage: Passage, figures: list[Token], tolerance: Decimal) -> None:
    """'tăng từ 80 hồ sơ lên 100 hồ sơ (25%)', 'từ 17 phòng xuống còn 12 phòng (giảm 05 phòng, tương ứng 29,41%)'."""
    flat = passage.flat
    for place, (previous, current) in enumerate(pairwise(figures)):
        if current.start - previous.end > 40 or not _number(previous) or not _number(current):
            continue
        reached = _REACHED.search(flat[previous.end : current.start])
        if not reached or not re.search(r"\bt[u]\s+$", flat[max(0, previous.start - 4) : previous.start]):
            continue
        if any(one.sort is Sort.NUMBER and not passage.is_count(one) for one in (previous, current)):
            continue
        word = "tang" if reached[1] == "len" else "giam"
        if (
            word == "giam"
            and reached[1] != "xuong"
            and not re.search(r"giam[^.;]{0,30}$", flat[max(0, previous.start - 40) : previous.start])
        ):
            continue
        steps: list[Token] = []
        for one in figures[place + 2 : place + 4]:
            since = (steps or [current])[-1].end
            between = flat[since : one.start]
            if (
                not _number(one)
                or _of_rank(flat, one, current)
                or len(between) > 40
                or not _STEP.search(between)
                or re.search(r"[.;]|trong do|\bgom\b|rieng", between)
            ):
                break
            steps.append(one)
        start = previous.start
        if not steps and (told := _told_before(passage, figures, place, word)):
            steps, start = [told], told.start
        _judge(
            passage,
            word,
            current,
            previous,
            steps,
            start,
            max(one.end for one in (current, *steps)),
            tolerance,
        )


def _told_before(passage: Passage, figures: list[Token], place: int, word: str) -> Token | None:
    """'giảm 17 hồ sơ (từ 43 hồ sơ xuống 26 hồ sơ)'."""
    if not place or figures[place - 1].sort is not Sort.NUMBER:
        return None
    step, flat = figures[place - 1], passage.flat
    opened = re.fullmatch(r"[a-z ]{0,24}\(\s*t[u]\s+", flat[step.end : figures[place].start])
    return step if opened and re.search(rf"\b{word}\s+$", flat[max(0, step.start - 6) : step.start]) else None


def _of_rank(flat: str, step: Token, current: Token) -> bool:
    """Whether a step counts places of a ranking and the value itself does not: '86,95 điểm, tăng 07 bậc'."""
    return bool(_RANK.match(flat, step.end)) and not _RANK.match(flat, current.end)


def _judge(
    passage: Passage, word: str, current: Token, previous: Token, steps: list[Token], start: int, end: int,
    tolerance: Decimal,
) -> None:  # fmt: skip
    if current.sort is not previous.sort:
        return None
    stated = passage.quoted(start, end)
    pairs = [(c, p) for c in current.values for p in previous.values]
    if any(words.NOUN.match(passage.flat, one.end) for one in (current, previous)):
        pairs = pairs[:1]  # what is counted is whole: '1.234 hồ sơ' has one reading
    rises = {c > p for c, p in pairs if c != p}
    if rises == {word != "tang"}:
        return passage.say(
            ClaimKind.CHANGE, Severity.ERROR if steps else Severity.WARNING, start, end, stated=stated,
            expected=t(f"claims.not_{word}"),
            message=t("claims.change_direction", word=t(f"claims.word_{word}"),
                      current=passage.quoted(current.start, current.end),
                      previous=passage.quoted(previous.start, previous.end)),
        )  # fmt: skip
    wrong = [one for one in steps if not any(_fits(one, c, p, current.sort, tolerance) for c, p in pairs)]
    if not wrong:
        if steps or rises:
            passage.right(ClaimKind.CHANGE, start, end)
        return None
    step = wrong[0]
    c, p = pairs[0]
    if step.sort is Sort.PERCENT and current.sort is Sort.NUMBER:
        if not p:
            return None
        expected = f"{format_number(abs(c - p) * HUNDRED / p, 2)}%"
    else:
        expected = format_number(abs(c - p))
    written = passage.quoted(step.start, step.end)
    passage.say(
        ClaimKind.CHANGE, Severity.ERROR if _close(step, c, p) else Severity.WARNING, start, end, stated=written,
        expected=expected,
        message=t("claims.change", given=written, current=passage.quoted(current.start, current.end),
                  previous=passage.quoted(previous.start, previous.end), right=expected),
    )  # fmt: skip
    return None


def _fits(step: Token, current: Decimal, previous: Decimal, sort: Sort, tolerance: Decimal) -> bool:
    off = abs(current - previous)
    allowed = tolerance if sort is Sort.PERCENT else Decimal(0)
    if (
        Sort.NUMBER is step.sort or Sort.PERCENT is sort
    ):  # a difference, in points where percentages are compared
        fits = any(abs(value - off) <= allowed for value in step.values)
        if fits:
            return True
    if step.sort is Sort.PERCENT and previous:
        return judge(step.value, step.decimals, off * HUNDRED / previous, tolerance) in (
            "right",
            "truncated",
            "near",
        )
    return False


def _close(step: Token, current: Decimal, previous: Decimal) -> bool:
    """Whether the figure is of the size that the other two allow: then nothing else can be meant."""
    right = (
        abs(current - previous) * HUNDRED / previous
        if step.sort is Sort.PERCENT and previous
        else abs(current - previous)
    )
    return bool(right) and Decimal("0.5") <= step.value / right <= 2

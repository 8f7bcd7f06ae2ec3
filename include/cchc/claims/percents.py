"""Percentages beside their fractions, shares above the whole, and percentages of nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from itertools import combinations

from cchc.claims import words
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.indicators.numbers import rounded
from cchc.severity import Severity
from cchc.texts import t

# How far apart (characters) a fraction and its percentage stand; what stands in brackets between does not count.
_AFTER, _BEFORE = 110, 70
_BRACKETS = re.compile(r"\([^()]{0,400}\)")
_FIGURE = re.compile(r"[0-9]")
_CAPPED = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n|ky so|so hoa|truc tuyen|toan trinh|khong giay")
_RANKED = re.compile(r"(?:\b(?:hang|vi tri|vi thu|xep|dung)\s*:?\s*(?:thu\s+)?|\(\s*thu\s+)$")
_NEVER_ABOVE = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n")
_UNITS = re.compile(r"\s{0,3}(?:don vi|co quan|xa\b|phuong\b|huyen|phong\b|so\b|ho so|hs\b|phieu|truong hop)")
HUNDRED = Decimal(100)


def exact_share(top: Decimal, bottom: Decimal) -> Decimal:
    return top * HUNDRED / bottom


def judge(given: Decimal, decimals: int, exact: Decimal, tolerance: Decimal) -> str:
    """`right`, `truncated` (cut, not rounded), `near` (less than one unit of its last digit off) or `wrong`."""
    step = Decimal(1).scaleb(-decimals)
    if abs(given - exact) <= tolerance or given == rounded(exact, decimals):
        cut = exact.quantize(step, ROUND_DOWN)
        return "truncated" if given == cut != rounded(exact, decimals) else "right"
    if given == exact.quantize(step, ROUND_DOWN):
        return "truncated"
    return "near" if abs(given - exact) < step and decimals else "wrong"


def shown_share(exact: Decimal) -> str:
    return f"{format_number(exact, 2)}%"


def percentages_of_fractions(passage: Passage, tolerance: Decimal) -> None:
    """Every fraction with the percentage that is said to be its share."""
    every = passage.tokens
    for place, token in enumerate(every):
        if token.sort is not Sort.FRACTION or _RANKED.search(
            passage.flat, max(0, token.start - 24), token.start
        ):
            continue
        _above_whole(passage, token)
        found = _share_before(passage, every, place) or _share_after(passage, every, place)
        if found is None:
            continue
        percent, sure = found
        start, end = min(token.start, percent.start), max(token.end, percent.end)
        if token.bottom == 0:
            _of_nothing(passage, start, end, percent)
            continue
        _compare(passage, token, percent, start, end, sure, every[max(0, place - 8) : place + 6], tolerance)


def _compare(
    passage: Passage, token: Token, percent: Token, start: int, end: int, sure: bool, around: Sequence[Token],
    tolerance: Decimal,
) -> None:  # fmt: skip
    given = percent.value
    pairs = [(top, bottom) for top in token.values for bottom in token.bottoms if bottom]
    verdicts = [judge(given, percent.decimals, exact_share(top, bottom), tolerance) for top, bottom in pairs]
    if "right" in verdicts:
        return passage.right(ClaimKind.PERCENT, start, end)
    top, bottom = token.value, token.bottom
    exact = exact_share(top, bottom)
    fraction, written = passage.quoted(token.start, token.end), passage.quoted(percent.start, percent.end)
    expected = shown_share(exact)
    if "truncated" in verdicts:
        return passage.say(
            ClaimKind.PERCENT, Severity.NOTE, start, end, stated=written, expected=expected,
            message=t("claims.truncated", fraction=fraction, given=written, right=expected),
        )  # fmt: skip
    if "near" in verdicts:
        return passage.say(
            ClaimKind.PERCENT, Severity.WARNING, start, end, stated=written, expected=expected,
            message=t("claims.percent", fraction=fraction, given=written, right=expected),
        )  # fmt: skip
    if not sure or _of_another(given, percent.decimals, token, around, tolerance):
        return None
    rest = passage.flat[token.end : percent.start].split(",")[-1]
    if abs(given - (HUNDRED - exact)) <= max(tolerance, Decimal(1).scaleb(-percent.decimals)) and (
        words.ANY_ROLE.search(rest) or "chua" in rest
    ):
        return None  # the share of the rest: 'có 5/100 hồ sơ quá hạn, tỷ lệ đúng hạn đạt 95%'
    unmarked = percent.start > token.end and _no_comma(passage, token, percent)
    if given == HUNDRED and unmarked:
        return None
    doubtful = (unmarked and not percent.decimals) or words.AGAINST_PLAN.match(passage.flat, percent.end)
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING if doubtful else Severity.ERROR, start, end, stated=written,
        expected=expected,
        message=t("claims.percent", fraction=fraction, given=written, right=expected),
    )  # fmt: skip
    return None


def _no_comma(passage: Passage, token: Token, percent: Token) -> bool:
    """'15/20 xã đạt 100% tiêu chí' may say how many reached a target; a comma or a bracket says whose share it is."""
    between = passage.flat[token.end : percent.start]
    return not re.search(r"[,(;:]|t[yi] le|chiem", between)


def _share_after(passage: Passage, every: Sequence[Token], place: int) -> tuple[Token, bool] | None:
    """'83/270 hồ sơ ..., đạt 22,43%'. The second value says whether the binding is sure."""
    token, flat = every[place], passage.flat
    percent = None
    for other in every[place + 1 : place + 12]:
        if other.sort is Sort.PERCENT:
            percent = other
            break
        if other.sort is Sort.FRACTION and not _inside_bracket(flat, token.end, other.start):
            return None
    if percent is None or percent.start - token.end > _AFTER + 400:
        return None
    raw = flat[token.end : percent.start]
    between = _BRACKETS.sub(" ", raw)
    if len(between) > _AFTER or words.APART.search(between) or words.AGAINST_OTHER.match(flat, percent.end):
        return None
    if _ends(passage, token.end, percent.start):
        return None
    bare = words.LABELLED.sub("", between)
    opened = bool(_OPENED_LINK.search(between))
    if not opened and not words.LINKED.search(between):
        return None
    if re.search(r"lan luot|tuong ung\s+la|\bva\s+$|khong\s+(?:dat|bang)|so\s+voi", between):
        return None
    if between.count("(") > between.count(")") + (1 if opened else 0):
        return None
    sure = not _FIGURE.search(bare) and ";" not in between and not _shared(passage, every, place)
    return percent, sure


def _shared(passage: Passage, every: Sequence[Token], place: int) -> bool:
    """Whether a fraction before it waits for the same percentage ('15/20 xã và 3/5 phòng, đạt ...')."""
    if not place:
        return False
    previous, token = every[place - 1], every[place]
    if previous.sort is not Sort.FRACTION:
        return False
    between = passage.flat[previous.end : token.start]
    return len(between) < 80 and not re.search(r"[.;%(]", between)


def _inside_bracket(flat: str, start: int, place: int) -> bool:
    between = flat[start:place]
    return between.count("(") > between.count(")")


def _ends(passage: Passage, start: int, end: int) -> bool:
    """Whether a sentence or a block ends between two places."""
    if re.search(r"[.!?]\s", passage.flat[start:end]):
        return True
    return passage.block_at(start) != passage.block_at(end)


_OPENED_LINK = re.compile(r"\(\s*(?:(?:dat|chiem|bang|ty le|t[yi] le)\s*:?\s*){0,3}$")
_OPENED = re.compile(r"[^()]{0,25}\(\s?(?:[^()0-9;:,]{0,32}?)$")
_TOLD = re.compile(
    r"[^.;()0-9]{0,40}?(?:,|\()?\s*(?:tuong ung|tuong duong|tuc la|tuc|voi|ung voi)\s+(?:voi\s+)?(?:la\s+)?$"
)


def _share_before(passage: Passage, every: Sequence[Token], place: int) -> tuple[Token, bool] | None:
    """'đạt 93% kế hoạch năm (13/14 nhiệm vụ)', 'đạt 98,5%, tương ứng 197/200 hồ sơ'."""
    if not place or every[place - 1].sort is not Sort.PERCENT:
        return None
    percent, token, flat = every[place - 1], every[place], passage.flat
    if token.start - percent.end > _BEFORE:
        return None
    between = flat[percent.end : token.start]
    opened = _OPENED.fullmatch(between)
    if not opened and not _TOLD.fullmatch(between):
        return None
    if re.search(r"trong do|cap |rieng|gom|cung ky|nam truoc|so voi", between):
        return None
    if words.APART.search(flat[max(0, percent.start - 24) : percent.start]):
        return None
    if words.AGAINST_OTHER.match(flat, percent.end):
        return None
    following = every[place + 1] if place + 1 < len(every) else None
    alone = not (
        following
        and following.sort is Sort.FRACTION
        and opened
        and ")" not in flat[token.end : following.start]
    )
    return (percent, True) if alone else None


def _of_another(
    given: Decimal, decimals: int, token: Token, around: Sequence[Token], tolerance: Decimal
) -> bool:
    """Whether the percentage follows from two other figures close by, so that it may be theirs.

    Only with decimals, or 100 %: a round percentage follows from too many pairs.
    """
    if not decimals:
        return False
    values = {
        one.value for one in around if one.sort is Sort.NUMBER and one is not token and one.value > 9
    } | {token.value, token.bottom}
    for top, bottom in combinations(sorted(values), 2):
        if not bottom or {top, bottom} == {token.value, token.bottom}:
            continue
        if judge(given, decimals, exact_share(top, bottom), min(tolerance, Decimal("0.005"))) == "right":
            return True
    return False


def _above_whole(passage: Passage, token: Token) -> None:
    """A part above its whole: 11/9 xã, 120/100 hồ sơ đúng hạn."""
    if not (token.value > token.bottom > 0) or len(token.values) > 1 or len(token.bottoms) > 1:
        return
    flat = passage.flat
    if not _UNITS.match(flat, token.end):
        return
    around = flat[max(0, token.start - 60) : token.end + 60]
    if re.search(r"vuot|ke hoach|chi tieu|so voi|tang|nghi quyet|giao\b", around):
        return
    written = passage.quoted(token.start, token.end)
    passage.say(
        ClaimKind.OVER, Severity.WARNING, token.start, token.end, stated=written, expected=t("claims.at_most_whole"),
        message=t("claims.above_whole", given=written),
    )  # fmt: skip


def percentages_above_hundred(passage: Passage) -> None:
    """More than 100 % of what cannot exceed its whole: satisfaction, timeliness, digital signing."""
    flat = passage.flat
    for token in passage.tokens:
        if token.sort is not Sort.PERCENT or token.value <= HUNDRED or len(token.values) > 1:
            continue
        before = flat[max(0, token.start - 70) : token.start]
        before = re.split(r"[.;]\s", before)[-1]
        after = flat[token.end : token.end + 40]
        if not _CAPPED.search(before) or words.APART.search(before):
            continue
        if re.search(r"so voi|ke hoach|chi tieu|tang|vuot|giam|muc tieu|cung ky|du toan", before + after):
            continue
        written = passage.quoted(token.start, token.end)
        passage.say(
            ClaimKind.OVER, Severity.ERROR if _NEVER_ABOVE.search(before) else Severity.WARNING, token.start,
            token.end, stated=written,
            expected=t("claims.at_most_hundred"), message=t("claims.above_hundred", given=written),
        )  # fmt: skip


def _of_nothing(passage: Passage, start: int, end: int, percent: Token) -> None:
    if percent.value not in (0, HUNDRED):
        return
    say_nothing(passage, start, end, percent)


def say_nothing(passage: Passage, start: int, end: int, percent: Token) -> None:
    """A percentage of nothing, 0 % or 100 %: there is none."""
    written = passage.quoted(percent.start, percent.end)
    passage.say(
        ClaimKind.ZERO, Severity.WARNING, start, end, stated=written, expected=t("claims.empty"),
        message=t("claims.zero", given=written),
    )  # fmt: skip


_NOTHING = re.compile(r"khong\s+(?:co\s+)?phat\s+sinh[^.;()%0-9]{0,60}(?:t[yi]\s+le|dat)[^.;()0-9]{0,25}$")


def percentages_of_nothing(passage: Passage, noted: Iterable[int]) -> None:
    """'không phát sinh hồ sơ, tỷ lệ 0%', of what is no blemish; other rules have seen those in `noted`."""
    seen = set(noted)
    for token in passage.tokens:
        if token.sort is not Sort.PERCENT or token.value != 0 or token.start in seen:
            continue
        match = _NOTHING.search(passage.flat[max(0, token.start - 110) : token.start])
        if match and not re.search(r"(?<!dung )(?<!truoc )h[ae]n\b|cham|khieu nai|vi pham", match[0]):
            say_nothing(passage, token.start - len(match[0]), token.end, token)

"""Figures against a bound that is told of them: 'hơn một phần ba', 'dưới 50 % (A 48,2 %; B 53,1 %)', 'cứ 100 có 4'."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from cchc.claims.counted_names import compare
from cchc.claims.judging import HUNDRED
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, same_things
from cchc.claims.share_claims import say_share
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_MORE = re.compile(r"\b(?:hon|tren|qua|vuot)(?:\s+mot)?\s*$")
_LESS = re.compile(r"\b(?:gan|chua (?:den|toi|day|duoc)|khong (?:den|toi|day)|duoi)\s*$")
_LINK = re.compile(r"\b(?:tuc|chiem|bang|dat|tuong|khoang|la)\b|[(,]")
_OF = re.compile(r"\s*(?:trong|tren|cua)?\s*(?:tong\s+)?(?:so\s+)?$")
_IN_BRACKET = re.compile(r"[a-z ]{0,60}\(\s*$")
_FAR = 120  # letters between a figure and the part of a whole that it is told to be
_ABOVE, _ABOUT = Decimal("0.16"), Decimal("0.06")  # what 'hơn', 'gần' and nothing may be off

_BELOW = re.compile(r"\b(?:duoi(?: muc)?|thap hon|it hon|nho hon|chua (?:dat|den|toi))\s*$")
_NOT_OVER = re.compile(r"\b(?:khong qua|toi da|khong vuot qua|nhieu nhat)\s*$")
_OVER = re.compile(r"\b(?:tren(?: muc)?|vuot(?: muc)?|cao hon|hon|qua)\s*$")
_FROM = re.compile(r"\btu\s*$")
_UPWARD = re.compile(r"(?:\s+[a-z]+){0,3}\s+tro len\b")
_GOAL = re.compile(r"\b(?:chi tieu|muc tieu|ke hoach|yeu cau|quy dinh|phan dau|dam bao|toi thieu)\b")
_LIST = re.compile(r"(?:\s+[a-z]+){0,8}\s*(?:,\s*)?(?:\(|:|\b(?:gom|la|nhu)\b)[^0-9]{0,60}$")

_WHOLE = re.compile(r"\b(?:co cau|phan loai|xep loai|chia ra|bao gom|phan theo)\b[^.;%]{0,70}$")
_NEXT, _NO_PART = (
    re.compile(r"\s*(?:[,;]|va\b)"),
    re.compile(r"\b(?:tang|giam|so voi|trong do|dat|nam)\b|[(]"),
)
_SHARES, _SHORT, _NEAR_HUNDRED = 3, 60, 5  # shares of a list, letters between two, what their sum may be off

_SHOWN = re.compile(r"[^;.]{0,120}(?:\(|\b(?:cu the|tuc|tuong (?:ung|duong))(?: la| voi)?:?)\s*$")
_EVERY = re.compile(r"\bcu\s+(?:trong\s+)?$")
_MEANS = re.compile(r"\b(?:nghia la|tuc|tuong duong|co nghia|noi cach khac|hay)\b")


def check_bounds(passage: Passage, read: Sequence[Read]) -> None:
    for block in read:
        for one in passage.within(*block.span):
            if one.sort is Sort.PORTION:
                _portion(passage, block, one)
        _of_one_whole(passage, block.every)
        for place, quantity in enumerate(block.every):
            _threshold(passage, block.every, place)
            _of_hundred(passage, block.every, place, quantity)
            _all_of(passage, block.every, place, quantity)


def _portion(passage: Passage, block: Read, told: Token) -> None:
    """'118 sáng kiến, tức là hơn một phần ba trong số 486 sáng kiến'."""
    flat = passage.flat
    share = _share_of(passage, block, told)
    if share is None:
        return None
    ratio, shown, span = share
    wanted, before = told.value / told.bottom, flat[max(0, told.start - 20) : told.start]
    if _MORE.search(before):
        right = wanted <= ratio <= wanted + _ABOVE
    elif _LESS.search(before):
        right = wanted - _ABOVE <= ratio <= wanted
    else:
        right = abs(ratio - wanted) <= _ABOUT
    if right:
        return passage.right(ClaimKind.PERCENT, *span)
    given = passage.quoted(flat.rfind(" ", 0, max(0, told.start - 1)) + 1, told.end)
    exact = f"{format_number(ratio * HUNDRED, 1)}%"
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING, *span, stated=given, expected=exact,
        message=t("claims.portion", share=shown, right=exact, given=given),
    )  # fmt: skip
    return None


def _share_of(passage: Passage, block: Read, told: Token) -> tuple[Decimal, str, tuple[int, int]] | None:
    """(what a part is of its whole, its words, where they stand)."""
    flat = passage.flat
    ahead = [one for one in block.every if one.end <= told.start and told.start - one.end <= _FAR]
    behind = next((one for one in block.every if one.start >= told.end), None)
    if behind is not None and _IN_BRACKET.fullmatch(flat[told.end : behind.start]):
        if behind.sort is Sort.FRACTION and behind.token.bottom:
            return _told(passage, behind.value / behind.token.bottom, (behind,), told)
        if behind.sort is Sort.PERCENT:
            return _told(passage, behind.value / HUNDRED, (behind,), told)
    if not ahead or re.search(r"\.\s|;", flat[ahead[-1].end : told.start]):
        return None
    part = ahead[-1]
    if not _LINK.search(flat[part.end : told.start]):
        return None
    if part.sort is Sort.PERCENT:
        return _told(passage, part.value / HUNDRED, (part,), told) if part.value <= HUNDRED else None
    if part.sort is Sort.FRACTION:
        return _told(passage, part.value / part.token.bottom, (part,), told) if part.token.bottom else None
    whole = block.wholes.get(part.start)
    if behind is not None and behind.sort is Sort.NUMBER and _OF.fullmatch(flat[told.end : behind.start]):
        whole = behind
    if whole is None or whole.sort is not Sort.NUMBER or whole.value < part.value or not whole.value:
        return None
    return _told(passage, part.value / whole.value, (part, whole), told)


def _told(
    passage: Passage, ratio: Decimal, every: Sequence[Quantity], told: Token
) -> tuple[Decimal, str, tuple[int, int]]:
    near = [one for one in every if abs(one.start - told.start) < 2 * _FAR]
    start, end = min(told.start, *(one.start for one in near)), max(told.end, *(one.end for one in near))
    return ratio, "/".join(passage.quoted(one.start, one.end) for one in every), (start, end)


def _keeps(passage: Passage, one: Quantity) -> Callable[[Decimal], bool] | None:
    """What a bound asks of each figure that is told behind it."""
    before = passage.flat[max(0, one.start - 24) : one.start]
    if _BELOW.search(before):
        return lambda value: value < one.value
    if _NOT_OVER.search(before):
        return lambda value: value <= one.value
    if _FROM.search(before) and _UPWARD.match(passage.flat, one.end):
        return lambda value: value >= one.value
    if _OVER.search(before):
        return lambda value: value > one.value
    return None


def _threshold(passage: Passage, every: Sequence[Quantity], place: int) -> None:
    bound = every[place]
    if bound.sort is Sort.FRACTION or place + 1 >= len(every) or not _LIST.fullmatch(every[place + 1].gap):
        return None
    keeps = _keeps(passage, bound)
    if keeps is None:
        return None
    opened = every[place + 1].depth > bound.depth
    listed = []
    for one in every[place + 1 :]:
        if one.sentence != bound.sentence or (opened and one.depth <= bound.depth):
            break
        if ";" in one.gap and not opened:
            break
        if one.sort is bound.sort and (one.sort is Sort.PERCENT or same_things(one, bound)):
            listed.append(one)
    alone = len(listed) == 1 and re.fullmatch(r"\s*\(\s*", every[place + 1].gap)
    goal = _GOAL.search(passage.flat[max(0, bound.start - 80) : bound.start])
    if (len(listed) < 2 and not alone) or (alone and goal):
        return None
    odd = [one for one in listed if not keeps(one.value)]
    if not odd:
        return passage.right(ClaimKind.OVER, bound.start, listed[-1].end)
    if len(odd) * 2 > len(listed) and not alone:
        return None
    count = every[place - 1] if place else None
    if count is not None and count.value == len(listed) and count.sentence == bound.sentence:
        compare(passage, count, bound.end, len(listed) - len(odd), len(listed) - len(odd))
    for one in odd:
        given = passage.quoted(one.start, one.end)
        told = passage.quoted(passage.flat.rfind(" ", 0, max(0, bound.start - 1)) + 1, bound.end)
        passage.say(
            ClaimKind.OVER, Severity.WARNING, one.start, one.end, stated=given, expected=told,
            message=t("claims.bound", given=given, bound=told),
        )  # fmt: skip
    return None


def _all_of(passage: Passage, every: Sequence[Quantity], place: int, share: Quantity) -> None:
    """'100 % xã đã có chữ ký số, cụ thể là 148/151': the fraction that shows it."""
    if share.sort is not Sort.PERCENT or share.value != HUNDRED or place + 1 >= len(every):
        return None
    one = every[place + 1]
    if one.sort is not Sort.FRACTION or one.sentence != share.sentence or not _SHOWN.fullmatch(one.gap):
        return None
    if _GOAL.search(passage.flat[max(0, share.start - 80) : share.start]) or not one.token.bottom:
        return None
    if one.value == one.token.bottom:
        return passage.right(ClaimKind.PERCENT, share.start, one.end)
    if one.value * 200 >= one.token.bottom * 199:
        return None  # rounded
    return say_share(passage, one, share, one.value * HUNDRED / one.token.bottom, Severity.WARNING)


def _of_one_whole(passage: Passage, every: Sequence[Quantity]) -> None:
    """'Cơ cấu chi: con người 62,5 %, chuyên môn 22,4 %, khác 15,1 %': they make a hundred."""
    run: list[Quantity] = []
    for one in [*every, None]:
        goes_on = one is not None and one.sort is Sort.PERCENT and bool(run) and _goes_on(one, run[-1])
        if goes_on and one is not None:
            run.append(one)
            continue
        if len(run) >= _SHARES and _WHOLE.search(passage.flat, max(0, run[0].start - 90), run[0].start):
            _judge_sum(passage, run)
        run = [one] if one is not None and one.sort is Sort.PERCENT else []


def _goes_on(one: Quantity, last: Quantity) -> bool:
    beside = one.sentence == last.sentence and one.depth == last.depth and len(one.gap) < _SHORT
    return beside and bool(_NEXT.match(one.gap)) and not _NO_PART.search(one.gap)


def _judge_sum(passage: Passage, run: Sequence[Quantity]) -> None:
    total = sum(one.value for one in run)
    least = min(one.token.decimals for one in run)
    span = (run[0].start, run[-1].end)
    if abs(total - HUNDRED) <= Decimal(len(run)) / 2 * Decimal(1).scaleb(-least):
        return passage.right(ClaimKind.PARTS, *span)
    if abs(total - HUNDRED) <= _NEAR_HUNDRED:
        given = passage.quoted(*span)
        passage.say(
            ClaimKind.PARTS, Severity.WARNING, *span, stated=given, expected="100%",
            message=t("claims.shares_of_whole", count=len(run), sum=format_number(total, 2)),
        )  # fmt: skip
    return None


def _of_hundred(passage: Passage, every: Sequence[Quantity], place: int, whole: Quantity) -> None:
    """'0,4 % nghĩa là cứ một trăm người thì có bốn người'."""
    if not _EVERY.search(passage.flat, max(0, whole.start - 12), whole.start) or place + 1 >= len(every):
        return None
    part = every[place + 1]
    shares = [
        one for one in every[max(0, place - 3) : place]
        if one.sort is Sort.PERCENT and one.sentence == whole.sentence
    ]  # fmt: skip
    if part.sentence != whole.sentence or not whole.value or not shares:
        return None
    share, exact = shares[-1], part.value * HUNDRED / whole.value
    if not _MEANS.search(passage.flat[share.end : whole.start]):
        return None
    if abs(exact - share.value) <= max(share.value / 8, Decimal("0.5") if share.value > 3 else Decimal(0)):
        return passage.right(ClaimKind.PERCENT, share.start, part.end)
    given, right = passage.quoted(share.start, share.end), f"{format_number(exact, 2)}%"
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING, share.start, part.end, stated=given, expected=right,
        message=t("claims.portion", share=passage.quoted(whole.start, part.end), right=right, given=given),
    )  # fmt: skip
    return None

"""What is left of a whole: 'a/b, còn lại c', 'w ..., đã ... d, còn c', '95% đã tự kiểm tra, còn c chưa'."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.judging import one_slip, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.partitions import TIMELY
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, alike, same_things, shown, told
from cchc.claims.share_claims import ProvenShare
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_LEFT = re.compile(
    r"\b(?:con|thieu|khuyet|ton|chua|khong)(?:\s+(?:lai|no|phai|thieu|ton|vuong))?(?:\s+[a-z]+){0,3}\s*$"
)
LEFT_OVER = re.compile(r"\bcon\s+lai\b")
_OPEN = ("open", "undone", "open_in")
_WHAT = re.compile(r"\b(?:chua|khong)\s+(?:duoc\s+|co\s+|co van ban\s+)?([a-z]+)")
_DENIED = re.compile(r"\b(?:chua|khong)\b")
# 'còn thiếu 11,9 điểm để đạt loại Khá': what parts a figure from a mark, not what is left of a whole.
SHORT_OF = re.compile(r"[a-z ]{0,30}\bde\s+(?:dat|duoc|du|len|vao|bang|kip|vuot|hoan thanh)\b")
OTHERS = re.compile(r"\bca\s+\w+\s+(?:nam|ky|quy)|gui bao cao|sap\b|moi\b|\bca\b")
_OF_ITS_OWN = re.compile(r"(?:^|\W)trong\s+(?:so\s+|tong so\s+)?$")
_GONE = re.compile(r"\bd[ad]\b|xong|giai quyet|xu ly|co mat|hien co")
_RANGE = 9  # figures behind a whole that can be what is left of it
_BLOCKS = 2  # lines of a list between a share and what it leaves
_CLOSE = 2  # what small numbers are off by
_TELLING = 3  # digits; of fewer every number is one slip from every other
_SHARES = 30  # shares before a figure that it can be left of
_LIST = 6  # lines of a list of shares of one base


def check_left(passage: Passage, read: Sequence[Read], proven: Sequence[ProvenShare]) -> None:
    by_block: dict[int, list[ProvenShare]] = {}
    for share in proven:
        by_block.setdefault(share.block, []).append(share)
    for place, block in enumerate(read):
        near = [one for at in range(max(0, place - _LIST), place + 1) for one in by_block.get(at, ())]
        near = near[-_SHARES:]
        for one in block.every:
            if one.sort is not Sort.NUMBER or one.start in block.held or one.start in block.told:
                continue
            if SHORT_OF.match(one.after):
                continue
            denied = _DENIED.search(one.after)
            if denied or one.role in _OPEN or _LEFT.search(one.before) or "con lai" in one.after:
                _left(
                    passage,
                    block,
                    place,
                    one,
                    near,
                    only_denied=bool(denied) and not _LEFT.search(one.before),
                )
        shared = {two.part.start for two in by_block.get(place, ())}
        for share in by_block.get(place, ()):
            _complement(passage, block, share, shared)


def _complement(passage: Passage, block: Read, share: ProvenShare, shared: set[int]) -> None:
    """'Tổng thu a; không dùng tiền mặt b, chiếm c%; tiền mặt d': what comes next to a share, if it is near the rest."""
    place = max(share.share.index, share.part.index) + 1
    if place >= len(block.every):
        return
    one, rest = block.every[place], share.base - share.part.value
    apart = one.sentence - share.share.sentence
    if one.sort is not Sort.NUMBER or one.start in block.held or apart > 1 or rest <= 0:
        return
    joined = apart > 0 or bool(re.search(r"[,;]", one.gap))
    if one.depth > share.part.depth or not joined or not alike(one, share.part):
        return
    if one.value == rest:
        block.held.add(one.start)
        passage.right(ClaimKind.PARTS, share.part.start, one.end)
        return
    opposite = _opposite(share, one) and (slipped(one.value, [rest]) or abs(one.value - rest) <= _CLOSE)
    if one.start not in shared and (opposite or _telling_slip(one.value, rest)):
        say_left(passage, share.part, one, share.base, share.part.value, sure=False)


def _opposite(share: ProvenShare, one: Quantity) -> bool:
    """'đúng hạn đạt 99,98%; có 73 hồ sơ quá hạn'."""
    said = words.role_of(f"{share.share.gap[-90:]} {share.part.before}")
    late = one.role == "late" or re.search(r"\bcham\b", f"{one.before} {one.after}")
    return bool(late) and said in ("ontime", "early_ontime")


def _telling_slip(given: Decimal, right: Decimal) -> bool:
    """One slip between numbers of as many digits, and enough of them that chance is none."""
    scale = max(-int(one.normalize().as_tuple().exponent) for one in (given, right, Decimal(1)))
    one, two = int(given.scaleb(scale)), int(right.scaleb(scale))
    return len(str(one)) == len(str(two)) >= _TELLING and one_slip(one, two)


def _left(
    passage: Passage,
    block: Read,
    place: int,
    one: Quantity,
    near: Sequence[ProvenShare],
    *,
    only_denied: bool,
) -> None:
    """Judge one figure; only_denied: 'chưa đạt' behind it is all that says it is left of something."""
    ahead = block.every[one.index - 1] if one.index else None
    if (
        ahead
        and ahead.sentence == one.sentence
        and _OF_ITS_OWN.search(ahead.gap)
        and not _LEFT.search(one.before)
    ):
        return None  # 'Trong 11 kỳ ủy quyền, 7 kỳ không có văn bản'
    before = [
        two for two in block.every[max(0, one.index - _RANGE) : one.index]
        if two.sort is not Sort.PERCENT and two.depth <= one.depth and alike(one, two)
        and one.sentence - two.sentence <= 2
    ]  # fmt: skip
    shares = [
        two
        for two in near
        if two.part.end <= one.start
        and any((alike if two.block == place else same_things)(other, one) for other in (two.part, two.whole))
    ]
    behind = [two.value for two in block.every[one.index + 1 : one.index + 3] if two.sentence == one.sentence]
    lefts = {one.value, *(one.value + sum(behind[:count]) for count in (1, 2))}
    mids = [
        two for two in block.every[:one.index]
        if shares and two.start > shares[-1].share.end and two.sort is Sort.NUMBER and alike(one, two)
        and two.depth == one.depth and two is not shares[-1].whole
    ] if shares and shares[-1].block == place else []  # fmt: skip
    lefts.add(one.value + sum(two.value for two in mids))
    fit = next((two for two in reversed(shares) if two.base - two.part.value in lefts), None)
    first = fit.part if fit else next(_that_leave(before, lefts), None)
    if first is not None:
        block.held.update((one.start, first.start))
        return passage.right(ClaimKind.PARTS, first.start, one.end)
    share = shares[-1] if shares else None
    beside = share is not None and share.block == place and share.share.sentence == one.sentence
    listed = {
        two.part.start: two.part for two in shares
        if share is not None and two.base == share.base
        and (not beside or (two.block == share.block and two.share.sentence == one.sentence))
    }  # fmt: skip
    if share is not None and mids:
        return _of_list(passage, block, one, share, [share.part, *mids])
    if share is not None and len(listed) > 1:  # the others of a list leave something together
        return _of_list(passage, block, one, share, list(listed.values()))
    if (
        share is not None
        and place - share.block <= _BLOCKS
        and _told_of(passage, block, one, share, only_denied)
    ):
        sure = (
            share.part.sort is Sort.FRACTION
            and bool(LEFT_OVER.search(one.before))
            and same_things(one, share.part)
        )
        return say_left(passage, share.part, one, share.base, share.part.value, sure)
    if not only_denied and before:
        _of_pair(passage, block.every, one, before)
    return None


def _that_leave(before: Sequence[Quantity], lefts: set[Decimal]) -> Iterator[Quantity]:
    """A fraction, or wholes and what is gone of them, that leave just so much."""
    yield from (two for two in before if two.sort is Sort.FRACTION and two.token.bottom - two.value in lefts)
    wholes = [two.value if two.sort is Sort.NUMBER else two.token.bottom for two in before]
    for cut in range(1, len(wholes)):
        for start in range(cut):
            for gone in range(cut, len(wholes)):
                if sum(wholes[start:cut]) - sum(wholes[gone:]) in lefts:
                    yield before[start]


def _of_list(
    passage: Passage, block: Read, one: Quantity, share: ProvenShare, parts: Sequence[Quantity]
) -> None:
    gone = sum((two.value for two in parts), Decimal(0))
    if share.base == gone + one.value:
        block.held.add(one.start)
        passage.right(ClaimKind.PARTS, parts[0].start, one.end)
    elif gone < share.base and slipped(share.base, [*(two.value for two in parts), one.value]):
        say_left(passage, parts[0], one, share.base, gone, sure=False)


def _told_of(passage: Passage, block: Read, one: Quantity, share: ProvenShare, only_denied: bool) -> bool:
    """Whether a figure is told as what a share leaves of its base: next to it, of the same things, or its denial."""
    if share.part.role in TIMELY and one.role in _OPEN:
        return False  # what is not in time is late, not open
    if one.value >= share.base or share.part.value >= share.base or OTHERS.search(one.after):
        return False
    here = share.share in block.every
    if here and (one.sentence - share.share.sentence > 1 or one.depth != share.part.depth):
        return False
    told = words.content(f"{share.part.before} {share.part.after}") & words.content(
        f"{one.before} {one.after}"
    )
    near = slipped(share.base, [share.part.value, one.value])
    # 'đã gửi', 'chưa gửi': what is denied is what was told.
    denied = any(word in told and word not in one.noun for word in _WHAT.findall(f"{one.before} {one.after}"))
    ends = [some.end for some in (share.part, share.share, share.whole) if some.end <= one.start]
    between = passage.flat[max(ends) : one.start]
    if re.search(r"[0-9]", between) and not (denied and len(told) > 1 and not here):
        return False  # something else was counted in between
    if only_denied:
        return denied and near
    return near or denied or same_things(one, share.part) or bool(LEFT_OVER.search(one.before))


def _of_pair(passage: Passage, every: Sequence[Quantity], one: Quantity, before: Sequence[Quantity]) -> None:
    """The last two figures before it as the whole and what is gone of it, or its last fraction."""
    sure, last = bool(LEFT_OVER.search(one.before)), before[-1]
    named = bool(one.noun) and last.noun == one.noun
    if last.sort is Sort.FRACTION:
        whole, gone = last.token.bottom, last.value
        if last.sentence == one.sentence and (sure or (named and one.value < whole)):
            say_left(passage, last, one, whole, gone, sure and named)
        return
    if len(before) < 2 or before[-2].sort is not Sort.NUMBER or OTHERS.search(one.after):
        return
    whole, gone = before[-2].value, last.value
    if gone > whole or {before[-2].depth, last.depth} != {one.depth}:
        return
    if _DENIED.search(one.before) and not (one.value >= 3 and slipped(one.value, [whole, -gone])):
        return  # what is not done need not be all that is left
    near = slipped(one.value, [whole, -gone]) or (sure and named) or (
        one.value < whole and (sure or abs(one.value - whole + gone) * 3 <= whole)
    )  # fmt: skip
    if near and _GONE.search(last.before + last.gap[-40:]):
        say_left(passage, before[-2], one, whole, gone, sure and last.sentence == one.sentence)


def say_left(
    passage: Passage, first: Quantity, one: Quantity, whole: Decimal, gone: Decimal, sure: bool
) -> None:
    given, expected = shown(passage, one), told(whole - gone, one)
    near = (
        passage.block_at(first.start) == passage.block_at(one.start)
        and abs(one.sentence - first.sentence) <= 1
    )
    start = first.start if near else one.start  # what stands between sentences is no part of it
    passage.say(
        ClaimKind.PARTS, Severity.ERROR if sure else Severity.WARNING, start, one.end, stated=given,
        expected=expected,
        message=t("claims.left", whole=format_number(whole), gone=format_number(gone), right=expected, given=given),
    )  # fmt: skip

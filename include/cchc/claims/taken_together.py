"""Figures taken together over sentences, and kinds that exclude each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.kinds import ClaimKind
from cchc.claims.parts import say_sum
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, same_things
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_TOGETHER = re.compile(
    r"\b(?:ke ca|tinh (?:ca|chung|gop)|bao gom ca|gop (?:chung|lai|ca)|cong (?:chung|gop|lai|ca|hai|ba)|"
    r"(?:hai|ba|bon) (?:cap|khoi|loai|dot|nhom|ky|quy)|tong cong)\b"
)
_ONLY = re.compile(r"\b(?:trong do|rieng|moi|binh quan|cung ky|so voi|tang|giam)\b")
_THESE = re.compile(
    r"\s+(?P<unit>[a-z]+)(?:\s+[a-z]+){0,2}?\s+(?:nay|tren|noi tren|neu tren|ke tren|do|ay|vua neu)\b"
)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})\b"), re.compile(rf"\b(?:{two})\b"))
    for one, two in (
        ("tang", "giam"), ("tren", "duoi"), ("dat", "khong dat|chua dat"), ("cao hon", "thap hon"),
        ("vuot", "khong dat|chua dat|duoi"), ("co", "khong co|chua co"), ("dung han", "tre han|qua han"),
        ("hoan thanh", "chua hoan thanh|khong hoan thanh"), ("dong y", "khong dong y"), ("nam", "nu"),
        ("da", "chua"),
    )
)  # fmt: skip
_WINDOW, _REACH = 12, 700  # figures, letters before one that it can take together
_ROLES = frozenset(
    ("late", "open_late", "early", "ontime", "early_ontime", "undone", "returned", "online", "direct")
)


def check_together(passage: Passage, read: Sequence[Read]) -> None:
    before: list[tuple[Read, Quantity]] = []
    for block in read:
        for one in block.every:
            if one.sort is Sort.PERCENT:
                continue
            if one.sort is Sort.NUMBER and not one.approximate:
                near = [two for two in before[-_WINDOW:] if one.start - two[1].start <= _REACH]
                _of_role(passage, block, one, near)
                _of_these(passage, block, one, near)
                _opposites(passage, block, one)
            before.append((block, one))


def _lead(passage: Passage, block: Read, one: Quantity) -> str:
    """The words of a sentence before a figure of it, those of other figures left out."""
    start = max([block.block.start, one.start - 160, *(two.end for two in block.every[: one.index])])
    return re.split(r"[.;](?=\s)", passage.flat[start : one.start])[-1]


def _of_role(passage: Passage, block: Read, one: Quantity, near: Sequence[tuple[Read, Quantity]]) -> None:
    """'số nhiệm vụ quá hạn, kể cả đã xong và chưa xong, là n': the figures of that role in the sentences before."""
    lead = _lead(passage, block, one)
    if not _TOGETHER.search(f"{lead} {one.after}") or _ONLY.search(lead) or one.depth:
        return
    role = words.role_of(f"{lead} {one.after}")
    kinds = {"late", "open_late"} if role in ("late", "open_late") else {role}
    if role not in _ROLES:
        return
    parts = [
        two for other, two in near
        if two.role in kinds and two.sort is Sort.NUMBER and same_things(one, two)
        and (other is not block or two.sentence < one.sentence)
    ]  # fmt: skip
    if (
        len(parts) < 2
        or len({two.depth for two in parts}) > 1
        or any(one.value == two.value for two in parts)
    ):
        return
    _sum(passage, block, one, parts)


def _of_these(passage: Passage, block: Read, one: Quantity, near: Sequence[tuple[Read, Quantity]]) -> None:
    """'A 402 hồ sơ, B 355 hồ sơ, C 291 hồ sơ. Ba đơn vị này có n hồ sơ': as many figures as there are these."""
    ahead = block.every[one.index - 1] if one.index else None
    if (
        ahead is None
        or ahead.sort is not Sort.NUMBER
        or not 2 <= ahead.value <= 10
        or ahead.sentence != one.sentence
    ):
        return
    these = _THESE.match(passage.flat, ahead.end, one.start)
    if these is None or same_things(ahead, one) or re.search(r"[,;]|\bmoi\b", one.gap):
        return
    parts = [
        two for other, two in near
        if two is not ahead and two.sort is Sort.NUMBER and two.depth == one.depth
        and not (other is block and two.sentence == one.sentence)
    ]  # fmt: skip
    last = parts[-int(ahead.value) :]
    if len(last) == ahead.value and all(same_things(one, two) for two in last):
        listed = {two.sentence for two in last}
        more = len(parts) > len(last) and same_things(parts[-len(last) - 1], one)
        if len(listed) == 1 and not (more and parts[-len(last) - 1].sentence in listed):
            _sum(passage, block, one, last)


def _sum(passage: Passage, block: Read, one: Quantity, parts: Sequence[Quantity]) -> None:
    if sum(two.value for two in parts) == one.value:
        block.held.add(one.start)
        passage.right(ClaimKind.PARTS, one.start, one.end)
    elif one.start not in block.held:
        block.told.add(one.start)
        say_sum(passage, one, parts, (one.start, one.end), Severity.WARNING)


def _opposites(passage: Passage, block: Read, one: Quantity) -> None:
    """'17/20 bộ có điểm tăng, 4 bộ có điểm giảm': what excludes each other is no more than the whole."""
    ahead = next(
        (
            two
            for two in reversed(block.every[: one.index])
            if two.depth == one.depth and two.sort is not Sort.PERCENT
        ),
        None,
    )
    if (
        ahead is None or ahead.sort is not Sort.FRACTION or ahead.sentence != one.sentence
        or not same_things(ahead, one) or one.depth or ahead.value > ahead.token.bottom
    ):  # fmt: skip
        return
    first, second = (f"{two.before[-40:]} {two.after}" for two in (ahead, one))
    if not any(
        (a.search(first) and b.search(second) and not b.search(first))
        or (b.search(first) and a.search(second) and not b.search(second))
        for a, b in _OPPOSITES
    ):
        return
    rest = Decimal(ahead.token.bottom - ahead.value)
    if one.value <= rest:
        return
    given = passage.quoted(one.start, one.end)
    passage.say(
        ClaimKind.PARTS, Severity.WARNING, ahead.start, one.end, stated=given, expected=format_number(rest),
        message=t("claims.left", whole=format_number(ahead.token.bottom), gone=format_number(ahead.value),
                  right=format_number(rest), given=given),
    )  # fmt: skip

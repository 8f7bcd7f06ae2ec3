"""What is left by the words themselves: of the last fraction told, or of the last whole and what is gone of it.

The words name the operands, so that a figure which they do not make is told even where others happen to make it: what
is left in real reports is most often the remainder of a former period, or of a whole without what was carried over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, combinations

from cchc.claims import words
from cchc.claims.flat import words_of
from cchc.claims.groups import less
from cchc.claims.judging import one_slip, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.left import LEFT_OVER, SHORT_OF, say_left
from cchc.claims.partitions import TIMELY
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, alike, same_things
from cchc.claims.tokens import Sort

_LEFT = re.compile(
    r"(?:^|\W)(?:con|ton)\b(?!\s+(?:hon|it|tren|gan|co the|tai|nhieu))(?:\s+[a-z0-9/]+){0,8}\s*:?\s*$"
)
_APART = re.compile(
    r"\b(?:chenh(?: lech)?|lech|(?:con )?(?:thua|du|no)|ket du|boi chi|hut|"
    r"khong [a-z]+ (?:duoc|ve))(?: la| den| so tien)?\s*$"
)
_STILL_TO = re.compile(r"\bcon (?:lai )?(?:phai|can) ([a-z]+(?: [a-z]+)?)")
_IN_BRACKET = re.compile(r"\bcon lai\s*\(\s*$")
_CARRIED_ON = re.compile(
    r"\bchuyen\s+(?:tiep\s+)?(?:sang\s+|qua\s+)?(?:ky|quy|nam|thang|dot)\s+(?:sau|toi|tiep|[ivx]+\b|[0-9])"
)
_SHRUNK = re.compile(
    r"\b(?:giam|xuong|rut ngan|sap xep|hop nhat|sap nhap|tu|truoc|sau khi|trong do|mot so)\b"
)
_NOT_YET = re.compile(r"\bchua\s+(?:duoc\s+|co\s+|tiep tuc\s+)?([a-z]+)")
_GENERAL = words_of("giai xu hoan thuc trien xong den toi tra ket trong qua tham xac tiep lam")
_GONE = re.compile(
    r"\bda\s+(?!(?:co|nhan|tiep nhan|giao)\b)[a-z]+|\b(?:xong|hoan thanh|cham dut|ket thuc|thuc hien duoc)\b"
)
_IS_GONE, _THERE_IS = re.compile(r"[a-z ]{0,20}\bda\b"), re.compile(r"\bco\s*$")
_WHOLE = re.compile(
    r"\b(?:phai|tong(?:\s+(?:so|cong))?|can|duoc giao|giao|ke hoach|chi tieu|du toan|dieu tra|ra soat)\b"
)
_TAKEN = re.compile(r"\b(?:giam|cat|bot|bai bo|loai bo|huy bo|tinh gian|giai the|thu hoi)\b")
_COMPARED = re.compile(r"\b(?:so voi|tu|truoc|cung ky|tang|trong do|gom)\b")
_OTHER = frozenset((*TIMELY, "open_late", "online", "direct", "post"))
_WINDOW, _BETWEEN = 14, 6  # figures before one that can be what it is left of; between it and what is gone
_FAR = 40  # figures before one that the same act names
_BLOCKS = 3  # paragraphs that one flow is told over
_LETTERS = 900


@dataclass(frozen=True)
class _Gone:
    """What is gone of a whole: first, the place where that is told; whole: with and without what was carried over."""

    first: Quantity
    gone: Decimal
    wholes: tuple[Decimal, ...]
    others: tuple[Decimal, ...]  # counts between it and what is left

    def leaves(self) -> set[Decimal]:
        some = [sum(some) for some in chain.from_iterable(combinations(self.others, n) for n in range(4))]
        return {whole - self.gone - one for whole in self.wholes for one in some}


def check_remainders(passage: Passage, read: Sequence[Read]) -> None:
    before: list[tuple[int, Quantity]] = []
    for place, block in enumerate(read):
        for one in block.every:
            if one.sort is Sort.PERCENT:
                continue
            if (
                one.sort is Sort.NUMBER
                and not one.approximate
                and one.start not in block.told
                and not _told_beside(passage, block, one)
                and not _cut(passage, block, one)
                and ((left := _is_left(one)) or (one.role == "open" and one.noun))
            ):
                near = [
                    two for at, two in before[-_WINDOW:]
                    if place - at <= _BLOCKS and one.start - two.start <= _LETTERS and two.depth <= one.depth
                    and (not two.noun or not one.noun or alike(one, two))
                ]  # fmt: skip
                told = _gone_of(one, near)
                if (named := _of_name(one, [two for _, two in before[-_FAR:]])) is not None:
                    told = named
                former = {two.value for _, two in before[-_WINDOW:]}
                if told is not None and (left or _of_former(one, told, former)):
                    _judge(passage, block, one, told)
            _difference(passage, block, one, [two for _, two in before[-_WINDOW:]])
            before.append((place, one))


def _of_name(one: Quantity, before: Sequence[Quantity]) -> _Gone | None:
    """'kiến nghị thu hồi a ... đã nộp b, số còn phải thu hồi là c': the last whole that the same act is told of."""
    act = _STILL_TO.search(one.before)
    gone = before[-1] if before else None
    if act is None or gone is None or gone.sentence != one.sentence or not _GONE.search(gone.before):
        return None
    wholes = [
        two for two in before[:-1]
        if two.sort is Sort.NUMBER and same_things(two, one) and two.value > gone.value
        and act[1] in two.before and not _GONE.search(two.before)
    ]  # fmt: skip
    return _Gone(gone, gone.value, (wholes[-1].value,), ()) if wholes else None


def _of_former(one: Quantity, told: _Gone, former: set[Decimal]) -> bool:
    """Whether what is open now is what a whole without what was carried over would leave, or one slip from it."""
    rest = told.wholes[0] - told.gone
    without = one.value + told.gone in former and one.value < rest
    return without or one.value == rest or one_slip(int(one.value), int(rest))


def _difference(passage: Passage, block: Read, one: Quantity, near: Sequence[Quantity]) -> None:
    """'số thu a ... thực thu b, chênh lệch c': between the last figure and one before it, all but one slip."""
    if (
        not near
        or not _APART.search(one.before)
        or near[-1].sentence != one.sentence
        or one.start in block.held
    ):
        return
    last = near[-1]
    others = [
        two
        for two in near[:-1]
        if same_things(two, last) and two.sort is last.sort is one.sort is Sort.NUMBER
    ]
    apart = {abs(two.value - last.value): two for two in others if same_things(one, last)}
    if one.value in apart:
        passage.right(ClaimKind.PARTS, last.start, one.end)
    elif len(slips := [off for off in apart if off and slipped(one.value, [off])]) == 1:
        whole, gone = sorted((apart[slips[0]].value, last.value), reverse=True)
        block.told.add(one.start)
        say_left(passage, last, one, whole, gone, sure=False)


def _told_beside(passage: Passage, block: Read, one: Quantity) -> bool:
    """'38 thủ tục còn lại (147 - 109)', 'còn 846,3 tỷ đồng (1.248,6 - 402,3)': the operands stand in its bracket."""
    behind = block.every[one.index + 1 : one.index + 2 + _BETWEEN]
    inside = [two for two in behind if two.opened == behind[0].opened and two.depth == one.depth + 1]
    told = len(inside) > 1 and _WHOLE.search(inside[0].before) and _GONE.search(inside[1].before)
    if not inside or inside[0] is not behind[0] or not (less(inside) or told):
        return False
    whole, gone = inside[0].value, sum((two.value for two in inside[1:]), Decimal(0))
    if whole - gone in one.token.values:
        passage.right(ClaimKind.PARTS, one.start, inside[-1].end)
    else:
        block.told.add(one.start)
        say_left(passage, one, one, whole, gone, sure=False)
    return True


def _cut(passage: Passage, block: Read, one: Quantity) -> bool:
    """'2.940 ngày, giảm 1.062 ngày, còn 1.878 ngày': the two figures ahead, the second of them taken away."""
    if one.index < 2 or not _LEFT.search(one.before):
        return False
    whole, gone = block.every[one.index - 2 : one.index]
    if any(
        two.sort is not Sort.NUMBER or two.sentence != one.sentence or two.depth != one.depth or two.approximate
        or not two.noun or two.noun[:1] != (one.noun or two.noun)[:1]
        for two in (whole, gone)
    ):  # fmt: skip
        return False
    named = _TAKEN.search(gone.before) and not _COMPARED.search(f"{whole.before} {gone.gap} {one.gap}")
    rest = whole.value - gone.value
    if not named or rest <= 0 or abs(one.value - rest) * 3 > rest:
        return False
    if one.value == rest:
        passage.right(ClaimKind.PARTS, whole.start, one.end)
    else:
        block.told.add(one.start)
        say_left(passage, whole, one, whole.value, gone.value, sure=False)
    return True


def _is_left(one: Quantity) -> bool:
    if (
        one.role in _OTHER
        or SHORT_OF.match(one.after)
        or (_SHRUNK.search(one.before) and not LEFT_OVER.search(one.before))
    ):
        return False
    return bool(
        _LEFT.search(one.before) or _CARRIED_ON.search(one.before) or _CARRIED_ON.search(one.after)
        or LEFT_OVER.search(one.after) or _IN_BRACKET.search(one.gap)
    )  # fmt: skip


def _gone_of(one: Quantity, near: Sequence[Quantity]) -> _Gone | None:
    """The last figure that tells what is gone, with the whole before it."""
    others: list[Decimal] = []
    for at in range(len(near) - 1, -1, -1):
        two = near[at]
        if two.depth < one.depth and others:
            return None
        if two.sort is Sort.FRACTION:
            if two.role in _OTHER or two.value > two.token.bottom or not same_things(one, two):
                return None
            return _Gone(two, two.value, (two.token.bottom,), tuple(others)) if _same_act(one, two) else None
        beside = two.index == one.index - 1 and two.sentence == one.sentence and _IS_GONE.match(two.after)
        if two.role == "done" or _GONE.search(two.before) or beside:
            if not (same_things(one, two) or not two.noun) or not (beside or _same_act(one, two)):
                return None
            whole = _whole_of(two, near[:at])
            if whole and beside and not _same_act(one, two):
                rest = whole[1][0] - two.value
                whole = whole if abs(one.value - rest) * 3 <= rest else None
            return _Gone(whole[0], two.value, whole[1], tuple(others)) if whole else None
        if two.role in ("received", "new") or _WHOLE.search(two.before):
            return None
        if two.role not in TIMELY and two.depth == one.depth:
            others.append(two.value)
        if len(others) > _BETWEEN:
            return None
    return None


def _same_act(one: Quantity, gone: Quantity) -> bool:
    """'đạt ..., còn 05 thôn chưa đạt': what is not done is what was told to be."""
    acts = _NOT_YET.findall(f"{one.before} {one.after}")
    told = f"{gone.before} {gone.after}".split()
    return all(act in _GENERAL or act in told for act in acts)


def _whole_of(gone: Quantity, near: Sequence[Quantity]) -> tuple[Quantity, tuple[Decimal, ...]] | None:
    carried = new = None
    for two in reversed(near):
        if two.sort is not Sort.NUMBER or two.depth > gone.depth:
            continue
        there = (
            two is near[-1] and two.sentence == gone.sentence and _THERE_IS.search(two.gap) and not two.depth
        )
        strong = (
            two.noun and alike(two, gone) and (_WHOLE.search(two.before) or _WHOLE.search(two.after) or there)
        )
        if strong and two.value >= gone.value:
            return two, (two.value,)
        if two.role == "carried":
            carried = carried or two
        elif two.role in ("received", "new"):
            new = new or two
        elif two.role in ("done", "open", "undone"):
            break
    if new is None or new.value < gone.value or not alike(new, gone):
        return None
    if carried is None:
        return new, (new.value,)
    told_apart = new.role == "new" or (carried.depth == new.depth and carried.start < new.start)
    return new, (new.value + carried.value,) if told_apart else (new.value + carried.value, new.value)


def _judge(passage: Passage, block: Read, one: Quantity, told: _Gone) -> None:
    leaves, behind = told.leaves(), list(_siblings(block, one))
    sums = {one.value + sum(behind[:count]) for count in range(len(behind) + 1)}
    if sums & leaves or _of_last_two(block, one):
        block.held.add(one.start)
        return passage.right(ClaimKind.PARTS, min(told.first.start, one.start), one.end)
    whole = told.wholes[0]
    if whole - told.gone < 0 or one.value > whole * 2:
        return None
    block.told.add(one.start)
    return say_left(passage, told.first, one, whole, told.gone, sure=False)


def _of_last_two(block: Read, one: Quantity) -> bool:
    """'đã trình 8 văn bản, được ban hành 5, còn 3': a flow inside another."""
    two = [
        other for other in block.every[: one.index] if other.depth == one.depth and other.sort is Sort.NUMBER
    ][-2:]
    if len(two) < 2 or any(". " in other.gap for other in (two[1], one)):
        return False
    return two[0].value - two[1].value == one.value and not {"new", "carried"} & {other.role for other in two}


def _siblings(block: Read, one: Quantity) -> Iterator[Decimal]:
    """'còn a đang làm, b chưa làm', 'còn a (b trùng)': what stands beside it in the same sentence."""
    for two in block.every[one.index + 1 : one.index + 4]:
        if two.sort is not Sort.NUMBER or two.sentence != one.sentence or two.depth < one.depth:
            return
        if words.WITHIN.search(two.gap) or not alike(one, two):
            return
        yield two.value

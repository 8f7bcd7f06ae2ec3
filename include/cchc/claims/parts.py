"""A whole and its parts: read from brackets, lists and the words that open them; sums that hold need no words.

A sum that holds is right whatever it was worded like. One that does not hold is told only where the text itself says
that these are the parts of that whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate, combinations

from cchc.claims import words
from cchc.claims.groups import ALTOGETHER, PartGroup, Tie, groups
from cchc.claims.judging import slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.partitions import TIMELY, exhaustive
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, alike, money, same_things, shown, told
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

# Traits that one person or thing can have several of: they are no parts.
_TRAITS = re.compile(
    r"\bnu\b|dang vien|dan toc|trinh do|"
    r"dai hoc|thac si|tien si|tre\b(?!\s+h[ae]n)|(?<!truoc )tuoi\b|ton giao|kiem nhiem|"
    r"chung chi|lien thong|"
    r"truc tuyen toan trinh|tham gia|cu di|ngoai ra"
)
_OVERLAP = re.compile(
    r"\bco the (?:co|trung|thuoc|mac)\b|\bnhieu (?:sai|loi|noi dung|linh vuc)|\bdong thoi\b|\btrung nhau\b"
)
_NEW_CLAUSE = re.compile(
    r"[.;]\s|\b(?:da|dang|con|ngoai ra|dong thoi|ban hanh|to chuc|thuc hien|trong do|rieng|"
    r"luy ke|cung ky|so voi|(?<!ha )tang|giam)\b"
)
_SMALL = 10  # below it one more or less is no tenth
_MANY_TIMES = 4  # parts that make so much more are parts of something else
_MOST = 12  # neighbours that are added up
_RANGE, _LETTERS = 1000, 400  # how much smaller than a whole its parts are, how far away
_FEW = 5  # parts of a whole whose words say nothing of them
_DIGITS = 5  # of a figure which a sum is hardly near by chance; one less beside its parts
_COMPARED = re.compile(r"\b(?:so voi|cung ky|truoc|tang|giam|luy ke)\b")
_CERTAIN = 100  # a sum of figures this large that holds is no chance


def check_parts(passage: Passage, block: Read, earlier: Sequence[Quantity]) -> None:
    """Judge all wholes of a block; fills in the whole of each part, and the figures of sums that hold or do not."""
    every, held = block.every, block.held
    counts = [one for one in every if one.sort is not Sort.PERCENT]
    if len(every) >= 2:
        for group in groups(passage, every, earlier):
            block.wholes.update((one.start, group.whole) for one in group.parts)
            if len(group.parts) < 2 or not _judge(passage, group, held, block.told):
                _above(passage, group)
    if len(counts) >= 3:
        _evident(passage, counts, block)
        outer = [one for one in counts if not one.depth]
        if 3 <= len(outer) < len(counts):
            _evident(passage, outer, block)


def _judge(passage: Passage, group: PartGroup, held: set[int], told: set[int]) -> bool:
    """Whether something was said of parts and their whole."""
    whole, parts = group.whole, group.parts
    if whole.sort is Sort.FRACTION and parts[0].sort is Sort.FRACTION:
        _judge_fractions(passage, whole, parts)
        return True
    closing = next((one for one in parts[1:] if ALTOGETHER.search(one.before)), None)
    if closing is not None and closing.value == whole.value + sum(
        one.value for one in parts[: parts.index(closing)]
    ):  # '26 kiểm điểm, 7 khiển trách; tổng số 33': the first of them is a part, too
        passage.right(ClaimKind.PARTS, whole.start, closing.end)
        return True
    totals = {*whole.token.values, *whole.token.bottoms}
    span = (min(whole.start, parts[0].start), max(whole.end, *(one.end for one in parts)))
    # Early, on time and late leave nothing out; any other list may run on into something else.
    summed_up = parts[-1].end < whole.start
    closed = group.tie is Tie.ALL and (summed_up or all(one.role in TIMELY for one in parts))
    if summed_up and any(sum(one.value for one in parts[at:]) in totals for at in range(1, len(parts) - 1)):
        parts = parts[
            next(at for at in range(1, len(parts)) if sum(one.value for one in parts[at:]) in totals) :
        ]
    for count in range(len(parts), len(parts) - 1 if closed else 1, -1):
        if sum(one.value for one in parts[:count]) not in totals:
            continue
        if count < len(parts) and _goes_on(group, count):
            break  # the last were forgotten in the total
        held.update(one.start for one in (whole, *parts[:count]))
        passage.right(ClaimKind.PARTS, *span)
        return True
    else:
        if len(parts) in totals and not any(one.role or same_things(whole, one) for one in parts):
            passage.right(ClaimKind.COUNT, *span)  # 'thuộc sáu lĩnh vực (thể chế 5; thủ tục 9; ...)'
            return True
        if _fits_somehow(totals, parts, group.tie < Tie.BRACKET):
            return True
    severity = _doubt(group)
    if severity is None:
        return False
    told.update(one.start for one in (whole, *parts))
    if group.apart:
        span = (parts[0].start, parts[-1].end)  # what stands between is no part of it
    say_sum(passage, whole, parts, span, severity)
    return True


def _goes_on(group: PartGroup, count: int) -> bool:
    """Whether a list goes on as it began behind those of its parts that make the whole.

    Nothing parts the others from these: the same thing is counted, the same mark stands between, no other act is told,
    and they are no parts of the last of these.
    """
    parts, rest = group.parts, group.parts[count:]
    if (
        (group.tie < Tie.BRACKET and not group.named)
        or group.apart
        or sum(one.value for one in rest) == parts[count - 1].value
    ):
        return False
    if len({bool(one.noun) for one in parts}) > 1 or not all(alike(one, parts[0]) for one in parts):
        return False
    marks = {";" in one.gap for one in parts[1:]}
    return len(marks) == 1 and not any(
        _TRAITS.search(f"{one.before} {one.after}") or _NEW_CLAUSE.search(one.gap) or one.approximate
        for one in rest
    )


def _above(passage: Passage, group: PartGroup) -> None:
    """A part that is more than what it is told to be in: 'còn 1.331 hồ sơ, trong đó 7.598 hồ sơ trong hạn'."""
    whole = group.whole
    most = max((*whole.token.values, *whole.token.bottoms))
    over = [
        one for nth, one in enumerate(group.parts)
        if one.value > most and one.sort is whole.sort is Sort.NUMBER and not (nth and ";" in one.gap)
        and one.noun and one.noun[:2] == whole.noun[:2] and not (one.times or money(one) or one.approximate)
    ]  # fmt: skip
    opened = group.tie is Tie.AMONG or words.WITHIN.search(group.parts[0].gap)
    if not over or group.apart or not opened or _COMPARED.search(whole.before):
        return
    one = max(over, key=lambda part: part.value)
    given = passage.quoted(one.start, one.end)
    passage.say(
        ClaimKind.OVER, Severity.WARNING, whole.start, one.end, stated=given, expected=t("claims.at_most_whole"),
        message=t("claims.part_above_whole", part=given, whole=passage.quoted(whole.start, whole.end)),
    )  # fmt: skip


def _doubt(group: PartGroup) -> Severity | None:
    """How grave it is that the parts do not make the whole; None when they may be no parts of it."""
    whole, parts = group.whole, group.parts
    total, many = sum((one.value for one in parts), Decimal(0)), len(parts) >= 3
    given = min((*whole.token.values[:1], *whole.token.bottoms[:1]), key=lambda value: abs(value - total))
    slip, off = slipped(given, [one.value for one in parts]), abs(given - total)
    scattered = total > _MANY_TIMES * given and not slip and not {one.role for one in parts} <= TIMELY
    if (
        any(one.approximate for one in parts)
        or scattered
        or (total > whole.value and _OVERLAP.search(parts[0].gap))
    ):
        return None
    traits = any(_TRAITS.search(f"{one.before} {one.after}") for one in parts)
    if (
        traits
        and (group.tie < Tie.ALL or "con lai" in parts[-1].before)
        and not exhaustive(parts)
        and not (slip and group.tie is Tie.BRACKET and len(parts) >= 4)
    ):
        return None
    kin, named = all(alike(whole, one) for one in parts), all(same_things(whole, one) for one in parts)
    if group.apart:
        telling = slip and off * 10 <= given if group.tie is Tie.ALL else slip and many and off * 20 <= given
        return Severity.WARNING if telling and kin else None
    near, close = slip or off * 3 <= given, off * 10 <= max(given, Decimal(_SMALL))
    if whole.sort is Sort.FRACTION:  # which of its two figures the parts are of is a guess
        tied = group.tie >= Tie.BRACKET or (group.tie is Tie.SOME and named)
        return Severity.WARNING if tied and kin and close and many else None
    if not near and group.tie is Tie.ALL and not {one.role for one in parts} <= TIMELY and exhaustive(parts):
        return None  # they leave nothing out of something else
    if group.tie >= Tie.BRACKET and kin:
        return Severity.ERROR if near else Severity.WARNING if named or total > given else None
    if group.tie >= Tie.BRACKET:
        return Severity.WARNING if (slip and given >= _SMALL) or (close and many) else None
    siblings = all(alike(one, two) for one, two in combinations(parts, 2))
    telling = slip and (given >= _CERTAIN or many)
    sure = close and (named or total > given) and many
    if group.tie is Tie.SOME:
        sure = sure or telling or (total > given and siblings) or (close and many and group.named)
    return Severity.WARNING if kin and sure else None


def _judge_fractions(passage: Passage, whole: Quantity, parts: Sequence[Quantity]) -> None:
    """'423/5.723 hồ sơ. Trong đó: 04/592, 83/270 ...': tops and bottoms each add up."""
    span = (min(whole.start, parts[0].start), max(whole.end, parts[-1].end))
    top, bottom = sum(one.value for one in parts), sum(one.token.bottom for one in parts)
    fits = (top == whole.value) + (bottom == whole.token.bottom)
    if fits == 2:
        return passage.right(ClaimKind.PARTS, *span)
    near = (
        abs(top - whole.value) * 4 <= whole.value
        and abs(bottom - whole.token.bottom) * 4 <= whole.token.bottom
    )
    if not (fits or near) or (bottom < whole.token.bottom and not near):
        return None
    given, right = passage.quoted(whole.start, whole.end), f"{format_number(top)}/{format_number(bottom)}"
    passage.say(
        ClaimKind.PARTS, Severity.ERROR if fits and near else Severity.WARNING, *span, stated=given, expected=right,
        message=t("claims.fraction_parts", count=len(parts), right=right, given=given),
    )  # fmt: skip
    return None


def _fits_somehow(totals: set[Decimal], parts: Sequence[Quantity], some: bool) -> bool:
    """Whether other readings of the parts make the whole, or (`some`) a few of them: the list may hold others too."""
    if any(len(one.token.values) > 1 for one in parts) and len(parts) <= 6:
        sums = {Decimal(0)}
        for one in parts:
            sums = {total + value for total in sums for value in one.token.values}
        if sums & totals:
            return True
    if not {one.role for one in parts} <= TIMELY and any(
        sum(one.value for one in parts[place + 1 :]) == parts[place].value >= _CERTAIN
        for place in range(len(parts) - 2)
    ):
        return True  # a part with its own parts behind it
    return some and any(
        0 != sum(one.value for one in parts[:count]) in totals for count in range(2, len(parts))
    )


def near_sums(passage: Passage, read: Sequence[Read]) -> None:
    """Sums of large neighbours that one slip parts from a third of the same things: hardly chance, either.

    Figures in brackets, and those that are parts of another, are passed over: what is left are the wholes of a text.
    """
    counts = [
        (block, one) for block in read for one in block.every
        if one.sort is Sort.NUMBER and not one.depth and not one.approximate and one.start not in block.told
        and not (one.start in block.wholes and one.start in block.held)
    ]  # fmt: skip
    for place, (block, whole) in enumerate(counts):
        number = whole.value.normalize().as_tuple()
        digits = len(number.digits) + (0 if whole.unit else max(0, int(number.exponent)))
        if digits < _DIGITS - 1:
            continue
        for some in (counts[place + 1 : place + 1 + _FEW], counts[max(0, place - _FEW) : place][::-1]):
            ahead = [one for _, one in some]
            if len(ahead) < 2 or any(not _close_by(whole, one) for one in ahead[:2]):
                continue
            if whole.value in accumulate(one.value for one in ahead):
                break
            parts = ahead[:2]
            together = all(other is block and one.sentence == whole.sentence for other, one in some[:2])
            if (digits < _DIGITS and not (together and all(same_things(whole, one) for one in parts))) or (
                whole.start in block.held and any(one.start in other.held for other, one in some[:2])
            ):
                continue
            values = [one.value for one in parts]
            if abs(sum(values) - whole.value) * 10 <= whole.value and slipped(whole.value, values):
                every = (whole, *parts)
                span = (min(one.start for one in every), max(one.end for one in every))
                say_sum(passage, whole, parts, span, Severity.WARNING)
                break


def _close_by(whole: Quantity, one: Quantity) -> bool:
    if (
        one.value >= whole.value
        or one.value * _RANGE < whole.value
        or abs(one.start - whole.start) > _LETTERS
    ):
        return False
    return alike(whole, one) and not _COMPARED.search(one.gap)


def _evident(passage: Passage, counts: Sequence[Quantity], block: Read) -> None:
    """Sums of neighbours that hold, whatever the words: of large figures that is no chance."""
    held = block.held
    for place, whole in enumerate(counts):
        if whole.start in held:
            continue
        for total in (whole.value, *whole.token.bottoms[:1]):
            some = _that_make(counts, place, total) if total >= _SMALL / 3 else None
            if some:
                every = (whole, *some)
                if len(some) > 2:
                    block.wholes.update((one.start, block.wholes.get(one.start, whole)) for one in some)
                held.update(one.start for one in every)
                passage.right(ClaimKind.PARTS, min(one.start for one in every), max(one.end for one in every))
                break


def _that_make(counts: Sequence[Quantity], place: int, total: Decimal) -> Sequence[Quantity] | None:
    """The neighbours of a figure that add up to a total; of two small ones the nouns must be written."""
    whole = counts[place]
    for first, step in ((place + 1, 1), (place + 2, 1), (place - 1, -1), (place - 2, -1)):
        summed, at = Decimal(0), first
        while 0 <= at < len(counts) and abs(at - first) < _MOST:
            one = counts[at]
            if one.sort is not Sort.NUMBER or not alike(whole, one):
                break
            summed += one.value
            if summed >= total:
                break
            at += step
        if summed != total or at == first or not 0 <= at < len(counts):
            continue
        some = counts[min(first, at) : max(first, at) + 1]
        if total >= _CERTAIN or len(some) > 2 or all(same_things(whole, one) for one in some):
            return some
    return None


def say_sum(
    passage: Passage, whole: Quantity, parts: Sequence[Quantity], span: tuple[int, int], severity: Severity
) -> None:
    """Note that parts do not add up to their whole; `span` holds the whole claim."""
    summed = sum((one.value for one in parts), Decimal(0))
    given, right = shown(passage, whole), told(summed, whole)
    passage.say(
        ClaimKind.PARTS, severity, *span, stated=given, expected=right,
        message=t("claims.parts", total=given, sum=right, parts=" + ".join(format_number(one.value) for one in parts),
                  difference=told(abs(whole.value - summed), whole)),
    )  # fmt: skip

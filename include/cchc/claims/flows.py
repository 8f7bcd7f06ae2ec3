"""What came in against what became of it: the one-stop flow, what is left of a whole, so many for each unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, combinations

from cchc.claims import words
from cchc.claims.judging import one_slip, slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.left import OTHERS, say_left
from cchc.claims.parts import say_sum
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, alike, is_people, money
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_BEFORE = re.compile(r"\bcung ky\b|\b(?:nam|ky|quy|thang) truoc\b|\bnam 20[0-9]{2}\b")
_EACH = re.compile(
    r"\b(?:moi|binh quan(?: moi)?|trung binh(?: moi)?|tung)\s+(?!(?:la|dat|chi|khoang|duoc)\b)(?P<unit>[a-z]+)"
    r"(?:[\s,]+[a-z]+){0,7}\s*$"
)
_MEAN = re.compile(r"\b(?:binh quan|trung binh)\b")
_PER = re.compile(r"\s+[a-z ]{1,24}(?:/\s?|\b(?:cho )?(?<!muoi )(?:moi|mot) )(?P<unit>[a-z]+)")
_SPANS = ("thang", "quy", "tuan", "ngay")
_REACH = 120  # letters around a mean in which its span of time stands
_BEFORE_IT = 12  # figures of paragraphs before
_OPEN = ("open", "undone", "open_in")


def check_flows(
    passage: Passage, every: Sequence[Quantity], held: set[int], earlier: Sequence[Quantity]
) -> None:
    if not every:
        return
    scopes = list(_scopes(every))
    for _, scope in scopes:
        _flow(passage, scope, held)
    _levels(passage, scopes, held)
    _shared_out(passage, every, earlier)


def _scopes(every: Sequence[Quantity]) -> Iterator[tuple[bool, dict[str, Quantity]]]:
    """(whether a level is named, figures by role), a new scope at each level or at each new whole."""
    scope: dict[str, Quantity] = {}
    level = False
    for one in every:
        if one.sort is Sort.PERCENT or one.role is None or one.approximate:
            continue
        if one.depth and _BEFORE.search(one.gap[-60:]):
            continue  # 'tăng 131 đơn (6 tháng đầu năm 2019 tiếp nhận 1.405 đơn)'
        named = bool(words.LEVEL.search(one.gap[-60:]))
        if scope and ((one.role in ("received", "new") and one.role in scope and one.depth == 0) or named):
            yield level, scope
            scope, level = {}, False
        level = level or named
        role = (
            "open_late"
            if one.role == "late" and "open" in scope and scope["open"].end < one.start
            else one.role
        )
        scope.setdefault(role, one)
    if scope:
        yield level, scope


def _levels(passage: Passage, scopes: Sequence[tuple[bool, dict[str, Quantity]]], held: set[int]) -> None:
    """'toàn tỉnh tiếp nhận a, giải quyết b; trong đó: cấp tỉnh tiếp nhận ..., cấp xã ...': each role adds up."""
    for place, (level, whole) in enumerate(scopes):
        below = []
        for named, scope in scopes[place + 1 :]:
            if not named:
                break
            below.append(scope)
        if level or len(below) < 2:
            continue
        roles = [role for role in whole if all(role in scope for scope in below)]
        sums = {role: sum(scope[role].value for scope in below) for role in roles}
        good = sum(sums[role] == whole[role].value for role in roles)
        for role in roles:
            one, parts = whole[role], [scope[role] for scope in below]
            if all(two.sort is Sort.NUMBER for two in (one, *parts)) and (good or sums[role] == one.value):
                _sum(
                    passage,
                    one,
                    parts,
                    set() if one.start not in held else {one.start, *(p.start for p in parts)},
                )


def _flow(passage: Passage, scope: dict[str, Quantity], held: set[int]) -> None:
    """received (+ carried) = done (or early + on time + late) + open (+ returned); received = new + carried."""
    kinds = {key: value for key, value in scope.items() if value.sort is Sort.NUMBER}
    if len(kinds) < 3:
        return None
    v = {key: one.value for key, one in kinds.items()}
    if {"received", "new", "carried"} <= v.keys():
        _sum(passage, kinds["received"], (kinds["new"], kinds["carried"]), held)
    timely = [v[one] for one in ("early", "ontime", "early_ontime", "late") if one in v]
    done = [*([v["done"]] if "done" in v else []), *([sum(timely)] if len(timely) > 1 else [])]
    still = [v[one] for one in _OPEN if one in v]
    came = [v[one] for one in ("received", "new") if one in v]
    if "carried" in v:  # where all is told with what it is of, it alone came
        every = v["carried"] + v.get("new", 0)
        came = [every] if v.get("received") == every else [*came, *(one + v["carried"] for one in came)]
    others = [v[one] for one in ("returned", "undone", "open_in", "open_late", "carried") if one in v]
    extra = {sum(some) for some in chain.from_iterable(combinations(others, n) for n in range(4))}
    if any(a == b + c + d for a in came for b in done for c in still for d in extra):
        ends = [kinds[one] for one in ("received", "new", "done", *_OPEN) if one in kinds]
        held.update(one.start for one in ends)
        return passage.right(ClaimKind.PARTS, min(one.start for one in ends), max(one.end for one in ends))
    whole, done_ = kinds.get("received") or kinds.get("new"), kinds.get("done")
    rest = next((kinds[one] for one in _OPEN if one in kinds), None)
    if whole is None or done_ is None or rest is None or OTHERS.search(rest.after):
        return None
    if "carried" in v:
        return _with_carried(passage, whole, kinds["carried"], done_, rest)
    kinds_of_open = () if "open" in kinds else ("open_in", "open_late")
    beside = [kinds[one] for one in ("returned", "undone", *kinds_of_open) if one in kinds]
    parts = [done_, rest, *(one for one in beside if one is not rest and one.depth == rest.depth)]
    ordered = whole.start < done_.start < rest.start and rest.sentence - whole.sentence <= 3
    if ordered and done_.depth == rest.depth and all(alike(whole, one) for one in parts):
        _sum(passage, whole, parts, held, most=Decimal(1))
    return None


def _with_carried(
    passage: Passage, whole: Quantity, carried: Quantity, done: Quantity, rest: Quantity
) -> None:
    """What came, with or without what was carried over, less what was done; one slip from either reading is told."""
    every = (whole, carried, done, rest)
    if len({one.depth for one in every}) > 1 or not all(alike(whole, one) for one in every):
        return
    read = [came - done.value for came in (whole.value + carried.value, whole.value)]
    if any(right >= 0 and one_slip(int(rest.value), int(right)) for right in read):
        say_left(
            passage, min(every, key=lambda one: one.start), rest, done.value + read[0], done.value, sure=False
        )


def _sum(
    passage: Passage,
    whole: Quantity,
    parts: Sequence[Quantity],
    held: set[int],
    most: Decimal = Decimal(1) / 3,
) -> None:
    """Judge parts that roles give; what is off by more than `most` of the whole, and by no slip, is something else."""
    every = (whole, *parts)
    span = (min(one.start for one in every), max(one.end for one in every))
    off = sum(one.value for one in parts) - whole.value
    if off == 0:
        held.update(one.start for one in every)
        return passage.right(ClaimKind.PARTS, *span)
    near = slipped(whole.value, [one.value for one in parts])
    if whole.value and (near or abs(off) <= most * whole.value) and not {one.start for one in every} <= held:
        sure = near and len(parts) == 2 and most == 1
        say_sum(passage, whole, parts, span, Severity.ERROR if sure else Severity.WARNING)
    return None


def _shared_out(passage: Passage, every: Sequence[Quantity], earlier: Sequence[Quantity]) -> None:
    """'12 lớp tại 6 xã, mỗi xã 2 lớp', '672 công chức tại 96 trung tâm, bình quân 7 công chức/trung tâm'."""
    flat = passage.flat
    for one in every:
        if one.sort is not Sort.NUMBER:
            continue
        told = _PER.match(flat, one.end) or _EACH.search(one.gap[-60:])
        if told is None:
            continue
        near = [
            two for two in (*every[max(0, one.index - 6) : one.index + 3], *_times(passage, one, told["unit"]))
            if two is not one and two.sort is not Sort.PERCENT and abs(two.sentence - one.sentence) <= 1
        ]  # fmt: skip
        units = _of_unit(near, told["unit"])
        if not units and _MEAN.search(one.before):
            units = _of_unit(earlier[-_BEFORE_IT:], told["unit"])  # of the lines before
        totals: Sequence[Quantity] = [
            two for two in near
            if two not in units and one.noun and two.noun and (alike(one, two) or (money(one) and money(two)))
        ]  # fmt: skip
        left = [two for two in totals if "con lai" in two.before or "con lai" in two.after]
        totals = [two for two in totals if two not in left]
        rest = sum((_in_unit(two, one) for two in left[:1]), Decimal(0))
        fits = [
            (unit, total) for unit in (units or near) for total in (totals or near)
            if unit is not total and _makes(_in_unit(total, one) - rest, unit, one)
        ]  # fmt: skip
        if fits:
            held = [*fits[0], one, *left[:1]]
            passage.right(ClaimKind.PER_UNIT, min(two.start for two in held), max(two.end for two in held))
            continue
        inside = [two for two in (*units, *totals) if two.start > one.end and two.depth > one.depth]
        if len(inside) == 2 and inside[0] in units and inside[1] in totals:
            _say_shared(passage, one, inside[0], inside[1], left[:1])
            continue
        of_which = passage.quoted(told.end(), told.end() + 20) if told.re is _PER else ""
        units, totals = _meant(passage, units, of_which), _meant(passage, totals, "")
        ahead = [two for two in totals if two.sentence == one.sentence and two.start < one.start]
        totals = ahead if _MEAN.search(one.before) and len(ahead) == 1 else totals
        if len(units) != 1 or len(totals) != 1:
            units, totals = (
                [two for two in some if two.sentence == one.sentence
                 and ";" not in flat[min(one.end, two.end) : max(one.start, two.start)]]
                for some in (units, totals)
            )  # fmt: skip
        if len(units) != 1 or len(totals) != 1:
            continue
        between = flat[
            min(one.end, units[0].end, totals[0].end) : max(one.start, units[0].start, totals[0].start)
        ]
        mean = one.approximate or _MEAN.search(one.before)
        beside = {units[0].sentence, totals[0].sentence} == {one.sentence} and ";" not in between
        if beside or (
            mean and (_mean_slips(one, units[0], totals[0]) or ahead or units[0].noun[0] in _SPANS)
        ):
            _say_shared(passage, one, units[0], totals[0], left[:1])


def _of_unit(some: Sequence[Quantity], unit: str) -> Sequence[Quantity]:
    return [
        one for one in some
        if (one.noun[:1] == (unit,) or (unit == "nguoi" and is_people(one)))
        and one.sort is not Sort.PERCENT and not _EACH.search(one.gap[-60:])  # 'mỗi xã 5 tổ, mỗi tổ 7 thành viên'
    ]  # fmt: skip


def _meant(passage: Passage, counts: Sequence[Quantity], of_which: str) -> Sequence[Quantity]:
    """Of several counts the one of the same words ('cơ sở bị phạt', 'xử phạt 17 cơ sở'), else the others' whole."""
    behind = set(re.split(r"[,.;)]", of_which.lower())[0].split())
    same = [
        one for one in counts
        if behind & set(passage.text[one.start - len(one.before) : one.start].lower().split()[-4:])
    ]  # fmt: skip
    if len(counts) < 2 or len(same) == 1:
        return same or counts
    most = max(counts, key=lambda one: one.value)
    return [most] if 2 * most.value == sum(one.value for one in counts) else counts


def _times(passage: Passage, one: Quantity, unit: str) -> list[Quantity]:
    """'trong mười một tháng, bình quân mỗi tháng ba tin': spans of time are counted only here."""
    tokens = passage.within(max(0, one.start - _REACH), one.end + _REACH) if unit in _SPANS else ()
    spans = [two for two in tokens if re.match(rf"\s{unit}\b(?! [0-9])", passage.flat[two.end : two.end + 9])]
    return [
        Quantity(two, 0, "", one.sentence, one.depth, one.opened, noun=(unit,)) for two in spans
        if two.sort is Sort.NUMBER
    ]  # fmt: skip


def _mean_slips(each: Quantity, units: Quantity, total: Quantity) -> bool:
    """Whether a mean is one slip from what figures of another sentence give."""
    if not units.value or each.value != int(each.value) or each.value < 100:
        return False
    return one_slip(int(each.value), round(_in_unit(total, each) / units.value))


def _in_unit(one: Quantity, other: Quantity) -> Decimal:
    """A value in the unit of another: '1,89 tỷ đồng' in millions."""
    return one.value * money(one) / money(other) if money(one) and money(other) else one.value


def _makes(total: Decimal, unit: Quantity, each: Quantity) -> bool:
    units = (unit.token.bottoms or unit.token.values)[0]
    if total == units * each.value:
        return True
    exponent = each.value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    if not units or not (decimals or each.approximate or _MEAN.search(each.before)):
        return False
    off = abs(total / units - each.value)  # of a mean, rounded or cut
    step = Decimal(1).scaleb(-decimals)
    return off <= step / 2 or (off < step if decimals > 1 else not decimals and off <= each.value / 200)


def _say_shared(
    passage: Passage, each: Quantity, units: Quantity, total: Quantity, left: Sequence[Quantity]
) -> None:
    every = [each, units, total, *left]
    right = units.value * each.value
    mean_ = each.approximate or _MEAN.search(each.before)
    if each.value != int(each.value) or mean_:  # a mean: told by what it should be
        mean = _in_unit(total, each) / units.value if units.value else Decimal(0)
        if not mean or not Decimal("0.5") <= each.value / mean <= 2:
            return
        told, expected = each, format_number(mean, 2)
    elif left:
        told, expected = left[0], format_number(total.value - right)
    elif money(total) != money(each):
        return
    else:
        told, expected = total, format_number(right)
    given = passage.quoted(told.start, told.end)
    passage.say(
        ClaimKind.PER_UNIT, Severity.WARNING, min(one.start for one in every), max(one.end for one in every),
        stated=given, expected=expected,
        message=t("claims.per_unit", units=format_number(units.value), each=format_number(each.value), right=expected,
                  given=given),
    )  # fmt: skip

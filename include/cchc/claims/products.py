"""Products: '104 người x 10 triệu đồng = 1.040 triệu đồng', 'mỗi hồ sơ hai lượt, mỗi lượt 50 nghìn đồng'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from math import prod

from cchc.claims.judging import HUNDRED
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, money
from cchc.claims.tokens import Sort, Token
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_TIMES = re.compile(r"[a-z /()²]{0,60}?(?<![a-z])(?:x|\*|nhan(?: voi)?)\s*$")
_IS = re.compile(r"[a-z /²]{0,60}?\)?\s*=\s*$")
_OF_MONEY = {"ty": 1_000_000_000, "trieu": 1_000_000, "nghin": 1_000, "ngan": 1_000, "dong": 1}
_DONG = re.compile(r"\s{0,2}(ty|trieu|nghin|ngan)?\s{0,2}(dong)\b|\s{0,2}(ty|trieu|nghin|ngan)\b")
_EACH = re.compile(r"\bmoi\s+([a-z]+)(?:\s+([a-z]+))?")


def check_products(passage: Passage, read: Sequence[Read]) -> None:
    every = [one for one in passage.tokens if one.sort in (Sort.NUMBER, Sort.PERCENT)]
    gaps = [passage.flat[one.end : two.start] for one, two in pairwise(every)]
    factors: list[Token] = []
    for place, (one, gap) in enumerate(zip(every, gaps, strict=False)):
        if len(gap) > 80:
            factors = []
        elif _TIMES.fullmatch(gap):
            factors.append(one)
        elif factors and _IS.fullmatch(gap):
            _judge(passage, [*factors, one], every[place + 1])
            factors = []
        else:
            factors = []
    for block in read:
        _of_chain(passage, block.every)


def dong_of(passage: Passage, one: Token) -> int:
    """How many dong a figure is told in; 0 for what is no money."""
    match = _DONG.match(passage.flat, one.end)
    return _OF_MONEY[match[1] or match[2] or match[3]] if match else 0


def _amounts(passage: Passage, one: Token) -> list[Decimal]:
    scale = dong_of(passage, one) or 1
    return [value * scale / (HUNDRED if one.sort is Sort.PERCENT else 1) for value in one.values]


def _judge(passage: Passage, factors: Sequence[Token], result: Token) -> None:
    units = [unit for one in factors if (unit := dong_of(passage, one))]
    scale = dong_of(passage, result)
    if len(units) > 1 or bool(units) != bool(scale):
        return None  # a unit is left out: nothing says which
    scale = scale or 1
    made = {prod(values) for values in _combined([_amounts(passage, one) for one in factors])}
    steps = [Decimal(scale).scaleb(min(0, int(value.as_tuple().exponent))) for value in result.values]
    fits = any(
        abs(one - value * scale) < step
        for one in made
        for value, step in zip(result.values, steps, strict=True)
    )
    span = (factors[0].start, result.end)
    if fits:
        return passage.right(ClaimKind.PER_UNIT, *span)
    likely = prod(_amounts(passage, one)[0] for one in factors)
    given, right = passage.quoted(result.start, result.end), format_number(likely / scale)
    written = passage.quoted(factors[0].start, factors[-1].end)
    passage.say(
        ClaimKind.PER_UNIT, Severity.ERROR, *span, stated=given, expected=right,
        message=t("claims.product", factors=written, right=right, given=given),
    )  # fmt: skip
    return None


def _combined(every: Sequence[Sequence[Decimal]]) -> list[list[Decimal]]:
    found: list[list[Decimal]] = [[]]
    for values in every:
        found = [[*one, value] for one in found for value in values][:16]
    return found


def _of_chain(passage: Passage, every: Sequence[Quantity]) -> None:
    """'Mỗi hồ sơ đỡ hai lượt đi lại, mỗi lượt 50 nghìn đồng, 312.000 hồ sơ tiết kiệm 31,2 tỷ đồng'."""
    rates = [(one, match) for one in every if (match := _rate(one)) and one.sort is Sort.NUMBER]
    for (first, of_first), (second, of_second) in pairwise(rates):
        if second.sentence != first.sentence or of_second[1] != (first.noun[:1] or ("",))[0]:
            continue
        units = [one for one in every if one.sentence == first.sentence and one.noun[:1] == (of_first[1],)
                 and one not in (first, second)]  # fmt: skip
        totals = [
            one for one in every
            if one.sentence == first.sentence and one not in (first, second, *units)
            and (bool(money(one)) if money(second) else one.noun[:1] == second.noun[:1])
        ]  # fmt: skip
        if len(units) != 1 or len(totals) != 1:
            continue
        unit, total, scale = units[0], totals[0], Decimal(money(totals[0]) or 1)
        made = unit.value * first.value * second.value * (money(second) or 1)
        span = (min(one.start for one in (first, unit)), max(one.end for one in (second, total)))
        if abs(made - total.value * scale) <= made / HUNDRED:
            passage.right(ClaimKind.PER_UNIT, *span)
            continue
        given, right = passage.quoted(total.start, total.end), format_number(made / scale)
        factors = " x ".join(passage.quoted(one.start, one.end) for one in (unit, first, second))
        passage.say(
            ClaimKind.PER_UNIT, Severity.WARNING, *span, stated=given, expected=right,
            message=t("claims.product", factors=factors, right=right, given=given),
        )  # fmt: skip


def _rate(one: Quantity) -> re.Match[str] | None:
    found = list(_EACH.finditer(one.gap[-80:]))
    return found[-1] if found and not re.search(r"[;.]", one.gap[-80:][found[-1].end() :]) else None

"""How sure a relation that does not hold can be: near misses, rounding, and what a tired hand does to a number."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
# A relation is one of a table when three rows keep it, and eight in ten.
ENOUGH, OF_TEN = 3, 8
_FEW = 8  # figures that a rounded share can be of
_SMALL = 10  # below it every number is one slip from every other: that proves nothing


def one_slip(given: int, right: int) -> bool:
    """Whether a number is another one with a digit wrong, two neighbours swapped, one left out or typed twice."""
    if given == right:
        return True
    if (
        min(given, right) < 0
        or max(given, right) < _SMALL
        or (min(given, right) < _SMALL and max(given, right) < 20)
    ):
        return False
    one, two = str(given), str(right)
    if len(one) == len(two):
        differ = [place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(differ) == 1:
            return True
        return len(differ) == 2 and sorted(one) == sorted(two) and differ[1] - differ[0] <= 2
    longer, shorter = (one, two) if len(one) > len(two) else (two, one)
    return len(longer) - len(shorter) == 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )


def slipped(whole: Decimal | int, parts: Sequence[Decimal | int], scale: int = 1) -> bool:
    """Whether one slip, in the whole or in one of its parts, makes a sum right that is not. scale: of the values."""
    values = [Decimal(value) / scale for value in (whole, *parts)]
    decimals = max(-int(value.normalize().as_tuple().exponent) for value in values)
    given, *others = (int(value.scaleb(max(0, decimals))) for value in values)
    off, less, more = given - sum(others), *sorted((given, sum(others)))
    if 0 < less < more and more in (less * 10**3, less * 10**6):
        return True  # a unit: millions for billions
    return one_slip(given, given - off) or any(
        one_slip(abs(part), abs(part + off)) for part in others if (part + off) * part >= 0
    )


def share_verdict(given: Decimal, decimals: int, exact: Decimal, tolerance: Decimal) -> str:
    """`right`, `truncated` (cut, not rounded), `near` (less than one unit of its last digit off) or `wrong`."""
    step = Decimal(1).scaleb(-decimals)
    off = abs(given - exact)
    if off >= step and off > tolerance:
        return "wrong"
    cut = exact.quantize(step, ROUND_DOWN)
    if off <= tolerance or given == exact.quantize(step, ROUND_HALF_UP):
        return "truncated" if given == cut != exact.quantize(step, ROUND_HALF_UP) else "right"
    if given == cut:
        return "truncated"
    return "near" if off < step and decimals else "wrong"


def share_slip(given: Decimal, decimals: int, part: Decimal, base: Decimal) -> bool:
    """Whether one slip, in the share or in the part that it is told of, makes a share right that is not.

    A slip of the share: a digit wrong, digits swapped, its point moved.
    """
    scale, right = 10**decimals, part * HUNDRED / base
    half = Decimal(1) / (2 * scale)
    least, most = ((given + sign * half) * base / HUNDRED for sign in (-1, 1))
    if decimals and part == int(part) and most - least < _FEW:
        meant = range(int(least.to_integral_value(ROUND_CEILING)), int(most) + 1)
        if any(one_slip(int(part), one) for one in meant):
            return True
    one, two = int(given * scale), int((right * scale).to_integral_value(ROUND_HALF_UP))
    moved = decimals > 0 and any(
        abs(given - right * ten) <= Decimal(1) / scale for ten in (10, Decimal("0.1"))
    )
    mixed = min(one, two) >= 100 and sorted(str(one)) == sorted(str(two))
    return moved or mixed or one_slip(one, two)

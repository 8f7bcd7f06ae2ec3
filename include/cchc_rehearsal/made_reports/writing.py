"""How numbers and shares are written in a made report, and how they go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from random import Random


@dataclass(frozen=True)
class Hand:
    """One writer: the mark of thousands, decimals of shares, and whether small counts have a leading zero."""

    mark: str
    decimals: int
    zero: bool

    @classmethod
    def of(cls, chance: Random) -> Hand:
        return cls(
            chance.choice([".", ".", ".", ",", ""]), chance.choice([1, 2, 2, 2, 0]), chance.random() < 0.7
        )

    def count(self, value: int) -> str:
        if value < 10 and self.zero:
            return f"{value:02d}"
        return f"{value:,}".replace(",", self.mark)

    def share(self, top: int, bottom: int) -> str:
        return self.points(Decimal(top) * 100 / bottom)

    def points(self, exact: Decimal) -> str:
        written = exact.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
        if self.decimals and written == written.to_integral_value():
            written = written.quantize(Decimal(1), ROUND_DOWN)
        return f"{written}%".replace(".", ",")


def split(chance: Random, total: int, parts: int) -> list[int]:
    """Parts that add up to the total, none of them nothing where that is possible."""
    cuts = sorted(chance.sample(range(1, total), parts - 1)) if total > parts else [0] * (parts - 1)
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


def slip(chance: Random, value: int) -> int:
    """The value as a tired hand types it: another digit, two digits swapped, one left out or typed twice."""
    digits = str(value)
    for _ in range(40):
        way, place = (
            chance.choice(["digit", "digit", "swap", "drop", "double"]),
            chance.randrange(len(digits)),
        )
        if way == "digit":
            new = digits[:place] + str(chance.randrange(10)) + digits[place + 1 :]
        elif way == "swap" and place + 1 < len(digits):
            new = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        elif way == "drop" and len(digits) > 2:
            new = digits[:place] + digits[place + 1 :]
        else:
            new = digits[: place + 1] + digits[place] + digits[place + 1 :]
        if new[0] != "0" and int(new) != value:
            return int(new)
    return value + 1


def slip_share(chance: Random, top: int, bottom: int) -> tuple[int, int]:
    """A fraction whose share is visibly another one than that of top/bottom, within the whole."""
    for _ in range(60):
        new = slip(chance, top)
        if new <= bottom and abs(new - top) * 100 > bottom * 2:
            return new, bottom
    return (top // 2 if top > 3 else bottom - top if bottom != 2 * top else bottom), bottom

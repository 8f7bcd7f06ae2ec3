"""A figure over rounds as a small picture: one bar a round, by its height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

HEIGHT, WIDTH = 80, 90  # of the highest bar, and of one round's place


@dataclass(frozen=True)
class Bar:
    """One round. `height` is None where nobody knows the figure: no bar is drawn, and none of height 0 either."""

    name: str
    text: str
    x: int
    height: int | None


def bars(figures: Sequence[tuple[str, str, Decimal | None]]) -> list[Bar]:
    """From (name of the round, figure in words, figure); empty when fewer than two are known, or one is below 0."""
    known = [value for _, _, value in figures if value is not None]
    if len(known) < 2 or min(known) < 0:
        return []
    most = max(known)
    return [
        Bar(name, text, WIDTH * place, _height(value, most))
        for place, (name, text, value) in enumerate(figures)
    ]


def _height(value: Decimal | None, most: Decimal) -> int | None:
    """A figure above 0 is seen, however small."""
    if value is None:
        return None
    return max(1, round(HEIGHT * value / most)) if value else 0

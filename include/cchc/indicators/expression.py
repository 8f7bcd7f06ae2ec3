"""Sums and differences of figures, once for the register, the rules and the criteria: `T06.6+T06.7`, `VII.2.5/tu`.

A code alone is the indicator's value; `/tu` is the numerator (tử số) and `/mau` the denominator (mẫu số) of a
percentage. The criteria write them `.num` and `.den`. Nothing else is an expression, and nothing is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

CODE = re.compile(r"[A-Z]+[0-9]*(?:\.[0-9A-Z]+)+")  # III.6.10, T06.R
_PARTS = {None: "", "/tu": "/tu", "/mau": "/mau", ".num": "/tu", ".den": "/mau"}
_TERM = re.compile(rf"\s*([+-]?)\s*({CODE.pattern})(/tu|/mau|\.num|\.den)?\s*")


class Term(NamedTuple):
    """One summand: its sign (1 or -1), the indicator, and `/tu`, `/mau` or '' for its value."""

    sign: int
    code: str
    part: str

    @property
    def name(self) -> str:
        return self.code + self.part


@lru_cache(maxsize=1024)
def terms_of(expression: str) -> tuple[Term, ...]:
    """The summands in their order. ValueError when the text is no expression."""
    found: list[Term] = []
    position = 0
    while position < len(expression):
        match = _TERM.match(expression, position)
        if not match or (found and not match[1]):
            raise ValueError(expression)
        found.append(Term(-1 if match[1] == "-" else 1, match[2], _PARTS[match[3]]))
        position = match.end()
    if not found:
        raise ValueError(expression)
    return tuple(found)


@lru_cache(maxsize=1024)
def codes_of(expression: str) -> tuple[str, ...]:
    """The indicators of an expression, each once, in their order. ValueError when the text is none."""
    return tuple(dict.fromkeys(term.code for term in terms_of(expression)))


def is_expression(text: str) -> bool:
    """Whether the text is codes joined by + and -."""
    try:
        return bool(terms_of(text))
    except ValueError:
        return False


def evaluate(expression: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The value of the expression; None as soon as one of its figures is missing, which is not 0.

    `values`: by the names of the terms.
    """
    total = Decimal(0)
    for term in terms_of(expression):
        value = values.get(term.name)
        if value is None:
            return None
        total += term.sign * value
    return total


def only(expression: str, codes: Collection[str]) -> str | None:
    """The expression without the summands of other codes; None when nothing is left."""
    kept = [term for term in terms_of(expression) if term.code in codes]
    text = "".join(f"{'-' if term.sign < 0 else '+'}{term.name}" for term in kept).removeprefix("+")
    return text or None


def with_values(expression: str, shown: Callable[[str], str]) -> str:
    """The expression with each summand replaced by what `shown` says, signs spaced: `300 + 200 + 10`."""
    signed = ((" - " if term.sign < 0 else " + ") + shown(term.name) for term in terms_of(expression))
    return "".join(signed).removeprefix(" + ")

"""Sums and differences of figures, as rules write them: `T06.2+T06.3+T06.4`, `VII.2.5/tu`.

A code alone is the indicator's value; `/tu` is the numerator (tử số) and `/mau` the denominator (mẫu số) of a
percentage, so that a rule can hold a percentage's parts against counts of other rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import NamedTuple

from cchc.indicators.expression import CODE

_TERM = re.compile(rf"\s*([+-]?)\s*({CODE})(/tu|/mau)?\s*")
_SIGN = re.compile(r"\s*([+-])\s*")


class Term(NamedTuple):
    """One summand: its sign (1 or -1), the indicator, and `/tu`, `/mau` or '' for its value."""

    sign: int
    code: str
    part: str

    @property
    def name(self) -> str:
        return self.code + self.part


@lru_cache(maxsize=1024)
def terms_in(expression: str) -> tuple[Term, ...]:
    """The summands in their order. ValueError when the text is no expression."""
    found: list[Term] = []
    position = 0
    while position < len(expression):
        match = _TERM.match(expression, position)
        if not match or (found and not match[1]):
            raise ValueError(expression)
        found.append(Term(-1 if match[1] == "-" else 1, match[2], match[3] or ""))
        position = match.end()
    if not found:
        raise ValueError(expression)
    return tuple(found)


@lru_cache(maxsize=1024)
def codes_in(expression: str) -> tuple[str, ...]:
    """The indicator codes of an expression, in their order. ValueError when it is none."""
    return tuple(dict.fromkeys(term.code for term in terms_in(expression)))


def is_expression(text: str) -> bool:
    """Whether the text is codes joined by + and -."""
    try:
        return bool(terms_in(text))
    except ValueError:
        return False


def only(expression: str, codes: Collection[str]) -> str | None:
    """The expression without the summands of other codes; None when nothing is left."""
    kept = [term for term in terms_in(expression) if term.code in codes]
    text = "".join(f"{'-' if term.sign < 0 else '+'}{term.name}" for term in kept).removeprefix("+")
    return text or None


def with_values(expression: str, shown: Callable[[str], str]) -> str:
    """The expression with each summand replaced by what `shown` says, signs spaced: `300 + 200 + 10`."""
    parts = _SIGN.split(expression.strip())
    return "".join(f" {part} " if part in ("+", "-") else shown(part) for part in parts if part)

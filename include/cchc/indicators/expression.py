"""Sums and differences of indicators, such as `T06.6+T06.7`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

CODE = r"[A-Z]+\d*(?:\.[0-9A-Z]+)+"  # III.6.10, T06.R
_TERM = re.compile(rf"\s*([+-]?)\s*({CODE})\s*")


@lru_cache(maxsize=1024)
def terms(expression: str) -> tuple[tuple[int, str], ...]:
    """(sign, code) of each term. ValueError when the text is no such expression."""
    found: list[tuple[int, str]] = []
    position = 0
    while position < len(expression):
        match = _TERM.match(expression, position)
        if not match or (found and not match[1]):
            raise ValueError(expression)
        found.append((-1 if match[1] == "-" else 1, match[2]))
        position = match.end()
    if not found:
        raise ValueError(expression)
    return tuple(found)


def codes_of(expression: str) -> list[str]:
    """The codes of an expression in their order. ValueError when the text is none."""
    return [code for _, code in terms(expression)]


def evaluate(expression: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The value of the expression; None as soon as one of its figures is missing, which is not 0."""
    total = Decimal(0)
    for sign, code in terms(expression):
        value = values.get(code)
        if value is None:
            return None
        total += sign * value
    return total

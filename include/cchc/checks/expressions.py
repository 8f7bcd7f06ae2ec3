"""Sums and differences of indicators, as rules write them: `T06.2+T06.3+T06.4`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from cchc.indicators import codes_of

_SIGN = re.compile(r"\s*([+-])\s*")


@lru_cache(maxsize=512)
def codes_in(expression: str) -> tuple[str, ...]:
    """The indicator codes of an expression, in their order. ValueError when it is none."""
    return tuple(codes_of(expression))


def is_expression(text: str) -> bool:
    """Whether the text is codes joined by + and -."""
    try:
        return bool(codes_in(text))
    except ValueError:
        return False


def with_values(expression: str, shown: Callable[[str], str]) -> str:
    """The expression with each code replaced by what `shown` says, signs spaced: `300 + 200 + 10`."""
    parts = _SIGN.split(expression.strip())
    return "".join(f" {part} " if part in ("+", "-") else shown(part) for part in parts)

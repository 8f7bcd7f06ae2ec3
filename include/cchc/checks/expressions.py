"""Sums and differences of indicators, as rules write them: `T06.2+T06.3+T06.4`."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

_CODE = re.compile(r"[A-Z]+[0-9]*(?:\.[0-9A-Z]+)+")
_EXPRESSION = re.compile(rf"{_CODE.pattern}(?:\s*[+-]\s*{_CODE.pattern})*")


@lru_cache(maxsize=512)
def codes_in(expression: str) -> tuple[str, ...]:
    """The indicator codes of an expression, in their order."""
    return tuple(_CODE.findall(expression))


def is_expression(text: str) -> bool:
    """Whether the text is codes joined by + and -."""
    return _EXPRESSION.fullmatch(text.strip()) is not None


def with_values(expression: str, shown: Callable[[str], str]) -> str:
    """The expression with each code replaced by what `shown` says, signs spaced: `300 + 200 + 10`."""
    spaced = re.sub(r"\s*([+-])\s*", r" \1 ", expression.strip())
    return _CODE.sub(lambda match: shown(match.group()), spaced)

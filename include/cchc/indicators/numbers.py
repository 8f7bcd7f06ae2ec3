"""Numbers as they stand in Vietnamese reports: `27.554` is a count, `39,60` a share, and printed tables mix both.

Which separator means what follows from the kind of figure: a count has no decimals, so whatever separates
groups of three digits is a thousands separator; a share below a thousand has no thousands.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from cchc.errors import CchcError
from cchc.texts import t

_EMPTY = {"", "-", "–", "—"}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[.,\s]\d{3})+")
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"([+-]?\d+)[.,](\d+)")


class NumberFault(CchcError):
    """The text is no number of its kind; the message says what is allowed."""


def parse_number(raw: str | int | float | Decimal | None, kind: str) -> Decimal | None:
    """The figure that a cell holds; None when nothing was given (empty or a dash), which is not 0.

    kind: count and money are whole numbers; percent may have decimals and a % sign; boolean and enum are
    the option's number. Raises NumberFault for anything else.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        return Decimal(int(raw))
    if isinstance(raw, (int, float, Decimal)):
        return _of_number(raw, kind)
    text = raw.replace("\u00a0", " ").strip()
    if text in _EMPTY:
        return None
    if kind == "percent":
        return _percent(text)
    return _whole(text, kind)


def _of_number(raw: int | float | Decimal, kind: str) -> Decimal:
    value = Decimal(str(raw))
    if not value.is_finite():
        raise NumberFault(t("indicators.not_a_number", raw=raw))
    if kind != "percent" and value != value.to_integral_value():
        raise NumberFault(t("indicators.whole_needed", raw=raw))
    return value if kind == "percent" and value != value.to_integral_value() else Decimal(int(value))


def _percent(text: str) -> Decimal:
    bare = text.rstrip("%").strip()
    if _WHOLE.fullmatch(bare):
        return Decimal(bare)
    if match := _DECIMAL.fullmatch(bare):
        return Decimal(f"{match[1]}.{match[2]}")
    raise NumberFault(t("indicators.percent_needed", raw=text))


def _whole(text: str, kind: str) -> Decimal:
    bare = re.sub(r"\s*(đồng|đ|vnđ)$", "", text, flags=re.IGNORECASE) if kind == "money" else text
    if _WHOLE.fullmatch(bare):
        return Decimal(bare)
    if _GROUPED.fullmatch(bare):
        return Decimal(re.sub(r"[.,\s]", "", bare))
    raise NumberFault(t("indicators.count_needed", raw=text))


def format_number(value: Decimal | int, decimals: int | None = None) -> str:
    """`27.554`, `39,60`: dots between thousands, a comma before decimals. decimals None keeps those there are."""
    try:
        number = Decimal(value)
        if decimals is not None:
            number = number.quantize(Decimal(1).scaleb(-decimals))
    except InvalidOperation:
        raise ValueError(value) from None
    return f"{number:,f}".replace(",", "\0").replace(".", ",").replace("\0", ".")

"""Numbers as they stand in Vietnamese reports: `27.554` is a count, `39,60` a share, and printed tables mix both.

Which separator means what follows from the kind of figure: a count has no decimals, so whatever separates
groups of three digits is a thousands separator; a share below a thousand has no thousands. One text never mixes
separators but for thousands before decimals (`1.234,56`), so `1.234,567` is no count and is refused.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cache, lru_cache
from typing import Protocol

from cchc.errors import CchcError
from cchc.folding import cell_text, folded, loose
from cchc.texts import t

_NOT_GIVEN = ("", "-")  # what people type for 'no figure', with any dash; it is not 0
# [0-9], not \d: other scripts' digits are a scanner's fault, not a figure.
_WHOLE = re.compile(r"[+-]?[0-9]+")
# The same separator throughout; no line break, which would join two figures of one cell.
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([., ])[0-9]{3}(?:\1[0-9]{3})*")
_DECIMAL = re.compile(r"([+-]?[0-9]+)[.,]([0-9]+)")
_GROUPED_DECIMAL = re.compile(
    r"([+-]?[0-9]{1,3}(?:\.[0-9]{3})+),([0-9]+)|([+-]?[0-9]{1,3}(?:,[0-9]{3})+)\.([0-9]+)"
)
_CURRENCY = re.compile(r"\s*\(?(?:đồng|đ|₫|vnđ|vnd)\)?\.?")
_MEASURE = re.compile(r"(?<=[0-9])\s*\(?([^\W\d][^0-9]*)")
_PERCENT = re.compile(r"\s*(?:%|\(%\)|phần trăm)$")
_POINTS = re.compile(r"\s*\(?(?:điểm|đ)\)?\.?$")
_WITH_DECIMALS = ("percent", "points")
_FEW_DIGITS = 60  # a number longer than this is no figure of a report


class FigureParts(Protocol):
    """A figure as it is added up: its value, and the parts of a percentage."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def numerator(self) -> Decimal | None: ...
    @property
    def denominator(self) -> Decimal | None: ...


class NumberFault(CchcError):
    """The text is no number of its kind; the message says what is allowed."""


def is_given(raw: str | None) -> bool:
    """Whether a cell says anything: not when it is empty or holds a dash alone, of whatever length."""
    return raw is not None and _told(raw) not in _NOT_GIVEN


def parse_number(raw: str | int | float | Decimal | None, kind: str) -> Decimal | None:
    """The figure that a cell holds; None when nothing was given (empty or a dash), which is not 0.

    kind: count and money are whole numbers; percent, in percent points, may have decimals and a % sign; boolean
    and enum are the option's number; points, of a criterion, may have decimals and their word. Raises NumberFault for
    anything else.
    """
    if raw is None:
        return None
    if isinstance(raw, bool):
        return Decimal(int(raw))
    if isinstance(raw, (int, float, Decimal)):
        return _of_number(raw, kind)
    text = _told(raw)
    if text in _NOT_GIVEN:
        return None
    try:
        if kind in _WITH_DECIMALS:
            return _decimal((_PERCENT if kind == "percent" else _POINTS).sub("", text))
        return _whole(text, kind)
    except NumberFault:
        needed = f"{kind}_needed" if kind in _WITH_DECIMALS else "count_needed"
        raise NumberFault(t(f"indicators.{needed}", raw=raw.strip())) from None  # as it was typed


def _told(raw: str) -> str:
    """The text without what software puts around a figure; lines stay apart, they may be two figures."""
    return "\n".join(filter(None, map(folded, cell_text(raw).splitlines())))


def _of_number(raw: int | float | Decimal, kind: str) -> Decimal:
    value = Decimal(str(raw))
    if not value.is_finite() or value.adjusted() > _FEW_DIGITS:
        raise NumberFault(t("indicators.not_a_number", raw=raw))
    if value == value.to_integral_value():
        return Decimal(int(value))
    if kind not in _WITH_DECIMALS:
        raise NumberFault(t("indicators.whole_needed", raw=raw))
    return value


def _decimal(bare: str) -> Decimal:
    if len(bare) <= _FEW_DIGITS:
        if _WHOLE.fullmatch(bare):
            return Decimal(bare)
        if match := _DECIMAL.fullmatch(bare):
            return Decimal(f"{match[1]}.{match[2]}")
        if match := _GROUPED_DECIMAL.fullmatch(bare):
            whole, decimals = (match[1], match[2]) if match[1] else (match[3], match[4])
            return Decimal(f"{re.sub(r'[.,]', '', whole)}.{decimals}")
    raise NumberFault(t("indicators.percent_needed", raw=bare))


def _whole(text: str, kind: str) -> Decimal:
    bare = text
    if kind == "money" and (match := _CURRENCY.search(text)) and match.end() == len(text):
        bare = text[: match.start()]
    if kind == "count" and (match := _MEASURE.search(text)) and loose(match[1]) in _measures():
        bare = text[: match.start()]
    if len(bare) <= _FEW_DIGITS:
        if _WHOLE.fullmatch(bare):
            return Decimal(bare)
        if _GROUPED.fullmatch(bare):
            return Decimal(re.sub(r"[., ]", "", bare))
    raise NumberFault(t("indicators.count_needed", raw=text))


@cache
def _measures() -> frozenset[str]:
    """What is counted, as people write it behind a figure ('12 hồ sơ'): any other word may change the figure."""
    return frozenset(loose(word) for word in t("indicators.measures").split("|"))


def rounded(value: Decimal, decimals: int = 2) -> Decimal:
    """To so many decimals, halves away from zero, as people do and as the forms' ROUND does."""
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def ratio(
    numerator: Decimal | int | None, denominator: Decimal | int | None, decimals: int = 4
) -> Decimal | None:
    """A part of its whole in percent points; None when a part is missing and for 0/0: of nothing there is no share.

    Documents show two decimals; four are kept, so that differences of shares can be shown too.
    """
    if numerator is None or denominator is None or denominator == 0:
        return None
    return rounded(Decimal(100) * numerator / denominator, decimals)


def number(value: Decimal | None, kind: str = "count") -> str:
    """A figure as documents show it: `27.554`, `39,60`; a dash when there is none."""
    if value is None:
        return t("indicators.no_figure")
    return format_number(rounded(value), 2) if kind == "percent" else format_number(value)


def share(pair: tuple[int, int]) -> str:
    """`98,44%` of a (numerator, denominator); a dash when the denominator is 0."""
    value = ratio(*pair)
    return number(None) if value is None else f"{number(value, 'percent')}%"


def format_number(value: Decimal | int | float, decimals: int | None = None) -> str:
    """`27.554`, `39,60`: dots between thousands, a comma before decimals.

    decimals None keeps those there are; otherwise halves are rounded away from zero, as people do, and what is
    rounded to zero has no sign. ValueError for what is no number.
    """
    return _formatted(str(value), decimals)


@lru_cache(maxsize=20_000)
def _formatted(written: str, decimals: int | None) -> str:
    """The same figures stand in thousands of cells and messages. Kept by what is written: 1.0 equals 1."""
    from babel.numbers import format_decimal

    number = Decimal(written)
    if not number.is_finite():
        raise ValueError(written)
    with localcontext() as context:
        # Enough digits for any number given: the default precision of 28 would refuse long ones.
        context.prec = max(28, number.adjusted() + max(decimals or 0, _places(number)) + 2)
        if decimals is not None:
            number = rounded(number, decimals)
        pattern = "#,##0." + "0" * _places(number)
        return format_decimal(number or abs(number), pattern, locale="vi")


def _places(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))

"""Figures that a form shows instead of asking for them: the systems', and the unit's own of the last report.

What was shown is kept in the hidden sheet, so that a cell that was changed is found, and an empty one says what it
confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from cchc.indicators import format_number
from cchc.texts import t

_MARK = ":"


class ShownBy(StrEnum):
    """Whose figure it is. A system's figure is disputed with a reason; the unit's own of before is simply replaced."""

    SYSTEM = "system"
    PREVIOUS = "previous"


class Stance(StrEnum):
    """What a unit did with a figure that it was shown."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Shown:
    """One figure as the form shows it; without any part it is one that the systems will give later."""

    by: ShownBy
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def known(self) -> bool:
        return any(part is not None for part in (self.value, self.numerator, self.denominator))

    @property
    def promised(self) -> bool:
        return self.by is ShownBy.SYSTEM and not self.known

    def is_same(self, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> bool:
        """Whether a unit that wrote this wrote what it was shown; parts are compared where both have them."""
        if None not in (numerator, denominator, self.numerator, self.denominator):
            return (numerator, denominator) == (self.numerator, self.denominator)
        return value is not None and value == self.value

    def packed(self) -> str:
        """`system:1234`, `system:99.81:4738:4747`, `previous:4`, `system` for a figure that is yet to come."""
        parts = (
            "" if part is None else format(part, "f")
            for part in (self.value, self.numerator, self.denominator)
        )
        return _MARK.join((self.by, *parts)).rstrip(_MARK)

    @classmethod
    def unpacked(cls, text: str) -> Shown | None:
        """None for an empty text: a row that is asked. ValueError or ArithmeticError for anything else."""
        if not text:
            return None
        by, *parts = text.split(_MARK)
        return cls(ShownBy(by), *(Decimal(part) if part else None for part in parts))

    def text(self, options: Mapping[str, str], kind: str) -> str:
        """As the cell shows it where it is no plain number: a share with its parts, an option's name, or that it is
        yet to come."""
        if not self.known:
            return t("workbooks.figures.promised")
        if options:
            return options.get(str(self.value), str(self.value))
        if kind == "percent" and self.denominator is not None:
            parts = "/".join(
                "" if part is None else format_number(part) for part in (self.numerator, self.denominator)
            )
            return parts if self.value is None else f"{parts}\n= {format_number(self.value, 2)}"
        return ""

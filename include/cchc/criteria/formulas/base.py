"""What every kind of formula has in common: it is read from its parameters, proved, and computed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from cchc.criteria.expression import NoNumber, Sources
from cchc.criteria.points import DROPPED, UNKNOWN, Inputs, Points
from cchc.indicators import format_number
from cchc.texts import t


class BadFormula(ValueError):
    """The row says nothing that can be computed. `column`: where it stands; the message is for people."""

    def __init__(self, sentence: str, column: str = "parameters") -> None:
        self.sentence, self.column = sentence, column
        super().__init__(sentence)


class Needs(StrEnum):
    """What the inputs of a kind must be."""

    SHARE = "share"  # `/`, or a percentage alone
    COUNT = "count"
    ANSWERS = "answers"  # a sum of yes and no
    COMPARISON = "comparison"
    DUTIES = "duties"
    SURVEYS = "surveys"
    OUTSIDE = "outside"
    ANYTHING = "anything"


@dataclass(frozen=True)
class Stakes:
    """What a formula must know of its row."""

    max_points: Decimal
    when_nothing: str

    def without(self, missing: NoNumber) -> Points:
        """Points where there is no number."""
        if missing is NoNumber.UNKNOWN:
            return UNKNOWN
        return {
            "loai": DROPPED,
            "toi_da": Points(self.max_points),
            "khong_diem": Points(Decimal(0)),
            "khong": UNKNOWN,
        }[self.when_nothing]

    def of_share(self, share: Fraction | NoNumber) -> Points:
        """The maximum times a share."""
        if isinstance(share, NoNumber):
            return self.without(share)
        return Points(to_decimal(Fraction(self.max_points) * share))


class Formula(ABC):
    """A rule with its parameters. Subclasses are frozen dataclasses, equal when they compute the same."""

    kind: ClassVar[str]
    needs: ClassVar[Needs]

    @classmethod
    @abstractmethod
    def parse(cls, parameters: str, sources: Sources) -> Formula:
        """Raises BadFormula."""

    @abstractmethod
    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        """Never outside 0..maximum (of a penalty: floor..0); unknown where a figure is missing."""

    def faults(self, maximum: Decimal) -> Iterator[str]:
        """What the parameters cannot mean, a sentence each."""
        yield from ()

    def most(self, maximum: Decimal) -> Decimal:
        """The most points that it can give."""
        return maximum

    def all_faults(self, maximum: Decimal) -> Iterator[str]:
        """With the fault that nobody could reach the maximum. maximum: without its sign."""
        yield from self.faults(maximum)
        if (most := self.most(maximum)) < maximum:
            yield t("criteria.formula.best", points=shown(most), maximum=shown(maximum))

    @property
    def options(self) -> dict[str, Decimal]:
        """Points by option, of a kind that lets somebody choose."""
        return {}


def to_decimal(value: Fraction) -> Decimal:
    """28 digits: exact but for shares that have no end."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def number(text: str, what: str) -> Decimal:
    """A number of the parameters, with a point. Raises BadFormula."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise BadFormula(t("criteria.formula.number", what=what, found=text.strip())) from None
    if not value.is_finite():
        raise BadFormula(t("criteria.formula.number", what=what, found=text.strip()))
    return value


def settings(parameters: str, allowed: Mapping[str, bool]) -> dict[str, str]:
    """`dich=0.9; kieu=tich` as a mapping. allowed: name -> whether it must be there. Raises BadFormula."""
    found: dict[str, str] = {}
    for piece in filter(None, (piece.strip() for piece in split(parameters))):
        name, sign, value = (part.strip() for part in piece.partition("="))
        if not sign or not value or name not in allowed:
            names = "; ".join(f"{one}=…" for one in allowed) or t("criteria.formula.nothing")
            raise BadFormula(t("criteria.formula.setting", found=piece, names=names))
        if name in found:
            raise BadFormula(t("criteria.formula.twice", name=name))
        found[name] = value
    if lacking := [name for name, needed in allowed.items() if needed and name not in found]:
        raise BadFormula(t("criteria.formula.lacking", names=", ".join(f"{name}=" for name in lacking)))
    return found


def one_of(name: str, value: str, values: tuple[str, ...]) -> str:
    """Raises BadFormula when the value is none of those."""
    if value not in values:
        raise BadFormula(t("criteria.formula.one_of", name=name, found=value, values=", ".join(values)))
    return value


def split(text: str) -> list[str]:
    """The pieces between semicolons that stand in no braces."""
    pieces, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == ";" and depth <= 0:
            pieces.append(text[start:place])
            start = place + 1
    return [*pieces, text[start:]]


def shown(value: Decimal | Fraction) -> str:
    """`99,5`, as sentences write numbers."""
    exact = to_decimal(value) if isinstance(value, Fraction) else value
    return format_number(exact.normalize())

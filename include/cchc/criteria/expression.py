"""What stands in the column `inputs`: sums and differences of named figures, one `/` or `<=`, parts apart by `;`.

    I.1.2/I.1.1 · (T06.6+T06.7+T06.10)/T06.1 · IV.2.2<=IV.2.1 · kt:vua;kt:nang · obl:nhiem_vu/NV01 · ks:KS1 · tay

A code alone is its value; `.num` and `.den` are the parts of a percentage. Nothing is ever run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from fractions import Fraction
from functools import lru_cache

BY_HAND = "tay"  # chosen by the unit, judged by the appraiser
DUTY, SURVEY, OUTSIDE, INSPECTION = "obl:", "ks:", "ngoai:", "kt:"
PARTS = (".num", ".den")

_NAME = r"(?:ngoai|kt):[A-Za-z0-9_.]+|[A-Z]+[0-9]*(?:\.[0-9A-Za-z_]+)+|[0-9]+(?:\.[0-9]+)?"
_SUMMAND = re.compile(rf"\s*([+-]?)\s*({_NAME})\s*")
# As the register writes its codes, no letter after the point is small: `III.6.9`, but `TC.giai_ngan`.
_FROM_OUTSIDE = re.compile(r"[A-Z]+[0-9]*\.[a-z][A-Za-z0-9_.]*")
_DUTY = re.compile(r"obl:[a-z_]+(?:/[A-Za-z0-9_.-]+)?")
_SURVEY = re.compile(r"ks:[A-Za-z0-9_]+")
_BARE_SUM = re.compile(r"[^()]+[+-][^()]+")


class NoNumber(Enum):
    """Why there is no number: nobody gave it, or there is nothing of which it could be a share."""

    UNKNOWN = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Total:
    """A sum: (sign, name) in their order. A name of digits is a number."""

    summands: tuple[tuple[int, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name in self.summands if not name[0].isdigit())

    def value(self, numbers: Mapping[str, Decimal | None]) -> Fraction | NoNumber:
        total = Fraction(0)
        for sign, name in self.summands:
            value = Decimal(name) if name[0].isdigit() else numbers.get(name)
            if value is None:
                only = len(self.summands) == 1
                return NoNumber.NOTHING if only and is_outside(name) and name in numbers else NoNumber.UNKNOWN
            total += sign * Fraction(value)
        return total


@dataclass(frozen=True)
class Figure:
    """One part of the inputs: a sum alone (`sign` empty), a share (`/`) or a comparison (`<=`)."""

    left: Total
    sign: str = ""
    right: Total | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return self.left.names + (self.right.names if self.right else ())

    def count(self, numbers: Mapping[str, Decimal | None]) -> Fraction | NoNumber:
        """The sum on the left: what is counted, also where the same inputs make a share elsewhere."""
        return self.left.value(numbers)

    def share(self, numbers: Mapping[str, Decimal | None]) -> Fraction | NoNumber:
        """The share, inside 0..1. A code alone: its parts where they are given, else its value in per cent."""
        if self.right is not None:
            return _share(self.left.value(numbers), self.right.value(numbers))
        name = self.left.names[0] if self.left.names else ""
        if any(name + part in numbers for part in PARTS):
            parts = (Total(((1, name + part),)).value(numbers) for part in PARTS)
            return _share(*parts)
        percent = self.left.value(numbers)
        return percent if isinstance(percent, NoNumber) else clipped(percent / 100)


def _share(part: Fraction | NoNumber, whole: Fraction | NoNumber) -> Fraction | NoNumber:
    if isinstance(whole, NoNumber):
        return whole
    if whole == 0:
        # Something of nothing contradicts itself: a person looks.
        return NoNumber.NOTHING if isinstance(part, NoNumber) or part == 0 else NoNumber.UNKNOWN
    if whole < 0 or isinstance(part, NoNumber):
        return NoNumber.UNKNOWN
    return clipped(part / whole)


def clipped(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


@dataclass(frozen=True)
class Sources:
    """The inputs of one criterion. `single`: `tay`, `obl:...` or `ks:...`, which stand alone."""

    text: str
    figures: tuple[Figure, ...] = ()
    single: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every input it reads, as written, each once."""
        read = [name for figure in self.figures for name in figure.names]
        return tuple(dict.fromkeys([*self.single, *read]))


class BadExpression(ValueError):
    """No expression; the argument is the piece that cannot be read."""


@lru_cache(maxsize=2048)
def parse_inputs(text: str) -> Sources:
    """Raises BadExpression with the piece that is none."""
    pieces = [piece.strip() for piece in text.split(";")]
    if all(_alone(piece) for piece in pieces):
        return Sources(text, single=tuple(pieces))
    return Sources(text, figures=tuple(_figure(piece) for piece in pieces))


def _alone(piece: str) -> bool:
    return piece == BY_HAND or bool(_DUTY.fullmatch(piece) or _SURVEY.fullmatch(piece))


def _figure(piece: str) -> Figure:
    for sign in ("<=", "/"):
        left, found, right = piece.partition(sign)
        if found:
            return Figure(_total(left), sign, _total(right))
    return Figure(_total(piece))


def _total(text: str) -> Total:
    bare = text.strip()
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return Total(tuple(_summands(bare)))


def _summands(text: str) -> Iterator[tuple[int, str]]:
    position = 0
    while position < len(text) or not position:
        match = _SUMMAND.match(text, position)
        if not match or (position and not match[1]):
            raise BadExpression(text[position:].strip() or text)
        yield -1 if match[1] == "-" else 1, match[2]
        position = match.end()


def without_brackets(text: str) -> str:
    """The first part of the inputs where a sum meets `/` without brackets; '' where there is none.

    `A+B/C` is read as `(A+B)/C`; whoever learnt arithmetic at school means `A+(B/C)`.
    """
    for piece in text.split(";"):
        sides = piece.split("/")
        if len(sides) > 1 and any(_BARE_SUM.fullmatch(side.strip()) for side in sides):
            return piece.strip()
    return ""


def bare_name(name: str) -> str:
    """The figure whose value or part it is: `III.6.9` of `III.6.9.num`."""
    for part in PARTS:
        name = name.removesuffix(part)
    return name


def is_outside(name: str) -> bool:
    """Whether it comes from the tables of figures that others publish, and from no form of a unit."""
    return name.startswith(OUTSIDE) or bool(_FROM_OUTSIDE.fullmatch(bare_name(name)))


def external_code(name: str) -> str:
    """As the table names it: `SIPAS` of `ngoai:SIPAS`, `KS.cong_bo` of `KS.cong_bo.num`."""
    return bare_name(name).removeprefix(OUTSIDE)

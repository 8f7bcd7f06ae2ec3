"""Kinds that give a part of the maximum for a share: `tuyen_tinh`, `muc_tieu`, `nguong`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cchc.criteria.expression import Figure, NoNumber, Sources, clipped
from cchc.criteria.formulas.base import Formula, Needs, Stakes, number, one_of, settings
from cchc.criteria.points import Inputs, Points
from cchc.texts import t


@dataclass(frozen=True)
class Linear(Formula):
    """max × min(1, n/d)."""

    kind, needs = "tuyen_tinh", Needs.SHARE
    figure: Figure

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Linear:
        settings(parameters, {})
        return cls(sources.figures[0])

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        return criterion.of_share(self.figure.share(inputs.numbers))


@dataclass(frozen=True)
class Target(Formula):
    """max × min(1, (n/d) / target)."""

    kind, needs = "muc_tieu", Needs.SHARE
    figure: Figure
    target: Decimal

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Target:
        told = settings(parameters, {"dich": True})
        return cls(sources.figures[0], number(told["dich"], "dich"))

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        share = self.figure.share(inputs.numbers)
        return criterion.of_share(
            share if isinstance(share, NoNumber) else clipped(share / Fraction(self.target))
        )

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if not 0 < self.target <= 1:
            yield t("criteria.formula.target", target=self.target)


@dataclass(frozen=True)
class Threshold(Formula):
    """0 below the floor; from there `tich`: max × min(1, x/target), `khoang`: max × (x − floor)/(target − floor)."""

    kind, needs = "nguong", Needs.SHARE
    figure: Figure
    floor: Decimal
    target: Decimal
    way: str

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Threshold:
        told = settings(parameters, {"san": True, "dich": True, "kieu": True})
        return cls(
            sources.figures[0],
            number(told["san"], "san"),
            number(told["dich"], "dich"),
            one_of("kieu", told["kieu"], ("tich", "khoang")),
        )

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        share = self.figure.share(inputs.numbers)
        if isinstance(share, NoNumber):
            return criterion.without(share)
        floor, target = Fraction(self.floor), Fraction(self.target)
        if share < floor:
            return Points(Decimal(0))
        reached = share / target if self.way == "tich" else (share - floor) / (target - floor)
        return criterion.of_share(clipped(reached))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if not 0 <= self.floor < self.target <= 1:
            yield t("criteria.formula.threshold", floor=self.floor, target=self.target)

"""Kinds that ask for a choice, for yes and no, for a limit: `chon`, `dat_het`, `phan_dat`, `khong_vuot`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Self

from cchc.criteria.expression import BY_HAND, DUTY, INSPECTION, Figure, NoNumber, Sources, Total
from cchc.criteria.formulas.base import BadFormula, Formula, Needs, Stakes, number, shown, split
from cchc.criteria.points import UNKNOWN, Inputs, Points
from cchc.texts import t

_IN_TIME, _LATE, _NOT_DONE = "dung_han", "cham", "khong"  # options that the ledger of obligations can answer


@dataclass(frozen=True)
class Choice(Formula):
    """Points of the chosen option. The inputs say what is looked at: `tay`, an obligation, a count.

    An obligation whose options are `dung_han`, `cham`, `khong` is answered from the ledger. Where the inputs are
    indicators of which there was none in the year, nothing arose.
    """

    kind, needs = "chon", Needs.ANYTHING
    sources: Sources
    worth: tuple[tuple[str, Decimal], ...]

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Choice:
        worth: dict[str, Decimal] = {}
        for piece in filter(None, (piece.strip() for piece in split(parameters))):
            option, sign, points = (part.strip() for part in piece.partition(":"))
            if not sign or not option:
                raise BadFormula(t("criteria.formula.option", found=piece))
            if option in worth:
                raise BadFormula(t("criteria.formula.twice", name=option))
            worth[option] = number(points, option)
        if not worth:
            raise BadFormula(t("criteria.formula.no_option"))
        return cls(sources, tuple(worth.items()))

    @property
    def options(self) -> dict[str, Decimal]:
        return dict(self.worth)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        if self.sources.figures and not self._is_inspected:
            counts = [figure.count(inputs.numbers) for figure in self.sources.figures]
            if all(count == 0 for count in counts):
                return criterion.without(NoNumber.NOTHING)
        chosen = self._from_ledger(inputs) if self._is_dutiful else inputs.chosen
        value = self.options.get(chosen) if chosen else None
        return UNKNOWN if value is None else Points(value)

    @property
    def _is_inspected(self) -> bool:
        return any(name.startswith(INSPECTION) for name in self.sources.names)

    @property
    def _is_dutiful(self) -> bool:
        return (
            self.sources.names != (BY_HAND,)
            and all(name.startswith(DUTY) for name in self.sources.names)
            and set(self.options) <= {_IN_TIME, _LATE, _NOT_DONE}
        )

    def _from_ledger(self, inputs: Inputs) -> str | None:
        due = [one for name in self.sources.names for one in inputs.duties.get(name, ()) if one.is_due]
        if not due:
            return None
        if all(one.is_on_time for one in due):
            return _IN_TIME
        done = all(one.done_on for one in due)
        return _LATE if done and _LATE in self.options else _NOT_DONE

    def faults(self, maximum: Decimal) -> Iterator[str]:
        for option, points in self.worth:
            if points < 0:
                yield t("criteria.formula.option_negative", option=option, points=shown(points))
            elif points > maximum:
                values = {"option": option, "points": shown(points), "maximum": shown(maximum)}
                yield t("criteria.formula.option_above", **values)

    def most(self, maximum: Decimal) -> Decimal:
        return max(points for _, points in self.worth)


def _answers(total: Total, numbers: Mapping[str, Decimal | None]) -> tuple[int, int] | NoNumber:
    """(how many yes, how many asked); unknown as soon as one was not answered with yes or no."""
    values = [numbers.get(name) for name in total.names]
    if any(value not in (0, 1) for value in values):
        return NoNumber.UNKNOWN
    return sum(value == 1 for value in values), len(values)


@dataclass(frozen=True)
class ShareOfYes(Formula):
    """max × yes / asked."""

    kind, needs = "phan_dat", Needs.ANSWERS
    figure: Figure

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Self:
        _no_parameters(parameters)
        return cls(sources.figures[0])

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        answers = _answers(self.figure.left, inputs.numbers)
        if isinstance(answers, NoNumber):
            return criterion.without(answers)
        return criterion.of_share(self._worth(*answers))

    def _worth(self, yes: int, asked: int) -> Fraction:
        return Fraction(yes, asked)


@dataclass(frozen=True)
class AllYes(ShareOfYes):
    """All yes: max; else 0."""

    kind = "dat_het"

    def _worth(self, yes: int, asked: int) -> Fraction:
        return Fraction(yes == asked)


@dataclass(frozen=True)
class NotAbove(Formula):
    """left ≤ right: max; else 0. Less than nothing is no figure: a person looks."""

    kind, needs = "khong_vuot", Needs.COMPARISON
    figure: Figure

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> NotAbove:
        _no_parameters(parameters)
        return cls(sources.figures[0])

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        assert self.figure.right is not None
        left, right = self.figure.left.value(inputs.numbers), self.figure.right.value(inputs.numbers)
        for side in (left, right):
            if isinstance(side, NoNumber):
                return criterion.without(side)
        assert isinstance(left, Fraction)
        assert isinstance(right, Fraction)
        if left < 0 or right < 0:
            return UNKNOWN
        return criterion.of_share(Fraction(left <= right))


def _no_parameters(parameters: str) -> None:
    if parameters.strip():
        raise BadFormula(t("criteria.formula.no_parameters", found=parameters))

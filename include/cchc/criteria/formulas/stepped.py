"""Kinds that give the points of a step, or so many for each case: `bac`, `thuong`, `phat`, `tru`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cchc.criteria.expression import Figure, NoNumber, Sources
from cchc.criteria.formulas.base import (
    BadFormula,
    Formula,
    Needs,
    Stakes,
    number,
    shown,
    split,
    to_decimal,
)
from cchc.criteria.formulas.intervals import Steps, parse_steps
from cchc.criteria.formulas.ledger import due_duties, has_duties
from cchc.criteria.points import UNKNOWN, Inputs, Points
from cchc.texts import t

_COUNTS, _LATE, _FALLS = "dem", "tre", "giam=co"


def _pieces(parameters: str) -> tuple[list[str], bool, bool]:
    """(the steps, whether they count, whether points may fall)."""
    pieces = [piece for piece in (piece.strip() for piece in split(parameters)) if piece]
    return (
        [piece for piece in pieces if piece not in (_COUNTS, _FALLS)],
        _COUNTS in pieces,
        _FALLS in pieces,
    )


@dataclass(frozen=True)
class ByStep(Formula):
    """Points of the step in which the share (clipped to 0..1), or with `dem` the count, lies."""

    kind, needs = "bac", Needs.ANYTHING
    figure: Figure
    steps: Steps
    falls: bool

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> ByStep:
        pieces, counts, falls = _pieces(parameters)
        return cls(sources.figures[0], _steps(pieces, counts, parameters), falls)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        read = self.figure.count if self.steps.counts else self.figure.share
        value = read(inputs.numbers)
        if isinstance(value, NoNumber):
            return criterion.without(value)
        points = self.steps.points_at(value)
        return UNKNOWN if points is None else Points(points)

    def faults(self, maximum: Decimal) -> Iterator[str]:
        yield from self.steps.faults(maximum, falls=self.falls)

    def most(self, maximum: Decimal) -> Decimal:
        return self.steps.most(maximum)


def _steps(pieces: list[str], counts: bool, text: str) -> Steps:
    steps = parse_steps(pieces, counts=counts, text=text)
    if any(step.each for step in steps.ordered):
        raise BadFormula(t("criteria.steps.per_day"))
    return steps


@dataclass(frozen=True)
class Bonus(Formula):
    """Steps of a count, or so many points a case, at most the row's maximum."""

    kind, needs = "thuong", Needs.COUNT
    figure: Figure
    rule: Steps | Decimal

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Bonus:
        return cls(sources.figures[0], _by_case(parameters))

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        count = self.figure.count(inputs.numbers)
        if isinstance(count, NoNumber):
            return criterion.without(count)
        points = _of_count(self.rule, count)
        return UNKNOWN if points is None else Points(min(points, criterion.max_points))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        yield from _case_faults(self.rule, maximum)

    def most(self, maximum: Decimal) -> Decimal:
        return self.rule.most(maximum) if isinstance(self.rule, Steps) else maximum


@dataclass(frozen=True)
class Penalty(Formula):
    """As a bonus, taken away, never below the row's floor; `tre` counts the days that an obligation was late.

    What is owed and was never handed in costs the whole floor: silence is not cheaper than a late file. Obligations
    without `tre` count the cases that were never handed in.
    """

    kind, needs = "phat", Needs.ANYTHING
    sources: Sources
    rule: Steps | Decimal
    by_day: bool

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Penalty:
        pieces = [piece for piece in (piece.strip() for piece in split(parameters)) if piece]
        by_day = _LATE in pieces
        if by_day:
            if not sources.single:
                raise BadFormula(t("criteria.formula.late_of_what"), column="inputs")
            pieces.remove(_LATE)
            return cls(sources, parse_steps(pieces, counts=True, text=parameters), by_day=True)
        return cls(sources, _by_case(parameters), by_day=False)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        if self.by_day:
            return self._late(criterion, inputs)
        if self.sources.single:
            if not has_duties(self.sources, inputs):
                return UNKNOWN
            count = Fraction(sum(one.done_on is None for one in due_duties(self.sources, inputs)))
        else:
            found = self.sources.figures[0].count(inputs.numbers)
            if isinstance(found, NoNumber):
                return criterion.without(found)
            count = found
        return _taken(criterion, _of_count(self.rule, count))

    def _late(self, criterion: Stakes, inputs: Inputs) -> Points:
        assert isinstance(self.rule, Steps)
        due = due_duties(self.sources, inputs)
        if not due:
            return UNKNOWN
        late = [one.days_late for one in due]
        if any(days is None for days in late):
            return Points(criterion.max_points)
        most = max(days for days in late if days is not None)
        return _taken(criterion, self.rule.points_at(Fraction(most)) if most else Decimal(0))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if self.by_day and isinstance(self.rule, Steps):
            yield from self.rule.faults(maximum, begins=1)
        else:
            yield from _case_faults(self.rule, maximum)

    def most(self, maximum: Decimal) -> Decimal:
        return self.rule.most(maximum) if isinstance(self.rule, Steps) else maximum


def _taken(criterion: Stakes, points: Decimal | None) -> Points:
    return UNKNOWN if points is None else Points(max(-points, criterion.max_points) + 0)


def _by_case(parameters: str) -> Steps | Decimal:
    """Steps of a count, or the weight of one case."""
    pieces, _, _ = _pieces(parameters)
    if len(pieces) == 1 and ":" not in pieces[0]:
        return number(pieces[0], t("criteria.formula.weight"))
    return _steps(pieces, True, parameters)


def _of_count(rule: Steps | Decimal, count: Fraction) -> Decimal | None:
    """Points of so many cases; None for fewer than none, which no figure can be."""
    if count < 0:
        return None
    return rule.points_at(count) if isinstance(rule, Steps) else to_decimal(Fraction(rule) * count)


def _case_faults(rule: Steps | Decimal, maximum: Decimal) -> Iterator[str]:
    if isinstance(rule, Steps):
        yield from rule.faults(maximum)
    elif not 0 < rule <= maximum:
        yield t("criteria.formula.case_weight", found=shown(rule), maximum=shown(maximum))


@dataclass(frozen=True)
class Deduction(Formula):
    """The maximum less so much for each case of each count, never below 0."""

    kind, needs = "tru", Needs.COUNT
    figures: tuple[Figure, ...]
    weights: tuple[Decimal, ...]

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Deduction:
        pieces = [piece.strip() for piece in parameters.split(";")]
        weights = tuple(number(piece, t("criteria.formula.weight")) for piece in pieces)
        if len(weights) != len(sources.figures):
            raise BadFormula(t("criteria.formula.weights", count=len(weights), figures=len(sources.figures)))
        return cls(sources.figures, weights)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        lost = Fraction(0)
        for figure, weight in zip(self.figures, self.weights, strict=True):
            count = figure.count(inputs.numbers)
            if isinstance(count, NoNumber):
                return criterion.without(count)
            if count < 0:
                return UNKNOWN
            lost += count * Fraction(weight)
        return Points(to_decimal(max(Fraction(criterion.max_points) - lost, Fraction(0))))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        for weight in self.weights:
            if weight <= 0:
                yield t("criteria.formula.weight_positive", found=shown(weight))

"""Kinds whose figures others publish or count: `khao_sat`, `chi_so`. No unit scores itself here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from cchc.criteria.expression import SURVEY, Figure, NoNumber, Sources, clipped
from cchc.criteria.formulas.base import BadFormula, Formula, Needs, Stakes, number, settings
from cchc.criteria.points import Inputs, Points
from cchc.texts import t


@dataclass(frozen=True)
class SurveyMean(Formula):
    """max × mean / best worth. Several surveys: their mean by weight. Fewer forms than needed: nothing was asked."""

    kind, needs = "khao_sat", Needs.SURVEYS
    surveys: tuple[str, ...]
    worth: tuple[Decimal, ...]
    least: tuple[int, ...] = field(default=())
    weights: tuple[Decimal, ...] = field(default=())

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> SurveyMean:
        told = settings(parameters, {"phieu": True, "thang": True})
        surveys = tuple(name.strip() for name in told["phieu"].split(","))
        read = tuple(name.removeprefix(SURVEY) for name in sources.single)
        if set(surveys) != set(read):
            raise BadFormula(
                t("criteria.formula.surveys", found=told["phieu"], read=", ".join(sources.single))
            )
        return cls(surveys, tuple(number(one, "thang") for one in told["thang"].split(",")))

    def knowing(self, least: tuple[int, ...], weights: tuple[Decimal, ...]) -> SurveyMean:
        """With what the set's survey files say: the least number of forms and the weight of each survey."""
        return replace(self, least=least, weights=weights)

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        total = weight = Fraction(0)
        for place, survey in enumerate(self.surveys):
            found = inputs.surveys.get(SURVEY + survey)
            if found is None:
                return criterion.without(NoNumber.UNKNOWN)
            if found.forms < (self.least[place] if self.least else 1):
                return criterion.without(NoNumber.NOTHING)
            own = Fraction(self.weights[place]) if self.weights else Fraction(1)
            total, weight = total + own * Fraction(found.mean), weight + own
        return criterion.of_share(clipped(total / weight / Fraction(max(self.worth))))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if list(self.worth) != sorted(self.worth, reverse=True) or self.worth[0] <= 0 or self.worth[-1] < 0:
            yield t("criteria.formula.worth")


@dataclass(frozen=True)
class Index(Formula):
    """max × value / scale."""

    kind, needs = "chi_so", Needs.OUTSIDE
    figure: Figure
    scale: Decimal

    @classmethod
    def parse(cls, parameters: str, sources: Sources) -> Index:
        return cls(sources.figures[0], number(settings(parameters, {"thang": True})["thang"], "thang"))

    def points(self, criterion: Stakes, inputs: Inputs) -> Points:
        value = self.figure.count(inputs.numbers)
        if isinstance(value, NoNumber):
            return criterion.without(value)
        return criterion.of_share(clipped(value / Fraction(self.scale)))

    def faults(self, maximum: Decimal) -> Iterator[str]:
        if self.scale <= 0:
            yield t("criteria.formula.scale", found=self.scale)

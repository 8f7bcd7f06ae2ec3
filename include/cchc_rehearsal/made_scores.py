"""Decided points for every criterion of every unit, made up but always the same: for benchmarks and pictures."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cchc.criteria import CriteriaSet, CriterionRow, Points
from cchc.indicators.numbers import rounded
from cchc.scoring.results import UNKNOWN, ScoredCriterion, UnitScores, rank_list
from cchc.scoring.round_results import RoundResults
from cchc.scoring.scored_units import units_under
from cchc.scoring.years import scoring_round
from cchc.units import Unit, UnitRegister

# Of a hundred criteria: how many arise for nobody, and how many are claimed higher than they were decided.
_NOT_ARISEN, _CLAIMED_HIGHER = 4, 15


def made_points(row: CriterionRow, chance: random.Random, ability: float) -> Points:
    """Points that a unit of some ability (0 to 1) reaches by a criterion."""
    if row.effect != "diem":
        return Points(Decimal(0))
    if chance.randrange(100) < _NOT_ARISEN:
        return Points(None, dropped=True)
    share = Decimal(str(round(min(1, max(0, chance.gauss(ability, 0.2))), 2)))
    return Points(rounded(row.max_points * share))


def made_scores(unit: Unit, criteria_set: CriteriaSet, year: int, reason: str = "") -> UnitScores:
    """A unit with claims, first decisions and, where they differ, the reason."""
    chance = random.Random(f"{unit.code}/{year}")  # noqa: S311 - made-up points
    ability = chance.uniform(0.65, 0.98)
    criteria = []
    for row in criteria_set.rows_of(unit):
        points = made_points(row, chance, ability)
        claim = points.value if row.is_claimable else None
        higher = row.effect == "diem" and chance.randrange(100) < _CLAIMED_HIGHER
        if claim is not None and higher:
            claim = row.max_points
        told = reason if claim is not None and claim != points.value else ""
        criteria.append(ScoredCriterion(row, points, claim, UNKNOWN, points, reason=told))
    return UnitScores(unit.code, criteria_set, tuple(criteria))


def made_results(
    sets: Sequence[CriteriaSet], units: UnitRegister, year: int, reason: str = "", most: int | None = None
) -> RoundResults:
    """The lists of a year; `most`: so many units of each list only."""
    by_list: defaultdict[tuple[str, str], list[UnitScores]] = defaultdict(list)
    for unit, own in units_under(units, sets, year):
        by_list[own.list_of(unit)].append(made_scores(unit, own, year, reason))
    lists = [rank_list(code, title, scores[:most]) for (code, title), scores in by_list.items()]
    return RoundResults(scoring_round(year), year, tuple(lists))


def names_of(units: UnitRegister) -> Mapping[str, str]:
    return {unit.code: unit.name for unit in units.all}

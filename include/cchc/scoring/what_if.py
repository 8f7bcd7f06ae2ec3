"""A published year under another set, in memory: who would move, whose class would change, what would decide.

Rows that the data compute are computed by the other set's rule from the figures of that year. Rows that people judged
keep what was decided where the published set has the same criterion; what neither says is left out of the maximum, and
counted, so that nobody takes a partial answer for a whole one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from cchc.criteria import CriteriaSet, CriterionRow, Inputs, Points, compute
from cchc.criteria.settings import AppliesTo
from cchc.errors import RuleRefused
from cchc.scoring.comparing import UnitMove, moves
from cchc.scoring.editions import last_edition, rebuild
from cchc.scoring.results import RankingList, ScoredCriterion, UnitResult, UnitScores, rank_list
from cchc.scoring.sensitivity import Neighbours, neighbours
from cchc.scoring.years import scoring_round
from cchc.store import Store
from cchc.texts import t
from cchc.units import REPORTING_TIERS, UnitRegister


@dataclass(frozen=True)
class WhatIf:
    """The answer. computed, kept, left_out: values of criteria by where they come from, over all units.

    unanswered: criteria that were left out for every unit.
    """

    before: tuple[RankingList, ...]
    after: tuple[RankingList, ...]
    moves: tuple[UnitMove, ...]
    pairs: tuple[Neighbours, ...]
    computed: int
    kept: int
    left_out: int
    unanswered: tuple[str, ...]


def what_if(
    store: Store, units: UnitRegister, year: int, other: CriteriaSet, inputs: Mapping[str, Inputs]
) -> WhatIf:
    """The year's last edition under another set. `inputs`: of that year's pinned figures, by unit.

    Units are those of the published lists that the set applies to (`everywhere` widens a set that applies to nobody).
    RuleRefused('not-published') when nothing was published for the year, 'set-of-nobody' when no unit falls under it.
    """
    edition = last_edition(store, scoring_round(year))
    if edition is None:
        raise RuleRefused("not-published", t("score_results.not_published", title=str(year)))
    published = rebuild(store, edition, year).lists
    before, after, counts = [], [], Counter[str]()
    answered: set[str] = set()
    for ranking in published:
        scores = []
        for result in ranking.results:
            unit = units.get(result.unit_code)
            if not other.settings.applies_to.holds(unit):
                continue
            rows = other.rows_of(unit)
            scores.append(_scores(result, other, rows, inputs.get(unit.code, Inputs()), counts, answered))
        if scores:
            before.append(ranking)
            # All of them are ranked: the question is who would move, not who would be published.
            everybody = {one.unit_code for one in scores}
            after.append(rank_list(ranking.code, ranking.title, scores, (), everybody))
    if not after:
        raise RuleRefused("set-of-nobody", t("score_results.what_if.nobody", name=other.settings.name))
    return WhatIf(
        tuple(before),
        tuple(after),
        tuple(moves(before, after)),
        tuple(pair for ranking in after for pair in neighbours(ranking)),
        counts["computed"],
        counts["kept"],
        counts["left_out"],
        tuple(row.code for row in other.rows if row.code not in answered),
    )


def everywhere(one: CriteriaSet) -> CriteriaSet:
    """The set, over all tiers when it applies to nobody by itself: such a set exists to be tried."""
    applies = one.settings.applies_to
    if applies.tiers or applies.kinds or applies.units:
        return one
    settings = one.settings.model_copy(update={"applies_to": AppliesTo(tiers=REPORTING_TIERS)})
    return replace(one, settings=settings)


def _scores(
    result: UnitResult,
    other: CriteriaSet,
    rows: tuple[CriterionRow, ...],
    inputs: Inputs,
    counts: Counter[str],
    answered: set[str],
) -> UnitScores:
    criteria: list[ScoredCriterion] = []
    known: dict[str, Points] = {}
    for row in rows:
        points = compute(row, replace(inputs, earlier=known))
        source = "computed"
        if points.value is None and not points.dropped:
            decided = _kept(result, row)
            points, source = (decided, "kept") if decided else (Points(None, dropped=True), "left_out")
        if source != "left_out":
            answered.add(row.code)
        counts[source] += 1
        known[row.code] = points
        criteria.append(ScoredCriterion(row, points))
    return UnitScores(result.unit_code, other, tuple(criteria))


def _kept(result: UnitResult, row: CriterionRow) -> Points | None:
    """What was decided of the same criterion: same words and kind; points in the other set's measure."""
    for one in result.criteria:
        same = (one.row.criterion, one.row.kind, one.row.effect) == (row.criterion, row.kind, row.effect)
        if not same:
            continue
        if one.final.dropped:
            return one.final
        if one.final.value is not None:
            return Points(Decimal(one.final.value) * row.max_points / one.row.max_points)
    return None

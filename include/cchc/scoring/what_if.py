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

    unanswered: criteria that were left out for every unit. missing: name of an input -> at how many units it is missing
    where a criterion was left out for want of it.
    """

    before: tuple[RankingList, ...]
    after: tuple[RankingList, ...]
    moves: tuple[UnitMove, ...]
    pairs: tuple[Neighbours, ...]
    computed: int
    kept: int
    left_out: int
    unanswered: tuple[str, ...]
    missing: Mapping[str, int]

    @property
    def unranked(self) -> int:
        """Units with fewer points in force than the set asks for."""
        return sum(len(one.unranked) for one in self.after)


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
    before, after, counts, missing = [], [], Counter[str](), Counter[str]()
    answered: set[str] = set()
    for ranking in published:
        scores = []
        for result in ranking.results:
            unit = units.get(result.unit_code)
            if not other.settings.applies_to.holds(unit):
                continue
            rows = other.rows_of(unit)
            own = inputs.get(unit.code, Inputs())
            scores.append(_scores(result, other, rows, own, _Tally(counts, answered, missing)))
        if scores:
            before.append(ranking)
            # Whoever has too few points in force is not ranked: one row that happens to be known is no index.
            after.append(rank_list(ranking.code, ranking.title, scores, (), ()))
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
        dict(sorted(missing.items(), key=lambda one: (-one[1], one[0]))),
    )


def everywhere(one: CriteriaSet) -> CriteriaSet:
    """The set, over all tiers when it applies to nobody by itself: such a set exists to be tried."""
    applies = one.settings.applies_to
    if applies.tiers or applies.kinds or applies.units:
        return one
    settings = one.settings.model_copy(update={"applies_to": AppliesTo(tiers=REPORTING_TIERS)})
    return replace(one, settings=settings)


@dataclass(frozen=True)
class _Tally:
    """What is counted over all units; see `WhatIf`."""

    counts: Counter[str]
    answered: set[str]
    missing: Counter[str]


def _scores(
    result: UnitResult, other: CriteriaSet, rows: tuple[CriterionRow, ...], inputs: Inputs, tally: _Tally
) -> UnitScores:
    criteria: list[ScoredCriterion] = []
    known: dict[str, Points] = {}
    lacking: set[str] = set()
    for row in rows:
        points = compute(row, replace(inputs, earlier=known))
        source = "computed"
        if points.value is None and not points.dropped:
            decided = _kept(result, row)
            points, source = (decided, "kept") if decided else (Points(None, dropped=True), "left_out")
        if source == "left_out":
            lacking.update(_lacking(row, inputs))
        else:
            tally.answered.add(row.code)
        tally.counts[source] += 1
        known[row.code] = points
        criteria.append(ScoredCriterion(row, points))
    tally.missing.update(lacking)
    return UnitScores(result.unit_code, other, tuple(criteria))


def _lacking(row: CriterionRow, inputs: Inputs) -> set[str]:
    """What the row reads and nobody gave, without parts: of a share that is named alone its parts are as good."""
    given = {name for name, value in inputs.numbers.items() if value is not None}
    given |= {name for name, duties in inputs.duties.items() if duties} | set(inputs.surveys)
    return {
        name.removesuffix(".num").removesuffix(".den")
        for name in row.terms
        if name not in given and not {f"{name}.num", f"{name}.den"} <= given
    }


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

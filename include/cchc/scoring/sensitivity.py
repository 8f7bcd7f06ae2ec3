"""How firm a result is: which criteria decide between neighbours, how far the next class and rank are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from cchc.scoring.results import RankingList, ScoredCriterion, UnitResult

MOST_MENDED = 5  # of what should be mended first


@dataclass(frozen=True)
class Neighbours:
    """Two units one above the other in a list: their gap in the index, and the criteria without which it would turn.

    `decided_by`: without any one of these the upper unit would not stand above the lower one.
    """

    above: str
    below: str
    gap: Decimal
    decided_by: tuple[str, ...]


@dataclass(frozen=True)
class Distance:
    """What lies next above a unit (a class by name, a unit by code), its index, and the points that reach it."""

    what: str
    index: Decimal
    points: Decimal


def neighbours(ranking: RankingList) -> list[Neighbours]:
    """Each pair of units that follow each other with different ranks, best first."""
    found = []
    for above, below in zip(ranking.ranked, ranking.ranked[1:], strict=False):
        if above.rank == below.rank or above.index is None or below.index is None:
            continue
        codes = [one.code for one in above.criteria]
        codes += [one.code for one in below.criteria if above.criterion(one.code) is None]
        decided = tuple(code for code in codes if not _still_above(above, below, code))
        found.append(Neighbours(above.unit_code, below.unit_code, above.index - below.index, decided))
    return found


def _still_above(above: UnitResult, below: UnitResult, code: str) -> bool:
    upper, lower = (
        one.sums.without(criterion) if (criterion := one.criterion(code)) is not None else one.sums
        for one in (above, below)
    )
    return upper.order > lower.order


def next_class(result: UnitResult) -> Distance | None:
    """The class above a unit's own, by the points that its index lacks; None in the highest and without an index."""
    if result.index is None:
        return None
    higher = [one for one in result.scores.criteria_set.settings.classes if one.lowest > result.index]
    if not higher:
        return None
    nearest = min(higher, key=lambda one: one.lowest)
    return _distance(result, nearest.name, nearest.lowest)


def next_rank(ranking: RankingList, result: UnitResult) -> Distance | None:
    """The unit one rank higher, by the points that reach its index; None at the head and for who is not ranked."""
    if result.rank is None or result.index is None:
        return None
    better = [one for one in ranking.ranked if one.rank is not None and one.rank < result.rank]
    if not better or better[-1].index is None:
        return None
    return _distance(result, better[-1].unit_code, better[-1].index)


def _distance(result: UnitResult, what: str, index: Decimal) -> Distance:
    """The published index is rounded half up, so its lower half of a unit reaches it already; points rounded up."""
    rounding = result.scores.criteria_set.settings.rounding
    half = Decimal(5).scaleb(-rounding.index - 1)
    needed = (index - half) * result.in_force / 100 - result.sums.total
    step = Decimal(1).scaleb(-rounding.total)
    return Distance(what, index, max(needed, Decimal(0)).quantize(step, ROUND_CEILING))


def mend_first(result: UnitResult) -> list[ScoredCriterion]:
    """The criteria by which the unit itself can gain most next year, at most five, largest loss first."""
    mendable = [one for one in result.criteria if one.row.mendable and one.lost > 0]
    return sorted(mendable, key=lambda one: one.lost, reverse=True)[:MOST_MENDED]


def deciding_for_class(result: UnitResult) -> list[str]:
    """The criteria without any one of which the unit would be in another class."""
    settings = result.scores.criteria_set.settings
    without = ((one.code, result.sums.without(one).index) for one in result.criteria)
    return [code for code, index in without if index is None or settings.class_of(index) != result.class_name]

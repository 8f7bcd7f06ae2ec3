"""Results of scoring: from decided points to index, class, rank and list. Pure.

A criterion stands in the maximum unless it was dropped; one that nobody decided counts as not reached, is named, and
keeps its unit from being published. What ranks and classes compare is the index as it is published, after rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import groupby

from cchc.criteria import CriteriaSet, CriterionRow, Points
from cchc.errors import RuleRefused
from cchc.indicators import format_number
from cchc.indicators.numbers import rounded
from cchc.texts import t

UNKNOWN = Points(None)
ZERO = Decimal(0)
INDEX, SURVEYS, GROUP, CRITERION = "chi_so", "khao_sat", "nhom:", "tieu_chi:"  # what `tie_order` may name
_NOTHING = Decimal(-1)  # below any share: of what is not in force nobody wins a tie


@dataclass(frozen=True)
class ScoredCriterion:
    """One criterion of one unit: what was claimed, computed and decided, and what is final.

    `reason`: of the last decision; `numbers`: what the computed value read, by the input as the set writes it.
    """

    row: CriterionRow
    final: Points
    claim: Decimal | None = None
    computed: Points = UNKNOWN
    first: Points = UNKNOWN
    second: Points = UNKNOWN
    reason: str = ""
    numbers: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.row.code

    @property
    def is_undecided(self) -> bool:
        return self.final.value is None and not self.final.dropped

    @property
    def is_in_force(self) -> bool:
        """Whether its maximum counts: bonus and penalty have none, and what did not arise leaves it."""
        return self.row.effect == "diem" and not self.final.dropped

    @property
    def lost(self) -> Decimal:
        """Points between what could be reached and what was: of a penalty what it took, of a bonus nothing."""
        if self.row.effect == "thuong" or self.final.dropped:
            return ZERO
        best = self.row.max_points if self.row.effect == "diem" else ZERO
        return max(best - (self.final.value or ZERO), ZERO)


@dataclass(frozen=True)
class UnitScores:
    """What stands for a unit in a round: the set it falls under and its criteria, in the order of the set."""

    unit_code: str
    criteria_set: CriteriaSet
    criteria: tuple[ScoredCriterion, ...]


@dataclass(frozen=True)
class GroupResult:
    """One field of a unit. share: of the points in force, in percent, rounded as the index; None: nothing in force."""

    code: str
    name: str
    points: Decimal
    in_force: Decimal
    share: Decimal | None


@dataclass
class PointSums:
    """Sums of criteria under a set, exact; a criterion can be taken out again, as sensitivity does."""

    criteria_set: CriteriaSet
    points: Decimal = ZERO
    bonus: Decimal = ZERO
    penalty: Decimal = ZERO
    in_force: Decimal = ZERO
    parts: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)  # by tie key: points, in force

    @classmethod
    def of(cls, scores: UnitScores) -> PointSums:
        sums = cls(scores.criteria_set)
        for one in scores.criteria:
            sums._add(one, 1)
        return sums

    def without(self, one: ScoredCriterion) -> PointSums:
        """The sums as they would be had the set no such criterion."""
        other = replace(self, parts=dict(self.parts))
        other._add(one, -1)
        return other

    def _add(self, one: ScoredCriterion, sign: int) -> None:
        if one.final.dropped:
            return
        value = sign * self._value(one)
        if one.row.effect == "thuong":
            self.bonus += value
        elif one.row.effect == "phat":
            self.penalty += value
        else:
            self.points += value
            self.in_force += sign * one.row.max_points
            keys = [f"{GROUP}{one.row.group}", f"{CRITERION}{one.code}"]
            for key in [*keys, SURVEYS] if one.row.kind == SURVEYS else keys:
                reached, whole = self.parts.get(key, (ZERO, ZERO))
                self.parts[key] = reached + value, whole + sign * one.row.max_points

    def _value(self, one: ScoredCriterion) -> Decimal:
        value, decimals = one.final.value or ZERO, self.criteria_set.settings.rounding.criterion
        return value if decimals is None else rounded(value, decimals)

    @property
    def total(self) -> Decimal:
        """Points with the bonus up to its cap and the penalty down to its floor, exact."""
        settings = self.criteria_set.settings
        return self.points + min(settings.bonus_cap, self.bonus) + max(settings.penalty_floor, self.penalty)

    @property
    def index(self) -> Decimal | None:
        """The published index: rounded once, at the end, within its range. None when nothing is in force."""
        if not self.in_force:
            return None
        low, high = self.criteria_set.settings.index_range
        value = Decimal(100) * self.total / self.in_force
        return rounded(min(max(value, low), high), self._decimals)

    def share(self, key: str) -> Decimal | None:
        """The published share of what `tie_order` names, in percent (`nhom:3`); None when nothing is in force."""
        reached, whole = self.parts.get(key, (ZERO, ZERO))
        return rounded(Decimal(100) * reached / whole, self._decimals) if whole else None

    @property
    def order(self) -> tuple[Decimal, ...]:
        """What ranks compare, by `tie_order` of the set."""
        named = [
            self.index if key == INDEX else self.share(key) for key in self.criteria_set.settings.tie_order
        ]
        return tuple(_NOTHING if one is None else one for one in named)

    @property
    def _decimals(self) -> int:
        return self.criteria_set.settings.rounding.index


@dataclass(frozen=True)
class UnitResult:
    """The result of one unit. rank None: not ranked, and `note` says why. index None: nothing is in force."""

    scores: UnitScores
    sums: PointSums
    index: Decimal | None
    class_name: str
    rank: int | None = None
    note: str = ""

    @property
    def unit_code(self) -> str:
        return self.scores.unit_code

    @property
    def criteria(self) -> tuple[ScoredCriterion, ...]:
        return self.scores.criteria

    def criterion(self, code: str) -> ScoredCriterion | None:
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> dict[str, ScoredCriterion]:
        return {one.code: one for one in self.criteria}

    @property
    def total(self) -> Decimal:
        """The total as it is shown: rounded as the set says. The index is made of the exact one."""
        return rounded(self.sums.total, self.scores.criteria_set.settings.rounding.total)

    @property
    def in_force(self) -> Decimal:
        return self.sums.in_force

    @property
    def bonus(self) -> Decimal:
        return min(self.scores.criteria_set.settings.bonus_cap, self.sums.bonus)

    @property
    def penalty(self) -> Decimal:
        return max(self.scores.criteria_set.settings.penalty_floor, self.sums.penalty)

    @property
    def undecided(self) -> tuple[str, ...]:
        return tuple(one.code for one in self.criteria if one.is_undecided)

    def sum_of(self, stage: Callable[[ScoredCriterion], Decimal | None]) -> Decimal | None:
        """Sum of what a stage gave (claims, decisions); None when it gave nothing at all."""
        given = [value for one in self.criteria if (value := stage(one)) is not None]
        return sum(given, ZERO) if given else None

    @cached_property
    def groups(self) -> tuple[GroupResult, ...]:
        found = []
        counted = [one.row for one in self.criteria if one.row.effect == "diem"]
        for (code, name), _ in groupby(counted, key=lambda row: (str(row.group), row.group_name)):
            key = f"{GROUP}{code}"
            reached, whole = self.sums.parts.get(key, (ZERO, ZERO))
            found.append(GroupResult(code, name, reached, whole, self.sums.share(key)))
        return tuple(found)


@dataclass(frozen=True)
class NotScored:
    """A unit of the year that no longer exists on its last day, and what became of it."""

    unit_code: str
    note: str


@dataclass(frozen=True)
class RankingList:
    """The units that are measured against each other, best first: the one object behind every output.

    `ranked` then `unranked` hold all scored units; `not_scored` are listed with the reason.
    """

    code: str
    title: str
    criteria_set: CriteriaSet
    ranked: tuple[UnitResult, ...]
    unranked: tuple[UnitResult, ...] = ()
    not_scored: tuple[NotScored, ...] = ()

    @property
    def results(self) -> tuple[UnitResult, ...]:
        return self.ranked + self.unranked

    def of(self, unit_code: str) -> UnitResult | None:
        return self._by_unit.get(unit_code)

    @cached_property
    def _by_unit(self) -> dict[str, UnitResult]:
        return {one.unit_code: one for one in self.results}

    @property
    def undecided(self) -> dict[str, tuple[str, ...]]:
        return {one.unit_code: one.undecided for one in self.results if one.undecided}


def result_of(scores: UnitScores) -> UnitResult:
    """Index and class of a unit by itself, not ranked yet."""
    sums = PointSums.of(scores)
    index = sums.index
    name = "" if index is None else scores.criteria_set.settings.class_of(index)
    return UnitResult(scores, sums, index, name)


def rank_list(
    code: str,
    title: str,
    scores: Sequence[UnitScores],
    not_scored: Sequence[NotScored] = (),
    ranked_by_council: Collection[str] = (),
) -> RankingList:
    """Rank the units of one list: equal ones share a rank (1, 2, 2, 4) and keep the order in which they were given.

    A unit with fewer points in force than the set asks for is listed without a rank, unless the council decided
    otherwise. RuleRefused when the units do not fall under one set: their indices would not mean the same.
    """
    sets = {one.criteria_set.version: one.criteria_set for one in scores}
    if len(sets) != 1:
        versions = ", ".join(sorted(sets)) or t("score_results.no_unit")
        raise RuleRefused("one-set-a-list", t("score_results.one_set", list=title, sets=versions))
    (criteria_set,) = sets.values()
    ranked, unranked = [], []
    for result in map(result_of, scores):
        note = "" if result.unit_code in ranked_by_council else _too_little(result)
        if result.index is None or note:
            unranked.append(replace(result, class_name="", note=note or _too_little(result)))
        else:
            ranked.append(result)
    orders = {one.unit_code: one.sums.order for one in ranked}
    ranked.sort(key=lambda one: orders[one.unit_code], reverse=True)
    placed: list[UnitResult] = []
    for place, one in enumerate(ranked, start=1):
        tied = placed and orders[placed[-1].unit_code] == orders[one.unit_code]
        placed.append(replace(one, rank=placed[-1].rank if tied else place))
    return RankingList(code, title, criteria_set, tuple(placed), tuple(unranked), tuple(not_scored))


def _too_little(result: UnitResult) -> str:
    least = result.scores.criteria_set.settings.least_points_in_force
    if result.in_force >= least and result.in_force:
        return ""
    return t("score_results.unranked", points=format_number(result.in_force.normalize()))

"""A result held against another: the year before over what is comparable, the same year under another set. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cchc.criteria import CriteriaSet, CriterionRow
from cchc.indicators.numbers import ratio, rounded
from cchc.scoring.results import RankingList, UnitResult
from cchc.scoring.sensitivity import deciding_for_class


@dataclass(frozen=True)
class RowChange:
    """A comparable criterion: its points in both years."""

    code: str
    code_before: str
    before: Decimal
    now: Decimal


@dataclass(frozen=True)
class YearChange:
    """A unit against its own year before: over comparable criteria alone; the others are named.

    before, now: percent of the points of the comparable criteria; None when there are none.
    """

    rows: tuple[RowChange, ...]
    not_comparable: tuple[str, ...]
    before: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.before is None or self.now is None else self.now - self.before


def comparable(row: CriterionRow, now: CriteriaSet, before: CriteriaSet) -> CriterionRow | None:
    """The row of the set before that means the same: named by `same_as`, of one kind, with one share of the maximum."""
    if not row.same_as or row.effect != "diem":
        return None
    other = next((one for one in before.rows if one.code == row.same_as), None)
    if other is None or other.effect != "diem" or other.kind != row.kind:
        return None
    same_share = row.max_points * before.settings.total_points == other.max_points * now.settings.total_points
    return other if same_share else None


def year_change(now: UnitResult, before: UnitResult) -> YearChange:
    """What changed; a criterion that was undecided or not in force in either year is not comparable."""
    rows: list[RowChange] = []
    others: list[str] = []
    maxima_now = maxima_before = Decimal(0)
    for one in now.criteria:
        other = comparable(one.row, now.scores.criteria_set, before.scores.criteria_set)
        past = before.criterion(other.code) if other else None
        if (
            other is None
            or past is None
            or one.final.dropped
            or past.final.dropped
            or one.final.value is None
            or past.final.value is None
        ):
            others.append(one.code)
            continue
        rows.append(RowChange(one.code, past.code, past.final.value, one.final.value))
        maxima_now += one.row.max_points
        maxima_before += other.max_points
    shares = (
        ratio(sum((row.before for row in rows), Decimal(0)), maxima_before, 6),
        ratio(sum((row.now for row in rows), Decimal(0)), maxima_now, 6),
    )
    earlier, later = (None if share is None else rounded(share) for share in shares)
    return YearChange(tuple(rows), tuple(others), earlier, later)


@dataclass(frozen=True)
class UnitMove:
    """A unit under two sets: ranks, indices, classes; and the criteria that decide when its class is another."""

    unit_code: str
    rank_before: int | None
    rank_after: int | None
    index_before: Decimal | None
    index_after: Decimal | None
    class_before: str
    class_after: str
    deciding: tuple[str, ...] = ()

    @property
    def changes_class(self) -> bool:
        """Whether it has a class in both, and another one: who is not ranked has none."""
        return bool(self.class_before and self.class_after) and self.class_before != self.class_after

    @property
    def changes_rank(self) -> bool:
        """Whether it is ranked in both, and at another place."""
        return None not in (self.rank_before, self.rank_after) and self.rank_before != self.rank_after


def moves(before: Iterable[RankingList], after: Iterable[RankingList]) -> list[UnitMove]:
    """Every unit that both know, in the order of the result after."""
    known = {one.unit_code: one for ranking in before for one in ranking.results}
    found = []
    for ranking in after:
        for one in ranking.results:
            old = known.get(one.unit_code)
            if old is None:
                continue
            turned = old.class_name and one.class_name and old.class_name != one.class_name
            deciding = deciding_for_class(one) if turned else []
            found.append(
                UnitMove(
                    one.unit_code,
                    old.rank,
                    one.rank,
                    old.index,
                    one.index,
                    old.class_name,
                    one.class_name,
                    tuple(deciding),
                )
            )
    return found

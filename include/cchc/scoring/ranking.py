"""Totals, bands and ranks from the points of all units: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cchc.criteria import Criteria
from cchc.criteria.one_file import Band
from cchc.indicators.numbers import rounded


@dataclass(frozen=True)
class CriterionScore:
    """One criterion of one unit. `final` is computed where data allow, else the self-score, else None."""

    criterion: str
    self_points: Decimal | None
    computed: Decimal | None
    final: Decimal | None
    dropped: bool
    basis: str  # du-lieu | tu-cham | chua-co | khong-phat-sinh


@dataclass(frozen=True)
class UnitScore:
    """Total of a unit. share = total / reachable; a criterion that nobody could score counts as not reached."""

    unit_code: str
    total: Decimal
    reachable: Decimal
    share: Decimal | None
    band: str
    rank: int
    from_data: int
    from_self: int
    unscored: int


def settle(
    self_points: Decimal | None, computed: Decimal | None, dropped: bool, criterion: str
) -> CriterionScore:
    """Data before self-score: a unit cannot award itself what the ledger contradicts."""
    if dropped:
        return CriterionScore(criterion, self_points, None, None, True, "khong-phat-sinh")
    if computed is not None:
        return CriterionScore(criterion, self_points, computed, computed, False, "du-lieu")
    if self_points is not None:
        return CriterionScore(criterion, self_points, None, self_points, False, "tu-cham")
    return CriterionScore(criterion, None, None, None, False, "chua-co")


def rank(criteria: Criteria, scores: Mapping[str, Iterable[CriterionScore]]) -> list[UnitScore]:
    """Units by share of the reachable points, best first; equal shares have equal ranks (1, 2, 2, 4)."""
    maxima = {row.code: row.max_points for row in criteria.rows}
    bases: list[tuple[str, Decimal, Decimal, list[CriterionScore]]] = []
    for unit_code, unit_scores in scores.items():
        rows = list(unit_scores)
        total = sum((score.final for score in rows if score.final is not None), Decimal(0))
        # Bonus and penalty rows move the total but not what can be reached.
        reachable = sum(
            (maxima[s.criterion] for s in rows if not s.dropped and not s.criterion.startswith("P.")),
            Decimal(0),
        )
        bases.append((unit_code, total, reachable, rows))
    ordered = sorted(bases, key=lambda base: (-_share(base[1], base[2]), base[0]))
    result: list[UnitScore] = []
    for place, (unit_code, total, reachable, rows) in enumerate(ordered, start=1):
        share = _share(total, reachable)
        tied = bool(result) and _share(result[-1].total, result[-1].reachable) == share
        result.append(
            UnitScore(
                unit_code,
                total,
                reachable,
                share if reachable else None,
                band_of(share, criteria.bands),
                result[-1].rank if tied else place,
                sum(score.basis == "du-lieu" for score in rows),
                sum(score.basis == "tu-cham" for score in rows),
                sum(score.basis == "chua-co" for score in rows),
            )
        )
    return result


def _share(total: Decimal, reachable: Decimal) -> Decimal:
    return rounded(total / reachable, 4) if reachable else Decimal(0)


def band_of(share: Decimal, bands: Iterable[Band]) -> str:
    """The first band, from the highest, whose lower edge the share reaches."""
    return next((band.name for band in bands if share >= band.lowest), "")

"""Scores in the store: what units say of themselves, what the data say, what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from cchc.criteria import Criteria
from cchc.scoring.points import Figures, compute
from cchc.scoring.ranking import CriterionScore, settle
from cchc.store import Store


def settle_scores(
    store: Store,
    round_id: str,
    criteria: Criteria,
    figures: Mapping[str, Figures],
    reports_on_time: Mapping[str, tuple[bool, ...]],
    unit_codes: Iterable[str],
) -> dict[str, list[CriterionScore]]:
    """Compute what the data allow for each unit, settle it with the self-scores, and store it.

    Doing it again with the same figures changes no row.
    """
    own = self_scores(store, round_id)
    result: dict[str, list[CriterionScore]] = {}
    with store.write() as transaction:
        for unit_code in unit_codes:
            settled = []
            for row in criteria.rows:
                points = compute(row, figures.get(unit_code, {}), reports_on_time.get(unit_code, ()))
                score = settle(own.get((unit_code, row.code)), points.value, points.dropped, row.code)
                settled.append(score)
                transaction.execute(
                    "scoring.put_score",
                    round_id=round_id,
                    unit_code=unit_code,
                    criterion=row.code,
                    criteria_version=criteria.version,
                    self_points=_text(score.self_points),
                    computed_points=_text(score.computed),
                    final_points=_text(score.final),
                    basis=score.basis,
                )
            result[unit_code] = settled
    return result


def self_scores(store: Store, round_id: str) -> dict[tuple[str, str], Decimal]:
    """Self-scores of a round by (unit, criterion); cells left empty are absent."""
    return {
        (row["unit_code"], row["criterion"]): Decimal(row["self_points"])
        for row in store.query("scoring.scores_of_round", round_id=round_id)
        if row["self_points"] is not None
    }


def load_scores(store: Store, round_id: str) -> dict[str, list[CriterionScore]]:
    """Settled scores of a round by unit, in the order of the criteria's codes."""
    result: dict[str, list[CriterionScore]] = {}
    for row in store.query("scoring.scores_of_round", round_id=round_id):
        result.setdefault(row["unit_code"], []).append(
            CriterionScore(
                row["criterion"],
                _number(row["self_points"]),
                _number(row["computed_points"]),
                _number(row["final_points"]),
                row["basis"] == "khong-phat-sinh",
                row["basis"],
            )
        )
    return result


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

"""Self-scores as units gave them: the points and the evidence of each criterion, by the version that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from cchc.store import Store, Transaction


class SelfScore(Protocol):
    """A filled row of the self-scoring workbook."""

    @property
    def criterion(self) -> str: ...
    @property
    def self_points(self) -> Decimal | None: ...
    @property
    def evidence(self) -> str | None: ...


def keep_self_scores(
    store: Store, round_id: str, unit_code: str, version: str, scores: Iterable[SelfScore]
) -> None:
    """Store a unit's self-scores; a later workbook replaces the earlier one's points."""
    with store.write() as transaction:
        put_self_scores(transaction, round_id, unit_code, version, scores)


def put_self_scores(
    transaction: Transaction, round_id: str, unit_code: str, version: str, scores: Iterable[SelfScore]
) -> None:
    """The same inside a transaction of the caller's."""
    for score in scores:
        transaction.execute(
            "submissions.put_self_score",
            round_id=round_id,
            unit_code=unit_code,
            criterion=score.criterion,
            criteria_version=version,
            self_points=None if score.self_points is None else str(score.self_points),
            evidence=score.evidence,
        )

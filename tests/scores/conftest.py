"""An open round with both sample sets pinned, on SQLite or on both engines."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache

import pytest

from cchc.clock import at
from cchc.criteria import CriteriaSet, CriteriaSets
from cchc.obligations import Obligation, RoundLedger
from cchc.obligations.ledger import open_in
from cchc.scores import ScoreEvent, Stage, pin_sets
from cchc.store import Store
from cchc.year import Calendar, Product

ROUND, UNIT, OTHER = "2026-CD", "30760", "so-noi-vu"
OPENED, LATER = at(date(2026, 12, 1), 9), at(date(2027, 1, 5), 9)


@cache
def sample_sets() -> dict[str, CriteriaSet]:
    sets = CriteriaSets.load()
    return {code: sets.get(code) for code in ("so-2026", "xa-2026")}


def open_scoring_round(store: Store, round_id: str = ROUND) -> Store:
    round_ = Calendar.load().round(round_id)
    RoundLedger(store).open(round_, OPENED, "thu")
    with store.write() as tx:
        pin_sets(tx, round_id, sample_sets(), OPENED, actor="thu")
        open_in(
            tx,
            [
                Obligation(
                    f"{round_id}/{unit}/{Product.SELF_SCORE}", round_id, unit, Product.SELF_SCORE, "", "Tự chấm",
                    round_.unit_due_at,
                )
                for unit in (UNIT, OTHER)
            ],
            OPENED,
            "thu",
        )  # fmt: skip
    return store


@pytest.fixture
def scored(store: Store) -> Store:
    return open_scoring_round(store)


@pytest.fixture
def scored_anywhere(any_store: Store) -> Store:
    return open_scoring_round(any_store)


def said(
    stage: Stage,
    points: str | None,
    criterion: str = "1.1.1",
    moment: datetime = LATER,
    unit: str = UNIT,
    **more: object,
) -> ScoreEvent:
    """A word on a criterion of the sample set of the unit; a decision has a reason unless another is given."""
    version = sample_sets()["xa-2026" if unit == UNIT else "so-2026"].version
    reason = None if stage in (Stage.CLAIM, Stage.COMPUTED) else "Có văn bản"
    values = {"dropped": False, "basis": "thử", "actor": "tp1", "reason": reason} | more
    return ScoreEvent(
        ROUND,
        unit,
        criterion,
        version,
        stage,
        None if points is None else Decimal(points),
        at=moment,
        **values,
    )

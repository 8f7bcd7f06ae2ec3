"""Whose figures a report takes: as the configuration says now, against what was kept with the last consolidation."""

from __future__ import annotations

from collections.abc import Iterable

from cchc.documents.form import SELF, ReportRules
from cchc.indicators import Indicator
from cchc.store import Store


def changed_precedence(
    store: Store, round_id: str, rules: ReportRules, indicators: Iterable[Indicator]
) -> list[str]:
    """Codes of the indicators whose order of witnesses is not the one by which the round was consolidated last.

    A round that was never consolidated takes the unit's own figure, as the store does without a row.
    """
    rows = store.query("figures.precedence_of_round", round_id=round_id)
    kept = {
        row["indicator"]: tuple(one for one in (row["first"], row["second"], row["third"]) if one)
        for row in rows
    }
    return [one.code for one in indicators if rules.order_for(one.code) != kept.get(one.code, (SELF,))]

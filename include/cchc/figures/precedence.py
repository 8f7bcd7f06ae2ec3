"""Whose figures a report takes: as the configuration says now, against what was kept with the last consolidation."""

from __future__ import annotations

from collections.abc import Iterable

from cchc.documents.form import SELF, ReportRules
from cchc.figures.reconciliation import put_precedence
from cchc.indicators import Indicator
from cchc.store import Store


def changed_precedence(
    store: Store, round_id: str, rules: ReportRules, indicators: Iterable[Indicator]
) -> list[str]:
    """Codes of the indicators whose order of witnesses is not the one by which the round was consolidated last.

    Without a row the store takes the unit's own figure: a round whose exports are not frozen yet has nothing else.
    """
    rows = store.query("figures.precedence_of_round", round_id=round_id)
    kept = {
        row["indicator"]: tuple(one for one in (row["first"], row["second"], row["third"]) if one)
        for row in rows
    }
    return [one.code for one in indicators if rules.order_for(one) != kept.get(one.code, (SELF,))]


def keep_precedence(store: Store, round_id: str, rules: ReportRules, indicators: Iterable[Indicator]) -> None:
    """Whose figures the round will take, from the day its exports are frozen; a draft keeps what it was made by. A
    round that is opened later gets it with its first draft."""
    with store.write() as tx:
        if tx.one("obligations.rounds_one", round_id=round_id) is None:
            return
        newest = tx.one("figures.last_draft", round_id=round_id)
        if newest is None or newest["draft"] is None:
            put_precedence(tx, round_id, rules, indicators)

"""Rounds as they were opened, and what happened to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.store import Row, Store, Transaction
from cchc.texts import t
from cchc.year import Round
from cchc.year.changes import row_of


class RoundLedger:
    """Rounds of the store. Events: opened, rescheduled, closed, drafted, returned, approved, issued."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, round_: Round, at: datetime, actor: str) -> bool:
        """Create the round with its `opened` event, in one transaction; False when it is open already."""
        row = {**row_of(round_), "province_due_on": round_.province_due_on.isoformat()}
        with self._store.write() as tx:
            if not tx.execute("rounds.add", **row):
                return False
            return append_round_event(
                tx, round_.round_id, "opened", at, at, actor, key=f"{round_.round_id}:opened"
            )

    def get(self, round_id: str) -> Row | None:
        """The row of table `rounds`: the round as it was opened."""
        return self._store.one("rounds.one", round_id=round_id)

    def all(self, year: int | None = None) -> list[Row]:
        """Rows of table `rounds` in the order of their opening."""
        return self._store.query("rounds.selected", year=year)

    def events(self, round_id: str) -> list[Row]:
        """Rows of table `round_events` in the order in which they were appended; `detail` is JSON text."""
        return self._store.query("rounds.events", round_id=round_id)

    def record(
        self,
        round_id: str,
        kind: str,
        happened_at: datetime,
        recorded_at: datetime,
        actor: str,
        reason: str | None = None,
        detail: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> bool:
        """Append an event of the round; False when the same key is there already.

        Raises RuleRefused('round-not-open'), or RuleRefused('key-taken') when the key names another event.
        """
        with self._store.write() as tx:
            return append_round_event(
                tx, round_id, kind, happened_at, recorded_at, actor, reason, detail, key
            )


def append_round_event(
    tx: Transaction,
    round_id: str,
    kind: str,
    happened_at: datetime,
    recorded_at: datetime,
    actor: str,
    reason: str | None = None,
    detail: Mapping[str, Any] | None = None,
    key: str | None = None,
) -> bool:
    """`RoundLedger.record` inside a transaction of the caller's."""
    key = key or f"{round_id}:{kind}:{to_text(happened_at)}"
    # The row is locked first, so that two writers cannot take the same sequence number.
    if not tx.execute("rounds.lock_one", round_id=round_id):
        raise RuleRefused("round-not-open", t("obligations.refused.round-not-open", round=round_id))
    if (known := tx.one("rounds.event_by_key", event_key=key)) is not None:
        if (known["round_id"], known["kind"]) != (round_id, kind):
            raise RuleRefused("key-taken", t("obligations.refused.key-taken", obligation=round_id, key=key))
        return False
    tx.execute(
        "rounds.add_event",
        round_id=round_id,
        seq=len(tx.query("rounds.events", round_id=round_id)) + 1,
        kind=kind,
        happened_at=to_text(happened_at),
        recorded_at=to_text(recorded_at),
        actor=actor,
        reason=reason,
        detail=json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True),
        event_key=key,
    )
    return True

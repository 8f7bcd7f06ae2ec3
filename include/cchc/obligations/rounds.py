"""Rounds as they were opened, and what happened to them; and due dates that move after the opening."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations.ledger import Ledger
from cchc.obligations.model import Event, EventKind
from cchc.store import Row, Store
from cchc.texts import t
from cchc.year import Round


class RoundLedger:
    """Rounds of the store. Events: opened, rescheduled, closed, drafted, returned, approved, issued."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, round_: Round, at: datetime, actor: str) -> bool:
        """Create the round with its `opened` event; False when it is open already."""
        with self._store.write() as tx:
            new = tx.execute(
                "rounds.add",
                round_id=round_.round_id,
                year=round_.year,
                kind=round_.kind.value,
                title=round_.title,
                opens_at=to_text(round_.opens_at),
                window_first=round_.window.first.isoformat() if round_.window else None,
                window_last=round_.window.last.isoformat() if round_.window else None,
                unit_due_at=to_text(round_.unit_due_at),
                province_due_on=round_.province_due_on.isoformat(),
                closes_at=to_text(round_.closes_at),
            )
        self.record(round_.round_id, "opened", at, at, actor, key=f"{round_.round_id}:opened")
        return bool(new)

    def get(self, round_id: str) -> Row | None:
        return self._store.one("rounds.one", round_id=round_id)

    def all(self, year: int | None = None) -> list[Row]:
        """Rows of table `rounds` in the order of their opening."""
        return self._store.query("rounds.selected", year=year)

    def events(self, round_id: str) -> list[Row]:
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
        """Append an event of the round; False when the same key is there already."""
        key = key or f"{round_id}:{kind}:{to_text(happened_at)}"
        with self._store.write() as tx:
            if not tx.execute("rounds.lock_one", round_id=round_id):
                raise RuleRefused("round-not-open", t("obligations.refused.round-not-open", round=round_id))
            if tx.one("rounds.event_by_key", event_key=key):
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


def reschedule(store: Store, round_: Round, as_of: datetime, actor: str, reason: str) -> int:
    """Move the open obligations of a round's report to the due date that the calendar now gives.

    Each move is an event with its reason, and so is the round's. Returns the number of obligations moved.
    """
    if not reason.strip():
        raise RuleRefused("reschedule-needs-reason", t("obligations.refused.reschedule-needs-reason"))
    ledger, due = Ledger(store), to_text(round_.unit_due_at)
    moved = [
        Event(
            obligation.obligation_id, EventKind.rescheduled, as_of, as_of, actor, reason,
            {"due_at": due, "old": to_text(state.due_at)},
        )
        for obligation, state in ledger.states(as_of, round_id=round_.round_id)
        if obligation.product in ("bao_cao", "tu_cham") and state.status != "waived" and to_text(state.due_at) != due
    ]  # fmt: skip
    count = ledger.record_many(moved)
    if count:
        RoundLedger(store).record(
            round_.round_id, "rescheduled", as_of, as_of, actor, reason, {"due_at": due}
        )
    return count

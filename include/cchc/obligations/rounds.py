"""Rounds as they were opened, and what happened to them."""

from __future__ import annotations

import json
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations.remembered import Known, round_event, round_standing, waiting_decisions
from cchc.obligations.round_fold import RoundEvent, RoundEventKind, RoundState, fold_round
from cchc.store import Row, Store, Transaction
from cchc.texts import t
from cchc.year import Round
from cchc.year.changes import moments_of, row_of


class RoundLedger:
    """Rounds of the store: as they were opened, their events, and the state that these add up to."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, round_: Round, at: datetime, actor: str) -> bool:
        """Create the round with its `opened` event, in one transaction; False when it is open already."""
        row = {**row_of(round_), "province_due_on": round_.province_due_on.isoformat()}
        opened = RoundEvent(
            round_.round_id, RoundEventKind.opened, at, at, actor,
            detail={"moments": moments_of(round_)} if round_.moments else {}, key=f"{round_.round_id}:opened",
        )  # fmt: skip
        with self._store.write() as tx:
            return bool(tx.execute("obligations.rounds_add", **row)) and append_round_event(tx, opened)

    def get(self, round_id: str) -> Row | None:
        """The row of table `rounds`: the round as it was opened."""
        return self._store.one("obligations.rounds_one", round_id=round_id)

    def all(self, year: int | None = None) -> list[Row]:
        """Rows of table `rounds` in the order of their opening."""
        return self._store.query("obligations.rounds_selected", year=year)

    def events(self, round_id: str) -> list[RoundEvent]:
        """Everything that happened to a round, in the order in which it was learned."""
        with self._store.read() as tx:
            return round_events_in(tx, round_id)

    def state(self, round_id: str, as_of: datetime, about: str = "") -> RoundState | None:
        """How the round (of several decisions: `about`) stood as known at `as_of`; None when it was not open."""
        return fold_round((one for one in self.events(round_id) if one.recorded_at <= as_of), about)

    def waiting(self, as_of: datetime) -> list[tuple[str, str, RoundState]]:
        """(round, about, state) of every decision that waits for a person at `as_of`."""
        found = [
            (round_id, about, state)
            for round_id, events in self._known(as_of)
            for about, state in waiting_decisions(events)
        ]
        return sorted(found, key=lambda one: one[:2])

    def states(self, as_of: datetime) -> dict[str, RoundState]:
        """The rounds open by `as_of`, by id, each as it stood; one query."""
        return {round_id: round_standing(events) for round_id, events in self._known(as_of)}

    def _known(self, as_of: datetime) -> list[tuple[str, tuple[Known, ...]]]:
        """Rows of the events known at `as_of`, by round."""
        with self._store.read() as tx:
            rows = map(tuple, tx.tuples("obligations.events_known", as_of=to_text(as_of)))
            return [(round_id, tuple(own)) for round_id, own in groupby(rows, key=itemgetter(0))]

    def record(self, event: RoundEvent) -> bool:
        """Append an event of a round; False when the same key is there already.

        Raises RuleRefused('round-not-open'), or RuleRefused('key-taken') when the key names another event.
        """
        with self._store.write() as tx:
            return append_round_event(tx, event)


def round_events_in(tx: Transaction, round_id: str) -> list[RoundEvent]:
    """`RoundLedger.events` inside a transaction of the caller's."""
    return [round_event(row) for row in tx.tuples("obligations.events", round_id=round_id)]


def append_round_event(tx: Transaction, event: RoundEvent) -> bool:
    """`RoundLedger.record` inside a transaction of the caller's."""
    round_id, key = event.round_id, event.event_key
    # The row is locked first, so that two writers cannot take the same sequence number.
    if not tx.execute("obligations.rounds_lock_one", round_id=round_id):
        raise RuleRefused("round-not-open", t("obligations.refused.round-not-open", round=round_id))
    if (known := tx.one("obligations.rounds_event_by_key", event_key=key)) is not None:
        if (known["round_id"], known["kind"]) != (round_id, event.kind):
            raise RuleRefused("key-taken", t("obligations.refused.key-taken", obligation=round_id, key=key))
        return False
    tx.execute(
        "obligations.rounds_add_event",
        **_row(event, len(tx.query("obligations.events", round_id=round_id)) + 1),
    )
    return True


def _row(event: RoundEvent, sequence: int) -> dict[str, Any]:
    return {
        "round_id": event.round_id,
        "seq": sequence,
        "kind": event.kind.value,
        "happened_at": to_text(event.happened_at),
        "recorded_at": to_text(event.recorded_at),
        "actor": event.actor,
        "reason": event.reason,
        "detail": json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
        "event_key": event.event_key,
    }

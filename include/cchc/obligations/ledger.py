"""The ledger: obligations and their events in the store, append-only; states as of any moment."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from cchc.clock import from_text, to_text
from cchc.obligations.fold import apply, fold, refuse
from cchc.obligations.model import OWED, Event, EventKind, Obligation, State
from cchc.store import Row, Store, Transaction


class Ledger:
    """Reads and appends. The same event (by key) recorded twice is one; a refused one changes no row."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, obligations: Iterable[Obligation], at: datetime, actor: str) -> int:
        """Create obligations with their `opened` event; those that exist stay as they are. Returns the new ones."""
        new = 0
        with self._store.write() as tx:
            for one in obligations:
                if not tx.execute("obligations.add", **_obligation_row(one)):
                    continue
                new += 1
                event = Event(
                    one.obligation_id, EventKind.opened, at, at, actor, key=f"{one.obligation_id}:opened"
                )
                _append(tx, event, 1)
        return new

    def record(self, event: Event) -> bool:
        """Append one event. False when it is there already; RuleRefused when the rules do not allow it."""
        return self.record_many([event]) == 1

    def record_many(self, events: Iterable[Event]) -> int:
        """Append events in one transaction, all or none; returns how many were new."""
        with self._store.write() as tx:
            return sum(_record(tx, event) for event in events)

    def history(self, obligation_id: str) -> list[Event]:
        """All events of an obligation in the order in which they were learned."""
        return [
            _event(row) for row in self._store.query("obligations.events_of_one", obligation_id=obligation_id)
        ]

    def get(self, obligation_id: str) -> Obligation | None:
        row = self._store.one("obligations.one", obligation_id=obligation_id)
        return None if row is None else _obligation(row)

    def state(self, obligation_id: str, as_of: datetime) -> State | None:
        """The state known at `as_of`; None when the obligation was not open by then."""
        obligation = self.get(obligation_id)
        if obligation is None:
            return None
        known = [event for event in self.history(obligation_id) if event.recorded_at <= as_of]
        return fold(obligation, known) if known else None

    def states(
        self,
        as_of: datetime,
        *,
        round_id: str | None = None,
        unit_code: str | None = None,
        product: str | None = None,
        only_owed: bool = False,
    ) -> list[tuple[Obligation, State]]:
        """Obligations open by `as_of` with their state, from the events recorded by then, by round and unit."""
        selection = {"round_id": round_id, "unit_code": unit_code, "product": product}
        obligations = {
            row["obligation_id"]: _obligation(row)
            for row in self._store.query("obligations.selected", **selection)
        }
        states: dict[str, State] = {}
        for row in self._store.query("obligations.events_selected", as_of=to_text(as_of), **selection):
            event = _event(row)
            states[event.obligation_id] = apply(
                obligations[event.obligation_id], states.get(event.obligation_id), event
            )
        found = ((one, states[key]) for key, one in obligations.items() if key in states)
        return [(one, state) for one, state in found if not only_owed or state.status in OWED]


def _record(tx: Transaction, event: Event) -> bool:
    if tx.one("obligations.event_by_key", event_key=event.event_key):
        return False
    # Writers of one obligation queue up here: PostgreSQL would let both read the same last sequence number.
    if not tx.execute("obligations.lock_one", obligation_id=event.obligation_id):
        raise refuse("not-opened", obligation=event.obligation_id)
    if tx.one("obligations.event_by_key", event_key=event.event_key):
        return False
    row = tx.one("obligations.one", obligation_id=event.obligation_id)
    assert row is not None
    known = [_event(one) for one in tx.query("obligations.events_of_one", obligation_id=event.obligation_id)]
    # A fact learned late may stand before others: the whole history must still be allowed.
    fold(_obligation(row), sorted([*known, event], key=lambda one: one.recorded_at))
    _append(tx, event, len(known) + 1)
    return True


def _append(tx: Transaction, event: Event, sequence: int) -> None:
    tx.execute(
        "obligations.add_event",
        obligation_id=event.obligation_id,
        seq=sequence,
        kind=event.kind.value,
        happened_at=to_text(event.happened_at),
        recorded_at=to_text(event.recorded_at),
        actor=event.actor,
        reason=event.reason,
        detail=json.dumps(dict(event.detail), ensure_ascii=False, sort_keys=True),
        event_key=event.event_key,
    )


def _obligation_row(one: Obligation) -> dict[str, str]:
    return {
        "obligation_id": one.obligation_id,
        "round_id": one.round_id,
        "unit_code": one.unit_code,
        "product": one.product,
        "item": one.item,
        "title": one.title,
        "due_at": to_text(one.due_at),
    }


def _obligation(row: Row) -> Obligation:
    return Obligation(
        row["obligation_id"], row["round_id"], row["unit_code"], row["product"], row["item"], row["title"],
        from_text(row["due_at"]),
    )  # fmt: skip


def _event(row: Row) -> Event:
    return Event(
        obligation_id=row["obligation_id"],
        kind=EventKind(row["kind"]),
        happened_at=from_text(row["happened_at"]),
        recorded_at=from_text(row["recorded_at"]),
        actor=row["actor"],
        reason=row["reason"],
        detail=json.loads(row["detail"]),
        key=row["event_key"],
    )

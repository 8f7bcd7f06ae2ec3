"""The ledger: obligations and their events in the store, append-only; states as of any moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from cchc.clock import to_text
from cchc.obligations.counted import counted, rewrite, wrongly_counted
from cchc.obligations.fold import apply, fold, refuse
from cchc.obligations.model import Event, EventKind, Obligation, ObligationState
from cchc.obligations.remembered import obligation_standing
from cchc.obligations.rows import as_stored, event_of, event_row, obligation_of, obligation_row
from cchc.store import Store, Transaction

_COLUMNS = 7  # of an obligation in `obligations.events_of_owed`; those of its event follow


class Ledger:
    """Reads and appends. The same event (by key) recorded twice is one; a refused one changes no row."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, obligations: Iterable[Obligation], at: datetime, actor: str) -> int:
        """Create obligations with their `opened` event; those that exist stay as they are. Returns the new ones.

        All in one transaction. The rounds they belong to must be open.
        """
        with self._store.write() as tx:
            return open_in(tx, obligations, at, actor)

    def record(self, event: Event) -> bool:
        """Append one event. False when it is there already; RuleRefused when the rules do not allow it."""
        return self.record_many([event]) == 1

    def record_many(self, events: Iterable[Event]) -> int:
        """Append events in one transaction, all or none; returns how many were new."""
        with self._store.write() as tx:
            return append(tx, events)

    def history(self, obligation_id: str) -> list[Event]:
        """All events of an obligation in the order in which they were learned."""
        rows = self._store.query("obligations.events_of_one", obligation_id=obligation_id)
        return [event_of(row) for row in rows]

    def histories(self, obligation_ids: Collection[str]) -> list[Event]:
        """The events of several obligations, of each in the order in which they were learned; one statement."""
        rows = self._store.query("obligations.events_of_some", obligations=sorted(obligation_ids))
        return [event_of(row) for row in rows]

    def get(self, obligation_id: str) -> Obligation | None:
        row = self._store.one("obligations.one", obligation_id=obligation_id)
        return None if row is None else obligation_of(row)

    def state(self, obligation_id: str, as_of: datetime) -> ObligationState | None:
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
    ) -> list[tuple[Obligation, ObligationState]]:
        """Obligations open by `as_of` with their state, from the events recorded by then, by round and unit.

        One or two queries whatever the number of obligations; the fold happens in memory. `only_owed` does not
        even read what was settled, which is most of what a late year holds.
        """
        selection = {"round_id": round_id, "unit_code": unit_code, "product": product}
        with self._store.read() as tx:
            if only_owed:
                return _owed(tx.tuples("obligations.events_of_owed", as_of=to_text(as_of), **selection))
            return _selected(tx, as_of, selection)

    def astir(self, since: datetime, as_of: datetime) -> list[tuple[Obligation, ObligationState]]:
        """As `states` of what was owed at `since` or of which anything was recorded from then to `as_of`; what was
        settled before is not read."""
        owed = {one.obligation_id for one, _ in self.states(since, only_owed=True)}
        moments = {"since": to_text(since), "as_of": to_text(as_of)}
        touched = {row["obligation_id"] for row in self._store.query("obligations.touched", **moments)}
        ids = sorted(owed | touched)
        rows = self._store.query("obligations.some", obligations=ids)
        states: dict[str, ObligationState] = {}
        known = {row["obligation_id"]: obligation_of(row) for row in rows}
        for event in self.histories(ids):
            if event.recorded_at <= as_of:
                key = event.obligation_id
                states[key] = apply(known[key], states.get(key), event)
        return [(one, states[key]) for key, one in known.items() if key in states]

    def wrongly_counted(self, round_id: str) -> list[str]:
        """Obligations whose rows of what counts differ from what their events say; none, unless tampered with."""
        with self._store.read() as tx:
            return wrongly_counted(tx, round_id)


def open_in(tx: Transaction, obligations: Iterable[Obligation], at: datetime, actor: str) -> int:
    """`Ledger.open` inside a transaction of the caller's."""
    # In one order everywhere, so that two writers at once wait for each other and never in a circle.
    ordered = sorted(obligations, key=lambda one: one.obligation_id)
    new = [one for one in ordered if tx.execute("obligations.add", **obligation_row(one))]
    events = (
        Event(one.obligation_id, EventKind.opened, at, at, actor, key=f"{one.obligation_id}:opened")
        for one in new
    )
    tx.execute_many("obligations.add_event", [event_row(event, 1) for event in events])
    return len(new)


def states_in(
    tx: Transaction, as_of: datetime, round_id: str, product: str
) -> list[tuple[Obligation, ObligationState]]:
    """`Ledger.states` inside a transaction of the caller's."""
    return _selected(tx, as_of, {"round_id": round_id, "unit_code": None, "product": product})


def _selected(
    tx: Transaction, as_of: datetime, selection: dict[str, str | None]
) -> list[tuple[Obligation, ObligationState]]:
    known = {row[0]: tuple(row) for row in tx.tuples("obligations.selected", **selection)}
    events = tx.tuples("obligations.events_selected", as_of=to_text(as_of), **selection)
    standing = {
        key: obligation_standing(known[key], tuple(row[1:] for row in own))
        for key, own in groupby(events, key=itemgetter(0))
    }
    return [standing[key] for key in known if key in standing]


def _owed(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Obligation, ObligationState]]:
    """The fold of rows that hold an obligation and one of its events each; what is owed of it."""
    found = []
    for obligation, own in groupby(rows, key=lambda row: row[:_COLUMNS]):
        standing = obligation_standing(obligation, tuple(row[_COLUMNS:] for row in own))
        if standing[1].owed:
            found.append(standing)
    return found


def append(tx: Transaction, events: Iterable[Event]) -> int:
    """Append events inside a transaction of the caller's, and with them which submission counts; returns how many
    were new.

    Raises RuleRefused when the rules do not allow one of them, or when its key names another fact; the
    caller's transaction must then be given up.
    """
    wanted = [as_stored(event) for event in events]
    # Writers of one obligation queue up at its row, in one order everywhere: on PostgreSQL two of them would
    # otherwise read the same history, take the same sequence number, or wait for each other in a circle.
    # (SQLite lets only one writer in at all.) A row that is set to itself is locked on both engines.
    held = _held(tx, (event.obligation_id for event in wanted))
    histories = dict(held)
    new = []
    for event in wanted:
        obligation, known = histories[event.obligation_id]
        if _is_known(tx, event, known):
            continue
        # A fact that is recorded for an earlier moment stands before later ones: all of it must be allowed.
        ordered = sorted([*known, event], key=lambda one: one.recorded_at)
        fold(obligation, ordered)
        new.append(event_row(event, len(known) + 1))
        histories[event.obligation_id] = (obligation, ordered)
    tx.execute_many("obligations.add_event", new)
    for obligation_id in {row["obligation_id"]: None for row in new}:
        before, after = counted(*held[obligation_id]), counted(*histories[obligation_id])
        rewrite(tx, obligation_id, before, after)
    return len(new)


def lock_in(
    tx: Transaction, obligation_ids: Iterable[str], at: datetime, actor: str, reason: str, occasion: str
) -> int:
    """Lock obligations inside a transaction of the caller's, those locked or waived left as they are; how many.

    The locks happened at `at`, when somebody decided. What was learned about an obligation after that, before it is
    written down here, was allowed then and stands: the lock of that obligation is learned behind it.
    `occasion` names the decision: the same one locks nothing twice, even if somebody has unlocked it meanwhile.
    """
    events = []
    for obligation_id, (obligation, known) in _held(tx, obligation_ids).items():
        state = fold(obligation, known)
        if state.locked or state.status == "waived":
            continue
        learned_at = max(at, known[-1].recorded_at)
        key = f"{obligation_id}:{EventKind.locked}:{occasion}"
        events.append(Event(obligation_id, EventKind.locked, at, learned_at, actor, reason, key=key))
    return append(tx, events)


def _held(tx: Transaction, obligation_ids: Iterable[str]) -> dict[str, tuple[Obligation, list[Event]]]:
    """Obligations with their events, nobody else writing to them until the transaction ends."""
    histories: dict[str, tuple[Obligation, list[Event]]] = {}
    for obligation_id in sorted(set(obligation_ids)):
        if not tx.execute("obligations.lock_one", obligation_id=obligation_id):
            raise refuse("not-opened", obligation=obligation_id)
        row = tx.one("obligations.one", obligation_id=obligation_id)
        assert row is not None
        known = [event_of(one) for one in tx.query("obligations.events_of_one", obligation_id=obligation_id)]
        histories[obligation_id] = (obligation_of(row), known)
    return histories


def _is_known(tx: Transaction, event: Event, history: Iterable[Event]) -> bool:
    same = next((one for one in history if one.event_key == event.event_key), None)
    if same is None:
        if tx.one("obligations.event_by_key", event_key=event.event_key):
            raise refuse("key-taken", obligation=event.obligation_id, key=event.event_key)
        return False
    if same.kind is not event.kind:
        raise refuse("key-taken", obligation=event.obligation_id, key=event.event_key)
    return True

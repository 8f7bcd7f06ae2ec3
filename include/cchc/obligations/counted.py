"""Which submission counts, from when until when: what the fold says, written down so that every query reads one answer.

The rows of `counted_submissions` follow from the events and from nothing else. `append` writes them in the transaction
of the events; a fact that is recorded for an earlier moment may change rows of the past, as it changes past states.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from cchc.clock import END, to_text
from cchc.obligations.fold import apply
from cchc.obligations.model import Event, Obligation, ObligationState
from cchc.obligations.rows import event_of, obligation_of
from cchc.store import Transaction


@dataclass(frozen=True)
class CountedSpan:
    """A submission counted for its obligation from a moment until before another (None: it still does).

    Both are moments at which something was learned, as ISO texts.
    """

    obligation_id: str
    submission_id: str
    counted_from: str
    counted_until: str | None


def counted(obligation: Obligation, events: Iterable[Event]) -> list[CountedSpan]:
    """What counted when, after `events`, which stand in the order (recorded_at, sequence).

    What is learned at one moment is known together: a submission that was accepted and returned at the same moment
    never counted. Raises RuleRefused like `fold`.
    """
    state: ObligationState | None = None
    known: dict[str, str | None] = {}  # what counted since the last event of that moment
    for event in events:
        state = apply(obligation, state, event)
        known[to_text(event.recorded_at)] = state.counted_submission_id
    changes: list[tuple[str | None, str | None]] = []
    for moment, submission_id in known.items():
        if submission_id != (changes[-1][1] if changes else None):
            changes.append((moment, submission_id))
    return [
        CountedSpan(obligation.obligation_id, submission_id, moment, until)
        for (moment, submission_id), (until, _) in pairwise([*changes, (None, None)])
        if moment is not None and submission_id is not None
    ]


def rewrite(tx: Transaction, obligation_id: str, before: list[CountedSpan], after: list[CountedSpan]) -> None:
    """Put the rows of an obligation in the place of those it had; most events change none."""
    if before == after:
        return
    if before:
        tx.execute("obligations.drop_counted", obligation_id=obligation_id)
    tx.execute_many("obligations.add_counted", rows(after))


def rows(spans: Iterable[CountedSpan]) -> list[dict[str, Any]]:
    return [asdict(one) for one in spans]


def wrongly_counted(tx: Transaction, round_id: str) -> list[str]:
    """Obligations of a round whose rows are not what their events say: somebody wrote past the ledger."""
    selection = {"round_id": round_id, "unit_code": None, "product": None}
    histories: dict[str, list[Event]] = {}
    for row in tx.each("obligations.events_selected", as_of=to_text(END), **selection):
        histories.setdefault(row["obligation_id"], []).append(event_of(row))
    found: dict[str, list[CountedSpan]] = {}
    for row in tx.each("obligations.counted_of_round", round_id=round_id):
        found.setdefault(row["obligation_id"], []).append(CountedSpan(**row))
    obligations = [obligation_of(row) for row in tx.each("obligations.selected", **selection)]
    return [
        one.obligation_id
        for one in obligations
        if counted(one, histories.get(one.obligation_id, [])) != found.get(one.obligation_id, [])
    ]

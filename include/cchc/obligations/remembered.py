"""What rows of the store add up to, made once: an event is never changed, so equal rows have one state for ever.

A page of a late year folds thousands of obligations that were settled long ago. Kept is by content, not by key or
moment: rows that somebody added, or that were not known yet at an earlier moment, are other rows.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cchc.clock import from_text
from cchc.obligations.fold import fold
from cchc.obligations.model import Obligation, ObligationState
from cchc.obligations.round_fold import RoundEvent, RoundEventKind, RoundState, fold_round, is_about
from cchc.obligations.rows import event_from

_ROUNDS = 128
"""How many states of rounds are kept, a dozen years of rounds: each holds all events of its round, and each event that
comes makes another."""
Known = tuple[Any, ...]  # a row of the store in the order of its statement's columns


@lru_cache(maxsize=1 << 13)
def obligation_standing(row: Known, events: tuple[Known, ...]) -> tuple[Obligation, ObligationState]:
    """An obligation (columns as of `obligations.selected`) and its state after events (as of `events_selected`, without
    the id). Raises RuleRefused as `fold`."""
    identity, round_id, unit_code, product, item, title, due_at = row
    one = Obligation(identity, round_id, unit_code, product, item, title, from_text(due_at))
    return one, fold(one, (event_from(identity, *event) for event in events))


def round_event(row: Known) -> RoundEvent:
    """An event of a round (columns as of `obligations.events`)."""
    round_id, _, kind, happened_at, recorded_at, actor, reason, detail, event_key = row
    return RoundEvent(
        round_id, RoundEventKind(kind), from_text(happened_at), from_text(recorded_at), actor, reason,
        json.loads(detail), event_key,
    )  # fmt: skip


@lru_cache(maxsize=_ROUNDS)
def round_standing(events: tuple[Known, ...]) -> RoundState:
    """The state of a round after its events (columns as of `obligations.events_known`), of which there is one."""
    state = fold_round(map(round_event, events))
    assert state is not None, "a group is never empty"
    return state


@lru_cache(maxsize=_ROUNDS)
def waiting_decisions(events: tuple[Known, ...]) -> tuple[tuple[str, RoundState], ...]:
    """(about, state) of every decision of a round that waits for a person after these events."""
    every = list(map(round_event, events))
    found = []
    for about in sorted({event.about for event in every} | {""}):
        # An inspection has a decision a unit: whether one waits follows from its own events alone.
        alone = fold_round((event for event in every if is_about(event, about)), about)
        if alone is not None and alone.waiting and (state := fold_round(every, about)) is not None:
            found.append((about, state))
    return tuple(found)

"""How fast mail leaves: one turn after the other, handed out by the store, so that the limit holds over all workers."""

from __future__ import annotations

import time

from cchc.clock import now_ms
from cchc.store import Store


def wait_for_turn(store: Store, per_minute: int) -> None:
    """Sleep until this worker may send one mail."""
    moment = now_ms()
    time.sleep(max(0, take_turn(store, per_minute, moment) - moment) / 1000)


def take_turn(store: Store, per_minute: int, moment: int) -> int:
    """When the next mail may leave, not before `moment`; both in milliseconds since 1970.

    Each turn is given once, whoever asks, and turns lie a `per_minute`-th of a minute apart. A turn whose worker
    dies is lost, which only leaves a gap.
    """
    gap = -(-60_000 // per_minute)
    with store.write() as tx:
        return int(tx.query("reminders.take_turn", moment=moment, gap=gap)[0]["turn"])

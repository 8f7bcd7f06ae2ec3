"""A process of its own that records: `python -m tests.obligations.writer <url> <number>`.

Prints, as JSON, how many rows it says to have written in each act.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from tests.obligations.cases import OPENING, OWED, accept, event, submit

from cchc.errors import RuleRefused
from cchc.obligations import Ledger, Obligation
from cchc.store import Store

TURNS = 10
OBLIGATIONS = [
    replace(OWED, obligation_id=f"2026-Q1/{code}/bao_cao", unit_code=code)
    for code in ("00001", "00002", "00003")
]


def main(url: str, number: int) -> None:
    store = Store(url)
    ledger = Ledger(store)
    acts = {"opened": ledger.open(_in_some_order(number), OPENING, "thu"), "same": 0, "own": 0, "verdicts": 0}
    for turn in range(TURNS):
        # Every writer goes through the obligations in another order: none may wait in a circle.
        order = _in_some_order(turn + number)
        acts["same"] += ledger.record_many(
            replace(event("phoned", 1, key=f"{one.unit_code}-{turn}"), obligation_id=one.obligation_id)
            for one in order
        )
        acts["own"] += ledger.record_many(
            replace(
                event("letter", 1, key=f"{one.unit_code}-{number}-{turn}"), obligation_id=one.obligation_id
            )
            for one in order
        )
        acts["verdicts"] += _verdict(ledger, order[0].obligation_id, f"{number}-{turn}")
    sys.stdout.write(json.dumps(acts))


def _verdict(ledger: Ledger, obligation_id: str, own: str) -> int:
    """A version with its verdict, and the lock closed and opened again; somebody else may have been quicker."""
    try:
        return ledger.record_many(
            [
                replace(submit(1, own), obligation_id=obligation_id),
                replace(accept(1, own), obligation_id=obligation_id),
                replace(event("locked", 1, key=f"khoa-{own}"), obligation_id=obligation_id),
            ]
        )
    except RuleRefused:
        pass
    try:
        return ledger.record(replace(event("unlocked", 1, key=f"mo-{own}"), obligation_id=obligation_id))
    except RuleRefused:
        return 0


def _in_some_order(number: int) -> list[Obligation]:
    return OBLIGATIONS[:: -1 if number % 2 else 1]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

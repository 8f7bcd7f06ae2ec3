from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cchc.clock import at
from cchc.store import Store

OPENED, DUE = at(date(2026, 3, 2), 7), at(date(2026, 3, 17), 17)


@pytest.fixture
def shared(any_store: Store, world: Any) -> Any:
    """The small province on each engine."""
    return replace(world, store=any_store)


def test_two_schedulers_at_once_decide_every_rung_once(shared: Any) -> None:
    units = [shared.unit(number) for number in range(20)]
    for unit in units:
        shared.owe(unit, DUE, opened=OPENED)
    start = threading.Barrier(3)
    decided: list[int] = []

    def work() -> None:
        start.wait()
        decided.append(shared.decide(at(date(2026, 3, 10), 8)).mails)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(decided) == 3, "a decision failed"
    assert sum(decided) == 20
    assert shared.digests() == sorted((unit, "2026-03-10") for unit in units)
    assert len(shared.rungs()) == 20


def test_a_whole_round_runs_on_each_engine(shared: Any) -> None:
    owed = shared.owe(shared.unit(), DUE, opened=OPENED)
    assert shared.run(at(date(2026, 3, 2), 8), rungs=["yeu_cau"], round_id="2026-Q1").mails == 1
    for day in (10, 16, 17, 18, 20, 24, 25):
        shared.run(at(date(2026, 3, day), 8))
    assert {rung: on for (_, rung), on in shared.rungs().items()} == {
        "yeu_cau": "2026-03-02",
        "nhac_truoc_han_1": "2026-03-10",
        "nhac_truoc_han_2": "2026-03-16",
        "ngay_han": "2026-03-17",
        "qua_han_1": "2026-03-18",
        "qua_han_2": "2026-03-20",
        "qua_han_3": "2026-03-24",
    }
    assert shared.ledger.state(owed, at(date(2026, 3, 3), 8)).requested_at == at(date(2026, 3, 2), 8)

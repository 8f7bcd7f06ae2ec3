"""Several processes record at once: nothing is lost, nothing is there twice, nobody waits for ever."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from tests.obligations.cases import OPENING, OWED
from tests.obligations.writer import OBLIGATIONS, TURNS

from cchc.obligations import Ledger, RoundLedger, fold
from cchc.paths import PROJECT_ROOT
from cchc.store import Store
from cchc.year import Calendar

WRITERS = 4


def run_writers(store: Store) -> Counter[str]:
    """What the processes say that they wrote, all together."""
    command = [sys.executable, "-m", "tests.obligations.writer", store.url]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [
        subprocess.Popen([*command, str(number)], cwd=PROJECT_ROOT, **pipes) for number in range(WRITERS)
    ]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0] * WRITERS, answers
    total: Counter[str] = Counter()
    for out, _ in answers:
        total.update(json.loads(out))
    return total


def sequences(store: Store, obligation_id: str) -> list[int]:
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            f"SELECT seq FROM obligation_events WHERE obligation_id = '{obligation_id}' ORDER BY seq"
        )
        return [row[0] for row in rows]


def test_processes_that_record_at_once_lose_nothing_and_repeat_nothing(any_store: Store) -> None:
    RoundLedger(any_store).open(Calendar.load().round("2026-Q1"), OPENING, "thu")
    told = run_writers(any_store)
    ledger, kinds = Ledger(any_store), Counter[str]()
    for one in OBLIGATIONS:
        history = ledger.history(one.obligation_id)
        kinds.update(event.kind.value for event in history)
        fold(one, history)  # the rules held between processes: what got in is allowed
        assert sequences(any_store, one.obligation_id) == list(range(1, len(history) + 1))
        assert len({event.event_key for event in history}) == len(history)
    everything = len(OBLIGATIONS) * TURNS
    assert kinds["opened"] == told["opened"] == len(OBLIGATIONS)
    assert kinds["phoned"] == told["same"] == everything
    assert kinds["letter"] == told["own"] == everything * WRITERS
    assert kinds["submitted"] == kinds["accepted"] == kinds["locked"] > 0
    assert told["verdicts"] == 3 * kinds["submitted"] + kinds["unlocked"]


def test_two_that_open_the_same_in_opposite_order_do_not_wait_in_a_circle(any_store: Store) -> None:
    RoundLedger(any_store).open(Calendar.load().round("2026-Q1"), OPENING, "thu")
    many = [
        replace(OWED, obligation_id=f"2026-Q1/{number:05d}/bao_cao", unit_code=f"{number:05d}")
        for number in range(400)
    ]
    start = Barrier(2)

    def open_all(step: int) -> int:
        start.wait()
        return Ledger(any_store).open(many[::step], OPENING, "thu")

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(open_all, (1, -1))) == len(many)
    assert len(Ledger(any_store).states(OPENING)) == len(many)

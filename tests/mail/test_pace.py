"""The limit on mails a minute holds over all workers, because the store hands out the turns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from cchc.mail import outbox
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.mail.modes import set_mode
from cchc.mail.outbox import SendResult, send_pending, take_turn
from cchc.paths import Instance
from cchc.store import Store

MOMENT = 1_773_100_000_000


def test_turns_lie_apart_and_none_is_given_twice(any_store: Store) -> None:
    first, second = Store(any_store.url), Store(any_store.url)
    turns: list[int] = []

    def work(store: Store) -> None:
        turns.extend(take_turn(store, 60, MOMENT + number) for number in range(10))

    workers = [threading.Thread(target=work, args=(store,)) for store in (first, second)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    first.close()
    second.close()
    assert len(turns) == 20
    ordered = sorted(turns)
    assert all(later - earlier >= 1000 for earlier, later in pairwise(ordered))
    assert ordered[0] <= MOMENT + 10, "the first turn is at once"
    assert ordered[-1] <= MOMENT + 10 + 19 * 1000, "no turn is left out"


def test_a_turn_is_never_before_the_moment_it_is_asked_for(any_store: Store) -> None:
    assert take_turn(any_store, 30, MOMENT) == MOMENT
    later = MOMENT + 3_600_000
    assert take_turn(any_store, 30, later) == later, "unused turns are not saved up"
    assert take_turn(any_store, 30, later) == later + 2000


def test_a_limit_that_does_not_divide_a_minute_is_never_exceeded(store: Store) -> None:
    turns = [take_turn(store, 7, MOMENT) for _ in range(22)]
    for turn in turns:
        assert sum(turn <= other < turn + 60_000 for other in turns) <= 7


def test_each_real_mail_waits_for_its_turn_and_nothing_is_claimed_meanwhile(
    store: Store,
    instance: Instance,
    make_mail: Callable[..., Mail],
    serve: Callable[..., Any],
    set_to: Callable[..., Instance],
    own_addresses: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ladder = own_addresses / "mail.yaml"
    ladder.write_text(
        ladder.read_text(encoding="utf-8").replace("per_minute: 0", "per_minute: 120"), encoding="utf-8"
    )
    script, config = serve()
    as_of = make_mail().as_of
    set_mode(store, instance, "live", actor="an", at=as_of, typed_name=Department.load().name)
    with store.write() as tx:
        for number in range(3):
            assert enqueue(tx, make_mail(f"k{number}", recipients=(f"xa{number}@b.example",)))
    slept: list[float] = []
    claimed: list[int] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        claimed.append(sum(row["state"] == "claimed" for row in store.query("chasing.waiting")))

    monkeypatch.setattr(outbox.time, "sleep", sleep)
    monkeypatch.setattr(outbox, "now_ms", lambda: MOMENT)
    assert send_pending(store, instance, config, as_of) == SendResult(sent=3)
    assert slept == [0.0, 0.5, 1.0]
    assert claimed == [0, 0, 0]
    assert len(script.taken) == 3

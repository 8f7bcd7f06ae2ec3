"""A worker that is killed at random points of the send path, against a server that is slow and unreliable."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cchc.paths import Instance
from cchc.reminders import Ladder, Mail, MailServerDown, SmtpConfig, enqueue, outbox_by_state, send_pending
from cchc.store import Store

CRASHES = int(os.environ.get("CCHC_CRASHES", "12"))
MAILS = 150


def work(url: str, root: Path, config: SmtpConfig, as_of: Any) -> None:
    """One worker process: empty the outbox until killed."""
    store = Store(url)
    try:
        send_pending(store, Instance(root), config, as_of)
    except MailServerDown:
        os._exit(1)


@pytest.mark.slow
def test_killed_workers_lose_no_mail_and_repeat_at_most_one_each_with_the_same_identity(
    store: Store, live: Instance, make_mail: Callable[..., Mail], serve: Callable[..., Any]
) -> None:
    dice = random.Random(20260317)
    script, config = serve()
    script.delay = 0.003
    script.data += [dice.choice(["250 OK"] * 12 + ["451 try later"]) for _ in range(MAILS)]
    mail = make_mail()
    with store.write() as tx:
        for number in range(MAILS):
            assert enqueue(tx, make_mail(f"k{number:04}", recipients=(f"xa{number}@b.example",)))
    context = multiprocessing.get_context("spawn")
    stale = timedelta(minutes=Ladder.load().outbox.stale_after_minutes)
    as_of, kills, runs = mail.as_of, 0, 0
    while True:
        runs += 1
        assert runs < 20 * CRASHES + 50, "the outbox never empties"
        worker = context.Process(target=work, args=(store.url, live.root, config, as_of))
        worker.start()
        if kills < CRASHES:
            # Wait until it has begun to send, so that the kill falls somewhere between claim and mark.
            before = len(script.taken)
            while worker.is_alive() and len(script.taken) == before:
                time.sleep(0.001)
            time.sleep(dice.random() * 0.03)
            if worker.pid is not None and worker.is_alive():
                os.kill(worker.pid, signal.SIGKILL)
                kills += 1
        worker.join(60)
        as_of += stale + timedelta(minutes=1)
        left = {state for states in outbox_by_state(store).values() for state in states}
        if left == {"sent"}:
            break
    got = Counter(to[0] for to, _ in script.taken)
    assert set(got) == {f"xa{number}@b.example" for number in range(MAILS)}, "a mail was lost"
    assert sum(got.values()) - MAILS <= kills, "more mails were repeated than workers killed"
    identities = {
        (to[0], next(line for line in content.split(b"\r\n") if line.startswith(b"Message-ID")))
        for to, content in script.taken
    }
    assert len(identities) == MAILS, "a repeated mail changed its identity"
    assert kills > CRASHES // 2, "the campaign hardly killed anybody"

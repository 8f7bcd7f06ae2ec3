"""A campaign that kills sending processes at random moments, against a mail server that is slow, refuses and hangs up.

What must hold afterwards: no mail lost; not more repeats than moments at which nobody could know (a killed process,
an answer that the line swallowed), each under the Message-ID of the first; nothing left claimed. Of a mail whose fate
was unknown twice a person is asked: the campaign is that person, and always has it sent again.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

from cchc.chasing.sending import send_current
from cchc.clock import at
from cchc.files import write_atomic
from cchc.mail.counts import outbox_by_state
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import MailServerDown
from cchc.mail.resending import find_mail, held_mails, send_again
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.store import Store
from cchc_rehearsal.sink import LOOPBACK, AnyPortController

SENDER = "cchc@sonoivu.angiang.example"
START = at(date(2026, 3, 10), 8)
MAILS_PER_CRASH = 4
LONGEST_LIFE = 0.05  # seconds from the first mail taken to the kill


@dataclass
class RoughServer:
    """What the server saw. `unanswered`: mails it took without the client hearing of it."""

    dice: random.Random
    taken: list[tuple[str, str]] = field(default_factory=list)  # (recipient, Message-ID)
    unanswered: int = 0
    refusals: int = 0
    hang_ups: int = 0

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.dice.random() < 0.02:
            self.hang_ups += 1
            asyncio.get_running_loop().call_later(0.005, server.transport.close)
            return "421 4.3.2 closing"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if not self.refusals or self.dice.random() < 0.03:  # the first one surely
            self.refusals += 1
            return "450 4.2.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        await asyncio.sleep(self.dice.random() * 0.008)
        luck = self.dice.random()
        if luck < 0.03:
            self.refusals += 1
            return "451 4.3.0 try later"
        if luck < 0.04:
            self.hang_ups += 1
            server.transport.abort()
            return "451 gone"
        message_id = str(message_from_bytes(envelope.original_content)["Message-ID"])
        self.taken += [(address, message_id) for address in envelope.rcpt_tos]
        if luck < 0.05:
            self.unanswered += 1
            self.hang_ups += 1
            server.transport.abort()
        return "250 OK"


@dataclass(frozen=True)
class CampaignFigures:
    """The figures of a campaign. `changed`: mails that arrived under two identities."""

    mails: int
    crashes: int
    processes: int
    taken: int
    lost: int
    repeats: int
    unanswered: int
    refusals: int
    hang_ups: int
    changed: int
    left: int
    seconds: float

    @property
    def faults(self) -> list[str]:
        """Names of the promises that were broken; empty when all hold."""
        broken = {
            "lost": self.lost > 0,
            "repeats": self.repeats > self.crashes + self.unanswered,
            "changed": self.changed > 0,
            "left": self.left > 0,
        }
        return [name for name, is_broken in broken.items() if is_broken]


def campaign(
    store: Store, folder: Path, crashes: int, seed: int = 1, progress: Callable[[int], None] | None = None
) -> CampaignFigures:
    """Kill `crashes` sending processes, then let the outbox empty itself; two processes at once every third time.

    `store`: empty and migrated, SQLite or PostgreSQL. `folder` becomes the installation's.
    """
    started, dice = time.monotonic(), random.Random(seed)  # noqa: S311 - moments of crashes, no secrets
    instance = Instance(folder)
    write_atomic(instance.settings_file, "mail_mode: live\nrehearsal: true\n")
    mails = crashes * MAILS_PER_CRASH
    decide_mails(store, mails)
    server = RoughServer(random.Random(seed + 1))  # noqa: S311 - as above
    controller = AnyPortController(server, hostname=LOOPBACK, port=0)
    controller.start()
    try:
        config = SmtpConfig(LOOPBACK, controller.port, None, None, "none", SENDER)
        kills, processes = _kill_and_finish(store, instance, config, server, crashes, dice, progress)
    finally:
        controller.stop()
    return _outcome(store, server, mails, kills, processes, time.monotonic() - started)


def decide_mails(store: Store, mails: int) -> None:
    """Put so many mails into the outbox, each to an address of its own (`address_of`)."""
    with store.write() as tx:
        for number in range(mails):
            mail = Mail(
                key=f"thu-thach/{number:06}",
                kind="bien_nhan",
                as_of=START,
                round_id=None,
                unit_code=None,
                recipients=(address_of(number),),
                copies=(),
                subject=f"Thử thách {number}",
                html="<html><body><!--che-do--><p>Thư thử thách</p></body></html>",
                plain="Thư thử thách",
            )
            enqueue(tx, mail)


def address_of(number: int) -> str:
    return f"don-vi-{number:06}@thu-thach.example"


def _kill_and_finish(
    store: Store,
    instance: Instance,
    config: SmtpConfig,
    server: RoughServer,
    crashes: int,
    dice: random.Random,
    progress: Callable[[int], None] | None,
) -> tuple[int, int]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["cchc.chasing", "cchc_rehearsal.crashes"])
    step = timedelta(minutes=OutboxRules.load().stale_after_minutes + 1)
    as_of, kills, processes = START, 0, 0
    while not (settled := _settled(store)) or kills < crashes:
        if settled or processes > 20 * crashes + 200:
            break  # nothing is left to kill anybody over, or it never ends: the figures will say so
        workers = [
            context.Process(target=send_once, args=(store.url, instance.root, config, as_of))
            for _ in range(2 if processes % 3 == 2 else 1)
        ]
        before = len(server.taken)
        for worker in workers:
            worker.start()
            processes += 1
        if kills < crashes:
            # Most after the first mail went through; some before, while it claims, builds or connects.
            while workers[0].is_alive() and len(server.taken) == before and dice.random() > 0.002:
                time.sleep(0.0005)
            time.sleep(dice.random() * LONGEST_LIFE)
            if workers[0].pid is not None and workers[0].is_alive():
                os.kill(workers[0].pid, signal.SIGKILL)
                kills += 1
                if progress:
                    progress(kills)
            for other in workers[1:]:
                # The survivor would empty the outbox, and nobody would be left to kill.
                other.join(LONGEST_LIFE)
                if other.is_alive() and other.pid is not None:
                    os.kill(other.pid, signal.SIGKILL)
                    kills += 1
        for worker in workers:
            worker.join()
        _send_held_again(store, as_of)
        as_of += step
    return kills, processes


def _send_held_again(store: Store, as_of: datetime) -> None:
    for held in held_mails(store):
        with store.write() as tx:
            send_again(tx, find_mail(tx, held["mail_key"]), as_of, actor="thử thách", reason="thử thách")


def _settled(store: Store) -> bool:
    return {state for kinds in outbox_by_state(store).values() for state in kinds} <= {"sent", "dead"}


def send_once(url: str, root: Path, config: SmtpConfig, as_of: datetime) -> None:
    """One sending process: empty the outbox until it is empty or killed."""
    store = Store(url)
    try:
        send_current(store, Instance(root), config, as_of)
    except MailServerDown:
        os._exit(1)


def _outcome(
    store: Store, server: RoughServer, mails: int, kills: int, processes: int, seconds: float
) -> CampaignFigures:
    copies = Counter(address for address, _ in server.taken)
    states = Counter[str]()
    for kinds in outbox_by_state(store).values():
        states.update(kinds)
    return CampaignFigures(
        mails=mails,
        crashes=kills,
        processes=processes,
        taken=len(server.taken),
        lost=sum(address_of(number) not in copies for number in range(mails)) + states["dead"],
        repeats=sum(count - 1 for count in copies.values()),
        unanswered=server.unanswered,
        refusals=server.refusals,
        hang_ups=server.hang_ups,
        changed=len(set(server.taken)) - len(copies),
        left=mails - states["sent"] - states["dead"],
        seconds=seconds,
    )

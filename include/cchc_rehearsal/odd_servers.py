"""Mail servers that answer late, hang or drop the line, and how many copies a unit gets from each.

Real sending processes, one run after the other until everything is settled, against a scripted server. Where nobody can
know whether a mail arrived it comes at most once more, under its Message-ID; then a person is asked.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from enum import StrEnum
from pathlib import Path
from typing import Any

from cchc.config_files import make_own
from cchc.files import write_atomic
from cchc.mail.counts import outbox_by_state
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.store import Store, upgrade
from cchc_rehearsal.crashes import SENDER, START, address_of, decide_mails, send_once
from cchc_rehearsal.sink import LOOPBACK, AnyPortController

MOST_COPIES = 2
_BETWEEN = timedelta(hours=5)  # longer than any rest of the outbox
_MOST_RUNS = 12
_FOR_EVER = 3600.0


class ServerManner(StrEnum):
    """What the server does. Once: to the first try of each mail; it behaves from the second on."""

    SLOW = "slow"  # takes the mail, and says so late
    HANGS = "hangs"  # takes the mail, and never says so
    HANGS_ALWAYS = "hangs_always"
    DROPS_BEFORE_DATA = "drops_before_data"
    DROPS_UNTAKEN = "drops_untaken"  # after the mail's content, which it throws away
    DROPS_TAKEN = "drops_taken"  # after the content, taken, before the final 250
    DROPS_TAKEN_ALWAYS = "drops_taken_always"
    DROPS_HALF_SAID = "drops_half_said"  # in the middle of the final 250
    DROPS_AFTER = "drops_after"  # right after the final 250


_ALWAYS = (
    ServerManner.SLOW,
    ServerManner.HANGS_ALWAYS,
    ServerManner.DROPS_TAKEN_ALWAYS,
    ServerManner.DROPS_AFTER,
)


@dataclass
class OddServer:
    """aiosmtpd's handler. `taken`: (recipient, Message-ID) of each copy that a unit got."""

    manner: ServerManner
    slow_seconds: float
    taken: list[tuple[str, str]] = field(default_factory=list)
    _tried: Counter[str] = field(default_factory=Counter)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self._tried[address] += 1
        if self.manner is ServerManner.DROPS_BEFORE_DATA and self._tried[address] == 1:
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        is_odd = self.manner in _ALWAYS or any(self._tried[one] == 1 for one in envelope.rcpt_tos)
        manner = self.manner if is_odd else None
        if manner is ServerManner.DROPS_UNTAKEN:
            server.transport.abort()
            return "451 gone"
        message_id = str(message_from_bytes(envelope.original_content)["Message-ID"])
        self.taken += [(address, message_id) for address in envelope.rcpt_tos]
        if manner in (ServerManner.HANGS, ServerManner.HANGS_ALWAYS):
            await asyncio.sleep(_FOR_EVER)
        if manner is ServerManner.SLOW:
            await asyncio.sleep(self.slow_seconds)
        if manner in (ServerManner.DROPS_TAKEN, ServerManner.DROPS_TAKEN_ALWAYS):
            server.transport.abort()
        if manner is ServerManner.DROPS_HALF_SAID:
            server.transport.write(b"25")
            server.transport.close()
        if manner is ServerManner.DROPS_AFTER:
            asyncio.get_running_loop().call_later(0.01, server.transport.close)
        return "250 OK"


@dataclass(frozen=True)
class CopiesFigures:
    """fewest, most: copies that a unit got. changed: mails under two Message-IDs. held: those left to a person."""

    manner: ServerManner
    mails: int
    fewest: int
    most: int
    changed: int
    held: int
    unsettled: int
    runs: int

    @property
    def is_kept(self) -> bool:
        """Nobody got nothing, nobody more than one copy more than one, and nothing is left open."""
        return self.fewest >= 1 and self.most <= MOST_COPIES and not self.changed and not self.unsettled


def copies(
    manner: ServerManner, folder: Path, mails: int, slow_seconds: float, answer_seconds: int
) -> CopiesFigures:
    """Send `mails` through such a server. slow_seconds: of SLOW. answer_seconds: after how long a hanging server is
    given up (`mail.yaml`; SLOW is waited for as the shipped file says)."""
    instance = Instance(folder / "cai-dat")
    write_atomic(instance.settings_file, "mail_mode: live\nrehearsal: true\n")
    store = upgrade(Store(f"sqlite:///{instance.root / 'so-cai.db'}"))
    decide_mails(store, mails)
    rules = make_own(folder / "cau-hinh") / "mail.yaml"
    if manner is not ServerManner.SLOW:
        text = rules.read_text(encoding="utf-8")
        write_atomic(rules, text.replace("answer_seconds: 600", f"answer_seconds: {answer_seconds}"))
    server = OddServer(manner, slow_seconds)
    controller = AnyPortController(server, hostname=LOOPBACK, port=0)
    controller.start()
    runs, as_of = 0, START
    context = multiprocessing.get_context("forkserver")
    try:
        config = SmtpConfig(LOOPBACK, controller.port, None, None, "none", SENDER)
        settings = {"CCHC_CONFIG": str(folder / "cau-hinh")}
        while _states(store) - {"sent", "held", "dead"} and runs < _MOST_RUNS:
            worker = context.Process(target=_send, args=(settings, store.url, instance.root, config, as_of))
            worker.start()
            worker.join()
            runs, as_of = runs + 1, as_of + _BETWEEN
    finally:
        controller.stop()
    found = Counter({address_of(number): 0 for number in range(mails)})
    found.update(address for address, _ in server.taken)
    states = Counter[str]()
    for kinds in outbox_by_state(store).values():
        states.update(kinds)
    store.close()
    return CopiesFigures(
        manner=manner,
        mails=mails,
        fewest=min(found.values()),
        most=max(found.values()),
        changed=len(set(server.taken)) - len({address for address, _ in server.taken}),
        held=states["held"],
        unsettled=mails - states["sent"] - states["held"],
        runs=runs,
    )


def _states(store: Store) -> set[str]:
    return {state for kinds in outbox_by_state(store).values() for state in kinds}


def _send(settings: Mapping[str, str], *arguments: Any) -> None:
    os.environ.update(settings)
    send_once(*arguments)

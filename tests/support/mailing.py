"""A scripted mail server, and a small province to chase."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from cchc.chasing.decide import Decision, decide
from cchc.chasing.ladder import Ladder
from cchc.chasing.plan import ChasingView
from cchc.chasing.sending import send_current
from cchc.clock import at
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.mail.server import SmtpConfig
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc_rehearsal.sink import LOOPBACK, AnyPortController

SENDER = "cchc@sonoivu.angiang.example"


@dataclass
class Script:
    """What the server answers, and what it saw. Answers in a list are used up one by one, then '250 OK'."""

    mail: list[str] = field(default_factory=list)
    rcpt: dict[str, list[str] | str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    hang_up_after_taking: int = 0
    hang_up_at_rcpt: int = 0
    delay: float = 0.0
    greetings: int = 0
    taken: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802  # as in aiosmtpd
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any
    ) -> Any:
        self.greetings += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # as in aiosmtpd
        answer = self.mail.pop(0) if self.mail else "250 OK"
        if answer.startswith("2"):
            envelope.mail_from = address
        if answer.startswith("421"):
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return answer

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # as in aiosmtpd
        if self.hang_up_at_rcpt:
            self.hang_up_at_rcpt -= 1
            server.transport.abort()
        answer = self.rcpt.get(address, "250 OK")
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else "250 OK"
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # as in aiosmtpd
        answer = self.data.pop(0) if self.data else "250 OK"
        if answer.startswith("2"):
            self.taken.append((tuple(envelope.rcpt_tos), envelope.original_content))
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.hang_up_after_taking:
            self.hang_up_after_taking -= 1
            server.transport.abort()
        return answer


Serve = Callable[..., tuple[Script, SmtpConfig]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """`serve(script, security=..., user=..., **aiosmtpd options)` -> (script, how to reach it)."""
    with ExitStack() as stack:

        def start(
            script: Script | None = None,
            *,
            security: str = "none",
            user: str | None = None,
            password: str | None = None,
            ca_file: str | None = None,
            **options: Any,
        ) -> tuple[Script, SmtpConfig]:
            script = script or Script()
            controller = AnyPortController(script, hostname=LOOPBACK, port=0, **options)
            controller.start()
            stack.callback(controller.stop)
            config = SmtpConfig(LOOPBACK, controller.port, user, password, security, SENDER, ca_file)
            return script, config

        yield start


MORNING = at(date(2026, 3, 10), 8)


def a_mail(key: str = "30292/2026-03-10/bien_nhan", **changes: Any) -> Mail:
    """A mail with every part filled."""
    values: dict[str, Any] = {
        "key": key,
        "kind": "bien_nhan",
        "as_of": MORNING,
        "round_id": "2026-Q1",
        "unit_code": "30292",
        "recipients": ("xa@angiang.example",),
        "copies": (),
        "subject": "Đã nhận: Báo cáo quý I",
        "html": "<html><body><!--che-do--><p>Xin chào</p></body></html>",
        "plain": "Xin chào",
    }
    return Mail(**(values | changes))


@pytest.fixture
def make_mail() -> Callable[..., Mail]:
    return a_mail


@pytest.fixture
def put(store: Store) -> Callable[..., None]:
    """Enqueue mails; without arguments one plain mail."""

    def enqueue_all(*mails: Mail) -> None:
        with store.write() as tx:
            for mail in mails or (a_mail(),):
                assert enqueue(tx, mail)

    return enqueue_all


def settle(
    instance: Instance, mode: str, rehearsal: bool = False, redirect_to: str | None = None
) -> Instance:
    lines = [f"mail_mode: {mode}", f"rehearsal: {str(rehearsal).lower()}"]
    if redirect_to:
        lines.append(f"redirect_to: {redirect_to}")
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return instance


@pytest.fixture
def set_to() -> Callable[..., Instance]:
    return settle


@pytest.fixture
def live(instance: Instance) -> Instance:
    """An instance whose mails go out, to a loopback server."""
    return settle(instance, "live", rehearsal=True)


@dataclass
class World:
    """A store with the real calendar, register and ladder, and short words for what happens in it."""

    store: Store
    instance: Instance
    calendar: Calendar
    units: UnitRegister
    ladder: Ladder

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    def unit(self, number: int = 0) -> str:
        return self.units.on(date(2026, 3, 1), ("xa",))[number].code

    def owe(
        self,
        unit: str,
        due_at: datetime,
        *,
        opened: datetime,
        product: str = "bao_cao",
        round_id: str = "2026-Q1",
        item: str = "",
        title: str = "Báo cáo CCHC quý I năm 2026",
    ) -> str:
        RoundLedger(self.store).open(self.calendar.round(round_id), opened, "thu")
        obligation_id = f"{round_id}/{unit}/{product}" + (f"/{item}" if item else "")
        self.ledger.open(
            [Obligation(obligation_id, round_id, unit, product, item, title, due_at)], opened, "thu"
        )
        return obligation_id

    def happens(
        self, obligation_id: str, kind: str, when: datetime, reason: str | None = None, **detail: Any
    ) -> None:
        event = Event(
            obligation_id=obligation_id,
            kind=EventKind(kind),
            happened_at=when,
            recorded_at=when,
            actor="thu",
            reason=reason,
            detail=detail,
            key=f"{obligation_id}:{kind}:{when.isoformat()}",
        )
        assert self.ledger.record(event)

    def decide(self, as_of: datetime, **more: Any) -> Decision:
        desk = ChasingView(
            self.store, self.calendar, self.units, self.ladder, self.instance, Department.load(), as_of
        )
        return decide(desk, **more)

    def run(self, as_of: datetime, **more: Any) -> Decision:
        """A daily run: decide, then empty the outbox (into preview files unless the mode says otherwise)."""
        decision = self.decide(as_of, **more)
        send_current(self.store, self.instance, None, as_of)
        return decision

    def digests(self) -> list[tuple[str, str]]:
        """(unit, day) of every digest that was ever decided."""
        with self.store.read() as tx:
            found = tx.connection.exec_driver_sql("SELECT unit_code, as_of FROM mails WHERE kind = 'don_doc'")
            return sorted((unit, as_of[:10]) for unit, as_of in found)

    def rungs(self) -> dict[tuple[str, str], str]:
        """Day of each decided rung, by obligation and rung."""
        rows = self.store.query("chasing.all_reminders")
        return {(row["obligation_id"], row["rung"]): row["as_of"][:10] for row in rows}


@pytest.fixture
def world(store: Store, instance: Instance) -> World:
    return World(store, instance, Calendar.load(), UnitRegister.load(), Ladder.load())


def states(store: Store) -> Counter[str]:
    return Counter(
        state for kinds in outbox_by_state(store).values() for state, n in kinds.items() for _ in range(n)
    )


def row(store: Store, key: str = "30292/2026-03-10/bien_nhan") -> Any:
    return store.one("mail.mail", mail_key=key)

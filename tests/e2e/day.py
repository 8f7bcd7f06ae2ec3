"""What is asked of the installation on the day of `test_officers_day`: who did what when, and which mails left."""

from __future__ import annotations

import email
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

from tests.e2e.airflow_server import AirflowServer
from tests.e2e.board_person import AtBoard
from tests.e2e.browser import Person
from tests.e2e.morning import ROUND, Morning

from cchc import clock
from cchc.obligations import EventKind, Ledger
from cchc.store import Store
from cchc.units import UnitRegister
from cchc_rehearsal.sink import MailSink

OPERATOR, LEADER, VIEWER = "van-hanh", "lanh-dao", "xem"


@dataclass
class Day:
    """The installation, its people and what they find in the morning."""

    server: AirflowServer
    sink: MailSink
    morning: Morning
    person: Person
    folder: Path

    def __post_init__(self) -> None:
        self.began = clock.now()
        self.units = UnitRegister.load()

    def name(self, unit: str) -> str:
        return self.units.get(unit).name

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = Store(self.server.instance.store_url)
        try:
            yield store
        finally:
            store.close()

    def signed_in(self, user: str) -> AtBoard:
        self.person.sign_in(user, self.server.password(user))
        return AtBoard.opened_by(self.person)

    def signed_in_at_its_address(self, user: str) -> AtBoard:
        return AtBoard.at_its_address(self.person, user, self.server.password(user))

    def happened(self, unit: str, kind: EventKind, round_id: str = ROUND) -> str:
        """What stands last in the unit's history: of that kind, by the operator, today; its reason."""
        with self.store() as store:
            events = [one for one in Ledger(store).history(f"{round_id}/{unit}/bao_cao") if one.kind is kind]
        assert events, f"nothing of {kind} for {unit}"
        self.was_done(events[-1].actor, events[-1].recorded_at)
        return events[-1].reason or ""

    def was_done(self, actor: str, moment: datetime, by: str = OPERATOR) -> None:
        assert actor == by
        assert self.began - timedelta(seconds=1) <= moment <= clock.now()

    def mails_to(self, unit: str, since: int) -> list[EmailMessage]:
        box = self.units.get(unit).mailboxes[0]
        return [
            email.message_from_bytes(one.path.read_bytes(), policy=policy.default)
            for one in self.sink.received[since:]
            if box in one.recipients
        ]

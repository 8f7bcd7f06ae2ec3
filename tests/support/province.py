"""A province with an open round, forms as the units get them, and a mailbox on a real server.

Also makes `tests.sources.samples` importable however pytest is started.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from tests.support.copies import Kept, keep

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import opening, receiving
from cchc.store import Store
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.dovecot import PROGRAM, Dovecot, ImapAccount, running
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

_ROOT = str(Path(__file__).resolve().parents[2])
if _ROOT not in sys.path:
    sys.path.insert(0, _ROOT)

ROUND = "2026-Q1"
UNIT, OTHER = "30760", "30292"
OPENED = at(date(2026, 3, 2), 8)
MORNING = at(date(2026, 3, 10), 9)
XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="session")
def dovecot(certificate: Any) -> Iterator[Dovecot]:
    """A real IMAP server. In CI it must be there."""
    if PROGRAM is None:
        if os.environ.get("CI"):
            pytest.fail("dovecot is not installed; .ci/run installs dovecot-imapd")
        pytest.skip("needs Dovecot: apt-get install dovecot-imapd")
    with running(certificate.cert_file, certificate.key_file) as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> ImapAccount:
    """An empty mailbox."""
    return dovecot.account()


@dataclass
class Province:
    """An open round with the forms of two units, and what is asked of it."""

    run: Run
    mailbox_of: dict[str, str] = field(default_factory=dict)

    @property
    def store(self) -> Store:
        return self.run.store

    @property
    def instance(self) -> Instance:
        return self.run.instance

    def at(self, moment: datetime, **more: Any) -> Run:
        """A run of another moment on the same store, with nothing remembered."""
        return replace(self.run, as_of=moment, peer_cache={}, system_cache={}, **more)

    def form(self, unit: str = UNIT) -> bytes:
        """The form as the unit got it."""
        path = opening.workbook_path(self.run, self.run.round, self.run.units.get(unit))
        return path.read_bytes()

    def filled(self, unit: str = UNIT, figure: int = 7, **more: Any) -> bytes:
        """A form that the checks accept: every indicator has a figure or the reason why it has none."""
        return fill_workbook(self.form(unit), good_answers(self.form(unit), figure, **more))

    def faulty(self, unit: str = UNIT) -> bytes:
        """A form that the checks refuse: a count that is text."""
        return fill_workbook(self.form(unit), Answers(figures={"I.1.1": Answer("mười hai")}))

    def mails(self) -> list[dict[str, Any]]:
        """Every mail of the outbox, in the order of its key."""
        with self.store.read() as tx:
            rows = tx.connection.exec_driver_sql("SELECT * FROM mails ORDER BY mail_key").mappings()
            return [dict(row) for row in rows]

    def submissions(self) -> list[dict[str, Any]]:
        with self.store.read() as tx:
            rows = tx.connection.exec_driver_sql(
                "SELECT * FROM submissions ORDER BY recorded_at, received_at"
            )
            return [dict(row) for row in rows.mappings()]

    def status(self, unit: str = UNIT, moment: datetime | None = None) -> str:
        state = self.run.ledger.state(f"{ROUND}/{unit}/bao_cao", moment or at(date(2026, 12, 1)))
        assert state is not None
        return state.status


def good_answers(form: bytes, figure: int, **more: Any) -> Answers:
    filled = read_workbook(form, "bieu.xlsx")
    reason = "Đơn vị không theo dõi chỉ tiêu này"
    figures = {code: Answer(explanation=reason) for code in filled.figures}
    figures["I.1.1"] = Answer(figure)
    narratives = {
        code: f"Đơn vị đã triển khai đầy đủ các nhiệm vụ được giao trong kỳ, mục {number}."
        for number, code in enumerate(filled.narrative_cells)
    }
    return Answers(figures=figures, narratives=narratives, document_number=f"{figure}/BC-UBND", **more)


@pytest.fixture(scope="session")
def opened_province(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The province of the shipped configuration; opening its round and building the forms is done once."""
    folder = tmp_path_factory.mktemp("tinh")
    store = Store(f"sqlite:///{shutil.copyfile(_migrated_sqlite, folder / 'mo.db')}")
    instance = Instance(folder / "mo")
    _open(Run(store, instance, OPENED, ROUND))
    kept = keep(store, instance, folder)
    store.close()
    return kept


@pytest.fixture
def province(store: Store, instance: Instance, request: pytest.FixtureRequest) -> Province:
    run = Run(store, instance, OPENED, ROUND)
    if os.environ.get("CCHC_CONFIG"):  # a test with a configuration of its own
        _open(run)
    else:
        request.getfixturevalue("opened_province").copied_to(store, instance)
    return province_of(run)


def province_of(run: Run) -> Province:
    """What is asked of the round of `run`, which was opened."""
    return Province(run, {code: run.units.get(code).mailboxes[0] for code in (UNIT, OTHER)})


def _open(run: Run) -> None:
    opening.open_round(run)
    opening.build_workbooks(run, [UNIT, OTHER])


Compose = Callable[..., EmailMessage]


@pytest.fixture
def compose(province: Province) -> Compose:
    """compose((name, bytes), ..., sender=...): a mail as a unit's program writes it, in answer to our request."""

    def make(
        *files: tuple[str, bytes],
        sender: str | None = None,
        subject: str = "Re: Đề nghị gửi báo cáo quý I",
        message_id: str = "<thu-1@may-cua-don-vi.example>",
        **headers: str,
    ) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender or f"Văn phòng <{province.mailbox_of[UNIT]}>"
        mail["To"] = "cchc@sonoivu.angiang.example"
        mail["Subject"] = subject
        mail["Message-ID"] = message_id
        mail["References"] = "<cchc.0123@sonoivu.angiang.example>"
        for name, value in headers.items():
            del mail[name.replace("_", "-")]
            mail[name.replace("_", "-")] = value
        mail.set_content("Kính gửi Sở Nội vụ, đơn vị xin gửi báo cáo. Lời riêng tư không được lưu.\n")
        for name, content in files:
            maintype, subtype = kind_of(name)
            mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
        return mail

    return make


def kind_of(name: str) -> tuple[str, str]:
    suffix = name.rpartition(".")[2]
    known = {
        "xlsx": ("application", XLSX), "pdf": ("application", "pdf"), "jpg": ("image", "jpeg"),
        "zip": ("application", "zip"), "txt": ("application", "octet-stream"), "dat": ("application", "ms-tnef"),
    }  # fmt: skip
    return known.get(suffix, ("application", "octet-stream"))


def read_mail(province: Province, account: ImapAccount, moment: datetime = MORNING) -> dict[str, int]:
    """What became of the mails that lie in the mailbox, read by a run of `moment`."""
    return receiving.receive_mail(province.at(moment), account.config())


def the_answer(province: Province) -> dict[str, Any]:
    """The one mail that was decided, with its recipients."""
    (mail,) = province.mails()
    return mail


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)

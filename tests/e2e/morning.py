"""What waits for an officer one morning, brought about by the very steps that Airflow runs, on their own days.

The first quarter's report is out and locked, and one unit sent its own afterwards. The half year is over: two units
reported, two did not and were reminded up to the letter that is signed on paper; the request to one of them never
arrived, and a unit has asked a question by mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from tests.e2e.conftest import SENDER, hand_in

from cchc import clock
from cchc.clock import at, to_text
from cchc.mail.server import SmtpConfig
from cchc.obligations import Event, EventKind, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import chasing, opening, receiving
from cchc.store import Store
from cchc.submissions.late import lock_round, waiting_late
from cchc.submissions.set_aside import waiting
from cchc_rehearsal.dovecot import ImapAccount
from cchc_rehearsal.sink import MailSink

ISSUED, ROUND = "2026-Q1", "2026-6T"
EARLY, ASKING = "so-noi-vu", "30292"  # both reported; the second one has a question besides
SILENT, UNREACHED = "so-tai-chinh", "30301"  # the second one sent the first quarter's report after the lock
ON_TIME = (EARLY, ASKING)
QUESTION = "Kính gửi Sở Nội vụ, biểu 02 có phải điền khi không phát sinh không?"
QUESTION_ID = "<hoi-bieu-02@30292.mau-thu.vn>"


@dataclass(frozen=True)
class Morning:
    """late: the submission that came after the lock; question: number of the letter under 'Cần xem lại'; dead: key of
    the mail that never arrived."""

    late: str
    question: str
    dead: str


def prepare(instance: Instance, sink: MailSink, account: ImapAccount) -> Morning:
    """Everything up to the closing of the half year, which is Airflow's."""
    store = Store(instance.store_url)
    smtp = sink.config(SENDER)
    late = _first_quarter(store, instance)
    dead = _half_year(store, instance, smtp)
    question = _question(store, instance, account)
    store.close()
    return Morning(late, question, dead)


def _first_quarter(store: Store, instance: Instance) -> str:
    run = Run(store, instance, at(date(2026, 3, 2), 8), ISSUED)
    opening.open_round(run)
    opening.build_workbooks(run, [UNREACHED])
    came = at(date(2026, 3, 12), 9)
    for unit in (*ON_TIME, SILENT):
        obligation = f"{ISSUED}/{unit}/bao_cao"
        for kind in (EventKind.submitted, EventKind.accepted):
            detail = {"submission_id": f"{unit}-1"}
            run.ledger.record(Event(obligation, kind, came, came, "he-thong", None, detail))
    out = Run(store, instance, at(date(2026, 3, 20), 10), ISSUED, actor="Lãnh đạo Sở Nội vụ (lanh-dao)")
    detail = {"draft": 1, "number": "45", "symbol": "BC-UBND", "issued_on": "2026-03-20", "documents": []}
    for kind in (
        RoundEventKind.closed,
        RoundEventKind.drafted,
        RoundEventKind.approved,
        RoundEventKind.issued,
    ):
        out.rounds.record(RoundEvent(ISSUED, kind, out.as_of, out.as_of, out.actor, detail=detail))
    with store.write() as tx:
        lock_round(tx, out, "45/BC-UBND")
    hand_in(instance, ISSUED, UNREACHED, at(date(2026, 3, 25), 9))
    after = at(date(2026, 3, 25), 10)
    _receive(store, instance, after)
    (row,) = waiting_late(Run(store, instance, after))
    return str(row["submission_id"])


def _half_year(store: Store, instance: Instance, smtp: SmtpConfig) -> str:
    run = Run(store, instance, at(date(2026, 6, 1), 7, 30), ROUND, smtp=smtp)
    opening.open_round(run)
    opening.build_workbooks(run, [*ON_TIME, SILENT, UNREACHED])
    opening.request(run)
    dead = next(one for one in _mails(store) if f"/{UNREACHED}/" in f"/{one}/")
    with store.write() as tx:
        tx.query("mail.claim", mail_key=dead, claimed_at=to_text(clock.now()), mode="live")
        tx.execute(
            "mail.mark", mail_key=dead, state="dead", sent_at=None, delivered="[]", attempts=1,
            server_answer="550 5.1.1 User unknown",
        )  # fmt: skip
    chasing.send(run)
    for unit in ON_TIME:
        hand_in(instance, ROUND, unit, at(date(2026, 6, 15), 9))
    _receive(store, instance, at(date(2026, 6, 15), 10))
    chase = Run(store, instance, at(date(2026, 6, 24), 8), smtp=smtp)
    chasing.decide(chase)
    chasing.send(chase)
    return dead


def _question(store: Store, instance: Instance, account: ImapAccount) -> str:
    run = Run(store, instance, clock.now())
    mail = EmailMessage(policy=SMTP)
    mail["From"] = run.units.get(ASKING).mailboxes[0]
    mail["To"], mail["Subject"], mail["Message-ID"] = SENDER, "Hỏi biểu 02", QUESTION_ID
    mail.set_content(QUESTION)
    account.deliver(mail.as_bytes(), run.as_of - timedelta(hours=1))
    receiving.receive_mail(run, account.config())
    (item,) = waiting(store)
    return item.item_id


def _receive(store: Store, instance: Instance, moment: datetime) -> None:
    run = Run(store, instance, moment)
    receiving.receive(run, receiving.pending(run))


def _mails(store: Store) -> list[str]:
    with store.read() as tx:
        return [
            row[0]
            for row in tx.connection.exec_driver_sql("SELECT mail_key FROM mails WHERE kind = 'yeu_cau'")
        ]

"""`./cchc bench thu`: 1,000 mails to a server on this machine, against plain smtplib on one connection."""

from __future__ import annotations

import multiprocessing
import smtplib
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import localtime
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cchc.clock import at, to_text
from cchc.mail.department import Department
from cchc.mail.mail import Mail, addresses_of, enqueue
from cchc.mail.message import Envelope, build
from cchc.mail.outbox import send_pending
from cchc.mail.page_links import PageLinks
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.store import Row, Store, upgrade
from cchc_rehearsal.bench.ratios import Measured
from cchc_rehearsal.sink import LOOPBACK, AnyPortController

MAILS, ROUNDS = 1000, 3
SENDER = "cchc@sonoivu.angiang.example"


def mails() -> list[Measured]:
    """Median seconds of the outbox, beside two loops with smtplib over one connection, by turns with the same mails.

    The outbox: read what is decided, claim each mail in the store, build it, send it, mark it. `smtplib`: only sends
    1,000 messages that lie ready as bytes, the floor. `smtplib_build`: the fair comparison, what people write, an
    EmailMessage of the same headers and texts for each mail and `send_message`; it keeps no record of what was sent.
    The server runs in a process of its own, so that neither side pays for it.
    """
    ours: list[float] = []
    plain: list[float] = []
    built: list[float] = []
    with tempfile.TemporaryDirectory() as folder, _server() as port:
        instance = Instance(Path(folder))
        store = upgrade(Store(instance.store_url))
        # As in daily use, though the addresses are samples: the server is our own, on loopback.
        instance.settings_file.write_text("mail_mode: live\n", encoding="utf-8")
        with store.write() as tx:
            tx.execute(
                "mail.add_mode",
                changed_at=to_text(_morning(0)),
                mode="live",
                redirect_to=None,
                actor="bench",
            )
        config = SmtpConfig(LOOPBACK, port, None, None, "none", SENDER)
        for number in range(ROUNDS + 1):
            keys = _decide(store, number)
            ready = [_finished(store, instance, key) for key in keys]
            texts = [store.query("mail.mail", mail_key=key)[0] for key in keys]
            marks = [time.perf_counter()]
            result = send_pending(store, instance, config, _morning(number))
            marks.append(time.perf_counter())
            with smtplib.SMTP(LOOPBACK, port) as smtp:
                for one in ready:
                    smtp.sendmail(one.sender, list(one.recipients), one.content)
            marks.append(time.perf_counter())
            with smtplib.SMTP(LOOPBACK, port) as smtp:
                for row in texts:
                    smtp.send_message(_as_people_write_it(row))
            marks.append(time.perf_counter())
            if result.sent != MAILS:
                raise RuntimeError(f"{result} instead of {MAILS} mails")
            if number:  # the first round warms the caches
                for times, (start, end) in zip((ours, plain, built), pairwise(marks), strict=True):
                    times.append(end - start)
        store.close()
    median = statistics.median(ours)
    return [
        Measured("mails", median, "smtplib", statistics.median(plain)),
        Measured("mails", median, "smtplib_build", statistics.median(built)),
    ]


def _as_people_write_it(row: Row) -> EmailMessage:
    department, message = Department.load(), EmailMessage()
    message["Message-ID"], message["Date"] = row["message_id"], localtime(_morning(0))
    message["From"] = Address(department.sender_name, addr_spec=SENDER)
    message["Reply-To"], message["To"] = department.reply_to, ", ".join(addresses_of(row, "recipients"))
    message["Subject"] = row["subject"]
    message["Auto-Submitted"], message["X-Auto-Response-Suppress"] = "auto-generated", "OOF, AutoReply"
    message.set_content(row["plain"], cte="base64")
    message.add_alternative(row["html"], subtype="html", cte="base64")
    return message


def _morning(number: int) -> Any:
    return at(date(2026, 3, 10) + timedelta(days=number), 8)


def _decide(store: Store, number: int) -> list[str]:
    """1,000 mails of the size of a reminder (about 9 KB of HTML and 2 KB of text)."""
    words = "Kính gửi đơn vị, đề nghị gửi báo cáo cải cách hành chính quý I năm 2026 đúng hạn."
    html = f"<html><body><!--che-do-->{f'<p>{words}</p>' * 70}</body></html>"
    keys = [f"do/{number}/{place}" for place in range(MAILS)]
    with store.write() as tx:
        for place, key in enumerate(keys):
            mail = Mail(
                key, "bien_nhan", _morning(number), None, None, (f"xa{place}@angiang.example",), (),
                f"Đã nhận: Báo cáo CCHC quý I năm 2026 ({place})", html, f"{words}\n" * 15,
            )  # fmt: skip
            enqueue(tx, mail)
    return keys


def _finished(store: Store, instance: Instance, key: str) -> Envelope:
    row = store.one("mail.mail", mail_key=key)
    assert row is not None
    return build(
        row,
        instance=instance,
        settings=instance.settings,
        department=Department.load(),
        sender=SENDER,
        sent_at=_morning(0),
        links=PageLinks(store, instance),
    )


class _Taker:
    """A server that takes everything and keeps nothing."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        return "250 OK"


def _serve(pipe: Connection) -> None:
    controller = AnyPortController(_Taker(), hostname=LOOPBACK, port=0)
    controller.start()
    pipe.send(controller.port)
    pipe.recv()
    controller.stop()


@contextmanager
def _server() -> Iterator[int]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("stop")
        process.join(10)

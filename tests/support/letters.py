"""Mails as programs write them, read and dealt with in this process, without a server."""

from __future__ import annotations

import base64
import io
import quopri
import struct
import zipfile
from datetime import datetime
from email.message import EmailMessage

from tests.support.province import MORNING, UNIT, Province

from cchc.checks import Rules
from cchc.mail.mail import Mail, enqueue, message_id
from cchc.mail.mailbox import MailboxConfig
from cchc.obligations import append
from cchc.submissions.incoming import Dealt
from cchc.submissions.judging import write
from cchc.submissions.reading import deal_with_mail
from cchc.submissions.replies import OUTSIDERS

OURS = "mx.angiang.example"  # the name under which our mail server writes what it found out


def dealt_with(
    province: Province, raw: bytes | EmailMessage, moment: datetime = MORNING, authserv_id: str | None = None
) -> Dealt:
    """What is decided about a mail, written as a run of `moment` writes it."""
    content = raw if isinstance(raw, bytes) else raw.as_bytes()
    config = MailboxConfig("127.0.0.1", 993, "u", "p", authserv_id=authserv_id)
    run = province.at(moment)
    _, dealt = deal_with_mail((run, Rules.load()), content, moment, config, False, False)
    assert dealt is not None, "a mail of that mark was dealt with before"
    with province.store.write() as tx:
        for verdict in dealt.verdicts:
            write(run, tx, verdict)
        append(tx, dealt.events)
        for message_id in dealt.unreached:
            tx.execute("submissions.outsider_not_reached", message_id=message_id, prefix=OUTSIDERS)
        for mail in dealt.mails:
            enqueue(tx, mail)
    return dealt


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return out.getvalue()


def _attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _mapi_text(identity: int, text: str) -> bytes:
    raw = text.encode("utf-16-le") + b"\x00\x00"
    padding = b"\x00" * (-len(raw) % 4)
    return struct.pack("<HHII", 0x001F, identity, 1, len(raw)) + raw + padding


def winmail(*files: tuple[str, bytes]) -> bytes:
    """A winmail.dat as Outlook writes it: a name of eight letters, the long one beside it, the bytes (MS-OXTNEF)."""
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(1, 0x9006, 0x0008, struct.pack("<I", 0x10000))
    out += _attribute(1, 0x9007, 0x0006, struct.pack("<II", 1258, 0))
    for name, content in files:
        properties = struct.pack("<I", 1) + _mapi_text(0x3707, name)
        out += _attribute(2, 0x9002, 0x0006, bytes(14))
        out += _attribute(2, 0x8010, 0x0001, b"BIEUMA~1.XLS\x00")
        out += _attribute(2, 0x800F, 0x0006, content)
        out += _attribute(2, 0x9005, 0x0006, properties)
    return out


def forwarded(sender: str, inner: bytes, encoding: str = "", kind: str = "message/rfc822") -> bytes:
    """A mail that forwards another one as attachment, in the encoding that the program chose."""
    coded = {
        "base64": base64.encodebytes,
        "quoted-printable": quopri.encodestring,
    }.get(encoding, lambda raw: raw)(inner)
    head = f'Content-Type: {kind}; name="Bao cao.eml"\r\nContent-Disposition: attachment; filename="Bao cao.eml"\r\n'
    if encoding:
        head += f"Content-Transfer-Encoding: {encoding}\r\n"
    return (
        (
            f"From: Van phong <{sender}>\r\nTo: cchc@sonoivu.angiang.example\r\nSubject: FW: bao cao\r\n"
            "Message-ID: <fw@x.example>\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="B"\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nKinh chuyen\r\n'
            f"--B\r\n{head}\r\n"
        ).encode()
        + coded.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        + b"\r\n--B--\r\n"
    )


def sent_to(province, address: str) -> str:
    """A mail of ours that left for the address; its Message-ID."""
    mail = Mail("thu-da-gui", "don_doc", MORNING, None, UNIT, (address,), (), "Nhắc", "<p>x</p>", "x")
    with province.store.write() as tx:
        enqueue(tx, mail)
        tx.connection.exec_driver_sql("UPDATE mails SET state = 'sent' WHERE mail_key = 'thu-da-gui'")
    return message_id("thu-da-gui", "sonoivu.angiang.example")

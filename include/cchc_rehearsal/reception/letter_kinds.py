"""Kinds of mails that come to the mailbox."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

from cchc_rehearsal.reception.drawing import Draw, ItemKind, SentParcel
from cchc_rehearsal.reception.folder_kinds import rubbish, with_macros, zipped
from cchc_rehearsal.reception.promises import MAILBOX, NUMBER_HEADER, Promise

XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OURS = "cchc@sonoivu.angiang.example"
_SUBJECT = "Re: Đề nghị gửi báo cáo quý I"
_PDF, _PICTURE = b"%PDF-1.7\n%%EOF\n", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 200
Attachment = tuple[str, bytes]


def letter(
    draw: Draw,
    *files: Attachment,
    headers: Mapping[str, str] | None = None,
    message_id: str | None = None,
    sender: str | None = None,
) -> EmailMessage:
    """A mail as a unit's program writes it, in answer to our request."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender or f"Văn phòng <{draw.unit.mailboxes[0]}>"
    mail["To"] = OURS
    mail["Subject"] = _SUBJECT
    mail["Message-ID"] = message_id or draw.message_id()
    mail[NUMBER_HEADER] = str(draw.number)
    for name, value in (headers or {}).items():
        del mail[name]
        mail[name] = value
    mail.set_content(f"Kính gửi Sở Nội vụ, đơn vị xin gửi báo cáo. {draw.mark}\n")
    for name, content in files:
        subtype = XLSX if name.endswith(".xlsx") else "octet-stream"
        mail.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    return mail


def _valid_with(draw: Draw, *raws: bytes) -> SentParcel:
    return SentParcel(Promise.TAKEN, letters=raws, figures=draw.filled().figures, boxes=draw.boxes)


def _form(draw: Draw) -> Attachment:
    return f"bieu_{draw.number:06}.xlsx", draw.filled().content


def _valid(draw: Draw) -> SentParcel:
    return _valid_with(draw, letter(draw, _form(draw)).as_bytes())


def _marks_of_machines(draw: Draw) -> SentParcel:
    """What lists, gateways and office systems put on mails of people."""
    marks = (
        {"Precedence": "bulk"},
        {
            "Precedence": "list",
            "List-Id": "<noi-bo.example>",
            "List-Unsubscribe": "<mailto:x@noi-bo.example>",
        },
        {"Auto-Submitted": "auto-generated"},
        {"Auto-Submitted": "auto-forwarded"},
        {"X-Autoreply": "no"},
        {"Subject": "Automatic reply: Báo cáo quý I"},
        {"X-Priority": "1", "Importance": "high"},
    )
    return _valid_with(draw, letter(draw, _form(draw), headers=draw.chance.choice(marks)).as_bytes())


def _forwarded(draw: Draw) -> SentParcel:
    inner = letter(draw, _form(draw), message_id="<goc@noi-bo.example>")
    del inner[NUMBER_HEADER]
    way = draw.chance.choice(("plain", "base64", "eml", "nested"))
    if way == "plain":
        outer = letter(draw)
        outer.add_attachment(inner)
        return _valid_with(draw, outer.as_bytes())
    if way == "eml":
        return _valid_with(draw, letter(draw, ("Báo cáo.eml", inner.as_bytes())).as_bytes())
    if way == "nested":
        middle = letter(draw, message_id="<giua@noi-bo.example>")
        del middle[NUMBER_HEADER]
        middle.add_attachment(inner)
        outer = letter(draw)
        outer.add_attachment(middle)
        return _valid_with(draw, outer.as_bytes())
    head, _, _ = letter(draw).as_bytes().partition(b"Content-Type:")
    body = base64.encodebytes(inner.as_bytes()).replace(b"\n", b"\r\n")
    return _valid_with(
        draw,
        head
        + b'Content-Type: multipart/mixed; boundary="bb"\r\n\r\n--bb\r\nContent-Type: message/rfc822\r\n'
        + b"Content-Transfer-Encoding: base64\r\n\r\n" + body + b"\r\n--bb--\r\n",
    )  # fmt: skip


def _senders(draw: Draw) -> SentParcel:
    """Addresses as mail programs write them."""
    box = draw.unit.mailboxes[0]
    written = draw.chance.choice(
        (
            box,
            f"<{box.upper()}>",
            f'"Văn phòng, {draw.unit.code}" <{box}>',
            f"Văn phòng UBND, phường ({draw.unit.code}) <{box}>",
            f"=?utf-8?B?{base64.b64encode('Văn phòng'.encode()).decode()}?= <{box}>",
            f"{box} (Văn phòng)",
        )
    )
    raw = letter(draw, _form(draw)).as_bytes()
    return _valid_with(draw, _with_header(raw, b"From", written.encode()))


def _with_header(raw: bytes, name: bytes, value: bytes) -> bytes:
    """The mail with a header written exactly so."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    kept, skipping = [], False
    for line in head.split(b"\r\n"):
        skipping = line.lower().startswith(name.lower() + b":") or (skipping and line[:1] in b" \t")
        if not skipping:
            kept.append(line)
    return b"\r\n".join([*kept, name + b": " + value]) + blank + body


def _odd_subject(draw: Draw) -> SentParcel:
    subjects = (
        b"=?utf-8?B?VGjDt?=",
        b"=?x-tcvn3?Q?=B8?=",
        b"=?utf-8?Q?=FF=FE?= =?utf-16?B?AA==",
        b"\xe1\xba b",
    )
    raw = letter(draw, _form(draw)).as_bytes()
    return _valid_with(draw, _with_header(raw, b"Subject", draw.chance.choice(subjects)))


def _wrapped(draw: Draw) -> SentParcel:
    name, content = _form(draw)
    if draw.chance.random() < 0.5:
        return _valid_with(draw, letter(draw, ("bao-cao.zip", zipped(draw, (name, content)))).as_bytes())
    return _valid_with(draw, letter(draw, (name.replace(".xlsx", ".xlsm"), with_macros(content))).as_bytes())


def _with_documents(draw: Draw) -> SentParcel:
    files = [_form(draw), ("ban-ky.pdf", _PDF), ("anh.jpg", _PICTURE)]
    draw.chance.shuffle(files)
    return _valid_with(draw, letter(draw, *files).as_bytes())


def _delivered_twice(draw: Draw) -> SentParcel:
    """One mail that the server delivered twice: it is one sending."""
    raw = letter(draw, _form(draw)).as_bytes()
    return replace(_valid_with(draw, raw, raw), once=True)


def _sent_again(draw: Draw) -> SentParcel:
    """The same form in a second mail: it counts once, and each mail has its answer."""
    return _valid_with(
        draw,
        letter(draw, _form(draw)).as_bytes(),
        letter(draw, _form(draw), message_id=draw.message_id("-2")).as_bytes(),
    )


def _faulty(draw: Draw) -> SentParcel:
    raw = letter(draw, ("bieu.xlsx", draw.filled(faulty=True).content)).as_bytes()
    return SentParcel(Promise.REJECTED, letters=(raw,), boxes=draw.boxes)


def _without_form(draw: Draw) -> SentParcel:
    content, suffix = rubbish(draw)
    files: tuple[tuple[Attachment, ...], ...] = (
        (),
        (("ban-ky.pdf", _PDF),),
        (("anh.jpg", _PICTURE),),
        ((f"bao-cao{suffix}", content),),
        (("bao-cao.rar", b"Rar!\x1a\x07\x01\x00" + draw.mark.encode()),),
        (("winmail.dat", b"\x78\x9f\x3e\x22" + draw.mark.encode()),),
    )
    raw = letter(draw, *draw.chance.choice(files)).as_bytes()
    return SentParcel(Promise.ANSWERED, letters=(raw,), boxes=draw.boxes)


def _ambiguous(draw: Draw) -> SentParcel:
    """Two different forms of one unit in one mail: nobody can know which is meant."""
    files = (_form(draw), ("ban-2.xlsx", draw.filled(faulty=True).content))
    return SentParcel(Promise.ANSWERED, letters=(letter(draw, *files).as_bytes(),), boxes=draw.boxes)


def _form_of_another(draw: Draw) -> SentParcel:
    other = draw.chance.choice([one for one in draw.forms.units if one.code != draw.unit.code])
    form = draw.forms.filled(draw.number, other)
    raw = letter(draw, ("bieu.xlsx", form.content)).as_bytes()
    return SentParcel(Promise.ANSWERED, letters=(raw,), boxes=draw.boxes)


def _stranger(draw: Draw) -> SentParcel:
    sender = f"nguoi-la-{draw.number}@noi-khac.example"
    files = (_form(draw),) if draw.chance.random() < 0.5 else (("ban-ky.pdf", _PDF),)
    return SentParcel(Promise.STRANGER, letters=(letter(draw, *files, sender=sender).as_bytes(),))


def _bounce(draw: Draw) -> SentParcel:
    raw = (
        f"From: MAILER-DAEMON@noi-khac.example\r\nTo: {OURS}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: {draw.message_id()}\r\n{NUMBER_HEADER}: {draw.number}\r\nAuto-Submitted: auto-replied\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nKhong gui duoc\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; noi-khac.example\r\n\r\n"
        f"Final-Recipient: rfc822; khong-co-{draw.number}@noi-khac.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b--\r\n"
    ).encode()
    return SentParcel(Promise.PERSON, letters=(raw,))


def _out_of_office(draw: Draw) -> SentParcel:
    headers = {"Auto-Submitted": "auto-replied", "Subject": "Trả lời tự động: vắng mặt"}
    return SentParcel(Promise.PERSON, letters=(letter(draw, headers=headers).as_bytes(),))


def _of_the_operators(draw: Draw) -> SentParcel:
    """A digest of ours that came back, or an operator who writes to the wrong address."""
    raw = letter(draw, sender=f"Sở Nội vụ <{OURS}>").as_bytes()
    return SentParcel(Promise.PERSON, letters=(raw,))


def _nested(draw: Draw) -> SentParcel:
    depth = draw.chance.choice((90, 400, 2000))
    head, _, _ = letter(draw).as_bytes().partition(b"Content-Type:")
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (one, one) for one in range(depth)
    )
    raw = head + parts + b"Content-Type: text/plain\r\n\r\nx\r\n"
    return SentParcel(Promise.WHOLE, letters=(raw,), boxes=draw.boxes)


_BUILDS: dict[str, tuple[float, Callable[[Draw], SentParcel]]] = {
    "mail_valid": (10, _valid),
    "mail_marks_of_machines": (4, _marks_of_machines),
    "mail_forwarded": (3, _forwarded),
    "mail_senders": (3, _senders),
    "mail_odd_subject": (2, _odd_subject),
    "mail_wrapped": (2, _wrapped),
    "mail_with_documents": (2, _with_documents),
    "mail_delivered_twice": (1, _delivered_twice),
    "mail_sent_again": (1, _sent_again),
    "mail_faulty": (3, _faulty),
    "mail_without_form": (4, _without_form),
    "mail_ambiguous": (1, _ambiguous),
    "mail_form_of_another": (1, _form_of_another),
    "mail_stranger": (2, _stranger),
    "mail_bounce": (1, _bounce),
    "mail_out_of_office": (1, _out_of_office),
    "mail_of_operators": (1, _of_the_operators),
    "mail_nested": (0.7, _nested),
}
LETTER_KINDS = {name: ItemKind(name, MAILBOX, weight, build) for name, (weight, build) in _BUILDS.items()}

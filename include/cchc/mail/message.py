"""The message that goes over the wire, built by the standard library: yagmail's own builder is never used.

yagmail attaches a file whose path is the body, sends the HTML source as text part, loses the address of a
named recipient, reuses one Message-ID for one subject and leaves .docx without a type. Here every part is
explicit, and the same mail has the same bytes on every attempt apart from its `Date`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.contentmanager import raw_data_manager
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, compat32
from email.utils import encode_rfc2231, format_datetime
from pathlib import Path

from cchc.addresses import check_address
from cchc.clock import TZ
from cchc.folding import without_accents
from cchc.mail.addresses import split_addresses
from cchc.mail.department import Department
from cchc.mail.mail import addresses_of, attachment_path, one_line
from cchc.mail.modes import subject_tags
from cchc.mail.page_links import PageLinks
from cchc.mail.render import render
from cchc.paths import Instance, InstanceSettings
from cchc.store import Row

_OFFICE = "vnd.openxmlformats-officedocument"
_TYPES = {
    ".xlsx": ("application", f"{_OFFICE}.spreadsheetml.sheet"),
    ".docx": ("application", f"{_OFFICE}.wordprocessingml.document"),
    ".pdf": ("application", "pdf"),
    ".csv": ("text", "csv"),
    ".ics": ("text", "calendar"),
    ".txt": ("text", "plain"),
    ".zip": ("application", "zip"),
    ".png": ("image", "png"),
}
BANNER_PLACE = "<!--che-do-->"

# Headers are folded by `email.header`. The parsed ones of `email.policy.SMTP` lose a blank of a sender's name with a
# comma, fail on a name with quotes, and encode an id of another house's mail that is longer than a line.
_POLICY = compat32.clone(linesep=SMTP.linesep)


@dataclass(frozen=True)
class Envelope:
    """What the server is told: sender, addresses still to be served, the bytes; and those we refuse."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    unusable: dict[str, str]


def build(
    row: Row,
    *,
    instance: Instance,
    settings: InstanceSettings,
    department: Department,
    sender: str,
    sent_at: datetime,
    links: PageLinks,
) -> Envelope:
    """The envelope of one row of `mails` in the given mode.

    Raises FileNotFoundError when an attachment is gone and RuleRefused when it lies outside the instance.
    """
    to, bad_to = split_addresses(addresses_of(row, "recipients"))
    copies, bad_copies = split_addresses(addresses_of(row, "copies"))
    copies = [address for address in copies if address not in to]
    meant = [*to, *copies]
    html, plain = links.put_into(row)
    tags = subject_tags(settings)
    redirected = settings.mail_mode == "redirect"
    if tags:
        shown = {"settings": settings, "recipients": meant}
        html = _with_banner(html, render("banner.html.j2", **shown))
        plain = render("banner.txt.j2", **shown) + "\n\n" + plain
    if redirected:
        to, copies = [check_address(settings.redirect_to or "")], []
    served = set() if redirected else set(addresses_of(row, "delivered"))

    message = EmailMessage(policy=_POLICY)
    headers = {
        "Message-ID": row["message_id"],
        "Date": format_datetime(sent_at.astimezone(TZ)),
        "From": f"{_words('From', department.sender_name)} <{sender}>",
        "Reply-To": department.reply_to,
        "To": ", ".join(to),
        "Cc": ", ".join(copies),
        "Subject": _words("Subject", f"{tags} {row['subject']}"),
        **_thread(row["in_reply_to"]),
        # Keeps holiday answers and mailing loops away (RFC 3834, and Exchange's own word for it).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    for name, value in headers.items():
        if value:
            message[name] = one_line(value)
    files = [attachment_path(instance, name) for name in addresses_of(row, "attachments")]
    _fill(message, row["mail_key"], plain, html, files)
    return Envelope(
        sender=sender,
        recipients=tuple(address for address in [*to, *copies] if address not in served),
        content=message.as_bytes(),
        unusable=bad_to | bad_copies,
    )


def _fill(message: EmailMessage, key: str, plain: str, html: str, files: Sequence[Path]) -> None:
    """Texts and files. The boundaries follow from the mail's key, so that equal mails have equal bytes."""
    mark = hashlib.sha256(key.encode()).hexdigest()[:32]
    message.set_content(plain, cte="base64", content_manager=raw_data_manager)
    message.make_alternative(boundary=f"=_cchc_{mark}_0")
    message.add_alternative(html, subtype="html", cte="base64", content_manager=raw_data_manager)
    if files:
        message.make_mixed(boundary=f"=_cchc_{mark}_1")
    for path in files:
        _attach(message, path)


def _attach(message: EmailMessage, path: Path) -> None:
    """With its name in full, and in ASCII for readers that know no `filename*` (RFC 2231)."""
    maintype, subtype = _TYPES.get(path.suffix.lower(), ("application", "octet-stream"))
    name = one_line(path.name)
    plain = _plain_name(name)
    message.add_attachment(
        path.read_bytes(),
        maintype=maintype,
        subtype=subtype,
        disposition=f'attachment; filename*={encode_rfc2231(name, "utf-8")}; filename="{plain}"',
        params={"name": plain},
        content_manager=raw_data_manager,
    )


def _plain_name(name: str) -> str:
    """In ASCII and shorter than 100 bytes, so that no reader and no header line breaks it."""
    path = Path(re.sub(r"[^A-Za-z0-9._-]+", "-", without_accents(name)))
    return path.stem[:80] + path.suffix[:19]


def _thread(in_reply_to: str | None) -> dict[str, str]:
    """The mail that is answered stands last in References (RFC 5322)."""
    ids = (in_reply_to or "").split()
    return {"In-Reply-To": ids[0], "References": " ".join([*ids[1:], ids[0]])} if ids else {}


def _words(name: str, text: str) -> str:
    """Text as header `name` holds it: encoded words, between blanks."""
    return Header(one_line(text), "utf-8", header_name=name).encode(linesep="")


def _with_banner(html: str, banner: str) -> str:
    if BANNER_PLACE in html:
        return html.replace(BANNER_PLACE, banner, 1)
    return f"<table>{banner}</table>{html}"

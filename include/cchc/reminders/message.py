"""The message that goes over the wire, built whole by us: yagmail's own builder is never used.

yagmail attaches a file whose path is the body, sends the HTML source as text part, loses the address of a
named recipient, reuses one Message-ID for one subject and leaves .docx without a type. Here every part is
explicit, and the same mail has the same bytes on every attempt apart from its `Date`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from cchc.clock import TZ
from cchc.paths import Instance, InstanceSettings
from cchc.reminders.addresses import check_address, split_addresses
from cchc.reminders.department import Department
from cchc.reminders.mail import addresses_of, attachment_path, one_line
from cchc.reminders.modes import subject_tags
from cchc.reminders.render import render
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
) -> Envelope:
    """The envelope of one row of `mails` in the given mode.

    Raises FileNotFoundError when an attachment is gone and RuleRefused when it lies outside the instance.
    """
    to, bad_to = split_addresses(addresses_of(row, "recipients"))
    copies, bad_copies = split_addresses(addresses_of(row, "copies"))
    copies = [address for address in copies if address not in to]
    meant = [*to, *copies]
    html, plain = row["html"], row["plain"]
    tags = subject_tags(settings)
    redirected = settings.mail_mode == "redirect"
    if tags:
        shown = {"settings": settings, "recipients": meant}
        html = _with_banner(html, render("banner.html.j2", **shown))
        plain = render("banner.txt.j2", **shown) + "\n\n" + plain
    if redirected:
        to, copies = [check_address(settings.redirect_to or "")], []
    served = set() if redirected else set(addresses_of(row, "delivered"))

    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = row["message_id"]
    message["Date"] = format_datetime(sent_at.astimezone(TZ))
    message["From"] = Address(one_line(department.sender_name), addr_spec=sender)
    message["Reply-To"] = department.reply_to
    if to:
        message["To"] = ", ".join(to)
    if copies:
        message["Cc"] = ", ".join(copies)
    message["Subject"] = one_line(f"{tags} {row['subject']}")
    if row["in_reply_to"]:
        answered, *earlier = row["in_reply_to"].split()
        message["In-Reply-To"] = answered
        message["References"] = " ".join(
            [*earlier, answered]
        )  # the mail that is answered stands last (RFC 5322)
    # Keeps holiday answers and mailing loops away (RFC 3834, and Exchange's own word for it).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(plain, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    _attach(message, [attachment_path(instance, name) for name in addresses_of(row, "attachments")])
    _fix_boundaries(message, row["mail_key"])
    return Envelope(
        sender=sender,
        recipients=tuple(address for address in [*to, *copies] if address not in served),
        content=message.as_bytes(),
        unusable=bad_to | bad_copies,
    )


def _attach(message: EmailMessage, files: Sequence[Path]) -> None:
    for path in files:
        maintype, subtype = _TYPES.get(path.suffix.lower(), ("application", "octet-stream"))
        message.add_attachment(
            path.read_bytes(), maintype=maintype, subtype=subtype, filename=one_line(path.name)
        )


def _fix_boundaries(message: EmailMessage, key: str) -> None:
    """Boundaries from the mail's key instead of random ones. base64 parts cannot hold a line of hyphens."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            digest = hashlib.sha256(f"{key}/{number}".encode()).hexdigest()[:32]
            part.set_boundary(f"=_cchc_{digest}")


def _with_banner(html: str, banner: str) -> str:
    if BANNER_PLACE in html:
        return html.replace(BANNER_PLACE, banner, 1)
    return f"<table>{banner}</table>{html}"

"""The message that goes over the wire, built whole by us: yagmail's own builder is never used.

yagmail attaches a file whose path is the body, sends the HTML source as text part, loses the address of a
named recipient, reuses one Message-ID for one subject and leaves .docx without a type. Here every part is
explicit, and the same mail has the same bytes on every attempt apart from its `Date`.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import encode_rfc2231, format_datetime
from functools import lru_cache
from pathlib import Path

from cchc.clock import TZ
from cchc.errors import RuleRefused
from cchc.paths import Instance, InstanceSettings
from cchc.reminders.addresses import check_address, split_addresses
from cchc.reminders.department import Department
from cchc.reminders.mail import addresses_of, attachment_path, one_line
from cchc.reminders.modes import subject_tags
from cchc.reminders.render import render
from cchc.store import Row
from cchc.texts import t

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
_FOLD = "\r\n "
_LINE = 76  # characters of base64 (RFC 2045, 6.8)
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

    headers = {
        "Message-ID": row["message_id"],
        "Date": format_datetime(sent_at.astimezone(TZ)),
        "From": f"{_words(one_line(department.sender_name))} <{sender}>",
        "Reply-To": department.reply_to,
        "To": f",{_FOLD}".join(to),
        "Cc": f",{_FOLD}".join(copies),
        "Subject": _words(one_line(f"{tags} {row['subject']}"), len("Subject: ")),
        **_thread(row["in_reply_to"]),
        # Keeps holiday answers and mailing loops away (RFC 3834, and Exchange's own word for it).
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    files = [attachment_path(instance, name) for name in addresses_of(row, "attachments")]
    return Envelope(
        sender=sender,
        recipients=tuple(address for address in [*to, *copies] if address not in served),
        content=_content(row["mail_key"], headers, plain, html, files),
        unusable=bad_to | bad_copies,
    )


def _content(key: str, headers: Mapping[str, str], plain: str, html: str, files: Sequence[Path]) -> bytes:
    """The message as bytes. Written out here rather than by the email package, whose generators parse and fold every
    header again: that costs several times as much as sending the mail."""
    texts = [_part("text/plain; charset=utf-8", _crlf(plain)), _part("text/html; charset=utf-8", _crlf(html))]
    kind, body = _multipart("alternative", f"{key}/0", texts)
    if files:
        kind, body = _multipart(
            "mixed", f"{key}/1", [(f"Content-Type: {kind}", body), *map(_attachment, files)]
        )
    fields = [f"{name}: {_checked(value)}" for name, value in headers.items() if value]
    head = "\r\n".join([*fields, "MIME-Version: 1.0", f"Content-Type: {kind}", "", ""])
    return head.encode("ascii") + body


Part = tuple[str, bytes]  # the lines of its header, and its body


def _multipart(subtype: str, name: str, parts: Sequence[Part]) -> tuple[str, bytes]:
    """Its content type and its body. The boundary follows from the mail's key, so that equal mails have equal bytes;
    base64 parts cannot hold a line of hyphens."""
    boundary = f"=_cchc_{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    opening, closing = f"--{boundary}\r\n".encode(), f"--{boundary}--\r\n".encode()
    body = b"".join(
        opening + head.encode("ascii") + b"\r\n\r\n" + content + b"\r\n" for head, content in parts
    )
    return f'multipart/{subtype}; boundary="{boundary}"', body + closing


def _part(kind: str, content: bytes, disposition: str = "") -> Part:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64{disposition}"
    encoded = b2a_base64(content, newline=False)
    lines = (encoded[start : start + _LINE] + b"\r\n" for start in range(0, len(encoded), _LINE))
    return head, b"".join(lines)


def _attachment(path: Path) -> Part:
    """A letter or a calendar that a hundred mails carry is read and encoded once."""
    state = path.stat()
    return _encoded(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _encoded(path: Path, _changed_at: int, _size: int) -> Part:
    maintype, subtype = _TYPES.get(path.suffix.lower(), ("application", "octet-stream"))
    name = f"filename*={encode_rfc2231(one_line(path.name), 'utf-8')}"
    disposition = f"\r\nContent-Disposition: attachment;\r\n {name}"
    return _part(f"{maintype}/{subtype}", path.read_bytes(), disposition)


def _crlf(text: str) -> bytes:
    return ("\r\n".join(text.splitlines()) + "\r\n").encode()


def _checked(value: str) -> str:
    """A header's value as it was folded here; a line break of any other kind must never get this far."""
    if not value.isascii() or any(c in value.replace(_FOLD, "") for c in "\r\n\x00"):
        raise RuleRefused("bad-header", t("reminders.bad_header", value=one_line(value)))
    return value


def _thread(in_reply_to: str | None) -> dict[str, str]:
    """The mail that is answered stands last in References (RFC 5322)."""
    if not in_reply_to:
        return {}
    answered, *earlier = in_reply_to.split()
    return {"In-Reply-To": answered, "References": _FOLD.join([*earlier, answered])}


@lru_cache(maxsize=1024)
def _words(text: str, used: int = 0) -> str:
    """Text as a header holds it: encoded words where it is not ASCII or would be read as something else, folded."""
    return Header(text, "utf-8", header_name="x" * used, maxlinelen=76).encode(linesep="\r\n")


def _with_banner(html: str, banner: str) -> str:
    if BANNER_PLACE in html:
        return html.replace(BANNER_PLACE, banner, 1)
    return f"<table>{banner}</table>{html}"

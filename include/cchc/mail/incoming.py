"""A mail as it came: who sent it, which thread it stands in, whether a machine wrote it, what is attached.

Only what is needed to take in a workbook and to answer is read; the body's text is never looked at. The parser is
the forgiving one of the standard library (a broken mail gives what can be saved of it), with imap-tools for names.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from imap_tools import MailMessage

from cchc.files import sha256_bytes
from cchc.folding import folded
from cchc.mail.delivery_report import Failure, delivery_failures

MOST_PARTS = 200  # a mail with more parts is no letter of a unit
_ID = re.compile(r"<[^<>\s\x00-\x1f]{3,250}>")
_MOST_REFERENCES = 20
# What a reply machine puts before the subject where it forgets to say so in a header.
_AUTO_SUBJECT = re.compile(
    r"^\s*(automatic reply|auto(matic)?[- ]?response|out of (the )?office|trả lời tự động|thư trả lời tự động|"
    r"tự động trả lời|undeliver(able|ed)|delivery status notification|mail delivery (failed|failure|subsystem))",
    re.IGNORECASE,
)
_MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+@._-]|$)", re.IGNORECASE
)
_BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_SEALED = {
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "multipart/encrypted",
    "application/pgp-encrypted",
}


@dataclass(frozen=True)
class Attached:
    """A file of a mail. `inline`: a picture that only decorates the text; `broken`: it did not arrive whole."""

    name: str
    kind: str  # the type that the mail states, e.g. application/pdf; not to be trusted
    content: bytes = field(repr=False)
    inline: bool = False
    broken: bool = False


@dataclass(frozen=True)
class Letter:
    """What is read of a mail. `sender` is '' when no address can be made out of the From line.

    thread: Message-IDs to answer, the mail's own first. by_machine: an automatic answer, a bounce or a list: never
    answered; bounce: a report of a mail server about a mail;
    failures: the addresses that it says cannot be reached.
    sealed: encrypted as a whole. mark: tells mails apart, whatever place they lie in.
    """

    sender: str
    message_id: str | None
    thread: str | None
    mark: str
    by_machine: bool
    bounce: bool
    sealed: bool
    attached: tuple[Attached, ...] = ()
    authentication: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()

    def vouched(self, authserv_id: str | None) -> bool:
        """Whether our own mail server says that the From line is no forgery (RFC 8601); it is believed where none is
        named. `authserv_id`: the name under which that server writes Authentication-Results."""
        if not authserv_id:
            return True
        own = [
            line for line in self.authentication if line.split(";")[0].split()[:1] == [authserv_id.lower()]
        ]
        return any(re.search(r"\bdmarc\s*=\s*pass\b", line) for line in own)


def read_letter(raw: bytes) -> Letter:
    """The letter in the bytes of a mail, however broken: what cannot be made out is empty. Forwarded mails inside are
    searched for their files, but it is the outer sender who sent them."""
    mail = MailMessage.from_bytes(raw)
    outer = mail.obj
    attached = tuple(_attached(outer))
    by_machine = _by_machine(outer, _sender(mail), _text(mail))
    message_id = _first_id(outer, "message-id")
    return Letter(
        sender=_sender(mail),
        message_id=message_id,
        thread=_thread(outer, message_id),
        mark=_mark(message_id, attached, raw),
        by_machine=by_machine,
        bounce=outer.get_content_type() == "multipart/report",
        sealed=outer.get_content_type() in _SEALED,
        attached=attached,
        authentication=tuple(str(line).lower() for line in outer.get_all("Authentication-Results", [])),
        failures=delivery_failures(outer) if by_machine else (),
    )


def _sender(mail: MailMessage) -> str:
    try:
        found = mail.from_values
    except (
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
    ):  # header parsers of the library fail on garbage so
        return ""
    return found.email.strip().lower() if found else ""


def _text(mail: MailMessage) -> str:
    try:
        return str(mail.subject)
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""


def _by_machine(outer: Message, sender: str, subject: str) -> bool:
    """RFC 3834 and the habits of those who do not follow it."""
    submitted = str(outer.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if str(outer.get("Precedence", "")).strip().lower() in _BULK:
        return True
    if any(
        outer.get(name) is not None
        for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
    ):
        return True
    if str(outer.get("Return-Path", "")).strip() == "<>" or outer.get_content_type() == "multipart/report":
        return True
    return bool(_MACHINES.match(sender)) or bool(_AUTO_SUBJECT.match(folded(subject)))


def _first_id(outer: Message, header: str) -> str | None:
    found = _ID.search(str(outer.get(header, "")))
    return found[0] if found else None


def _thread(outer: Message, message_id: str | None) -> str | None:
    """The mail's own id first, then the earlier ones in their order, each once."""
    earlier = _ID.findall(str(outer.get("References", ""))) or _ID.findall(str(outer.get("In-Reply-To", "")))
    ids = dict.fromkeys([*([message_id] if message_id else []), *earlier[-_MOST_REFERENCES:]])
    return " ".join(ids) or None


def _mark(message_id: str | None, attached: tuple[Attached, ...], raw: bytes) -> str:
    """The same mail delivered twice has the same mark; two mails under one Message-ID (some programs do that) have not.

    A mail without Message-ID is told by its bytes.
    """
    if message_id is None:
        return sha256_bytes(raw)
    parts = [message_id.encode(), *(sha256_bytes(one.content).encode() for one in attached)]
    return sha256_bytes(b"\n".join(parts))


def _attached(outer: Message) -> Iterator[Attached]:
    for number, part in enumerate(outer.walk()):
        if number >= MOST_PARTS:
            return
        # Only the shell of a forwarded mail and of a bundle; their parts come next.
        if part.is_multipart() or part.get_content_maintype() == "multipart":
            continue
        name = _name(part)
        kind = part.get_content_type()
        if (
            not name
            and kind in ("text/plain", "text/html")
            and part.get_content_disposition() != "attachment"
        ):
            continue  # the letter's own words
        content, broken = _payload(part)
        inline = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
        if name or content:
            yield Attached(name or f"tep-{number}", kind, content, inline, broken)


def _name(part: Message) -> str:
    """The file's name without any path or control character, as RFC 2231 or RFC 2047 wrote it."""
    from imap_tools.message import MailAttachment

    try:
        name = MailAttachment(part).filename
    except (ValueError, LookupError, AttributeError, TypeError):
        return ""
    flat = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return flat.strip().lstrip(".")[-150:]


def _payload(part: Message) -> tuple[bytes, bool]:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        return b"", True
    broken = bool(part.defects)
    return (content if isinstance(content, bytes) else b""), broken

"""A mail as it came: who sent it, which thread it stands in, whether a machine wrote it, what is attached.

Only what is needed to take in a workbook, to answer and to see a plea for more time is read; words are never kept. The
parser is the forgiving one of the standard library: a broken mail gives what can be saved of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from cchc.files import sha256_bytes
from cchc.folding import folded
from cchc.mail.delivery_report import Failure, delivery_failures
from cchc.mail.parts import Attached, files_of, parsed, words_of
from cchc.mail.senders import Proof, proof_of, sender_of

MOST_FILES = 200  # a mail with more is no letter of a unit
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
class Letter:
    """What is read of a mail. `sender` is '' when no single address can be made out of the From line.

    thread: Message-IDs to answer, the mail's own first. by_machine: a machine or a list had a hand in it, so that
    nothing but a workbook in it is answered; bounce: a report of a mail server about a mail;
    failures: the addresses that it says cannot be reached.
    sealed: encrypted as a whole. mark: tells mails apart, whatever place they lie in. cut: it has too many files to
    read them all. words: subject and text, without what is quoted.
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
    cut: bool = False
    words: str = field(default="", repr=False)

    def proof(self, authserv_id: str | None) -> Proof:
        """What our own mail server, which writes Authentication-Results under that name, proves of the sender."""
        return proof_of(self.authentication, authserv_id, self.sender)


def read_letter(raw: bytes) -> Letter:
    """The letter in the bytes of a mail, however broken: what cannot be made out is empty. Forwarded mails inside are
    searched for their files, but it is the outer sender who sent them."""
    outer = parsed(raw)
    files = list(islice(files_of(outer), MOST_FILES + 1))
    attached = tuple(files[:MOST_FILES])
    sender, subject, words = sender_of(outer), _subject(outer), words_of(outer)
    by_machine = _by_machine(outer, sender, subject)
    message_id = _first_id(outer, "message-id")
    return Letter(
        sender=sender,
        message_id=message_id,
        thread=_thread(outer, message_id),
        mark=_mark(message_id, attached, words, raw),
        by_machine=by_machine,
        bounce=outer.get_content_type() == "multipart/report",
        sealed=outer.get_content_type() in _SEALED,
        attached=attached,
        authentication=tuple(str(line) for line in outer.get_all("Authentication-Results", [])),
        failures=delivery_failures(outer) if by_machine else (),
        cut=len(files) > MOST_FILES,
        words=f"{subject}\n{words}",
    )


def _subject(outer: Message) -> str:
    raw = str(outer.get("Subject", ""))
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return raw


def _by_machine(outer: Message, sender: str, subject: str) -> bool:
    """RFC 3834 and the habits of those who do not follow it."""
    submitted = str(outer.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if str(outer.get("Precedence", "")).strip().lower() in _BULK:
        return True
    if any(outer.get(name) is not None for name in ("List-Id", "List-Unsubscribe")):
        return True
    if any(_says_yes(outer.get(name)) for name in ("X-Autoreply", "X-Autorespond")):
        return True
    if str(outer.get("Return-Path", "")).strip() == "<>" or outer.get_content_type() == "multipart/report":
        return True
    return bool(_MACHINES.match(sender)) or bool(_AUTO_SUBJECT.match(folded(subject)))


def _says_yes(value: object) -> bool:
    return value is not None and str(value).strip().lower() not in ("no", "false", "0")


def _first_id(outer: Message, header: str) -> str | None:
    found = _ID.search(str(outer.get(header, "")))
    return found[0] if found else None


def _thread(outer: Message, message_id: str | None) -> str | None:
    """The mail's own id first, then the earlier ones in their order, each once."""
    earlier = _ID.findall(str(outer.get("References", ""))) or _ID.findall(str(outer.get("In-Reply-To", "")))
    ids = dict.fromkeys([*([message_id] if message_id else []), *earlier[-_MOST_REFERENCES:]])
    return " ".join(ids) or None


def _mark(message_id: str | None, attached: tuple[Attached, ...], words: str, raw: bytes) -> str:
    """The same mail delivered twice has the same mark; two mails under one Message-ID (some programs do that) have not.

    A mail without Message-ID is told by its bytes; one without files by its words, which lists and gateways seldom
    change as they change the headers.
    """
    if message_id is None:
        return sha256_bytes(raw)
    contents = [sha256_bytes(one.content) for one in attached] or [
        sha256_bytes(words.encode("utf-8", "replace"))
    ]
    return sha256_bytes("\n".join([message_id, *contents]).encode())

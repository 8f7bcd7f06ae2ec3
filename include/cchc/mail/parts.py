"""The files in a mail and in the mails that it forwards, whatever they are encoded in; and what its writer says."""

from __future__ import annotations

import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

_MAILS = ("message/rfc822", "message/global")
_CODED = ("base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue")
_TEXTS = ("text/plain", "text/html")
# What a mail has and a text seldom: three of these headers before the first empty line.
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*):")
_TELLING = frozenset(
    (b"from", b"to", b"subject", b"date", b"received", b"message-id", b"mime-version", b"content-type", b"return-path")
)  # fmt: skip
_LONGEST_WORDS = 4000
_LONGEST_BODY = 200_000
# Where the words of an earlier mail begin: a rule, or what programs write above what they quote.
_QUOTED = re.compile(
    r"^\s*(>|-{3,}|_{5,}|(từ|from|người gửi)\s*:|(vào|on)\b.{0,120}\b(đã viết|wrote)\s*:)", re.IGNORECASE
)
_TAG = re.compile(
    r"<(?:style|script|head)\b.*?</(?:style|script|head)\s*>|<!--.*?-->|<[^<>]*>", re.DOTALL | re.I
)
_LINE = re.compile(r"<(?:br|/p|/div|/tr|/li|hr|blockquote)\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Attached:
    """A file of a mail. `inline`: a picture that only decorates the text; `broken`: it did not arrive whole."""

    name: str
    kind: str  # the type that the mail states, e.g. application/pdf; not to be trusted
    content: bytes = field(repr=False)
    inline: bool = False
    broken: bool = False


class _Parsed(Message):
    """A mail as the parser makes it, but for forwarded ones that are encoded: the standard forbids it, Gmail, Exchange
    and gateways do so, and the parser would take the code for the mail. They stay one file, which is decoded later."""

    def get_content_maintype(self) -> str:
        """What the parser asks before it looks for a mail within."""
        coding = str(self.get("Content-Transfer-Encoding", "")).strip().lower()
        if coding in _CODED and self.get_content_type() in _MAILS:
            return "application"
        return super().get_content_maintype()


def parsed(content: bytes) -> Message:
    """The mail in the bytes, by the forgiving parser of the standard library."""
    return message_from_bytes(content, _class=_Parsed)


def looks_like_mail(content: bytes) -> bool:
    """Whether bytes are a mail as programs save it: several of its headers stand at the top."""
    head = content[:16384].lstrip(b"\xef\xbb\xbf\r\n").split(b"\n\r\n")[0].split(b"\n\n")[0]
    names = {found[1].lower() for line in head.splitlines() if (found := _HEADER.match(line))}
    return len(names & _TELLING) >= 3


def files_of(mail: Message) -> Iterator[Attached]:
    """The files of a mail, those of forwarded mails among them; the letter's own words are none."""
    for number, part in enumerate(leaves(mail)):
        name, kind = _name(part), part.get_content_type()
        if not name and kind in _TEXTS and part.get_content_disposition() != "attachment":
            continue
        content, broken = _payload(part)
        inline = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
        if name or content:
            yield Attached(name or f"tep-{number}", kind, content, inline, broken)


def leaves(mail: Message) -> Iterator[Message]:
    """The parts that hold something: the shells of bundles and of forwarded mails are opened."""
    if mail.is_multipart():
        for part in mail.get_payload():
            if isinstance(part, Message):
                yield from leaves(part)
    else:
        yield mail


def words_of(mail: Message) -> str:
    """What the writer says, without what is quoted of earlier mails; the beginning is enough."""
    texts = {part.get_content_type(): part for part in reversed(list(leaves(mail))) if not _name(part)}
    part = texts.get("text/plain") or texts.get("text/html")
    if part is None:
        return ""
    raw = _payload(part)[0][:_LONGEST_BODY]
    try:
        text = raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = raw.decode("utf-8", "replace")
    if part.get_content_type() == "text/html":
        text = html.unescape(_TAG.sub(" ", _LINE.sub("\n", text)))
    own = list[str]()
    for line in text.splitlines():
        if _QUOTED.match(line):
            break
        own.append(line)
    return "\n".join(own)[:_LONGEST_WORDS]


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
    """(bytes, whether they did not arrive whole). What says that it is a bundle and has no parts is broken."""
    kind = part.get_content_type()
    if kind in _MAILS and "base64" in str(part.get("Content-Transfer-Encoding", "")).lower():
        plain = str(part.get_payload()).encode("utf-8", "surrogateescape")
        if looks_like_mail(plain):
            return plain, False  # it says that it is encoded, and is not
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, binascii.Error):
        return b"", True
    if not isinstance(content, bytes):
        return b"", True
    whole = looks_like_mail(content) if kind in _MAILS else part.get_content_maintype() != "multipart"
    return content, bool(part.defects) or not whole

"""What a mail server says about a mail of ours that it could not deliver (RFC 3464, and Exim's older way)."""

# flufl.bounce does not take over: no status, words or Message-ID; a failure with status 4.x.x counts for good; it skips
# addresses of type `utf-8` (RFC 6533) or without a type, and raises on a mail without a sender.

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

LONGEST_WORDS = 300
_ADDRESS = re.compile(r"[^\s<>;,\"()]+@[^\s<>;,\"()]+")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ID = re.compile(r"<[^<>\s]{3,250}>")


@dataclass(frozen=True)
class Failure:
    """One address that will not get the mail. `status` is of RFC 3463, '5.0.0' when the server gave none."""

    address: str
    status: str
    words: str
    message_id: str | None


def delivery_failures(outer: Message) -> tuple[Failure, ...]:
    """The addresses that failed for good, each once; delays and good news are none. Never raises for a broken mail."""
    about = _original_id(outer)
    found: dict[str, Failure] = {}
    for fields in _recipient_fields(outer):
        action = str(fields.get("Action", "")).strip().lower()
        status = _STATUS.search(str(fields.get("Status", "")))
        words = _flat(
            str(fields.get("Diagnostic-Code", "")).partition(";")[2] or str(fields.get("Status", ""))
        )
        # The address that we wrote to comes first: a forwarding server names its own besides.
        address = _address(fields.get("Original-Recipient")) or _address(fields.get("Final-Recipient"))
        # Some servers put a remark behind the action, and opensmtpd calls it 'error'.
        if address and action.startswith(("fail", "error")) and not (status and status[1] == "4"):
            found.setdefault(address, Failure(address, status[0] if status else "5.0.0", words, about))
    for header in outer.get_all("X-Failed-Recipients", []):
        for address in _ADDRESS.findall(str(header)):
            found.setdefault(address.lower(), Failure(address.lower(), "5.0.0", "", about))
    return tuple(found.values())


def _recipient_fields(outer: Message) -> Iterator[Message]:
    """The groups of fields about one recipient each; the first group is about the mail as a whole."""
    for part in outer.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            yield from (group for group in payload if isinstance(group, Message) and "Action" in group)


def _address(value: object) -> str | None:
    """`rfc822; a@b.example` -> `a@b.example`."""
    found = _ADDRESS.search(str(value or "").rpartition(";")[2])
    return found[0].lower() if found else None


def _original_id(outer: Message) -> str | None:
    """Message-ID of our mail, from the copy or the headers that the report encloses."""
    for part in outer.walk():
        if part.get_content_type() == "text/rfc822-headers":
            found = re.search(r"(?im)^message-id:\s*(<[^<>\s]{3,250}>)", str(part.get_payload()))
            if found:
                return found[1]
        elif part.get_content_type() == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message) and (known := _ID.search(str(inner.get("Message-ID", "")))):
                return known[0]
    return None


def _flat(words: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())[:LONGEST_WORDS]

"""Whom a mail says it comes from, and whether our own mail server proves it.

Addresses are read by the parser of the standard library; only where a header breaks the rules (a comma outside quotes,
a stray quote) the one address in angle brackets counts, as in mail programs. Two different addresses are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.headerregistry import HeaderRegistry
from email.message import Message
from enum import StrEnum
from typing import Any

import authres

_REGISTRY = HeaderRegistry()
_ANGLE = re.compile(r"<\s*([^<>\s]+@[^<>\s]+)\s*>")
# What the parsers of headers raise on garbage.
_GARBAGE = (ValueError, LookupError, AttributeError, TypeError, RecursionError, HeaderParseError)
_SILENT = ("none", "temperror", "permerror")  # a check that said nothing about the mail


class Proof(StrEnum):
    """What our mail server says of a sender: proven; not; or no server is named whose word would count."""

    PROVEN = "proven"
    MISSING = "missing"
    UNKNOWN = "unknown"


def sender_of(mail: Message) -> str:
    """The one address of the From line, in lower case; '' when there is none or more than one."""
    found = {address for value in mail.get_all("From", []) for address in addresses_in(str(value))}
    return found.pop() if len(found) == 1 else ""


def addresses_in(value: str) -> set[str]:
    """The addresses of a header such as From, in lower case; of encoded words only when nothing else is there."""
    flat = " ".join(value.split())
    try:
        return _parsed(flat) or ("=?" in flat and _parsed(str(make_header(decode_header(flat))))) or set()
    except _GARBAGE:
        return set()


def _parsed(value: str) -> set[str]:
    header = _header(value)
    bracketed = _ANGLE.findall(value)
    if header.defects and len(bracketed) > 1:
        return {address.lower() for address in bracketed}
    if header.defects and bracketed:
        header = _header(f"<{bracketed[0]}>")
    return {one.addr_spec.lower() for one in header.addresses if one.username and one.domain}


def _header(value: str) -> Any:
    """Its class is made by the registry: an address header with `addresses` and `defects`."""
    return _REGISTRY("From", value)


def proof_of(results: Iterable[str], authserv_id: str | None, sender: str) -> Proof:
    """What the Authentication-Results of a mail, from the top, prove about its sender (RFC 8601).

    Only headers under the name of our own server count, and of those the topmost, which it wrote last: a header below
    it may have come with the mail. One that contradicts it takes its proof away. DMARC decides; where it says nothing,
    SPF or DKIM for exactly the domain of the From line does.
    """
    if not authserv_id:
        return Proof.UNKNOWN
    domain = sender.rpartition("@")[2]
    own = [found for found in map(_read, results) if found and _is_id(found.authserv_id, authserv_id)]
    if not domain or not own:
        return Proof.MISSING
    said = [_dmarc(one, domain) for one in own]
    if False in said:
        return Proof.MISSING
    proven = said[0] if said[0] is not None else _aligned(own[0], domain)
    return Proof.PROVEN if proven else Proof.MISSING


def _read(value: str) -> authres.AuthenticationResultsHeader | None:
    flat = " ".join(value.split())
    try:
        return authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {flat}")
    except (authres.AuthResError, *_GARBAGE):
        return None


def _is_id(found: str | None, own: str) -> bool:
    return (found or "").casefold() == own.strip().casefold()


def _dmarc(found: authres.AuthenticationResultsHeader, domain: str) -> bool | None:
    """Whether every result of DMARC is a pass for the domain; None when none says anything."""
    results = [one for one in found.results if one.method == "dmarc" and one.result not in _SILENT]
    if not results:
        return None
    return all(one.result == "pass" and _of(one, "header", "from") in ("", domain) for one in results)


def _aligned(found: authres.AuthenticationResultsHeader, domain: str) -> bool:
    passed = [one for one in found.results if one.result == "pass"]
    spf = (_of(one, "smtp", "mailfrom") for one in passed if one.method == "spf")
    dkim = (_of(one, "header", "d") or _of(one, "header", "i") for one in passed if one.method == "dkim")
    return domain in {*spf, *dkim}


def _of(result: authres.AuthenticationResult, kind: str, name: str) -> str:
    """The domain in a property of a result, '' when it has none; two of one name are none that can be trusted."""
    values = {str(one.value).casefold() for one in result.properties if (one.type, one.name) == (kind, name)}
    if len(values) > 1:
        return "?"
    return next(iter(values), "").rpartition("@")[2].rstrip(".")

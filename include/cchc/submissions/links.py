"""Links that units give as evidence: which may be opened at all, by their text and by the addresses of their host.

A link must lead to where an appraiser can look, and opening it (`link_opening`) must not lead into anybody's network:
https only, and a host that resolves to public addresses alone.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from cchc.texts import t

MOST_LINKS = 20  # of one unit
_INSIDE = (".local", ".localhost", ".lan", ".internal", ".intranet", ".home", ".corp")


def is_link(text: str) -> bool:
    return "://" in text or text.lower().startswith("www.")


def refusal_of(url: str) -> str:
    """Why a link cannot be evidence, by its text alone; '' when it may be opened."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return t("submissions.links.no_link", url=url)
    if leads_inside(url):
        return t("submissions.links.inside", url=url)
    if parts.scheme != "https" or parts.username is not None:
        return t("submissions.links.not_https", url=url)
    return ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def leads_inside(url: str) -> bool:
    """Whether the link itself says that only a network of its own reaches it."""
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if not host:
        return False
    address = address_of(host)
    if address is not None:
        return not is_public(str(address))
    name = host.rstrip(".")
    return "." not in name or name.endswith(_INSIDE)


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, also as one number or in parts that are left out, as browsers read them."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    parts = host.split(".")
    try:
        numbers = [int(part, 16 if part.startswith("0x") else 8 if part[:1] == "0" and part != "0" else 10)
                   for part in parts]  # fmt: skip
    except ValueError:
        return None
    if len(numbers) > 4:
        return None
    value = numbers[-1] + sum(number << (8 * (3 - place)) for place, number in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(value) if 0 <= value < 1 << 32 else None


def is_public(address: str) -> bool:
    """Whether everybody can reach it: not private, loopback, link-local, reserved, multicast or mapped onto such."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found.is_site_local:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)

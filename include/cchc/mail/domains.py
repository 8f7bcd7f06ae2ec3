"""Whether a domain takes mail at all: an address that somebody invented gets no answer of ours."""

from __future__ import annotations

import dns.exception
import dns.resolver

_SECONDS = 5.0
# Names that are never given to anybody (RFC 2606, RFC 6762); no question leaves the house for them.
_NOBODYS = (".example", ".invalid", ".test", ".localhost", ".local", ".internal")


def takes_mail(domain: str, resolver: dns.resolver.Resolver | None = None) -> bool | None:
    """Whether the domain names a server for mail, or is one; None when nobody can say now."""
    if f".{domain.lower()}".endswith(_NOBODYS) or "." not in domain:
        return False
    try:
        asked = resolver or dns.resolver.get_default_resolver()
        return _has_exchanger(asked, domain) or any(_has(asked, domain, kind) for kind in ("A", "AAAA"))
    except dns.resolver.NXDOMAIN:
        return False
    except (dns.exception.DNSException, OSError):
        return None


def _has_exchanger(resolver: dns.resolver.Resolver, domain: str) -> bool:
    try:
        answer = resolver.resolve(domain, "MX", lifetime=_SECONDS)
    except dns.resolver.NoAnswer:
        return False
    if all(str(one.exchange) == "." for one in answer):  # "no mail is taken here" (RFC 7505)
        raise dns.resolver.NXDOMAIN
    return True


def _has(resolver: dns.resolver.Resolver, domain: str, kind: str) -> bool:
    try:
        return bool(resolver.resolve(domain, kind, lifetime=_SECONDS))
    except dns.resolver.NoAnswer:
        return False

"""Links that units give as evidence: which may be opened at all, and what comes of opening them.

A link must lead to where an appraiser can look, and opening it must not lead into anybody's network: https only, a host
that resolves to public addresses alone, each step of a redirect looked at again. The connection goes to the address
that was looked at, so that a name that answers otherwise the second time leads nowhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import dns.exception
import dns.resolver
import urllib3
import urllib3.exceptions

from cchc.run import Run
from cchc.scores import EvidenceStatus, KeptEvidence, evidence_of, put_evidence_check
from cchc.texts import t

MOST_LINKS = 20  # of one unit
SECONDS = 5  # for one link, all its redirects together
_MOST_STEPS = 5
_AT_ONCE = 8
_INSIDE = (".local", ".localhost", ".lan", ".internal", ".intranet", ".home", ".corp")
_NOT_ALLOWED_IS_THERE = (401, 403, 405, 501)  # the page is there, but not for HEAD or not without a login


@dataclass(frozen=True)
class Opened:
    """What came of opening a link, with words for people."""

    status: EvidenceStatus
    detail: str


@dataclass(frozen=True)
class HeadAnswer:
    """An answer to HEAD: its code, and where it sends on ('' nowhere)."""

    code: int
    location: str = ""


Resolve = Callable[[str], Sequence[str]]
Head = Callable[
    [str, str], HeadAnswer
]  # (url, address) -> answer; OSError or urllib3's errors when there is none


def is_link(text: str) -> bool:
    return "://" in text or text.lower().startswith("www.")


def refusal_of(url: str) -> str:
    """Why a link cannot be evidence, by its text alone; '' when it may be opened."""
    parts = _split(url)
    host = (parts.hostname or "") if parts else ""
    if parts is None or not host:
        return t("submissions.links.no_link", url=url)
    if _names_inside(host):
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


def _names_inside(host: str) -> bool:
    """Whether the name itself says that only a network of its own reaches it."""
    address = _address(host)
    if address is not None:
        return not is_public(str(address))
    return "." not in host or host.endswith(_INSIDE)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
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
    return found.is_global and not (found.is_multicast or found.is_reserved)


def open_link(url: str, resolve: Resolve, head: Head) -> Opened:
    """Open a link step by step; never raises for what the other side may have done wrong."""
    for _ in range(_MOST_STEPS):
        if refusal := refusal_of(url):
            return Opened(EvidenceStatus.INSIDE_ONLY, refusal)
        host = urlsplit(url).hostname or ""
        try:
            addresses = [str(found)] if (found := _address(host)) else list(resolve(host))
        except (dns.exception.DNSException, OSError):
            addresses = []
        if not addresses:
            return Opened(EvidenceStatus.DOES_NOT_OPEN, t("submissions.links.no_host", url=url))
        if not all(is_public(address) for address in addresses):
            return Opened(EvidenceStatus.INSIDE_ONLY, t("submissions.links.inside", url=url))
        try:
            answer = head(url, addresses[0])
        except (OSError, urllib3.exceptions.HTTPError):
            return Opened(EvidenceStatus.DOES_NOT_OPEN, t("submissions.links.no_answer", url=url))
        if answer.location and 300 <= answer.code < 400:
            url = urljoin(url, answer.location)
            continue
        if answer.code < 400 or answer.code in _NOT_ALLOWED_IS_THERE:
            return Opened(EvidenceStatus.OPENS, t("submissions.links.opens", code=answer.code))
        return Opened(
            EvidenceStatus.DOES_NOT_OPEN, t("submissions.links.answered", url=url, code=answer.code)
        )
    return Opened(EvidenceStatus.DOES_NOT_OPEN, t("submissions.links.round_and_round", url=url))


def resolve_host(host: str) -> list[str]:
    """All addresses of a name, within the time of a link."""
    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            found += [record.to_text() for record in dns.resolver.resolve(host, kind, lifetime=SECONDS / 2)]
        except (dns.resolver.NoAnswer, dns.resolver.NoNameservers):
            continue
    return found


def ask_head(url: str, address: str) -> HeadAnswer:
    """HEAD over TLS to this very address, the certificate checked for the name."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    pool = urllib3.HTTPSConnectionPool(
        address, parts.port or 443, server_hostname=host, assert_hostname=host, cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(), timeout=urllib3.Timeout(total=SECONDS), retries=False, maxsize=1,
    )  # fmt: skip
    with pool:
        path = parts.path or "/"
        asked = f"{path}?{parts.query}" if parts.query else path
        answer = pool.request("HEAD", asked, headers={"Host": parts.netloc}, redirect=False)
    return HeadAnswer(answer.status, answer.headers.get("Location", ""))


def open_links(run: Run, resolve: Resolve = resolve_host, head: Head = ask_head) -> dict[str, int]:
    """Open the links of the run's round that nobody has opened yet; how many of each status.

    Nothing of the store is held while the network is waited for: what came of them is written afterwards.
    """
    waiting = _first_of_each_unit(
        one
        for one in evidence_of(run.store, run.round.round_id)
        if one.url and one.status is EvidenceStatus.NOT_OPENED
    )
    found = _opened_at_once([one.url or "" for one in waiting], resolve, head)
    counts: dict[str, int] = {}
    with run.store.write() as tx:
        for one in waiting:
            came = found[one.url or ""]
            put_evidence_check(tx, one.evidence_id, came.status, came.detail, run.as_of)
            counts[str(came.status)] = counts.get(str(came.status), 0) + 1
    return counts


def _first_of_each_unit(links: Iterable[KeptEvidence]) -> list[KeptEvidence]:
    counts: dict[str, set[str]] = {}
    chosen = []
    for one in links:
        own = counts.setdefault(one.unit_code, set())
        if len(own | {one.url or ""}) <= MOST_LINKS:
            own.add(one.url or "")
            chosen.append(one)
    return chosen


def _opened_at_once(urls: Sequence[str], resolve: Resolve, head: Head) -> dict[str, Opened]:
    """Each link once, several at a time, none longer than its time."""
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        asked = {url: pool.submit(open_link, url, resolve, head) for url in dict.fromkeys(urls)}
        found = {}
        for url, future in asked.items():
            try:
                found[url] = future.result(timeout=SECONDS * _MOST_STEPS)
            except OutOfTime:
                message = t("submissions.links.no_answer", url=url)
                found[url] = Opened(EvidenceStatus.DOES_NOT_OPEN, message)
        return found
    finally:
        pool.shutdown(wait=False, cancel_futures=True)

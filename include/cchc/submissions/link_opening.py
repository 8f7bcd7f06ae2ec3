"""Opening the links of a round's evidence: what an appraiser is told of each, and nothing of anybody's network touched.

Each step of a redirect is looked at again, and the connection goes to the very address that was looked at, so that a
name that answers otherwise the second time leads nowhere. Only the head of an answer is asked for and read. A link has
so many seconds for everything together, so that whoever answers drop by drop holds nothing up.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin, urlsplit

import dns.asyncresolver
import dns.exception
import dns.resolver
import httpx

from cchc.run import Run
from cchc.scores import EvidenceStatus, KeptEvidence, evidence_of, put_evidence_check
from cchc.submissions.links import MOST_LINKS, address_of, is_public, leads_inside, refusal_of
from cchc.texts import t

SECONDS = 5.0  # for one link, its name and all its redirects together
MOST_SECONDS = 600.0  # for all links of one look; those that are left wait for the next one
_MOST_STEPS = 5
_AT_ONCE = 16
_KEPT_AT_ONCE = 64
_NOT_ALLOWED_IS_THERE = (401, 403, 405, 501)  # the page is there, but not for HEAD or not without a login
# Why a certificate is not believed: X509_V_ERR_... of OpenSSL.
_CERTIFICATES = {9: "not_yet", 10: "expired", 62: "other_host", 63: "other_host", 64: "other_host"}


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


Resolve = Callable[[str], Awaitable[Sequence[str]]]
Head = Callable[[str, str], Awaitable[HeadAnswer]]
"""(url, address) -> answer; OSError or httpx.HTTPError when there is none."""


async def open_link(url: str, resolve: Resolve, head: Head, seconds: float = SECONDS) -> Opened:
    """Open a link step by step; never raises for what the other side may have done wrong."""
    try:
        async with asyncio.timeout(seconds):
            return await _steps(url, resolve, head)
    except TimeoutError:
        return _closed("no_answer", url)


async def _steps(url: str, resolve: Resolve, head: Head) -> Opened:
    for _ in range(_MOST_STEPS):
        if refusal := refusal_of(url):
            status = EvidenceStatus.INSIDE_ONLY if leads_inside(url) else EvidenceStatus.DOES_NOT_OPEN
            return Opened(status, refusal)
        host = urlsplit(url).hostname or ""
        try:
            addresses = [str(found)] if (found := address_of(host)) else list(await resolve(host))
        except (dns.exception.DNSException, OSError, UnicodeError):
            addresses = []
        if not addresses:
            return _closed("no_host", url)
        if not all(is_public(address) for address in addresses):
            return Opened(EvidenceStatus.INSIDE_ONLY, t("submissions.links.inside", url=url))
        try:
            answer = await head(url, addresses[0])
        except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
            return _closed(_why_not(error), url)
        if answer.location and 300 <= answer.code < 400:
            try:
                url = urljoin(url, answer.location)
            except ValueError:
                return _closed("no_answer", url)
            continue
        if answer.code < 400 or answer.code in _NOT_ALLOWED_IS_THERE:
            return Opened(EvidenceStatus.OPENS, t("submissions.links.opens", code=answer.code))
        return _closed("answered", url, code=answer.code)
    return _closed("round_and_round", url)


def _closed(key: str, url: str, **values: object) -> Opened:
    return Opened(EvidenceStatus.DOES_NOT_OPEN, t(f"submissions.links.{key}", url=url, **values))


def _why_not(error: BaseException | None) -> str:
    """Key of the words: whose certificate is not believed is told so, all else gives no answer."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"certificate.{_CERTIFICATES.get(error.verify_code, 'unknown')}"
        error = error.__cause__ or error.__context__
    return "no_answer"


async def resolve_host(host: str) -> list[str]:
    """All addresses of a name."""
    found: list[str] = []
    for kind in ("A", "AAAA"):
        try:
            answer = await dns.asyncresolver.resolve(host, kind, lifetime=SECONDS / 2)
        except (dns.resolver.NoAnswer, dns.resolver.NoNameservers):
            continue
        found += [record.to_text() for record in answer]
    return found


def head_over(client: httpx.AsyncClient) -> Head:
    """HEAD over TLS to the very address, the certificate checked for the name."""

    async def ask(url: str, address: str) -> HeadAnswer:
        wanted = httpx.URL(url)
        host, port = urlsplit(url).hostname or "", wanted.netloc.decode("ascii")
        request = client.build_request(
            "HEAD", wanted.copy_with(host=address), headers={"Host": port}, extensions={"sni_hostname": host}
        )
        answer = await client.send(request, stream=True)
        await answer.aclose()
        return HeadAnswer(answer.status_code, answer.headers.get("Location", ""))

    return ask


def https_client(trusted: ssl.SSLContext | None = None) -> httpx.AsyncClient:
    """A client that asks each time anew, through nobody, and believes the certificates that browsers do."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(
        verify=trusted or True, trust_env=False, follow_redirects=False, timeout=SECONDS, limits=limits
    )


def open_links(
    run: Run,
    resolve: Resolve = resolve_host,
    head: Head | None = None,
    seconds: float = SECONDS,
    most_seconds: float = MOST_SECONDS,
    *,
    again: bool = False,
) -> dict[str, int]:
    """Open the links of the run's round that nobody has opened yet (`again`: that did not open too); how many of each
    status.

    Nothing of the store is held while the network is waited for: what came of some is written before others are asked.
    """
    rows: dict[str, list[KeptEvidence]] = {}
    for one in waiting_links(run, again=again):
        rows.setdefault(one.url or "", []).append(one)
    counts: dict[str, int] = {}
    urls, until = list(rows), monotonic() + most_seconds
    for start in range(0, len(urls), _KEPT_AT_ONCE):
        if monotonic() >= until:
            break
        found = asyncio.run(_opened(urls[start : start + _KEPT_AT_ONCE], resolve, head, seconds))
        with run.store.write() as tx:
            for url, came in found.items():
                for one in rows[url]:
                    put_evidence_check(tx, one.evidence_id, came.status, came.detail, run.as_of)
                    counts[str(came.status)] = counts.get(str(came.status), 0) + 1
    return counts


def waiting_links(run: Run, *, again: bool = False) -> list[KeptEvidence]:
    """Links of the run's round that nobody has opened (`again`: that did not open too), so many a unit at most."""
    wanted = (EvidenceStatus.NOT_OPENED, *((EvidenceStatus.DOES_NOT_OPEN,) if again else ()))
    known = evidence_of(run.store, run.round.round_id, as_of=run.as_of)
    return _first_of_each_unit(one for one in known if one.url and one.status in wanted)


def _first_of_each_unit(links: Iterable[KeptEvidence]) -> list[KeptEvidence]:
    counts: dict[str, set[str]] = {}
    chosen = []
    for one in links:
        own = counts.setdefault(one.unit_code, set())
        if len(own | {one.url or ""}) <= MOST_LINKS:
            own.add(one.url or "")
            chosen.append(one)
    return chosen


async def _opened(
    urls: Sequence[str], resolve: Resolve, head: Head | None, seconds: float
) -> dict[str, Opened]:
    """Each link once, several at a time."""
    turns = asyncio.Semaphore(_AT_ONCE)
    async with https_client() as client:
        ask = head or head_over(client)

        async def one(url: str) -> Opened:
            async with turns:
                return await open_link(url, resolve, ask, seconds)

        return dict(zip(urls, await asyncio.gather(*(one(url) for url in urls)), strict=True))

"""One answer of a server into one file: tries with back-off, resumption, no secret to strangers."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Any, Self
from urllib.parse import urljoin

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.stop import stop_base
from tenacity.wait import wait_base
from urllib3.exceptions import HTTPError, ReadTimeoutError

from cchc.sources.web.answers import Answer, check_status, too_large
from cchc.sources.web.endpoints import Limits
from cchc.sources.web.errors import Passing, WebError, place
from cchc.sources.web.server import WebServer
from cchc.sources.web.time_limit import LimitedAdapter, TimeLimit
from cchc.texts import t

_BLOCK = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_LONGEST_WAIT = 120.0  # of our own back-off, seconds; a server may ask for more
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Transfer:
    """A session with one server under one set of limits; a context manager, which starts the total time."""

    def __init__(self, server: WebServer, limits: Limits) -> None:
        self._server, self._limits = server, limits
        self._time = TimeLimit(limits.seconds)
        self._received = 0  # bytes of the answers that are whole
        self._session = requests.Session()
        adapter = LimitedAdapter(self._time)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)
        self._session.auth = server.auth
        # A packed answer cannot be resumed, nor its length compared with what arrived.
        self._session.headers.update({"Accept-Encoding": "identity", "User-Agent": "cchc"})

    def __enter__(self) -> Self:
        self._time.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()
        self._time.__exit__(kind, error, trace)

    def get(self, url: str, query: Mapping[str, str], handle: IO[bytes]) -> Answer:
        """Write the body of `url` to `handle`. Raises WebError when no try is left or none can help.

        What a broken try brought is kept, and only the rest asked for, when the server gave the file a version
        (ETag, Last-Modified) and still has that one.
        """
        part = _Part(handle)
        retrying = Retrying(
            retry=retry_if_exception_type(Passing),
            stop=_NoTimeLeft(self._time) | stop_after_attempt(self._limits.tries),
            wait=_Wait(self._limits.wait_seconds),
            sleep=time.sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._try, url, query, part)
        except Passing as passing:
            raise passing.error from None
        self._received += part.size
        return answer

    def status(self, url: str) -> int:
        """The status of one request whose body is not read; 404 is an answer, 401, 403 and 5xx are errors."""
        try:
            with self._faults(place(url)), self._open(url, {}, {}) as response:
                if response.status_code in (401, 403, 429) or response.status_code >= 500:
                    check_status(response.status_code, response.headers, place(response.url))
                return response.status_code
        except Passing as passing:
            raise passing.error from None

    def _try(self, url: str, query: Mapping[str, str], part: _Part) -> Answer:
        resume = part.resume_headers()
        with self._faults(place(url)), self._open(url, query, resume) as response:
            return self._receive(response, part, place(response.url), resumed=bool(resume))

    @contextmanager
    def _open(
        self, url: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        """The answer, its body not yet read, after redirects within the server."""
        for _ in range(_MOST_REDIRECTS + 1):
            self._stop_when_over(place(url))
            left = self._time.left
            response = self._session.get(
                url,
                params=query,
                headers=headers,
                stream=True,
                timeout=(min(self._limits.connect_seconds, left), min(self._limits.read_seconds, left)),
                allow_redirects=False,
                verify=self._server.verify,
            )
            with response:
                if response.status_code not in _REDIRECTS:
                    yield response
                    return
                url, query = self._redirected(url, response), {}
        raise WebError("redirect", t("web.line.redirects", where=place(url)))

    @contextmanager
    def _faults(self, where: str) -> Iterator[None]:
        """Turns what the libraries raise into words; theirs may quote headers, so none of them is repeated."""
        try:
            yield
        except requests.exceptions.SSLError as error:
            self._stop_when_over(where)
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise WebError("tls", t("web.line.tls", where=where)) from None
            raise Passing(self._unreachable(where)) from None
        except requests.exceptions.ReadTimeout:
            self._stop_when_over(where)
            raise Passing(self._silent(where)) from None
        except requests.exceptions.ConnectionError as error:  # also when connecting takes too long
            self._stop_when_over(where)
            # What requests makes of silence in the middle of a body.
            silent = bool(error.args) and isinstance(error.args[0], ReadTimeoutError)
            raise Passing(self._silent(where) if silent else self._unreachable(where)) from None
        except requests.exceptions.ChunkedEncodingError:
            self._stop_when_over(where)
            raise Passing(WebError("cut-off", t("web.body.cut_off", where=where))) from None
        except (requests.exceptions.RequestException, HTTPError, ssl.SSLError):
            self._stop_when_over(where)
            raise WebError("protocol", t("web.line.protocol", where=where)) from None

    def _redirected(self, url: str, response: requests.Response) -> str:
        """The new address, on the same server only: the secret goes nowhere else, in whatever header it is."""
        target = urljoin(url, response.headers.get("Location", ""))
        if not self._server.owns(target):
            raise WebError("redirect", t("web.line.redirect", where=place(url), target=place(target)))
        return target

    def _receive(self, response: requests.Response, part: _Part, where: str, resumed: bool) -> Answer:
        if response.status_code == 416 and resumed:  # what we have is longer than what there is now
            part.restart()
            raise Passing(WebError("cut-off", t("web.body.cut_off", where=where)))
        check_status(response.status_code, response.headers, where)
        total = part.begin(response, resumed, where)
        largest = self._limits.size - self._received
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and part.size + int(announced) > largest:
            raise too_large(where, self._limits.size)
        for block in response.iter_content(_BLOCK):
            if part.size + len(block) > largest:
                raise too_large(where, self._limits.size)
            part.add(block)
            self._stop_when_over(where)
        self._stop_when_over(where)  # a socket shut by the limit looks like an end
        if total is not None and part.size != total:
            raise Passing(WebError("cut-off", t("web.body.cut_off", where=where)))
        chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
        return Answer(
            where=where,
            content_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
            sized=announced.isdigit() or chunked or total is not None,
            next_url=response.links.get("next", {}).get("url"),
            has_body=response.status_code != 204,
        )

    def _unreachable(self, where: str) -> WebError:
        return WebError("unreachable", t("web.line.unreachable", where=where))

    def _silent(self, where: str) -> WebError:
        seconds = f"{self._limits.read_seconds:g}"
        return WebError("silent", t("web.line.silent", where=where, seconds=seconds))

    def _stop_when_over(self, where: str) -> None:
        if self._time.over:
            seconds = f"{self._limits.seconds:g}"
            raise WebError("time-limit", t("web.line.time_limit", where=where, seconds=seconds))


class _Part:
    """The file of one answer while it grows; knows which version of the server's file it is a part of."""

    def __init__(self, handle: IO[bytes]) -> None:
        self._handle = handle
        self.size = 0
        self._version = ""

    def resume_headers(self) -> dict[str, str]:
        if not (self.size and self._version):
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": self._version}

    def restart(self) -> None:
        self._handle.seek(0)
        self._handle.truncate()
        self.size, self._version = 0, ""

    def begin(self, response: requests.Response, resumed: bool, where: str) -> int | None:
        """Make ready for this body; returns the whole file's length when a part of it is announced."""
        headers = response.headers
        if response.status_code != 206:
            self.restart()  # the server sends everything, whether or not a part was asked for
            packed = headers.get("Content-Encoding", "identity").lower() != "identity"
            self._version = "" if packed else _version(headers)
            return None
        found = _RANGE.match(headers.get("Content-Range", ""))
        if not resumed or found is None or int(found[1]) != self.size:
            self.restart()
            raise Passing(WebError("protocol", t("web.line.protocol", where=where)))
        if headers.get("ETag", self._version) != self._version and not _is_date(self._version):
            self.restart()  # a part of another version, although If-Range forbids it
            raise Passing(WebError("cut-off", t("web.body.cut_off", where=where)))
        return None if found[2] == "*" else int(found[2])

    def add(self, block: bytes) -> None:
        self._handle.write(block)
        self.size += len(block)


def _version(headers: Any) -> str:
    """What If-Range may carry: a strong ETag, else the day and time of the last change."""
    tag = str(headers.get("ETag") or "")
    if tag and not tag.startswith("W/"):
        return tag
    return str(headers.get("Last-Modified") or "")


def _is_date(version: str) -> bool:
    return not version.startswith('"')


class _Wait(wait_base):
    """As long as the server asked for; else doubling from `first` seconds."""

    def __init__(self, first: float) -> None:
        self._first = first

    def __call__(self, retry_state: RetryCallState) -> float:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        if isinstance(error, Passing) and error.wait_seconds is not None:
            return error.wait_seconds
        doubled: float = self._first * 2 ** (retry_state.attempt_number - 1)
        return min(doubled, _LONGEST_WAIT)


class _NoTimeLeft(stop_base):
    """Gives up at once, with the real reason, when the next try would come after the total time."""

    def __init__(self, limit: TimeLimit) -> None:
        self._limit = limit

    def __call__(self, retry_state: RetryCallState) -> bool:
        return retry_state.upcoming_sleep >= self._limit.left


def probe(server: WebServer, path: str = "/", limits: Limits | None = None) -> int:
    """Asks once, with the secret, and returns the status. Raises WebError when nobody sensible answers.

    The body is not read. 401 and 403 raise; 404 does not: the server is there.
    """
    limits = limits or Limits(seconds=30, connect_seconds=10, read_seconds=20, tries=1)
    with Transfer(server, limits) as transfer:
        return transfer.status(server.url(path))

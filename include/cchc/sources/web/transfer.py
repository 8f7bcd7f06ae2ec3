"""One answer of a server into one file, within a total time and size; texts never hold a query or a secret."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, Self
from urllib.parse import urljoin, urlsplit

import requests
import urllib3.exceptions
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_before_delay

from cchc.errors import CchcError
from cchc.sources.web.endpoints import DownloadLimits
from cchc.sources.web.server import WebServer
from cchc.texts import t

_BLOCK = 1 << 16
_CONNECT_SECONDS = 10.0
_LONGEST_WAIT = 120.0  # of our own back-off, seconds; a server may ask for more
_WORDS = {401: "unauthorised", 403: "forbidden", 404: "not_found", 408: "server", 429: "too_many"}


class WebError(CchcError):
    """A download that another try at once does not help."""


class Passing(WebError):
    """May be gone at the next try; `wait_seconds` is what the server asked for (Retry-After)."""

    def __init__(self, message: str, wait_seconds: float = 0) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message)


class Transfer:
    """Requests of one address; a context manager. The total time starts when it is made."""

    def __init__(self, server: WebServer, path: str, limits: DownloadLimits) -> None:
        self.url = server.address.rstrip("/") + path  # scheme, host and path: may be shown
        self._verify, self._limits = server.ca_file or True, limits
        self._ends = time.monotonic() + limits.seconds
        self._received = 0  # bytes of the answers that are whole
        self._session = requests.Session()
        self._session.auth = server.auth
        # The length of a packed answer cannot be compared with what arrived.
        self._session.headers["Accept-Encoding"] = "identity"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(self, query: Mapping[str, str], handle: IO[bytes]) -> bool:
        """Write the body to the empty, readable `handle`; whether the server said where it ends.

        Raises WebError when no try is left or none can help, when the body is empty or a web page.
        """
        announced: bool = Retrying(
            retry=retry_if_exception_type(Passing),
            stop=stop_after_attempt(self._limits.tries) | stop_before_delay(max(0.0, self._left)),
            wait=self._wait,
            reraise=True,
        )(self._try, query, handle)
        self._received += handle.tell()
        handle.seek(0)
        start = handle.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if not start:
            raise WebError(t("sources.web.body.empty", where=self.url))
        if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
            raise WebError(t("sources.web.body.html", where=self.url))
        return announced

    def status(self) -> int:
        """The status of one request whose body is not read; 404 is an answer, 401, 403 and 5xx are errors."""
        with self._open({}) as response:
            if response.status_code in (401, 403, 429) or response.status_code >= 500:
                self._check_status(response)
            return response.status_code

    @property
    def _left(self) -> float:
        return self._ends - time.monotonic()

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, Passing) else 0
        doubled: float = self._limits.wait_seconds * 2 ** (state.attempt_number - 1)
        return max(asked, min(doubled, _LONGEST_WAIT))

    def _try(self, query: Mapping[str, str], handle: IO[bytes]) -> bool:
        handle.seek(0)
        handle.truncate()
        largest = self._limits.megabytes * 1e6 - self._received
        with self._open(query) as response:
            self._check_status(response)
            announced = response.headers.get("Content-Length", "")
            size = int(announced) if announced.isdigit() else 0
            # read1 gives what is there, so that a server that drips meets the limit too.
            while size <= largest and (block := response.raw.read1(_BLOCK)):
                handle.write(block)
                size = max(size, handle.tell())
                self._stop_when_over()
            if size > largest:
                megabytes = f"{self._limits.megabytes:g}"
                raise WebError(t("sources.web.body.too_large", where=self.url, megabytes=megabytes))
            return announced.isdigit() or "chunked" in response.headers.get("Transfer-Encoding", "").lower()

    @contextmanager
    def _open(self, query: Mapping[str, str]) -> Iterator[requests.Response]:
        """The answer, its body not yet read. What the libraries raise may quote headers: none of it is repeated."""
        self._stop_when_over()
        options: dict[str, Any] = {
            "timeout": (min(_CONNECT_SECONDS, self._left), min(self._limits.read_seconds, self._left)),
            "allow_redirects": False,
            "stream": True,
            "verify": self._verify,
        }
        try:
            with self._session.get(self.url, params=query, **options) as response:
                if response.is_redirect:  # the secret goes to no address but the declared one
                    parts = urlsplit(urljoin(self.url, response.headers["Location"]))
                    target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
                    raise WebError(t("sources.web.line.redirect", where=self.url, target=target))
                yield response
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
            self._stop_when_over()
            raise self._told(error) from None

    def _told(self, error: Exception) -> WebError:
        if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
            return WebError(t("sources.web.line.tls", where=self.url))
        if isinstance(error, (requests.exceptions.ReadTimeout, urllib3.exceptions.ReadTimeoutError)):
            return Passing(
                t("sources.web.line.silent", where=self.url, seconds=f"{self._limits.read_seconds:g}")
            )
        word = "body.cut_off" if isinstance(error, urllib3.exceptions.ProtocolError) else "line.unreachable"
        return Passing(t(f"sources.web.{word}", where=self.url))

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (200, 204):
            return
        word = _WORDS.get(status, "server" if status >= 500 else "other")
        message = t(f"sources.web.status.{word}", where=self.url, status=status)
        if word not in ("server", "too_many"):
            raise WebError(message)
        asked = response.headers.get("Retry-After", "")
        raise Passing(message, float(asked) if asked.isdigit() else 0)

    def _stop_when_over(self) -> None:
        if self._left <= 0:
            raise WebError(
                t("sources.web.line.time_limit", where=self.url, seconds=f"{self._limits.seconds:g}")
            )


def probe(server: WebServer, path: str) -> int:
    """Asks once, with the secret, and returns the status. Raises WebError when nobody sensible answers."""
    with Transfer(server, path, DownloadLimits(seconds=30, read_seconds=20)) as transfer:
        return transfer.status()

"""What goes wrong on the way: final, or worth another try. Texts name server and path, never a query or secret."""

from __future__ import annotations

from urllib.parse import urlsplit

from cchc.errors import CchcError


class WebError(CchcError):
    """A download that cannot succeed by itself; `fault` is an identifier for logs and tests.

    Faults: unauthorised, forbidden, not-found, too-many, server, refused, redirect, html, empty, cut-off,
    wrong-kind, damaged, too-large, time-limit, silent, unreachable, tls, protocol, rows,
    repeated, pages, busy.
    """

    def __init__(self, fault: str, message: str) -> None:
        self.fault = fault
        super().__init__(message)


class Passing(Exception):
    """May be gone at the next try; `error` is raised when no try is left.

    `wait_seconds`: what the server asked for (Retry-After), None when it did not.
    """

    def __init__(self, error: WebError, wait_seconds: float | None = None) -> None:
        self.error, self.wait_seconds = error, wait_seconds
        super().__init__(error.fault)


def place(url: str) -> str:
    """The address as it may be shown: scheme, host and path."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"

"""A server and what it wants to see before it answers. Secrets are never part of a representation or a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth

from cchc.errors import CchcError
from cchc.texts import t


@dataclass(frozen=True)
class WebServer:
    """`address`: scheme, host and port, no path. With `login` the secret is a password (basic login), without
    it a token, sent as `Bearer` or plain in the header `header`.

    `ca_file`: certificates to trust instead of the usual ones; they are always verified. `plain_http` allows
    an address without TLS: then anybody on the way can read secret and data. Raises CchcError.
    """

    address: str
    login: str | None = None
    secret: str | None = field(default=None, repr=False)
    header: str = "Authorization"
    ca_file: str | None = None
    plain_http: bool = False

    def __post_init__(self) -> None:
        parts = _split(self.address)
        if parts is None:
            # The address may hold a password (`https://ten:matkhau@...`): it is not repeated.
            raise CchcError(t("sources.web.server.address"))
        if parts.scheme == "http" and not self.plain_http:
            raise CchcError(t("sources.web.server.plain_http", host=parts.hostname))
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.header):
            raise CchcError(t("sources.web.server.header", header=self.header))
        if self.login is not None and (":" in self.login or not self.login.isprintable()):
            raise CchcError(t("sources.web.server.login"))
        if self.login is not None and self.secret is None:
            raise CchcError(t("sources.web.server.no_password", login=self.login))
        # A header takes printable ASCII; anything else would be quoted in the library's own error.
        if (
            self.login is None
            and self.secret is not None
            and not re.fullmatch(r"[!-~]([ -~]*[!-~])?", self.secret)
        ):
            raise CchcError(t("sources.web.server.token"))
        if self.ca_file and not Path(self.ca_file).is_file():
            raise CchcError(t("sources.web.server.ca_file", file=self.ca_file))

    @property
    def auth(self) -> AuthBase:
        """Always given to `requests`, even without a secret: else it would look for one in ~/.netrc."""
        if self.secret is None:
            return _Header({})
        if self.login is not None:
            return HTTPBasicAuth(self.login.encode(), self.secret.encode())
        bare = self.header.lower() == "authorization" and " " not in self.secret
        return _Header({self.header: f"Bearer {self.secret}" if bare else self.secret})


class _Header(AuthBase):
    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers.update(self._headers)
        return request


def _split(address: str) -> SplitResult | None:
    """The parts of a plain address; None when it has a path, a user, or is no address."""
    try:
        parts = urlsplit(address)
        rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.port == 0)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname and not any(rest) else None

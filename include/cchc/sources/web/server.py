"""A server and what it wants to see before it answers. Secrets are never part of a representation or a text."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from requests import PreparedRequest
from requests.auth import AuthBase

from cchc.errors import CchcError
from cchc.texts import t

_HEADER_NAME = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


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
            raise CchcError(t("web.server.address"))
        scheme, host = parts
        if scheme == "http" and not self.plain_http:
            raise CchcError(t("web.server.plain_http", host=host))
        if not self.header or set(self.header) - _HEADER_NAME:
            raise CchcError(t("web.server.header", header=self.header))
        if self.login is not None and (":" in self.login or not self.login.isprintable()):
            raise CchcError(t("web.server.login"))
        if self.login is not None and self.secret is None:
            raise CchcError(t("web.server.no_password", login=self.login))
        if self.login is None and self.secret is not None and not _sendable(self.secret):
            raise CchcError(t("web.server.token"))
        if self.ca_file and not Path(self.ca_file).is_file():
            raise CchcError(t("web.server.ca_file", file=self.ca_file))

    @property
    def verify(self) -> bool | str:
        """For `requests`."""
        return self.ca_file or True

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path

    def owns(self, url: str) -> bool:
        """Whether the secret may be sent to this address: the same server, or the same host by TLS."""
        here, there = urlsplit(self.address), urlsplit(url)
        if here.hostname != there.hostname:
            return False
        same = (here.scheme, _port(self.address)) == (there.scheme, _port(url))
        return same or (here.scheme == "http" and there.scheme == "https")

    @property
    def auth(self) -> AuthBase:
        """Always given to `requests`, even without a secret: else it would look for one in ~/.netrc."""
        if self.secret is None:
            return _Header(None, "")
        if self.login is None:
            bare = self.header.lower() == "authorization" and " " not in self.secret
            return _Header(self.header, f"Bearer {self.secret}" if bare else self.secret)
        pair = f"{self.login}:{self.secret}".encode()
        return _Header("Authorization", f"Basic {b64encode(pair).decode()}")


class _Header(AuthBase):
    def __init__(self, name: str | None, value: str) -> None:
        self._name, self._value = name, value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._name:
            request.headers[self._name] = self._value
        return request


def _split(address: str) -> tuple[str, str] | None:
    """(scheme, host) of a plain address; None when it has a path, a user, or is no address."""
    try:
        parts = urlsplit(address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        return None
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username, parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_right or any(rest):
        return None
    return parts.scheme, parts.hostname


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)


def _sendable(token: str) -> bool:
    """A header takes printable ASCII; anything else would be quoted in the library's own error."""
    return token.isascii() and token.isprintable() and token == token.strip() and bool(token)

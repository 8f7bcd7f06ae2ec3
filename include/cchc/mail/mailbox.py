"""The mailbox to which units reply, over IMAP: what waits in it, and putting a message away once it is dealt with.

imap-tools does the talking. TLS is verified, every connection has a timeout, nothing is marked as read by looking at
it, and a message is downloaded only after its size is known.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from cchc.clock import TZ
from cchc.errors import CchcError, RuleRefused
from cchc.texts import t

SECURITIES = ("tls", "starttls", "none")
USUAL_PORTS = {"tls": 993, "starttls": 143, "none": 143}
LARGEST_MAIL = (
    35 * 1024 * 1024
)  # bytes; mail servers seldom take more than 25 MB, which base64 makes a third larger
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)


class MailboxDown(CchcError):
    """The mailbox cannot be reached, entered or read now; no message was touched by the failing step."""


@dataclass(frozen=True)
class MailboxConfig:
    """A mailbox. `security`: tls | starttls | none (none only for a server on this very machine).

    `folder`: where mail arrives; what was dealt with is moved to `done_folder`, what a person should look at to
    `review_folder`; both are made when they are missing. `ca_file`: certificates to trust besides the system's.
    `authserv_id`: the name under which the mail server writes Authentication-Results; when given, only mails with
    `dmarc=pass` under it are believed to come from whom they say.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: str = "tls"
    folder: str = "INBOX"
    done_folder: str = "Da-xu-ly"
    review_folder: str = "Can-xem-lai"
    ca_file: str | None = None
    authserv_id: str | None = None
    timeout_seconds: int = 60

    def __post_init__(self) -> None:
        if self.security not in SECURITIES:
            known = ", ".join(SECURITIES)
            raise RuleRefused(
                "imap-security", t("mail.mailbox.bad_security", found=self.security, known=known)
            )
        if not self.user or not self.password:
            raise RuleRefused("imap-login", t("mail.mailbox.no_login", host=self.host))

    @property
    def name(self) -> str:
        """What messages of this mailbox are remembered under."""
        return f"{self.user}@{self.host}/{self.folder}"


@dataclass(frozen=True)
class WaitingMessage:
    """A message in the mailbox: its place, its size in bytes, and when the server took it (not what it claims)."""

    uid: int
    uid_validity: int
    size: int
    received_at: datetime


class Mailbox:
    """One session; a context manager. Raises MailboxDown with the server's words, never the password."""

    def __init__(self, config: MailboxConfig) -> None:
        self.config = config
        self._box: BaseMailBox | None = None
        self._uid_validity = 0

    def __enter__(self) -> Self:
        config = self.config
        try:
            self._box = self._connected()
            self._box.login(config.user, config.password, initial_folder=None)
            for folder in (config.done_folder, config.review_folder):
                if not self._box.folder.exists(folder):
                    self._box.folder.create(folder)
            self._box.folder.set(config.folder)
            self._uid_validity = int(self._box.folder.status(config.folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        except _TROUBLE as error:
            self._leave()
            raise self._down(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def waiting(self) -> Iterator[WaitingMessage]:
        """What lies in the folder, oldest first. A message that is moved away meanwhile is left out."""
        try:
            for uid in self._client.uids("ALL"):
                found = self._look(int(uid))
                if found is not None:
                    yield found
        except _TROUBLE as error:
            raise self._down(error) from None

    def read(self, message: WaitingMessage, *, headers_only: bool = False) -> bytes | None:
        """The message as it lies there; None when somebody else has moved it meanwhile."""
        part = "BODY.PEEK[HEADER]" if headers_only else "BODY.PEEK[]"
        answer = self._ask(message.uid, f"({part})")
        return next((item[1] for item in answer if isinstance(item, tuple)), None)

    def put_away(self, uid: int, *, review: bool) -> None:
        """Move a message that was dealt with out of the way; nothing happens when it is gone already."""
        folder = self.config.review_folder if review else self.config.done_folder
        try:
            self._client.move(str(uid), folder)
        except _TROUBLE as error:
            raise self._down(error) from None

    def _look(self, uid: int) -> WaitingMessage | None:
        answer = self._ask(uid, "(UID RFC822.SIZE INTERNALDATE)")
        line = b" ".join(item if isinstance(item, bytes) else item[0] for item in answer if item)
        size = _SIZE.search(line)
        if size is None or not _UID.search(line):
            return None
        taken = imaplib.Internaldate2tuple(line)
        if taken is None:
            return None
        moment = datetime.fromtimestamp(time.mktime(taken), TZ)
        return WaitingMessage(uid, self._uid_validity, int(size[1]), moment)

    def _ask(self, uid: int, parts: str) -> list[Any]:
        try:
            status, answer = self._client.client.uid("FETCH", str(uid), parts)
        except _TROUBLE as error:
            raise self._down(error) from None
        if status != "OK":
            raise self._down(OSError(str(answer)))
        return [item for item in answer if item is not None]

    @property
    def _client(self) -> BaseMailBox:
        assert self._box is not None, "used outside its with block"
        return self._box

    def _connected(self) -> BaseMailBox:
        config = self.config
        if config.security == "none":
            return MailBoxUnencrypted(config.host, config.port, timeout=config.timeout_seconds)
        context = ssl.create_default_context()
        if config.ca_file:
            context.load_verify_locations(config.ca_file)
        kind = MailBox if config.security == "tls" else MailBoxStartTls
        return kind(config.host, config.port, timeout=config.timeout_seconds, ssl_context=context)

    def _leave(self) -> None:
        """Close without caring for the goodbye."""
        if self._box is not None:
            try:
                self._box.logout()
            except _TROUBLE:
                self._box.client.shutdown()
            self._box = None

    def _down(self, error: Exception) -> MailboxDown:
        words = " ".join(f"{type(error).__name__}: {error}".replace(self.config.password, "***").split())[
            :300
        ]
        return MailboxDown(
            t("mail.mailbox.down", place=f"{self.config.host}:{self.config.port}", words=words)
        )

"""The line to a mailbox as servers really are: prefixes and separators of their own, lines that drop or drip, claims
about sizes that are not true, commands that they announce and do not know.

imap-tools and imaplib do the talking. A line that breaks is opened again, and everything has an end: one answer, one
message, the whole session.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxMoveError
from imap_tools.utils import encode_folder as _encoded

TROUBLE = (OSError, imaplib.IMAP4.error, ImapToolsError)
_NAMESPACE = re.compile(rb'\(\(\s*"((?:[^"\\]|\\.)*)"\s+(?:"((?:[^"\\]|\\.))"|NIL)')
_UNKNOWN = re.compile(
    r"unknown|unrecognized|not (supported|implemented|enabled)|invalid command|bad command", re.I
)


class LineBroken(Exception):
    """The line broke, also after it was opened again."""


class LiteralTooLong(OSError):
    """The server began to send more than is taken; the rest is not waited for."""


@dataclass(frozen=True)
class Times:
    """Seconds: for one answer, for one message, for all of a session."""

    answer: float
    message: float
    session: float


class ImapLine:
    """One session with a server, through as many connections as it takes."""

    def __init__(
        self, connect: Callable[[], BaseMailBox], folder: str, times: Times, most_bytes: int
    ) -> None:
        self._connect, self._folder, self._times, self._most = connect, folder, times, most_bytes
        self._box: BaseMailBox | None = None
        self._ends_at = time.monotonic() + times.session
        self._prefix, self._separator = "", "/"
        self.uid_validity = 0

    @property
    def box(self) -> BaseMailBox:
        assert self._box is not None, "the line is not open"
        return self._box

    @property
    def is_over(self) -> bool:
        """Whether the time of the session is used up."""
        return time.monotonic() >= self._ends_at

    def open(self) -> None:
        """Connect, log in, find out how folders are called, enter the folder in which mail arrives."""
        self.close()
        self._box = self._connect()
        self._bound_reading()
        with self.within(self._times.message):
            _, answer = self.box.client.capability()
            self.box.client.capabilities = tuple(
                word.decode("ascii", "replace").upper() for line in answer if line for word in line.split()
            )
            self._learn_names()
            self.enter(self._folder)
            validity = self.box.folder.status(self.name_of(self._folder), ["UIDVALIDITY"])["UIDVALIDITY"]
        if self.uid_validity and int(validity) != self.uid_validity:
            raise LineBroken  # another folder under the same name: what was listed lies there no more
        self.uid_validity = int(validity)

    def close(self) -> None:
        """Leave without caring for the goodbye."""
        if self._box is not None:
            box, self._box = self._box, None
            try:
                box.client.sock.settimeout(5)
                box.logout()
            except TROUBLE:
                with suppress(OSError):
                    box.client.shutdown()

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut the line when it takes longer: a server that sends one byte a minute never lets an answer time out."""
        left = max(0.1, min(seconds, self._ends_at - time.monotonic()))
        sock = self.box.client.sock
        timer = threading.Timer(left, _cut, [sock])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def ask(self, uid: int, parts: str) -> tuple[str, list[Any]]:
        """What FETCH answers about one message; once more over a new line when the line breaks. Raises LineBroken,
        with a line that is open again, when it breaks at this message twice, and LiteralTooLong."""
        for attempt in (1, 2):
            try:
                with self.within(self._times.message):
                    status, answer = self.box.client.uid("FETCH", str(uid), parts)
            except LiteralTooLong:
                self.open()
                raise
            except imaplib.IMAP4.abort as error:
                self._after_break(error, attempt)
            except imaplib.IMAP4.error as error:  # BAD: the server does not do this, and the line is whole
                return "BAD", [str(error).encode()]
            except OSError as error:
                self._after_break(error, attempt)
            else:
                return status, [item for item in answer if item is not None]
        raise AssertionError("the second attempt returns or raises")

    def _after_break(self, error: Exception, attempt: int) -> None:
        if self.is_over:
            raise error
        self.open()
        if attempt == 2:
            raise LineBroken(str(error)) from None

    def move(self, uid: int, folder: str) -> None:
        """Move a message: at once where the server can, else by a copy. Raises ImapToolsError with its words."""
        target, client = self.name_of(folder), self.box.client
        with self.within(self._times.message):
            if "MOVE" in client.capabilities:
                try:
                    answer = client.uid("MOVE", str(uid), _encoded(target))  # type: ignore[arg-type]  # bytes are sent as they are
                except imaplib.IMAP4.error as error:
                    if isinstance(error, imaplib.IMAP4.abort) or not _UNKNOWN.search(str(error)):
                        raise MailboxMoveError(("BAD", [str(error).encode()]), "OK") from None
                    answer = ("NO", [b"unknown command"])
                if answer[0] == "OK":
                    return
                if not _UNKNOWN.search(str(answer[1])):
                    raise MailboxMoveError(answer, "OK")
            self._copy(uid, target)

    def _copy(self, uid: int, target: str) -> None:
        client = self.box.client
        for command in (
            ("COPY", str(uid), _encoded(target)),
            ("STORE", str(uid), "+FLAGS", r"(\Deleted)"),
        ):
            answer = client.uid(*command)
            if answer[0] != "OK":
                raise MailboxMoveError(answer, "OK")
        # Only this message, where the server can: others in the folder may be marked by somebody else.
        if "UIDPLUS" in client.capabilities:
            client.uid("EXPUNGE", str(uid))
        else:
            client.expunge()

    def enter(self, folder: str) -> None:
        self.box.folder.set(self.name_of(folder))

    def make(self, folder: str) -> None:
        """Make a folder that is missing."""
        name = self.name_of(folder)
        if not self.box.folder.exists(name):
            self.box.folder.create(name)
            with suppress(*TROUBLE):  # some programs show only what is subscribed
                self.box.folder.subscribe(name, True)

    def name_of(self, folder: str) -> str:
        """The folder as this server calls it: below its prefix, with its separator."""
        if folder.upper() == "INBOX":
            return folder
        name = folder.replace("/", self._separator) if self._separator else folder
        return name if not self._prefix or name.startswith(self._prefix) else f"{self._prefix}{name}"

    def _learn_names(self) -> None:
        client = self.box.client
        if "NAMESPACE" in client.capabilities:
            with suppress(imaplib.IMAP4.error):
                _, answer = client.namespace()
                found = _NAMESPACE.search(answer[0] or b"") if answer else None
                if found:
                    self._prefix = _plain(found[1])
                    self._separator = _plain(found[2] or b"")
                    return
        inbox = self.box.folder.list("", "INBOX")
        if inbox and inbox[0].delim not in ("NIL", None):
            self._separator = inbox[0].delim

    def _bound_reading(self) -> None:
        """Refuse to take more than fits, whatever size the server claimed before."""
        client, most = self.box.client, self._most
        plain_read = client.read

        def read(size: int) -> bytes:
            if size > most:
                raise LiteralTooLong(f"{size} > {most}")
            return bytes(plain_read(size))

        client.read = read  # type: ignore[method-assign]  # the library has no bound of its own


def connection(host: str, port: int, *, security: str, ca_file: str | None, timeout: float) -> BaseMailBox:
    """A connection that is not logged in yet; TLS is verified."""
    if security == "none":
        return MailBoxUnencrypted(host, port, timeout=timeout)
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(ca_file)
    kind = MailBox if security == "tls" else MailBoxStartTls
    return kind(host, port, timeout=timeout, ssl_context=context)


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _plain(quoted: bytes) -> str:
    return re.sub(r"\\(.)", r"\1", quoted.decode("ascii", "replace"))

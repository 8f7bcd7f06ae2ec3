"""The mailbox to which units reply, over IMAP: what waits in it, and putting a message away once it is dealt with.

`imap_line` does the talking. TLS is verified, every answer, message and session has a time limit, nothing is marked as
read by looking at it, and no more than a bound is taken of a message, whatever size a server claims.
"""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from imap_tools import AND, BaseMailBox
from imap_tools.errors import ImapToolsError

from cchc.clock import TZ
from cchc.errors import CchcError, RuleRefused
from cchc.mail.imap_line import TROUBLE, ImapLine, LineBroken, LiteralTooLong, Times, connection
from cchc.mail.mailbox_limits import MailboxLimits
from cchc.texts import t

SECURITIES = ("tls", "starttls", "none")
USUAL_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_FULL = ("QUOTA", "FULL", "LIMIT", "SPACE")  # in the words of a server that has no room
_HEADERS = 256 * 1024  # of a message that is too large to be read
_SLACK = 4096
_A_DAY = timedelta(days=1)  # servers count days by clocks of their own
_MOST_SOUGHT = 60


class MailboxDown(CchcError):
    """The mailbox cannot be reached, entered or read now; no message was touched by the failing step."""


class MessageNotRead(CchcError):
    """The server does not hand out one message; the others can be read."""


class MessageNotMoved(CchcError):
    """One message could not be moved; it was dealt with and stays where it lies."""


@dataclass(frozen=True)
class MailboxConfig:
    """A mailbox. `security`: tls | starttls | none (none only for a server on this very machine).

    `folder`: where mail arrives; what was dealt with is moved to `done_folder`, what a person should look at to
    `review_folder`; both are made when they are missing. `ca_file`: certificates to trust besides the system's.
    `authserv_id`: the name under which the mail server writes Authentication-Results; when given, only mails with
    a proof under it (`senders`) are believed to come from whom they say. Folders are named without the prefix of the
    server and with `/` between their levels.
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
    limits: MailboxLimits = field(default_factory=MailboxLimits)

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
    """A message in the mailbox: its place, its size in bytes (no more than the truth, whatever the server claims), and
    when the server took it (not what the mail claims)."""

    uid: int
    uid_validity: int
    size: int
    received_at: datetime


class Mailbox:
    """One session; a context manager. Raises MailboxDown with the server's words, never the password.

    not_told: messages of which the server does not even tell when they came, with its words. left: how many messages
    the next session finds, because one reads no more than `limits.most_messages`.
    """

    def __init__(self, config: MailboxConfig) -> None:
        self.config = config
        self.not_told: dict[int, str] = {}
        self.left = 0
        limits = config.limits
        self._most = limits.most_bytes
        times = Times(limits.timeout_seconds, limits.message_seconds, limits.session_seconds)
        self._line = ImapLine(self._connected, config.folder, times, self._most + _SLACK)

    def __enter__(self) -> Self:
        try:
            self._line.open()
            for folder in (self.config.done_folder, self.config.review_folder):
                self._line.make(folder)
        except (*TROUBLE, LineBroken) as error:
            self._line.close()
            raise self._down(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()

    @property
    def uid_validity(self) -> int:
        """By which numbering of the folder its messages are known."""
        return self._line.uid_validity

    def waiting(self) -> Iterator[WaitingMessage]:
        """What lies in the folder, oldest first. A message that is moved away meanwhile is left out, and so is one of
        which the server tells nothing (`not_told`), and what comes after as many as may be read (`left`)."""
        self.not_told.clear()
        most = self.config.limits.most_messages
        try:
            with self._line.within(self.config.limits.message_seconds):
                uids = self._line.box.uids("ALL")
        except TROUBLE as error:
            raise self._down(error) from None
        self.left = max(0, len(uids) - most)
        for uid in uids[:most]:
            if self._line.is_over:
                raise self._down(TimeoutError())
            try:
                found = self._look(int(uid))
            except MessageNotRead as error:
                self.not_told[int(uid)] = str(error)
                continue
            if found is not None:
                yield found

    def read(self, message: WaitingMessage, *, headers_only: bool = False) -> bytes | None:
        """The message as it lies there; None when somebody else has moved it meanwhile. Raises MessageNotRead."""
        part = f"BODY.PEEK[HEADER]<0.{_HEADERS}>" if headers_only else f"BODY.PEEK[]<0.{self._most + 1}>"
        found = self._content(message.uid, part)
        if found is not None and len(found) > self._most:
            raise self._not_read(message.uid, [t("mail.mailbox.longer", size=len(found))])
        return found

    def put_away(self, uid: int, *, review: bool) -> None:
        """Move a message that was dealt with out of the way; nothing happens when it is gone already.

        Raises MessageNotMoved with the server's words, most often that the mailbox is full.
        """
        self._move(uid, self.config.review_folder if review else self.config.done_folder)

    def bring_back(self, is_wanted: Callable[[bytes], bool]) -> int:
        """Move messages from the folder for review to where mail arrives; returns how many."""
        config, moved = self.config, 0
        try:
            self._line.enter(config.review_folder)
            for uid in self._line.box.uids("ALL"):
                with suppress(MessageNotRead, MessageNotMoved):  # it stays where it is, and is wanted still
                    found = self._look(int(uid))
                    raw = self.read(found) if found and found.size <= self._most else None
                    if raw is not None and is_wanted(raw):
                        self._move(int(uid), config.folder)
                        moved += 1
            self._line.enter(config.folder)
        except TROUBLE as error:
            raise self._down(error) from None
        return moved

    def find(self, folder: str, received_at: datetime, is_it: Callable[[bytes], bool]) -> bytes | None:
        """The message of about that moment that `is_it`, in a folder; None when it is not among those of that day.

        Nothing is moved or marked; of days with thousands of messages the nearest are looked at.
        """
        days = AND(
            date_gte=(received_at - _A_DAY).astimezone(TZ).date(),
            date_lt=(received_at + 2 * _A_DAY).astimezone(TZ).date(),
        )
        near: list[WaitingMessage] = []
        try:
            with self._line.within(self.config.limits.message_seconds):
                self._line.enter(folder)
                uids = self._line.box.uids(days)
            for uid in uids[-_MOST_SOUGHT:]:
                with suppress(MessageNotRead):
                    found = self._look(int(uid))
                    near += [found] if found and found.size <= self._most else []
        except TROUBLE as error:
            raise self._down(error) from None
        for one in sorted(near, key=lambda one: abs(one.received_at - received_at)):
            with suppress(MessageNotRead):
                raw = self.read(one)
                if raw is not None and is_it(raw):
                    return raw
        return None

    def _move(self, uid: int, folder: str) -> None:
        try:
            self._line.move(uid, folder)
        except ImapToolsError as error:
            words = " ".join(str(error).split())[:200]
            full = any(mark in words.upper() for mark in _FULL)
            raise MessageNotMoved(
                t(f"mail.mailbox.{'full' if full else 'not_moved'}", folder=folder, words=words)
            ) from None
        except TROUBLE as error:
            self._open_again(error)
            raise MessageNotMoved(
                t("mail.mailbox.not_moved", folder=folder, words=" ".join(str(error).split())[:200])
            ) from None

    def _look(self, uid: int) -> WaitingMessage | None:
        """Size and time of a message; None when it is gone. Raises MessageNotRead."""
        answer = self._ask(uid, "(UID RFC822.SIZE INTERNALDATE)")
        line = b" ".join(item if isinstance(item, bytes) else item[0] for item in answer if item)
        size, taken = _SIZE.search(line), imaplib.Internaldate2tuple(line)
        if taken is None:
            if self._lies_there(uid):
                raise self._not_read(uid, answer)
            return None
        moment = datetime.fromtimestamp(time.mktime(taken), TZ)
        claimed = int(size[1]) if size else 0
        return WaitingMessage(uid, self.uid_validity, self._true_size(uid, claimed), moment)

    def _true_size(self, uid: int, claimed: int) -> int:
        """The claim, unless one byte behind the bound shows that it is a lie."""
        try:
            status, answer = self._line.ask(uid, f"(BODY.PEEK[]<{self._most}.1>)")
        except LiteralTooLong:
            return self._most + 1
        except LineBroken as error:
            raise self._not_read(uid, [str(error)]) from None
        except TROUBLE as error:
            raise self._down(error) from None
        found = next((item[1] for item in answer if isinstance(item, tuple)), None)
        if status != "OK":
            return claimed
        # A server that knows no parts of messages sends the whole one, which is not longer than the bound then.
        return max(claimed, self._most + 1) if found and len(found) == 1 else min(claimed, self._most)

    def _content(self, uid: int, part: str) -> bytes | None:
        """A part of a message; None when the message is gone. Raises MessageNotRead."""
        answer = self._ask(uid, f"({part})")
        found = next((item[1] for item in answer if isinstance(item, tuple)), None)
        if found is not None:
            return bytes(found)
        if self._lies_there(uid):
            raise self._not_read(uid, answer)
        return None

    def _ask(self, uid: int, parts: str) -> list[Any]:
        try:
            status, answer = self._line.ask(uid, parts)
        except (LiteralTooLong, LineBroken) as error:
            raise self._not_read(uid, [str(error)]) from None
        except TROUBLE as error:
            raise self._down(error) from None
        if status != "OK":
            raise self._not_read(uid, answer)
        return answer

    def _lies_there(self, uid: int) -> bool:
        try:
            with self._line.within(self.config.limits.message_seconds):
                return bool(self._line.box.uids(f"UID {uid}"))
        except TROUBLE as error:
            raise self._down(error) from None

    def _open_again(self, error: Exception) -> None:
        try:
            self._line.open()
        except (*TROUBLE, LineBroken):
            raise self._down(error) from None

    def _not_read(self, uid: int, answer: list[Any]) -> MessageNotRead:
        return MessageNotRead(t("mail.mailbox.not_read", uid=uid, words=" ".join(str(answer).split())[:200]))

    def _connected(self) -> BaseMailBox:
        config = self.config
        box = connection(
            config.host,
            config.port,
            security=config.security,
            ca_file=config.ca_file,
            timeout=config.limits.timeout_seconds,
        )
        box.login(config.user, config.password, initial_folder=None)
        return box

    def _down(self, error: Exception) -> MailboxDown:
        words = f"{type(error).__name__}: {error}".replace(self.config.password, "***")
        if self._line.is_over:
            words = t("mail.mailbox.session_over", minutes=self.config.limits.session_seconds // 60)
        return MailboxDown(
            t(
                "mail.mailbox.down",
                place=f"{self.config.host}:{self.config.port}",
                words=" ".join(words.split())[:300],
            )
        )

"""The one module that knows yagmail: it opens and holds the connection; the message comes from `message.build`.

yagmail logs in for every mail, verifies no certificate, has no timeout, appends `@gmail.com` to a user name
without one, asks a keyring when there is no password, and sleeps and re-sends by itself after a disconnect.
So it is given a verified TLS context and a timeout, used for one login per batch, and the sending itself goes
over the connection it holds.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from cchc.errors import CchcError
from cchc.mail.dialogue import Handed, HungUp, NoAnswer, hand_over
from cchc.mail.message import Envelope
from cchc.mail.refusals import About, Refusal, SmtpStep
from cchc.mail.server import SmtpConfig
from cchc.texts import t

IDLE_SECONDS = 5.0  # after so long without a mail the line is tried before it is used
GOODBYE_SECONDS = 5.0
ANSWER_SECONDS = 600.0  # RFC 5321, 4.5.3.2.6: a server may take so long over a mail that it was given


class MailServerDown(CchcError):
    """The server cannot be reached or greeted; no mail was touched."""


class AccountRefused(MailServerDown):
    """The server does not let us in, or not send as who we are; no mail was touched."""


class MailOutcome(StrEnum):
    """What became of one mail.

    TEMPORARY: refused for now, or for reasons that are not its own. PERMANENT: for good, and only because of whom it
    goes to. PERSON: for reasons of its own that no waiting mends. UNKNOWN: nobody can know.
    """

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    PERSON = "person"
    UNKNOWN = "unknown"


class StopCause(StrEnum):
    """Why the server is not asked to take any more mails for a while."""

    LIMIT = "limit"
    ACCOUNT = "account"
    BUSY = "busy"
    UNKNOWN = "unknown"
    IN_A_ROW = "in_a_row"
    RESTORED = "restored"  # the store was restored: a person decides when it sends again
    PAUSED = "paused"  # a person lets it rest, until a person lets it go on


@dataclass(frozen=True)
class ServerAnswer:
    """The server's word on one mail.

    `taken`: the addresses it accepted. `stop`: why no other mail should be tried now. `refused`: by the server.
    """

    outcome: MailOutcome
    words: str
    taken: tuple[str, ...] = ()
    stop: StopCause | None = None
    refused: bool = False


class Mailer:
    """One login for a batch; a context manager. Not for several threads at once.

    `timeout_seconds`: for connecting and logging in. `answer_seconds`: for each answer afterwards.
    """

    def __init__(
        self, config: SmtpConfig, timeout_seconds: float = 30, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self.config = config
        self._timeout = timeout_seconds
        self._answer_timeout = answer_seconds
        self._client: Any = None
        self._last_used = 0.0  # of the monotonic clock

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Connect, encrypt, log in. MailServerDown tells the server's words, never the password."""
        import yagmail  # 70 ms that only who sends mail need pay

        config = self.config
        options: dict[str, Any] = {"timeout": self._timeout}
        if config.security == "tls":
            options["context"] = self._context()
        client = yagmail.SMTP(
            user=config.user or "",
            password=config.password or "",
            host=config.host,
            port=config.port,
            smtp_ssl=config.security == "tls",
            smtp_starttls={"context": self._context()} if config.security == "starttls" else False,
            smtp_skip_login=not config.user,
            soft_email_validation=False,
            **options,
        )
        client.set_logging(None)  # its own handler would print the server's answers beside our log
        client.user = config.user or ""  # undo the '@gmail.com' it appends to a bare user name
        try:
            client.login()
        except (OSError, smtplib.SMTPException) as error:
            _drop(client)
            place = f"{config.host}:{config.port}"
            down = AccountRefused if _turns_us_away(error) else MailServerDown
            raise down(t("mail.server_down", place=place, words=self._words(error))) from None
        client.smtp.sock.settimeout(self._answer_timeout)
        self._client, self._last_used = client, time.monotonic()

    def close(self) -> None:
        if self._client is not None:
            _drop(self._client)
            self._client = None

    def try_sender(self) -> None:
        """Ask the server whether it takes mail of our sender, and send none. Raises AccountRefused, MailServerDown."""
        smtp: smtplib.SMTP = self._client.smtp
        try:
            smtp.ehlo_or_helo_if_needed()  # where nobody logs in nobody has greeted yet
            code, words = smtp.mail(self.config.sender)
            smtp.rset()
        except (OSError, smtplib.SMTPException) as error:
            place = f"{self.config.host}:{self.config.port}"
            raise MailServerDown(t("mail.server_down", place=place, words=self._words(error))) from None
        if code != 250:
            answer = self._safe(f"{code} {_text(words)}")
            raise AccountRefused(t("mail.sender_refused", sender=self.config.sender, words=answer))

    def send(self, envelope: Envelope) -> ServerAnswer:
        """Hand one mail to the server, exactly once: a lost answer is reported as unknown, never tried again.

        Raises MailServerDown when no connection can be had, AccountRefused when our login or sender is refused.
        """
        if not envelope.recipients:
            return ServerAnswer(MailOutcome.PERMANENT, t("mail.no_address"))
        self._ensure_connected()
        try:
            return self._hand_over(envelope)
        except HungUp:  # 'so many mails a connection': this one was refused, so it may go over a new one
            self.close()
            self.connect()
        try:
            return self._hand_over(envelope)
        except HungUp as error:
            self.close()
            cause = StopCause.BUSY if _about(error.refusals) is not About.LIMIT else StopCause.LIMIT
            return ServerAnswer(MailOutcome.TEMPORARY, self._safe(str(error)), stop=cause)

    def _hand_over(self, envelope: Envelope) -> ServerAnswer:
        try:
            handed = hand_over(self._client.smtp, envelope)
        except NoAnswer as error:
            self.close()
            return ServerAnswer(MailOutcome.UNKNOWN, self._safe(str(error)), stop=StopCause.UNKNOWN)
        self._last_used = time.monotonic()
        return self._judge(handed, len(envelope.recipients))

    def _judge(self, handed: Handed, asked: int) -> ServerAnswer:
        words = self._safe("; ".join(one.shown for one in handed.refusals))
        first = handed.refusals[0] if handed.refusals else None
        if first is None:
            return ServerAnswer(MailOutcome.SENT, words, handed.taken)
        if first.step is SmtpStep.SENDER and first.lasting and first.about in (About.ACCOUNT, About.UNCLEAR):
            raise AccountRefused(t("mail.sender_refused", sender=self.config.sender, words=words))
        about = _about(handed.refusals)
        if about is About.RECIPIENT and all(one.lasting for one in handed.refusals):
            if handed.taken:
                return ServerAnswer(MailOutcome.SENT, words, handed.taken)
            # Said of the whole mail, it may be about one of several.
            doubtful = asked > 1 and handed.refusals[-1].step is not SmtpStep.RECIPIENT
            return ServerAnswer(
                MailOutcome.PERSON if doubtful else MailOutcome.PERMANENT, words, refused=True
            )
        if about is About.MAIL and all(one.lasting for one in handed.refusals) and not handed.taken:
            return ServerAnswer(MailOutcome.PERSON, words, refused=True)
        # Who was taken in proves that our account is not refused.
        stop = None if handed.taken else _cause(handed.refusals, about)
        return ServerAnswer(MailOutcome.TEMPORARY, words, handed.taken, stop, refused=not handed.taken)

    def _ensure_connected(self) -> None:
        """A fresh connection when the server hung up since the last mail, so that no mail pays for it."""
        if self._client is not None and not self._alive():
            self.close()
        if self._client is None:
            self.connect()

    def _alive(self) -> bool:
        smtp: smtplib.SMTP = self._client.smtp
        if smtp.sock is None:
            return False
        if time.monotonic() - self._last_used < IDLE_SECONDS:
            return True
        try:
            smtp.sock.settimeout(self._timeout)
            answers = smtp.noop()[0] == 250
            smtp.sock.settimeout(self._answer_timeout)
        except (OSError, smtplib.SMTPException):
            return False
        return answers

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.config.ca_file:
            context.load_verify_locations(self.config.ca_file)
        return context

    def _words(self, error: Exception) -> str:
        if isinstance(error, smtplib.SMTPResponseException):
            return self._safe(f"{error.smtp_code} {_text(error.smtp_error)}")
        return self._safe(f"{type(error).__name__}: {error}")

    def _safe(self, words: str) -> str:
        """The server's words on one line, without the password should the server repeat it."""
        if self.config.password:
            words = words.replace(self.config.password, "***")
        return " ".join(words.split())[:500]


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _turns_us_away(error: Exception) -> bool:
    """Whether the server refused us at the door, which a person has to mend, and not merely for now."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return True
    return isinstance(error, smtplib.SMTPResponseException) and 500 <= error.smtp_code < 600


def _about(refusals: Sequence[Refusal]) -> About:
    """What several refusals of one mail are about: the one that concerns most of what we send."""
    found = {one.about for one in refusals}
    widest = (About.LIMIT, About.ACCOUNT, About.UNCLEAR, About.MAIL, About.RECIPIENT)
    return next((one for one in widest if one in found), About.UNCLEAR)


def _cause(refusals: Sequence[Refusal], about: About) -> StopCause | None:
    """Why the batch should stop, if it should: what is said of one recipient, or unclear there, stops nobody else."""
    if about is About.LIMIT:
        return StopCause.LIMIT
    if about is About.ACCOUNT:
        return StopCause.ACCOUNT
    last = refusals[-1]
    if about is About.UNCLEAR and last.step is not SmtpStep.RECIPIENT and not last.lasting:
        return StopCause.BUSY
    return None


def _drop(client: Any) -> None:
    """Close without caring for the goodbye."""
    if client.smtp is not None:
        try:
            if client.smtp.sock is not None:
                client.smtp.sock.settimeout(GOODBYE_SECONDS)
            client.smtp.quit()
        except (OSError, smtplib.SMTPException):
            client.smtp.close()
    client.is_closed = True
    client.smtp = None

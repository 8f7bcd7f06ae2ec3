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
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from cchc.errors import CchcError
from cchc.mail.message import Envelope
from cchc.mail.server import SmtpConfig
from cchc.texts import t

SERVICE_CLOSING, TOO_LARGE = 421, 552  # RFC 5321, 4.2.3
IDLE_SECONDS = 5.0  # after so long without a mail the line is tried before it is used


class MailServerDown(CchcError):
    """The server cannot be reached, greeted or logged in to; no mail was touched."""


class _HungUp(Exception):
    """The server refused a mail and closed the line; the mail was surely not taken."""


class MailOutcome(StrEnum):
    """What became of one mail: taken, refused for now, refused for good, or nobody can know."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ServerAnswer:
    """The server's word on one mail; `taken`: the addresses it accepted."""

    outcome: MailOutcome
    words: str
    taken: tuple[str, ...] = ()


class Mailer:
    """One login for a batch; a context manager. Not for several threads at once."""

    def __init__(self, config: SmtpConfig, timeout_seconds: int = 30) -> None:
        self.config = config
        self._timeout = timeout_seconds
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
            raise MailServerDown(t("mail.server_down", place=place, words=self._words(error))) from None
        self._client, self._last_used = client, time.monotonic()

    def close(self) -> None:
        if self._client is not None:
            _drop(self._client)
            self._client = None

    def send(self, envelope: Envelope) -> ServerAnswer:
        """Hand one mail to the server, exactly once: a lost answer is reported as unknown, never tried again.

        Raises MailServerDown when no connection can be had, or the server refuses our sender altogether.
        """
        if not envelope.recipients:
            return ServerAnswer(MailOutcome.PERMANENT, t("mail.no_address"))
        self._ensure_connected()
        try:
            return self._hand_over(envelope)
        except _HungUp:  # 'so many mails a connection': this one was refused, so it may go over a new one
            self.close()
            self.connect()
        try:
            return self._hand_over(envelope)
        except _HungUp as error:
            self.close()
            return ServerAnswer(MailOutcome.TEMPORARY, str(error))

    def _hand_over(self, envelope: Envelope) -> ServerAnswer:
        smtp: smtplib.SMTP = self._client.smtp
        try:
            refused = smtp.sendmail(envelope.sender, list(envelope.recipients), envelope.content)
        except smtplib.SMTPRecipientsRefused as error:
            if smtp.sock is None:
                raise _HungUp(self._safe(str(error.recipients))) from None
            return self._judge(envelope, error.recipients)
        except smtplib.SMTPResponseException as error:
            return self._judge_refusal(error)
        except (OSError, smtplib.SMTPException) as error:
            # The line broke somewhere between greeting and answer: the mail may have been taken.
            self.close()
            return ServerAnswer(MailOutcome.UNKNOWN, self._words(error))
        self._last_used = time.monotonic()
        return self._judge(envelope, refused)

    def _judge_refusal(self, error: smtplib.SMTPResponseException) -> ServerAnswer:
        """4xx may pass later; 5xx is for good, unless our very sender is refused: that stops the batch."""
        words = self._words(error)
        if error.smtp_code == SERVICE_CLOSING:
            raise _HungUp(words) from None
        if not 500 <= error.smtp_code < 600:
            return ServerAnswer(MailOutcome.TEMPORARY, words)
        if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
            raise MailServerDown(t("mail.sender_refused", sender=self.config.sender, words=words)) from None
        return ServerAnswer(MailOutcome.PERMANENT, words)

    def _judge(self, envelope: Envelope, refused: dict[str, tuple[int, bytes]]) -> ServerAnswer:
        taken = tuple(address for address in envelope.recipients if address not in refused)
        words = "; ".join(
            f"{address}: {code} {_text(answer)}" for address, (code, answer) in sorted(refused.items())
        )
        if any(code < 500 for code, _ in refused.values()):
            return ServerAnswer(MailOutcome.TEMPORARY, self._safe(words), taken)
        if not taken:
            return ServerAnswer(MailOutcome.PERMANENT, self._safe(words))
        return ServerAnswer(MailOutcome.SENT, self._safe(words), taken)

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
            return smtp.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

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


def _drop(client: Any) -> None:
    """Close without caring for the goodbye."""
    if client.smtp is not None:
        try:
            client.smtp.quit()
        except (OSError, smtplib.SMTPException):
            client.smtp.close()
    client.is_closed = True
    client.smtp = None

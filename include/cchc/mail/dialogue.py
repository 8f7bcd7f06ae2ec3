"""One mail over an open connection, step by step, so that it is known at each break whether it can have been taken.

`smtplib.sendmail` does the same steps, but tells a line that broke at MAIL FROM and one that broke after the final dot
by the same error.
"""

from __future__ import annotations

import re
import smtplib
from dataclasses import dataclass

from cchc.mail.message import Envelope
from cchc.mail.refusals import Refusal, SmtpStep

OK, FORWARDED, START_MAIL, CLOSING = 250, 251, 354, 421  # RFC 5321, 4.2.3
_LEADING_DOT = re.compile(rb"(?m)^\.")


class HungUp(Exception):
    """The line closed before the whole mail was handed over, so it was surely not taken. `refusals`: said before."""

    def __init__(self, words: str, refusals: tuple[Refusal, ...] = ()) -> None:
        super().__init__(words)
        self.refusals = refusals


class NoAnswer(Exception):
    """The mail was handed over, and no answer came: nobody can know whether it was taken."""


@dataclass(frozen=True)
class Handed:
    """What the server said: the addresses it took the mail for, and its refusals."""

    taken: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def hand_over(smtp: smtplib.SMTP, envelope: Envelope) -> Handed:
    """Offer one mail. Raises HungUp or NoAnswer when the line breaks; then it is closed."""
    try:
        return _offer(smtp, envelope)
    except smtplib.SMTPServerDisconnected as error:
        raise HungUp(str(error)) from None
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise HungUp(f"{type(error).__name__}: {error}") from None


def _offer(smtp: smtplib.SMTP, envelope: Envelope) -> Handed:
    smtp.ehlo_or_helo_if_needed()
    options = [f"size={len(envelope.content)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
    code, reply = smtp.mail(envelope.sender, options)
    if code != OK:
        return _refused(smtp, (), [Refusal(SmtpStep.SENDER, code, _words(reply))])
    refusals = []
    for address in envelope.recipients:
        code, reply = smtp.rcpt(address)
        if code not in (OK, FORWARDED):
            refusals.append(Refusal(SmtpStep.RECIPIENT, code, _words(reply), address))
        if code == CLOSING:
            break
    refused = {one.address for one in refusals}
    accepted = tuple(address for address in envelope.recipients if address not in refused)
    if not accepted or any(one.code == CLOSING for one in refusals):
        return _refused(smtp, (), refusals)
    code, reply = smtp.docmd("DATA")
    if code != START_MAIL:
        return _refused(smtp, (), [*refusals, Refusal(SmtpStep.CONTENT, code, _words(reply))])
    smtp.send(_wire(envelope.content))  # raises unless every byte, the final dot with them, is on its way
    try:
        code, reply = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise NoAnswer(f"{type(error).__name__}: {error}") from None
    if code == -1:  # an answer that is none: it may mean anything
        smtp.close()
        raise NoAnswer(_words(reply))
    if code != OK:
        return _refused(smtp, (), [*refusals, Refusal(SmtpStep.CONTENT, code, _words(reply))])
    return Handed(accepted, tuple(refusals))


def _refused(smtp: smtplib.SMTP, taken: tuple[str, ...], refusals: list[Refusal]) -> Handed:
    """Make the line ready for the next mail."""
    if any(one.code == CLOSING for one in refusals):
        smtp.close()
        raise HungUp("; ".join(one.shown for one in refusals), tuple(refusals))
    try:
        smtp.rset()
    except (OSError, smtplib.SMTPException):
        smtp.close()
    return Handed(taken, tuple(refusals))


def _wire(content: bytes) -> bytes:
    quoted = _LEADING_DOT.sub(b"..", content)
    return quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _words(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())

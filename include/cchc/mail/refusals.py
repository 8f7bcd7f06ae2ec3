"""What a mail server's refusal is about: the recipient, this one mail, or our account and whatever it sends.

Servers say all three with the same codes, so the enhanced status (RFC 3463) and the words decide. Only what is surely
said about a recipient may end a mail; whatever is doubtful is tried again, and put before a person in the end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class SmtpStep(StrEnum):
    """Where in the dialogue the server refused."""

    LOGIN = "login"
    SENDER = "sender"  # MAIL FROM
    RECIPIENT = "recipient"  # RCPT TO
    CONTENT = "content"  # DATA and the final dot


class About(StrEnum):
    """What is refused."""

    RECIPIENT = "recipient"
    MAIL = "mail"  # too large, malformed: the others may go
    LIMIT = "limit"  # so and so many mails a day, an hour, a connection
    ACCOUNT = "account"  # login, sender, policy: somebody has to look at it
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Refusal:
    """One reply of the server, other than yes. `words`: with the enhanced status, if it gave one."""

    step: SmtpStep
    code: int
    words: str
    address: str = ""

    @property
    def lasting(self) -> bool:
        return 500 <= self.code < 600

    @property
    def shown(self) -> str:
        place = f"{self.address}: " if self.address else ""
        return f"{place}{self.code} {self.words}"

    @property
    def about(self) -> About:
        return _about(self)


_STATUS = re.compile(r"(?<![\d.])[45]\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_NEAR = r"\W+(?:[\w'-]+\W+){0,5}?"
# A limit on what we send, even where the status speaks of a mailbox: our own.
_OUR_LIMIT = re.compile(
    rf"\b(?:daily|hourly|per (?:day|hour|minute)|sending|outgoing|outbound|submission|sender'?s?|relay\w*)\b{_NEAR}"
    rf"(?:limit|quota|rate)|\b(?:limit|quota|rate)\w*{_NEAR}"
    r"(?:per (?:day|hour|minute)|sender|sending|outgoing|outbound|submission)\b"
    r"|\byou(?:r account)?(?: have|'ve| has)\b.{0,40}\b(?:limit|quota|too many)\b|\bhạn mức gửi\b"
)
_LIMIT = re.compile(
    r"\bquota\b|\blimit\w*\b.{0,30}\b(?:exceed|reach)|\bexceed\w*\b.{0,40}\b(?:limit|rate|quota)|\btoo many\b"
    r"|\btoo (?:fast|much mail)\b|\brate.?limit|\bthrottl|\bslow down\b|\bhạn mức\b|\bvượt quá (?:số|giới hạn)"
)
_SIZE = re.compile(
    r"\btoo (?:large|big|long)\b|\b(?:message|mail|data) (?:size|length)\b|\bsize (?:limit|exceed)"
)
_SENDER = re.compile(
    r"\bsender (?:address|verif|reject|denied|not|domain|is not|blocked)|\bsend ?as(?:\b|denied)"
    r"|\bfrom address\b|\benvelope.?from\b|\bmail from(?: address|:)|\bnot owned by\b|\breturn.?path\b"
)
_LOGIN = re.compile(
    r"\bauth(?:entication|enticate|orization)? (?:required|failed|credentials)"
    r"|\bnot? authenticated\b|\blog ?in\b|\bcredential"
)
_POLICY = re.compile(
    r"\bspam|\bblock(?:ed|ing|list)\b|\bblock list\b|\bblacklist|\bdenylist|\bdnsbl\b|\brbl\b|\bpolicy\b|\bpolicies\b"
    r"|\brelay|\breputation\b|\bspf\b|\bdkim\b|\bdmarc\b|\bbanned\b|\bsuspended\b|\bsuspicious\b|\bvirus\b"
    r"|\b(?:access|permission|service) denied\b|\bnot (?:allowed|permitted|authori[sz]ed)\b|\bunauthori[sz]ed\b"
    r"|\bprohibited\b|\bclient host\b|\bhelo\b|\bunsolicited\b|\bbulk\b"
)
_NOBODY = re.compile(
    r"\b(?:user|recipient|mailbox|address|account)\W(?:<[^>]*>\W*)?(?:is |was |are )?"
    r"(?:unknown|invalid|not found|does ?n[o']t exist|not exist|inactive|not local|not known)"
    r"|\b(?:unknown|invalid|nonexistent|non-existent|bad) (?:user|recipient|mailbox|address|account|local part)\b"
    r"|\bno such (?:user|recipient|mailbox|address|account|person|domain|host)\b|\bno mailbox\b|\bno one here\b"
    r"|\bdoes not exist\b|\bdoesn't exist\b|\bunrouteable\b|\bnot our customer\b|\brecipient address rejected: user\b"
)
_FULL = re.compile(
    r"\b(?:mailbox|inbox|mail box)\b.{0,40}\b(?:full|quota|exceed|over)|\bover ?quota\b|\bfull (?:mailbox|inbox)\b"
    r"|\bquota\b.{0,30}\b(?:mailbox|inbox)\b|\b(?:user|recipient|account)\b.{0,30}\b(?:is full|over quota|storage)"
)
_LOGIN_CODES = {454, 530, 534, 535, 538}
_LIMIT_CODES = {421, 452}
_SIZE_CODE = 552
_OUR_ADDRESS = {7, 8}  # X.1.7, X.1.8: the sender's address
_DAILY_RECIPIENTS = 90  # X.1.90 of a large house: our limit of recipients a day
_MAIL_STATUSES = {(2, 3), (3, 4)}  # longer than allowed, too big


def _about(refusal: Refusal) -> About:
    """The first rule that knows decides; the order matters, from the surest signs to the weakest."""
    text = " ".join(refusal.words.lower().split())
    found = _STATUS.search(text)
    status = (int(found[1]), int(found[2])) if found else None
    subject = status[0] if status else None
    if _OUR_LIMIT.search(text) or status in ((4, 5), (1, _DAILY_RECIPIENTS)):
        return About.LIMIT
    if refusal.step is SmtpStep.LOGIN:
        return About.ACCOUNT
    if _SIZE.search(text) or status in _MAIL_STATUSES or subject == 6:
        return About.MAIL
    if _SENDER.search(text) or (subject == 1 and status is not None and status[1] in _OUR_ADDRESS):
        return About.ACCOUNT
    if refusal.step is not SmtpStep.SENDER and _names_recipient(refusal, text, status):
        return About.RECIPIENT
    if _LIMIT.search(text) or refusal.code in _LIMIT_CODES:
        return About.LIMIT
    if refusal.code in _LOGIN_CODES or _LOGIN.search(text):
        return About.ACCOUNT
    if refusal.code == _SIZE_CODE and refusal.step is not SmtpStep.RECIPIENT:
        return About.MAIL
    if refusal.lasting and (subject == 7 or refusal.step is SmtpStep.SENDER or _POLICY.search(text)):
        return About.ACCOUNT
    return About.UNCLEAR


def _names_recipient(refusal: Refusal, text: str, status: tuple[int, int] | None) -> bool:
    """Whether the words are surely about whom we write to."""
    if _NOBODY.search(text):
        return True
    if status is not None and status[0] in (1, 2):
        return True
    if status is not None and status[0] == 4 and refusal.step is SmtpStep.RECIPIENT:
        return refusal.lasting  # no way to that domain; for now it says the same of the server
    return (status is None or status[0] != 7) and _FULL.search(text) is not None

"""A person's own answer to a letter that was set aside: whom it may reach, how it reads, and its way into the outbox.

It goes to addresses that we know: the one that the letter came from, when it is a unit's or belongs to the department's
own people, else to the mailboxes of the unit whom it concerns. Nothing of a stranger's letter is repeated to a unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import Mail, one_line
from cchc.run import Run
from cchc.submissions.ours import sent_as, units_of
from cchc.submissions.replies import reply_mail
from cchc.submissions.set_aside import settle_by_answer
from cchc.texts import t

LONGEST = 4000
_LONGEST_SUBJECT = 150
_REPLIES = re.compile(r"^((re|fw|fwd|tl|tr|trả lời|chuyển tiếp)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True)
class Addressee:
    """To whom an answer goes. unit_code: '' for the department's own people, and while nobody knows which unit it is
    about; recipients: none then. is_sender: the letter came from there."""

    unit_code: str
    recipients: tuple[str, ...]
    is_sender: bool


@dataclass(frozen=True)
class WrittenAnswer:
    """An answer as it would leave; plain values, so that it can wait between looking at it and sending it."""

    item_id: str
    unit_code: str
    recipients: tuple[str, ...]
    subject: str
    paragraphs: tuple[str, ...]
    thread: str


def addressee(run: Run, sender: str, thread: str) -> Addressee:
    """Whom an answer to a letter reaches: its sender, else the unit whose mail of ours it answers."""
    department = Department.load()
    units = units_of(run, sender) if sender else []
    about = sent_as(run, thread.split())
    unit_of_thread = str((about or {}).get("unit_code") or "")
    if units:
        codes = [unit.code for unit in units]
        return Addressee(unit_of_thread if unit_of_thread in codes else codes[0], (sender,), True)
    if sender in department.staff_mailboxes() - {department.reply_to.casefold()}:
        return Addressee("", (sender,), True)
    if unit_of_thread in run.units:
        return Addressee(unit_of_thread, tuple(run.units.get(unit_of_thread).mailboxes), False)
    return Addressee("", (), False)


def compose(
    run: Run, item_id: str, letter: tuple[str, str, str], text: str, unit_code: str = ""
) -> WrittenAnswer:
    """The answer to a letter of (sender, subject, thread), as it would leave.

    unit_code: whom a stranger's letter concerns, as a person says. RuleRefused: 'no-letter', 'answer-needs-text',
    'answer-too-long', 'answer-needs-unit' while nobody knows which unit it is, 'unit-without-mailbox'.
    """
    sender, subject, thread = letter
    if not sender and not thread:
        raise RuleRefused("no-letter", t("submissions.answering.no_letter", item=item_id))
    paragraphs = tuple(filter(None, (one_line(line) for line in text.splitlines())))
    if not paragraphs:
        raise RuleRefused("answer-needs-text", t("submissions.answering.text_needed"))
    if (count := sum(map(len, paragraphs))) > LONGEST:
        raise RuleRefused("answer-too-long", t("submissions.answering.too_long", most=LONGEST, count=count))
    to = addressee(run, sender, thread)
    if not to.is_sender and unit_code:
        to = Addressee(unit_code, tuple(run.units.get(unit_code).mailboxes), False)
    if not to.recipients:
        if to.unit_code:
            name = run.units.get(to.unit_code).name
            raise RuleRefused("unit-without-mailbox", t("submissions.answering.no_mailbox", unit=name))
        raise RuleRefused("answer-needs-unit", t("submissions.answering.unit_needed"))
    about = _REPLIES.sub("", one_line(subject)).strip()[:_LONGEST_SUBJECT] if to.is_sender else ""
    title = t("submissions.answering.no_subject", department=Department.load().name)
    if about:
        title = t("submissions.answering.subject", about=about)
    return WrittenAnswer(item_id, to.unit_code, to.recipients, title, paragraphs, thread)


def as_mail(run: Run, answer: WrittenAnswer, seq: int = 0) -> Mail:
    """The mail that the answer becomes; seq: the step of the thing set aside that it is."""
    unit = run.units.get(answer.unit_code) if answer.unit_code else None
    mail = reply_mail(
        key=f"{answer.unit_code or 'so'}/{answer.item_id}/{seq}",
        unit=unit,
        address=None,
        subject=answer.subject,
        paragraphs=answer.paragraphs,
        as_of=run.as_of,
        thread=answer.thread or None,
        asks_in=None,  # it may go to an address that is not the unit's
    )
    return replace(mail, recipients=answer.recipients)


def send_answer(run: Run, answer: WrittenAnswer) -> Mail:
    """Put the answer into the outbox and settle what was set aside, both or neither.

    RuleRefused('nothing-waits') when somebody settled it meanwhile, 'act-needs-actor', and 'answer-moved' when an
    address is no longer one that we know.
    """
    if not run.actor.strip():
        raise RuleRefused("act-needs-actor", t("chasing.refused.actor"))
    known = set(run.units.get(answer.unit_code).mailboxes) if answer.unit_code else set()
    known = {box.casefold() for box in known} | Department.load().staff_mailboxes()
    if not {box.casefold() for box in answer.recipients} <= known:
        raise RuleRefused("answer-moved", t("submissions.answering.moved"))
    words = t("submissions.answering.settled", to=", ".join(answer.recipients))
    return settle_by_answer(run, answer.item_id, words, lambda seq: as_mail(run, answer, seq))

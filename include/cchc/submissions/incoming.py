"""What a letter gets: its workbooks judged, its documents kept beside them, or a fitting answer when nothing fits.

Whose letter it is and what it holds comes before how it looks: a workbook from a registered mailbox is judged whatever
marks of lists and machines the mail carries, and answered to the registered mailboxes. A machine gets no other answer,
and what we wrote ourselves is never taken in: no mail goes in circles. Somebody unknown is answered at most once a day,
and only when the letter holds a file or answers one of ours. What is neither taken in nor answered waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cchc.addresses import check_address
from cchc.checks import Rules
from cchc.clock import TZ, vn_date
from cchc.errors import RuleRefused
from cchc.mail.bounces import Bounce
from cchc.mail.department import Department
from cchc.mail.incoming import Letter
from cchc.mail.mail import Mail
from cchc.mail.mailbox import MailboxConfig
from cchc.mail.senders import Proof
from cchc.obligations import Event
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.envelopes import Content, UnwrappedFile, open_attached
from cchc.submissions.judging import judge
from cchc.submissions.one_answer import one_to_each
from cchc.submissions.ours import (
    answers_us,
    bounces_of,
    is_own,
    reported,
    sent_as,
    units_of,
    without_ours,
)
from cchc.submissions.pleas import Plea, plea_of
from cchc.submissions.replies import reply_to
from cchc.submissions.sorting import NO_FILE, SortedFiles, names_of, sorted_out
from cchc.submissions.strangers import answers_to_stranger
from cchc.submissions.unproven import confirmations
from cchc.units import Unit

# Of a letter without a file from a unit: a machine's answer is none to what it may ask, so that a person is told too.
QUESTION = "question"

# What a letter may hold beside a plea for more time: nothing, or the letter itself once more, signed and scanned.
_WITHOUT_FORM = (NO_FILE, "document", "scan")


@dataclass(frozen=True)
class Dealt:
    """What is done about a letter: the words that runs count by (the first is kept), the verdicts, the answers.

    review: whether a person should look at the message. unit_code: the registered sender. told: why a person is told
    of it by name (a key of `submissions.mailbox.told`), '' when it lies in the folder for review and that is enough.
    unreached: Message-IDs of mails that a report names. came_back: the kind of a mail of ours that lay in the mailbox.
    """

    words: tuple[str, ...]
    unit_code: str | None = None
    review: bool = False
    verdicts: tuple[Verdict, ...] = ()
    mails: tuple[Mail, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    events: tuple[Event, ...] = ()
    told: str = ""
    unreached: tuple[str, ...] = ()
    came_back: str = ""


def deal_with(
    run: Run, rules: Rules, letter: Letter, received_at: datetime, config: MailboxConfig, *, too_large: bool
) -> Dealt:
    """Decide about one letter; nothing is written. `too_large`: only its headers were read."""
    department = Department.load()
    sender = _checked(letter.sender)
    units = units_of(run, sender) if sender else []
    opened = [one for attached in letter.attached if not attached.inline for one in open_attached(attached)]
    own = is_own(letter, department)
    if units and (own or letter.by_machine):
        opened = without_ours(run, units, opened)
    holds_form = bool(units) and any(one.kind is Content.WORKBOOK for one in opened)
    if own and not holds_form:
        sent = sent_as(run, [letter.message_id])
        kind = str(sent["kind"]) if sent else ""
        return Dealt(("own",), review=True, told="own" if kind else "own_other", came_back=kind)
    bounces = bounces_of(run, letter, received_at, department)
    if bounces:
        return Dealt(("bounced",), review=letter.bounce, bounces=bounces)
    proof = letter.proof(config.authserv_id)
    if units and proof is not Proof.MISSING:
        if letter.by_machine and not holds_form:
            told = "machine" if opened else ""
            return Dealt(("machine",), units[0].code, review=True, told=told)
        proven = proof is Proof.PROVEN
        letter_of = _Unit(
            run, rules, letter, received_at, units, department, proven, config.limits.message_mb
        )
        return letter_of.deal(opened, too_large or letter.cut)
    unreached = tuple(dict.fromkeys(one.message_id for one in letter.failures if one.message_id))
    if letter.by_machine:
        away = sender in department.staff_mailboxes()
        told = "forged" if holds_form else "away" if away else "report" if reported(run, letter) else ""
        return Dealt(("machine",), review=True, told=told, unreached=unreached)
    if sender in department.staff_mailboxes():
        return Dealt(("staff",), review=True, told="staff")
    if not sender or proof is Proof.MISSING:
        return Dealt(("nobody",), review=True, told="forged" if units else "nobody" if opened else "")
    mails = answers_to_stranger(run, letter, sender, opened, department, too_large or letter.cut)
    told = "thread" if answers_us(letter, department) else ""
    return Dealt(("nobody",) if mails is None else ("stranger",), review=True, mails=mails or (), told=told)


@dataclass(frozen=True)
class _Unit:
    """A letter from the registered mailbox of a unit (or of several)."""

    run: Run
    rules: Rules
    letter: Letter
    received_at: datetime
    units: Sequence[Unit]
    department: Department
    proven: bool
    largest_mb: int

    def deal(self, opened: Sequence[UnwrappedFile], too_large: bool) -> Dealt:
        files = sorted_out(opened)
        sealed = "sealed" if self.letter.sealed and not files.workbooks else ""
        kind = "too_large" if too_large else sealed or files.why_not
        confirmed = (
            ()
            if files.workbooks
            else confirmations(self.run, self.units, self.letter.words, self.received_at)
        )
        if confirmed:
            return Dealt(
                ("confirmed",), self.units[0].code, mails=(self._reply("confirmed"),), events=confirmed
            )
        plea = plea_of(self.run, self.letter, self.units, self.received_at) if kind in _WITHOUT_FORM else None
        if plea is not None:
            return self._pleaded(plea)
        if kind:
            told = QUESTION if kind == NO_FILE else ""
            return replace(self._answered([self._reply(kind, names=names_of(opened))]), told=told)
        verdicts, mails = list[Verdict](), list[Mail]()
        for alike in files.by_form:
            if len(alike) > 1:
                mails.append(self._reply("ambiguous", names=names_of(alike)))
                continue
            verdict = judge(self.run, self.rules, self._arrival(alike[0], files))
            if verdict.refusal is not None and not verdict.mails:
                file, reason = verdict.arrival.file_name, str(verdict.refusal)
                mails.append(self._reply("refused", file=file, reason=reason))
            verdicts.append(verdict)
        if not verdicts:
            return self._answered(mails)
        words = tuple(verdict.word for verdict in verdicts)
        review = bool(mails) or any(verdict.refusal is not None for verdict in verdicts)
        answered = one_to_each(self.letter, verdicts, mails, self.run.as_of)
        return Dealt(words, self.units[0].code, review, *answered)

    def _pleaded(self, plea: Plea) -> Dealt:
        """Put before an operator, who decides; the unit hears that it is."""
        title = self.run.calendar.round(plea.round_id).title
        day = vn_date(plea.due_at.astimezone(TZ).date())
        mail = reply_to(self.run, self.letter, "plea", self.department, unit=plea.unit, round=title, day=day)
        return Dealt(("plea",), plea.unit.code, True, mails=(mail,), events=plea.events)

    def _answered(self, mails: Sequence[Mail]) -> Dealt:
        _, answers = one_to_each(self.letter, (), mails, self.run.as_of)
        return Dealt(("answered",), self.units[0].code, True, mails=answers)

    def _arrival(self, workbook: UnwrappedFile, files: SortedFiles) -> Arrival:
        notes, enclosures = files.beside(workbook)
        return Arrival(
            file_name=workbook.name,
            content=workbook.content,
            received_at=min(self.received_at, self.run.as_of),
            channel=Channel.MAILBOX,
            senders=tuple(unit.code for unit in self.units),
            thread=self.letter.thread,
            notes=notes,
            enclosures=enclosures,
            evidence=files.evidence,
            occasion=self.letter.mark,
            proven=self.proven,
        )

    def _reply(self, kind: str, **values: str) -> Mail:
        values = {"mail_limit": str(self.largest_mb)} | values
        return reply_to(self.run, self.letter, kind, self.department, unit=self.units[0], **values)


def _checked(sender: str) -> str:
    """The address as it is registered, accents of its domain written out; '' for what is none."""
    try:
        return check_address(sender)
    except RuleRefused:
        return ""

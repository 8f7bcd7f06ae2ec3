"""Đôn đốc: decide which rungs of the ladder are due today, then empty the outbox."""

from __future__ import annotations

from cchc.chasing.attachments import forms_of
from cchc.chasing.day_summary import enqueue_summary
from cchc.chasing.decide import decide_reminders
from cchc.chasing.left_out import left_out, note_of
from cchc.chasing.letters import write_letters
from cchc.chasing.sending import send_current
from cchc.clock import vn_date
from cchc.documents.handing_out import mail_signed
from cchc.documents.waiting import remind_approvers
from cchc.errors import NothingToDo
from cchc.mail.outbox import sending_moment
from cchc.mail.stops import tell_administrators
from cchc.run import Run
from cchc.scoring.sheets import mail_signed_sheets
from cchc.stages import opening
from cchc.stages.score_opening import lock_due
from cchc.submissions.replies import forget_outsiders
from cchc.texts import t


def decide(run: Run) -> int:
    """Lock the files of scoring whose time is over, decide today's reminders in one transaction, write the letters they
    ask for, ask approvers again; decide the mails of what was signed meanwhile.

    Returns the number of reminders. Twice a day is once. NothingToDo on a day off. What an outage left out is noted on
    the run.
    """
    _must_work(run)
    lock_due(run)
    decision = decide_reminders(run, forms_of=forms_of(run))
    write_letters(run)
    remind_approvers(run)
    mail_signed(run)
    mail_signed_sheets(run)
    if found := left_out(run):
        run.notes.append(note_of(found))
    return decision.mails


def request(run: Run) -> dict[str, int]:
    """Decide the request mails of the run's round and send: counts as of `send`.

    NothingToDo on a day off, when nobody is written to: the daily run asks on the next working day.
    """
    opening.request(run)
    counts = send(run)
    _must_work(run)
    return counts


def report(run: Run) -> dict[str, int]:
    """Tell the operators how the day stands, after the sending, so that it says what did not get through."""
    enqueue_summary(run)
    return send(run)


def send(run: Run) -> dict[str, int]:
    """Send what the outbox holds: counts of sent, failed (tried again later), dead, previewed, unknown and held.

    Unknown: the line broke before the server's answer; such a mail is repeated with its Message-ID once stale. Held: a
    person is to decide.
    """
    try:
        result = send_current(run.store, run.instance, run.smtp, run.as_of)
    finally:  # what did leave before the server went down is settled too
        forget_outsiders(run.store, run.instance)
        tell_administrators(run.store, sending_moment(run.instance.settings, run.as_of))
    return result.counts


def _must_work(run: Run) -> None:
    days = run.calendar.working_days
    if why := days.why_off(run.today):
        raise NothingToDo(t("stages.day_off", why=why, day=vn_date(days.next(run.today))))

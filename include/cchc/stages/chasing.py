"""Đôn đốc: decide which rungs of the ladder are due today, then empty the outbox."""

from __future__ import annotations

from dataclasses import asdict

from cchc.reminders import forget_outsiders, send_pending
from cchc.stages.day_summary import enqueue_summary
from cchc.stages.opening import forms_of
from cchc.stages.reminding import decide_reminders
from cchc.stages.run import Run
from cchc.stages.urging import write_letters
from cchc.stages.waiting import remind_approvers


def decide(run: Run) -> int:
    """Decide today's reminders in one transaction, write the letters they ask for, ask approvers again.

    Returns the number of reminders. Twice a day is once.
    """
    decision = decide_reminders(run, forms_of=forms_of(run))
    write_letters(run)
    remind_approvers(run)
    return decision.mails


def report(run: Run) -> dict[str, int]:
    """Tell the operators how the day stands, after the sending, so that it says what did not get through."""
    enqueue_summary(run)
    return send(run)


def send(run: Run) -> dict[str, int]:
    """Send what the outbox holds: counts of sent, failed (tried again later), dead, previewed, and unknown.

    Unknown: the line broke before the server's answer; such a mail is repeated with its Message-ID once stale.
    """
    try:
        result = send_pending(run.store, run.instance, run.smtp, run.as_of)
    finally:  # what did leave before the server went down is settled too
        forget_outsiders(run.store, run.instance)
    return asdict(result)

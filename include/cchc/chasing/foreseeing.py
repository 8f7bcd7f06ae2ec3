"""What `don_doc` of a day would put into the outbox and send, told before it does: `./cchc thu xem`.

Nothing is planned twice: the steps of `chasing` write what the same functions give here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from cchc.chasing.attachments import forms_of
from cchc.chasing.decide import foresee, keys_taken
from cchc.chasing.ladder import Ladder
from cchc.chasing.letters import letters_to_sign
from cchc.chasing.outdated import outdated
from cchc.chasing.plan import ChasingView, PlannedMail, withdrawn_by
from cchc.clock import at
from cchc.documents.waiting import reminders_to_approvers
from cchc.mail.department import Department
from cchc.mail.mail import Mail
from cchc.mail.outbox import leaving
from cchc.mail.rules import OutboxRules
from cchc.run import Run
from cchc.store import Row

RUN_HOUR = 8  # the hour at which the daily run decides


@dataclass(frozen=True)
class DayAhead:
    """The mails of a day.

    why_off: why nobody is written to; nothing is decided then. planned: the reminders by unit. mails: every mail
    that is decided, theirs first; the operators' summary apart, which depends on what got through. leaving,
    put_aside, kept: what waits in the outbox already and is sent, is given up as outdated, or waits on.
    """

    why_off: str | None
    planned: list[PlannedMail]
    mails: list[Mail]
    leaving: list[Row]
    put_aside: list[Row]
    kept: list[Row]


def deciding_moment(day: date | None, now: datetime) -> datetime:
    """When the run of a day decides: at its hour; None: of today, or now when that hour is over."""
    return max(now, at(now.date(), RUN_HOUR)) if day is None else at(day, RUN_HOUR)


def foresee_day(run: Run) -> DayAhead:
    """The day ahead as of the run's moment; reads only."""
    ladder = Ladder.load()
    desk = ChasingView(run.store, run.calendar, run.units, ladder, run.instance, Department.load(), run.as_of)
    owed = desk.owed()
    why_off = run.calendar.working_days.why_off(run.today)
    planned: list[PlannedMail] = []
    mails: list[Mail] = []
    if why_off is None:
        found = foresee(desk, owed, forms_of=forms_of(run, copied=False))
        planned = found.planned
        mails = [
            *found.mails,
            *letters_to_sign(run, planned, withdrawn_by(desk, owed)),
            *reminders_to_approvers(run),
        ]
    aside = outdated(run.store, run.as_of, {obligation.obligation_id for obligation, _ in owed})
    going = {key for key in leaving(run.store, OutboxRules.load(), run.as_of, run.as_of) if key not in aside}
    waiting = run.store.query("chasing.waiting")
    there = keys_taken(run.store, [one.key for one in mails])
    mails = [one for one in mails if one.key not in there]
    return DayAhead(
        why_off,
        planned,
        mails,
        leaving=[row for row in waiting if row["mail_key"] in going],
        put_aside=[row for row in waiting if row["mail_key"] in aside],
        kept=[row for row in waiting if row["mail_key"] not in going and row["mail_key"] not in aside],
    )

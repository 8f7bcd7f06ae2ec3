"""From trial to live: what was sent under preview or redirect has reached no unit, so the requests are still to go."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from cchc import clock
from cchc.chasing.attachments import forms_of
from cchc.chasing.decide import decide_reminders
from cchc.chasing.ladder import Ladder, Trigger
from cchc.chasing.plan import ChasingView, plan
from cchc.mail.department import Department
from cchc.run import Run

DAILY_HOUR = 8


def requests_to_go(run: Run) -> dict[str, int]:
    """How many units each open round has still to ask, in the mail mode in force: those that owe, and are not late yet.

    On a day off, as the next working day will find it. Reading only.
    """
    days, moment = run.calendar.working_days, run.as_of
    if not days.is_working(run.today):
        moment = clock.at(days.next(run.today), DAILY_HOUR)
    view = ChasingView(
        run.store, run.calendar, run.units, Ladder.load(), run.instance, Department.load(), moment
    )
    asked: Counter[str] = Counter()
    for mail in plan(view, view.owed(), rungs=(), forms_of=forms_of(replace(run, as_of=moment))):
        rounds = {
            line.obligation.round_id
            for line in mail.lines
            if line.rung and line.rung.trigger is Trigger.OPENING
        }
        asked.update(rounds)
    return dict(sorted(asked.items()))


def send_requests(run: Run) -> int:
    """Put the requests that are still to go into the outbox; returns how many. None on a day off."""
    return decide_reminders(run, rungs=(), forms_of=forms_of(run)).mails

"""Trả lại để sửa: a person sends back what a unit handed in, with a reason and a day by which it must come again."""

from __future__ import annotations

from datetime import date, datetime, time

from cchc.clock import TZ, to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.mail.mail import enqueue
from cchc.obligations import Event, EventKind, append
from cchc.run import Run
from cchc.submissions.kept import SubmissionOutcome, put_outcome, submission
from cchc.submissions.replies import tell_decision
from cchc.texts import t
from cchc.year import Product

DUE_HOUR = time(17)  # of a correction whose day is given
_BY_ITS_OWN_DOOR = (Product.ANSWER, Product.SELF_SCORE, Product.EXPLANATION)


def send_back(run: Run, submission_id: str, due: date, reason: str) -> datetime:
    """Return the unit's last version; it does not count until it comes again. Returns when that is due.

    RuleRefused: ('no-such-submission'), ('return-needs-reason'), ('not-the-last-version'), ('of-another-door') for
    answers to orders and self-scores, which are decided elsewhere; and by the ledger's rules, as once it is locked.
    """
    kept = submission(run.store, run.instance, submission_id)
    if kept is None:
        raise RuleRefused(
            "no-such-submission", t("submissions.entering.no_such_submission", submission=submission_id)
        )
    if not reason.strip():
        raise RuleRefused("return-needs-reason", t("submissions.returning.reason_needed"))
    obligation = run.ledger.get(kept.obligation_id)
    assert obligation is not None, "a submission belongs to an obligation that was opened"
    if obligation.product in _BY_ITS_OWN_DOOR:
        raise RuleRefused("of-another-door", t("submissions.returning.another_door", title=obligation.title))
    if _last_version(run, kept.obligation_id) != submission_id:
        raise RuleRefused(
            "not-the-last-version", t("submissions.entering.not_the_last", submission=submission_id)
        )
    due_at = datetime.combine(run.calendar.working_days.next(due), DUE_HOUR, TZ)
    event = Event(
        kept.obligation_id, EventKind.returned, run.as_of, run.as_of, run.actor, reason.strip(),
        {"submission_id": submission_id, "due_at": to_text(due_at)},
    )  # fmt: skip
    mail = tell_decision(
        run,
        obligation.round_id,
        obligation.unit_code,
        f"{submission_id}:{to_text(run.as_of)}",
        "returning.returned",
        asks=True,
        title=obligation.title,
        reason=reason.strip(),
        due=vn_instant(due_at),
    )
    with run.store.write() as tx:
        append(tx, [event])
        put_outcome(tx, submission_id, SubmissionOutcome.REJECTED)
        enqueue(tx, mail)
    return due_at


def _last_version(run: Run, obligation_id: str) -> str | None:
    """What came last: a report, or the word that there is nothing to report, which the state does not name."""
    came = (EventKind.submitted, EventKind.nothing_to_report)
    known = [
        one
        for one in run.ledger.history(obligation_id)
        if one.kind in came and one.recorded_at <= run.as_of and "submission_id" in one.detail
    ]
    return str(known[-1].detail["submission_id"]) if known else None

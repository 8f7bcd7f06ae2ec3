"""Nộp sau khi khóa: issuing locks a round; what arrives afterwards is kept and marked, and a person decides about it.

Both decisions are facts with a reason, in one transaction with the answer to the unit. Accepting unlocks, accepts and
locks again, so that the next late file waits for a decision of its own.
"""

from __future__ import annotations

from datetime import datetime

from cchc.clock import END, to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.mail.mail import Mail, enqueue
from cchc.obligations import Event, EventKind, ObligationState, append, lock_in, states_in
from cchc.run import Run
from cchc.severity import Severity
from cchc.store import Row, Transaction
from cchc.submissions.explanations import put_explained
from cchc.submissions.kept import Submission, SubmissionOutcome, findings_of, put_outcome, submission
from cchc.submissions.replies import tell_decision
from cchc.submissions.self_scores import late_decided
from cchc.texts import t
from cchc.workbooks.read_book import read_workbook
from cchc.year import Product


def lock_round(tx: Transaction, run: Run, issue: str, product: str = Product.REPORT) -> int:
    """Lock what units owe the run's round from the run's moment on, once it is issued; how many were locked now.

    In the caller's transaction: with the issue, or not at all. A lock says nothing about who has submitted. Waived
    obligations stay as they are. `issue` tells one issue from another.
    """
    found = states_in(tx, END, run.round.round_id, product)
    ids = [obligation.obligation_id for obligation, _ in found]
    return lock_in(
        tx, ids, run.as_of, run.actor, t(f"submissions.locked_reason.{product}"), f"phat-hanh:{issue}"
    )


def waiting_late(run: Run) -> list[Row]:
    """Submissions that came after the lock and wait for a decision: id, unit, title, when they came; oldest first.

    Those recorded by the run's moment: a day that is run again knows of none that came since.
    """
    return run.store.query(
        "submissions.late_submissions",
        outcome=SubmissionOutcome.KEPT_LATE.value,
        as_of=to_text(run.as_of),
    )


def accept_late(run: Run, submission_id: str, reason: str) -> bool:
    """Let a late submission count, for a reason. False when that was decided already.

    Raises RuleRefused when there is no such submission, when no reason is given, when a later version came, or when
    it was decided otherwise; CchcError when its file is gone. The unit's timeliness stays that of the arrival.
    """
    kept, state = _to_decide(run, submission_id, reason)
    if kept.outcome in (
        SubmissionOutcome.ACCEPTED,
        SubmissionOutcome.WITH_WARNINGS,
        SubmissionOutcome.NOTHING,
    ):
        return False
    _must_wait(kept, state)
    filled = read_workbook(kept.content(run.instance), kept.file_name)
    verdict = EventKind.nothing_to_report if filled.nothing_to_report else EventKind.accepted
    outcome = SubmissionOutcome.NOTHING if filled.nothing_to_report else _accepted_as(run, submission_id)
    steps = [verdict]
    if state.locked:
        steps = [EventKind.unlocked, verdict, EventKind.locked]
    arrived = {EventKind.nothing_to_report: state.last_submitted_at}
    events = [
        _event(run, kept.obligation_id, kind, reason, submission_id, arrived.get(kind)) for kind in steps
    ]
    with run.store.write() as tx:
        append(tx, events)
        put_outcome(tx, submission_id, outcome)
        if (obligation := run.ledger.get(kept.obligation_id)) and obligation.product == Product.SELF_SCORE:
            late_decided(run, tx, obligation, submission_id, reason, filled)
        if filled.explanations:
            put_explained(tx, filled, kept.received_at, submission_id)
        enqueue(tx, _answer(run, kept, "late_accepted", reason))
    return True


def leave_late(run: Run, submission_id: str, reason: str) -> bool:
    """Do not let a late submission count, for a reason; it stays kept. False when that was decided already."""
    kept, state = _to_decide(run, submission_id, reason)
    if kept.outcome == SubmissionOutcome.REJECTED:
        return False
    _must_wait(kept, state)
    with run.store.write() as tx:
        append(tx, [_event(run, kept.obligation_id, EventKind.rejected, reason, submission_id, None)])
        put_outcome(tx, submission_id, SubmissionOutcome.REJECTED)
        if (obligation := run.ledger.get(kept.obligation_id)) and obligation.product == Product.SELF_SCORE:
            late_decided(run, tx, obligation, submission_id, reason, None)
        enqueue(tx, _answer(run, kept, "late_left", reason))
    return True


def _to_decide(run: Run, submission_id: str, reason: str) -> tuple[Submission, ObligationState]:
    kept = submission(run.store, run.instance, submission_id)
    if kept is None:
        raise RuleRefused(
            "no-such-submission", t("submissions.entering.no_such_submission", submission=submission_id)
        )
    if not reason.strip():
        raise RuleRefused(
            "decision-needs-reason", t("submissions.late_needs_reason", submission=submission_id)
        )
    state = run.ledger.state(kept.obligation_id, run.as_of)
    assert state is not None, "a submission belongs to an obligation that was opened"
    return kept, state


def _must_wait(kept: Submission, state: ObligationState) -> None:
    if kept.outcome != SubmissionOutcome.KEPT_LATE:
        raise RuleRefused("not-late", t("submissions.not_late", submission=kept.submission_id))
    if state.last_submission_id != kept.submission_id:
        raise RuleRefused(
            "not-the-last-version", t("submissions.entering.not_the_last", submission=kept.submission_id)
        )


def _accepted_as(run: Run, submission_id: str) -> SubmissionOutcome:
    serious = any(finding.severity != Severity.NOTE for finding in findings_of(run.store, submission_id))
    return SubmissionOutcome.WITH_WARNINGS if serious else SubmissionOutcome.ACCEPTED


def _event(
    run: Run, obligation_id: str, kind: EventKind, reason: str, occasion: str, happened_at: datetime | None
) -> Event:
    about_submission = kind in (EventKind.accepted, EventKind.rejected, EventKind.nothing_to_report)
    return Event(
        obligation_id=obligation_id,
        kind=kind,
        happened_at=happened_at or run.as_of,
        recorded_at=run.as_of,
        actor=run.actor,
        reason=reason,
        detail={"submission_id": occasion} if about_submission else {},
        key=f"{obligation_id}:{kind}:sau-khoa:{occasion}",
    )


def _answer(run: Run, kept: Submission, key: str, reason: str) -> Mail:
    obligation = run.ledger.get(kept.obligation_id)
    assert obligation is not None
    return tell_decision(
        run,
        obligation.round_id,
        obligation.unit_code,
        kept.submission_id,
        key,
        asks=False,
        title=obligation.title,
        moment=vn_instant(kept.received_at),
        reason=reason,
    )

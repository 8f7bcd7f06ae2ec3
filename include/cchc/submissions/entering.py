"""Nhập liệu lịch sử: an operator takes in a report as it is, although the checks refused it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind
from cchc.run import Run
from cchc.submissions.kept import Submission, SubmissionOutcome, change_outcome, submission
from cchc.texts import t


def accept_as_found(run: Run, submission_id: str, reason: str) -> bool:
    """Accept a refused submission with a reason; its findings stay with it. False when it counts already.

    The ledger keeps both: the refusal, and that the run's actor laid the same file before it again and accepted
    it. The unit's timeliness stays that of the arrival. Raises RuleRefused when there is no such submission,
    when no reason is given, when a later version came, or when the obligation's rules do not allow it.
    """
    kept = submission(run.store, run.instance, submission_id)
    if kept is None:
        raise RuleRefused(
            "no-such-submission", t("submissions.entering.no_such_submission", submission=submission_id)
        )
    if not reason.strip():
        raise RuleRefused(
            "acceptance-needs-reason", t("submissions.entering.reason_needed", submission=submission_id)
        )
    state = run.ledger.state(kept.obligation_id, run.as_of)
    if state is not None and state.status == "accepted" and state.accepted_submission_id == submission_id:
        # The outcome stands outside the ledger: an attempt that died between the two is mended here.
        return (
            change_outcome(run.store, submission_id, SubmissionOutcome.WITH_WARNINGS)
            if kept.outcome == "rejected"
            else False
        )
    if state is None or state.last_submission_id != submission_id:
        raise RuleRefused(
            "not-the-last-version", t("submissions.entering.not_the_last", submission=submission_id)
        )
    run.ledger.record_many(_events(run, kept, state.last_submitted_at or kept.received_at, reason))
    change_outcome(run.store, submission_id, SubmissionOutcome.WITH_WARNINGS)
    return True


def record_earlier_receipt(run: Run, submission_id: str, received_at: datetime, reason: str) -> bool:
    """Record that a kept submission had come before we saw it, for a reason; timeliness counts from then on.

    The submission itself keeps when it was seen. False when that was recorded already. Raises RuleRefused when there is
    no such submission, or when the obligation's rules do not allow it.
    """
    kept = submission(run.store, run.instance, submission_id)
    if kept is None:
        raise RuleRefused(
            "no-such-submission", t("submissions.entering.no_such_submission", submission=submission_id)
        )
    event = Event(
        kept.obligation_id,
        EventKind.received_earlier,
        received_at,
        run.as_of,
        run.actor,
        reason.strip(),
        {"submission_id": submission_id},
        key=f"{kept.obligation_id}:nhan-som:{submission_id}:{to_text(received_at)}",
    )
    return bool(run.ledger.record_many([event]))


def _events(run: Run, kept: Submission, arrived: datetime, reason: str) -> list[Event]:
    """`submitted` again at the instant of its arrival, because only what lies before us can be accepted."""
    detail: Mapping[str, Any] = {"submission_id": kept.submission_id}
    steps = ((EventKind.submitted, arrived), (EventKind.accepted, run.as_of))
    return [
        Event(
            kept.obligation_id, kind, happened_at, run.as_of, run.actor, reason, detail,
            key=f"{kept.obligation_id}:{kind}:nguyen-trang:{kept.submission_id}",
        )
        for kind, happened_at in steps
    ]  # fmt: skip

"""What a unit says about its appraised points, with its evidence, out of its workbook into the record of scoring."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from cchc.run import Run
from cchc.scores import (
    EXPLAINS,
    FileEvent,
    FileEventKind,
    UnitExplanation,
    append_file_events,
    put_explanations,
)
from cchc.store import Transaction
from cchc.submissions.arrivals import Arrival
from cchc.submissions.evidence_rows import keep_evidence
from cchc.submissions.kept import SubmissionOutcome, submission_id_of
from cchc.texts import t
from cchc.workbooks.forms import FilledExplanation, FilledForm


def put_explanation_form(
    run: Run,
    tx: Transaction,
    filled: FilledForm,
    arrival: Arrival,
    outcome: SubmissionOutcome,
    *,
    counts: bool,
) -> None:
    """What a form brings, in the caller's transaction: its evidence, and what it says when it counts. What was rejected
    brings nothing."""
    if outcome is SubmissionOutcome.REJECTED:
        return
    identity = filled.identity
    obligation_id = f"{identity.round_id}/{identity.unit_code}/{identity.form}"
    submission_id = submission_id_of(obligation_id, arrival.content)
    keep_evidence(run, tx, filled, arrival, submission_id)
    if counts:
        put_explained(tx, filled, arrival.received_at, submission_id)


def put_explained(transaction: Transaction, filled: FilledForm, at: datetime, submission_id: str) -> int:
    """Keep the rows that say anything with the evidence that came with them, in the caller's transaction; how many were
    new.

    A row left empty says nothing: the decision stands. The actor is the unit, by its signed form.
    """
    identity = filled.identity
    brought = _brought(transaction, filled, submission_id)
    said = [
        UnitExplanation(
            round_id=identity.round_id,
            unit_code=identity.unit_code,
            criterion=one.criterion,
            round_no=0,
            stance=one.stance,
            text=_text(one),
            evidence_ids=tuple(brought[one.criterion]),
            actor=identity.unit_code,
            at=at,
        )
        for one in filled.explanations
        if one.stance is not None
    ]
    count = put_explanations(transaction, said)
    if count:
        detail = {"explains": sorted(one.criterion for one in said if one.stance == EXPLAINS)}
        told = FileEvent(
            identity.round_id,
            identity.unit_code,
            FileEventKind.EXPLAINED,
            identity.unit_code,
            at,
            detail=detail,
        )
        append_file_events(transaction, [told])
    return count


def _brought(transaction: Transaction, filled: FilledForm, submission_id: str) -> dict[str, list[str]]:
    """criterion -> evidence_ids of a submission's rows."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    identity = filled.identity
    rows = transaction.query("scores.evidence_ever", round_id=identity.round_id, unit_code=identity.unit_code)
    for row in rows:
        if row["received_with"] == submission_id:
            found[row["criterion"]].append(row["evidence_id"])
    return found


def _text(one: FilledExplanation) -> str:
    """The unit's words, and what it names as further evidence."""
    words = one.text or ""
    if not one.evidence:
        return words
    return "\n".join(filter(None, (words, t("submissions.explained_evidence", evidence=one.evidence))))

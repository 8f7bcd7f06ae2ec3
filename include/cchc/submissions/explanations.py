"""What a unit says about its appraised points, out of its workbook into the record of scoring."""

from __future__ import annotations

from datetime import datetime

from cchc.scores import (
    EXPLAINS,
    FileEvent,
    FileEventKind,
    UnitExplanation,
    append_file_events,
    put_explanations,
)
from cchc.store import Transaction
from cchc.texts import t
from cchc.workbooks.forms import FilledExplanation, FilledForm


def put_explained(transaction: Transaction, filled: FilledForm, at: datetime) -> int:
    """Keep the rows that say anything, in the caller's transaction; how many were new.

    A row left empty says nothing: the decision stands. The actor is the unit, by its signed form.
    """
    identity = filled.identity
    said = [
        UnitExplanation(
            round_id=identity.round_id,
            unit_code=identity.unit_code,
            criterion=one.criterion,
            round_no=0,
            stance=one.stance,
            text=_text(one),
            evidence_ids=(),
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


def _text(one: FilledExplanation) -> str:
    """The unit's words, and what it names as further evidence."""
    words = one.text or ""
    if not one.evidence:
        return words
    return "\n".join(filter(None, (words, t("submissions.explained_evidence", evidence=one.evidence))))

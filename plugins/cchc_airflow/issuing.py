"""The step after a decision: issue what was approved, or make the return visible."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from cchc.errors import CchcError, RuleRefused
from cchc.stages import Approval, Run
from cchc.texts import t
from cchc_airflow.approvals import decision_of
from cchc_airflow.context import run_context

log = logging.getLogger(__name__)


def issue(stage: Callable[[Run, Approval], list[str]], answer: Mapping[str, Any] | None) -> list[str]:
    """Hand the decision to the stage; returns the ids of the issued documents.

    A return, or an incomplete approval, fails the task at once with its words: a run that ended 'success'
    although nothing was issued would deceive everybody.
    """
    run = run_context()
    try:
        approval = Approval.parse(decision_of(answer) or run.approval)
        return stage(run, approval)
    except RuleRefused as refused:
        raise AirflowFailException(str(refused)) from refused


def hand_out(ids: list[str]) -> dict[str, int]:
    """Mail the issued documents to the receivers on their lists, and empty the outbox: counts by what became of it."""
    from cchc.stages import chasing, dispatching

    run = run_context()
    dispatching.mail_issued(run, ids)
    return chasing.send(run)


def draft_pdfs(ids: list[str]) -> list[str]:
    """PDFs of the drafts for those who decide; LibreOffice out of order is told, and holds up nobody's decision."""
    try:
        return pdf_copies(ids)
    except CchcError as error:
        log.warning(t("airflow.no_draft_pdf", words=error))
        return []


def pdf_copies(ids: list[str]) -> list[str]:
    """PDFs of the issued Word documents; the log says so when the machine cannot make any."""
    from cchc.stages.papers import pdf_copies as copies

    made = copies(run_context(), ids)
    if not made:
        log.warning(t("airflow.no_pdf"))
    return made

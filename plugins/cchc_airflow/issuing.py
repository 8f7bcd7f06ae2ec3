"""The step after a decision: issue what was approved, or make the return visible."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from cchc.documents.approvers import by_an_approver
from cchc.errors import CchcError, NothingToDo, RuleRefused
from cchc.figures.bound_review import explain_all
from cchc.run import Approval, Run
from cchc.texts import t
from cchc_airflow.answers import genuine
from cchc_airflow.approvals import decision_of
from cchc_airflow.context import run_context

log = logging.getLogger(__name__)


def issue(stage: Callable[[Run, Approval], list[str]], answer: Mapping[str, Any] | None) -> list[str]:
    """Hand the decision to the stage; returns the ids of the issued documents.

    A return, an incomplete approval, one of somebody who may not approve, or one that did not come through the form,
    fails the task at once with its words: a run that ended 'success' although nothing was issued would deceive
    everybody.
    """
    run = run_context()
    try:
        approval = Approval.parse(decision_of(genuine(answer)) or _rehearsed(run))
        approval = by_an_approver(run, approval)
        # A rehearsed year may lie ahead of the clock; nobody decides before there is a draft.
        approval = replace(approval, decided_at=max(approval.decided_at, run.as_of))
        if not answer and run.approval and (words := run.approval.get("bounds")):
            explain_all(run, approval, str(words))
        return stage(run, approval)
    except RuleRefused as refused:
        raise AirflowFailException(str(refused)) from refused


def _rehearsed(run: Run) -> dict[str, Any] | None:
    """The decision in a rehearsal's conf, taken when it says (`decided_at`), else at the run's own moment."""
    return {"decided_at": run.as_of, **run.approval} if run.approval else None


def hand_out(run: Run, ids: list[str]) -> dict[str, int]:
    """Mail the issued documents to the receivers on their lists, and empty the outbox: counts by what became of it.

    NothingToDo while they wait for their signed copies: the daily run sends them once these are there.
    """
    from cchc.documents import handing_out
    from cchc.documents.registry import document
    from cchc.documents.signed_copies import FORMS, shown
    from cchc.stages import chasing

    run = handing_out.at_the_decision(run, ids)
    handing_out.mail_issued(run, ids)
    sent = chasing.send(run)
    found = (document(run.store, identity) for identity in ids)
    waiting = [one for one in found if one and one.kind in FORMS and handing_out.waits(run, one)]
    if waiting:
        raise NothingToDo(t("airflow.waits_for_signature", names="; ".join(map(shown, waiting))))
    return sent


def send_requests(ids: list[str]) -> dict[str, int]:
    """Send what was decided together with the issue of `ids`: counts by what became of it."""
    from cchc.documents import handing_out
    from cchc.stages import chasing

    return chasing.send(handing_out.at_the_decision(run_context(), ids))


def draft_pdfs(ids: list[str]) -> list[str]:
    """PDFs of the drafts for those who decide; LibreOffice out of order is told, and holds up nobody's decision."""
    from cchc.documents.papers import pdf_copies as copies

    try:
        return copies(run_context(), ids)
    except CchcError as error:
        log.warning(t("airflow.no_draft_pdf", words=error))
        return []


def pdf_copies(ids: list[str]) -> list[str]:
    """PDFs of the issued Word documents. An office that is missing, broken or hangs is told in the log and holds up no
    mail: what was issued goes out without, and the upkeep of the next day makes what is missing."""
    from cchc.documents.papers import pdf_copies as copies

    try:
        made = copies(run_context(), ids)
    except CchcError as error:
        log.warning(t("airflow.pdf_later", words=error))
        return []
    if not made:
        log.warning(t("airflow.no_pdf"))
    return made

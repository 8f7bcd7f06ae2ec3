"""Chốt đợt và tổng hợp: consolidate what was accepted, draft the report, and issue it after a person's approval."""

from __future__ import annotations

from datetime import datetime

from cchc.documents.decisions import draft_of, issue_mark, put_draft, put_issue, refuse_return
from cchc.documents.own_words import authors, provenance_of, words_of
from cchc.documents.papers import keep, marking
from cchc.documents.provenance import provenance
from cchc.documents.registry import INTERNAL_APPENDIX, INTERNAL_REPORT, DocumentRecord
from cchc.errors import RuleRefused
from cchc.figures.bound_review import refuse_unexplained, reviewed
from cchc.figures.consolidate import Consolidation, load_consolidation
from cchc.figures.consolidate import consolidate as consolidate_figures
from cchc.figures.corrections import correction
from cchc.figures.facts import RoundFacts, gather
from cchc.figures.fields import field_facts
from cchc.obligations import Phase, RoundEvent, RoundEventKind
from cchc.report.appendix import SourceForms, build_appendix_xlsx, build_public_xlsx
from cchc.report.internal_docx import build_internal_docx
from cchc.report.report_docx import build_report_docx
from cchc.run import Approval, Cause, Run
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.forms import UnitChoice, document_table, one_stop_form
from cchc.sources.states import frozen_state
from cchc.stages.completing import leave_to_another
from cchc.stages.year_words import year_words
from cchc.submissions.late import lock_round
from cchc.texts import t


def consolidate(run: Run) -> int:
    """Consolidate every indicator from the reports accepted by now; returns the number of the draft.

    Unchanged figures keep their draft; changed ones are a new draft, and so is what follows a return. Raises
    NothingToDo when another run has closed the round (see `leave_to_another`).
    """
    round_ = run.round
    if run.rounds.get(round_.round_id) is None:
        raise RuleRefused("round-not-open", t("stages.not_open", round=round_.round_id))
    leave_to_another(run)
    number = _after_return(run)
    consolidation = consolidate_figures(run.store, round_, number, run.units, run.indicators, run.as_of)
    early = {"early": True} if run.cause is Cause.COMPLETE else {}
    run.rounds.record(
        RoundEvent(
            round_.round_id, RoundEventKind.closed, run.as_of, run.as_of, run.actor,
            detail={"draft": consolidation.draft, **early}, key=f"{round_.round_id}:closed:{consolidation.draft}",
        )
    )  # fmt: skip
    return consolidation.draft


def _after_return(run: Run) -> int | None:
    """The number of the draft after one that was returned: a new one even when no figure changed, for a remark may
    be about the words. None when the figures decide."""
    state = run.rounds.state(run.round.round_id, run.as_of)
    if state is None or state.phase is not Phase.RETURNED or state.draft is None:
        return None
    newest = run.store.one("figures.last_draft", round_id=run.round.round_id)
    return state.draft + 1 if newest and newest["draft"] == state.draft else None


def draft(run: Run, number: int | None = None) -> list[str]:
    """Write the draft report and its appendix, and the department's own two beside them; returns the documents' ids."""
    consolidation, facts = _facts(run, number, run.as_of)
    return put_draft(run, consolidation.draft, _documents(run, consolidation, facts, None))


def issue(run: Run, approval: Approval) -> list[str]:
    """Issue the run's draft with number, symbol and day. A return is recorded, and refused as an issue."""
    number = draft_of(run)
    refuse_return(run, approval, number)
    refuse_unexplained(run, approval, number)
    consolidation, facts = _facts(run, number, approval.decided_at)
    mark = issue_mark(approval, number)
    return put_issue(
        run,
        approval,
        number,
        _documents(run, consolidation, facts, approval),
        # What comes from now on cannot be in the issued report.
        lambda tx, own: lock_round(tx, own, mark),
    )


def _facts(run: Run, number: int | None, known_by: datetime) -> tuple[Consolidation, RoundFacts]:
    round_ = run.round
    consolidation = load_consolidation(run.store, round_.round_id, number, run.indicators)
    if consolidation is None:
        raise RuleRefused("not-consolidated", t("stages.not_consolidated", round=round_.round_id))
    facts = gather(run.store, round_, consolidation, run.units, run.indicators, run.calendar, known_by)
    return consolidation, facts


def _forms(run: Run) -> SourceForms:
    """Biểu 06 and the document table of the round's window, from the snapshots known at the run's time."""
    window = run.round.window
    if window is None:
        return SourceForms()
    states = {
        source: state
        for source in (ONE_STOP, DOC_MANAGEMENT)
        if (state := frozen_state(run.store, run.instance, source, window.last)) is not None
        and state.told_at <= run.as_of
    }
    one_stop, documents = states.get(ONE_STOP), states.get(DOC_MANAGEMENT)
    return SourceForms(
        (one_stop_form(one_stop, window, run.units, UnitChoice()), one_stop) if one_stop else None,
        (document_table(documents, window, run.units, UnitChoice()), documents) if documents else None,
    )


def _documents(
    run: Run, consolidation: Consolidation, facts: RoundFacts, approval: Approval | None
) -> list[DocumentRecord]:
    mark, number, round_id = (
        marking(run, consolidation.draft, approval),
        consolidation.draft,
        run.round.round_id,
    )
    origin = provenance(run, round_id) | {"coverage": consolidation.coverage}
    tail = "" if approval else f"_du-thao-{number}"
    known_by = approval.decided_at if approval else run.as_of
    corrected = correction(run.store, consolidation, run.indicators, known_by, run.round.reference_day)
    forms = _forms(run)
    by_field = field_facts(forms.one_stop)
    words = words_of(run, run.as_of)  # also of the issue: those that whoever decides has read
    report = build_report_docx(
        facts, mark, correction=corrected, fields=by_field, words=words, besides=year_words(run)
    )
    made = {
        "bao_cao": (report, "bao-cao", "docx"),
        "phu_luc": (build_public_xlsx(facts, mark), "phu-luc", "xlsx"),
        INTERNAL_REPORT: (
            build_internal_docx(facts, mark, reviewed(run), written=authors(words)),
            "thuyet-minh-noi-bo",
            "docx",
        ),
        INTERNAL_APPENDIX: (build_appendix_xlsx(facts, mark, origin, forms), "phu-luc-noi-bo", "xlsx"),
    }
    extra: dict[str, object] = {"coverage": consolidation.coverage}
    if words:
        extra["own_words"] = provenance_of(words)
    if corrected:
        extra["corrects"] = f"{corrected.number}/{corrected.symbol}"
        if approval:  # the copy of the issued one stays beside it
            tail = f"_thay-the-{corrected.number}"
    return [
        keep(
            run,
            kind,
            content,
            f"{name}-{round_id}{tail}.{ending}",
            draft=number,
            approval=approval,
            extra=extra,
        )
        for kind, (content, name, ending) in made.items()
    ]

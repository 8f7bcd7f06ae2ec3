"""Kết luận kiểm tra tại một đơn vị: the letter of one visit is drafted, decided on, issued with orders and form."""

from __future__ import annotations

from collections.abc import Sequence

from cchc.clock import vn_instant
from cchc.documents.decisions import (
    deciding,
    draft_of,
    newest_drafting,
    next_draft,
    put_draft,
    put_issue,
    refuse_return,
)
from cchc.documents.registry import DRAFT, DocumentRecord, documents
from cchc.errors import NothingToDo, RuleRefused
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.inspection.conclusion import Conclusion, conclude, obligations_of, put_orders
from cchc.inspection.findings import FindingState, KnownFinding, known_findings
from cchc.inspection.outline import outline_path
from cchc.inspection.papers import LETTER, letter_papers
from cchc.inspection.team_book import minutes_of
from cchc.inspection.visits import Visit, VisitState, advance_in, known_visits, visit_of
from cchc.obligations import Obligation
from cchc.run import Approval, Run
from cchc.stages.opening import request
from cchc.store import Transaction
from cchc.texts import t
from cchc.workbooks.forms import Item
from cchc.workbooks.items_book import build_items_workbook


def draft(run: Run) -> list[str]:
    """Put the letter of the visit that the run is `about` before the approvers; returns the documents' ids.

    Minutes without any finding make a letter that says so: a person starts that one by hand. NothingToDo when no
    finding waits for a letter. RuleRefused('no-such-visit'), ('no-minutes'), ('due-past').
    """
    made = newest_drafting(run)
    if made is not None and made.happened_at == run.as_of:  # the same run again
        return list(made.detail["documents"])
    visit = visit_of(run, run.about)
    waiting = [
        one
        for one in known_findings(run.store, visit.round_id, run.as_of)
        if one.visit_id == visit.visit_id and one.state is FindingState.RECORDED
    ]
    if not waiting and (visit.is_concluded or not visit.has_minutes):
        raise NothingToDo(t("inspection.no_findings", visit=visit.visit_id))
    conclusion, number = _conclusion(run, visit, waiting), next_draft(run)
    _refuse_past(conclusion, run)
    return put_draft(run, number, letter_papers(run, conclusion, _form_name(run, visit), number, None))


def issue(run: Run, approval: Approval) -> list[str]:
    """Issue the approved letter, its orders and its form, and decide the mail; returns the documents' ids.

    What is issued is what the draft said, whatever the team has written since. RuleRefused('due-past') when a day by
    which the unit is to answer passed while the draft waited.
    """
    visit, number = visit_of(run, run.about), draft_of(run)
    refuse_return(run, approval, number)
    drafted = _drafted(run, number)
    known = {one.finding_id: one for one in known_findings(run.store, visit.round_id, run.as_of)}
    conclusion = _conclusion(run, visit, [known[one] for one in drafted.provenance["findings"]])
    now = {one.finding_id: one for one in known_findings(run.store, visit.round_id)}
    if not any(now[found.known.finding_id].is_issued for found in conclusion.findings):
        _refuse_past(conclusion, deciding(run, approval))  # a letter that only gets another number has left
    form_name = str(drafted.provenance["form"])
    papers = letter_papers(run, conclusion, form_name, number, approval)
    letter = papers[0].document_id

    def together(tx: Transaction, own: Run) -> None:
        put_orders(tx, own, conclusion, letter, approval)
        now = next(one for one in known_visits(tx, visit.round_id) if one.visit_id == visit.visit_id)
        if not now.is_concluded:  # a later letter of the same visit
            advance_in(tx, own, now, VisitState.CONCLUDED)

    ids = put_issue(run, approval, number, papers, together)
    own = deciding(run, approval)
    _forms(own, conclusion, form_name)
    outline_path(run, visit).unlink(missing_ok=True)
    request(own)
    return ids


def _refuse_past(conclusion: Conclusion, run: Run) -> None:
    """Nobody is asked to have answered by a day that is over when the letter leaves."""
    days = sorted(
        {one.due_at for found in conclusion.findings for one in found.owed if one.due_at <= run.as_of}
    )
    if days:
        words = t(
            "inspection.due_past", visit=run.about, due=vn_instant(days[0]), moment=vn_instant(run.as_of)
        )
        raise RuleRefused("due-past", words)


def _drafted(run: Run, number: int) -> DocumentRecord:
    """The draft that is decided on: its findings are those of the letter."""
    return next(
        one
        for one in reversed(documents(run.store, run.round.round_id))
        if (one.kind, one.draft, one.about) == (LETTER + DRAFT, number, run.about)
    )


def _conclusion(run: Run, visit: Visit, found: Sequence[KnownFinding]) -> Conclusion:
    """As known at the run's moment, which is that of the draft."""
    visits = known_visits(run.store, visit.round_id, run.as_of)
    then = next((one for one in visits if one.visit_id == visit.visit_id), visit)
    if not then.has_minutes:
        name = run.units.get(visit.unit_code).name
        raise RuleRefused("no-minutes", t("inspection.no_minutes", visit=visit.visit_id, unit=name))
    return conclude(run, minutes_of(then), found)


def _form_name(run: Run, visit: Visit) -> str:
    """The workbook in which the unit answers this letter: one a letter, whose drafts share it."""
    others = {
        str(one.provenance.get("form"))
        for one in documents(run.store, visit.round_id)
        if one.kind == LETTER and one.unit_code == visit.unit_code and one.made_at < run.as_of
    }
    own = f"{visit.round_id}_{visit.unit_code}.xlsx"
    return f"{visit.visit_id}-{len(others) + 1}_{visit.unit_code}.xlsx" if own in others else own


def _forms(run: Run, conclusion: Conclusion, form_name: str) -> None:
    """The workbook of each unit that owes an answer: of the visited one, and of another body that a reply names."""
    opened = obligations_of(run, conclusion)
    by_unit: dict[str, list[Obligation]] = {}
    for one in opened:
        by_unit.setdefault(one.unit_code, []).append(run.ledger.get(one.obligation_id) or one)
    contents = {
        one.obligation_id: found.known.finding.content for found in conclusion.findings for one in found.owed
    }
    for code, own in by_unit.items():
        unit = run.units.get(code)
        items = [Item(one.obligation_id, one.title, contents[one.obligation_id], one.due_at) for one in own]
        name = form_name if code == conclusion.unit_code else f"{run.about}_{code}.xlsx"
        form = own[0].product
        write_atomic(
            run.instance.round_out(run.round.round_id) / "bieu-mau" / name,
            build_items_workbook(form, unit, run.round, items, run.as_of, form_key(run.instance)),
        )

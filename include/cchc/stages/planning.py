"""Ban hành kế hoạch năm: a draft, a person's approval, then one obligation a task and unit, and the mails."""

from __future__ import annotations

from cchc.documents.decisions import deciding, draft_of, next_draft, put_draft, put_issue, refuse_return
from cchc.documents.papers import keep, marking
from cchc.documents.registry import DocumentRecord
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.obligations import Obligation, open_in
from cchc.obligations.plan_tasks import PlanTask
from cchc.report.year_plan import build_plan_docx, build_plan_xlsx
from cchc.run import Approval, Run
from cchc.stages.opening import request
from cchc.submissions.inbox import prepare
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.forms import Item
from cchc.workbooks.items_book import build_items_workbook
from cchc.year import Product


def draft(run: Run) -> list[str]:
    """Open the plan's round and write the draft (docx, xlsx); returns the documents' ids.

    CchcError when a task would be given to a unit that is not valid on the day: before a person reads the draft,
    not after the approval.
    """
    for task in PlanTask.load():
        task.units(run.units, run.today)
    run.rounds.open(run.round, run.as_of, run.actor)
    prepare(run, run.round)
    number = next_draft(run)
    return put_draft(run, number, _documents(run, number, None))


def _documents(run: Run, draft: int, approval: Approval | None) -> list[DocumentRecord]:
    tasks, year = PlanTask.load(), run.round.year
    mark = marking(run, draft=draft, approval=approval)
    name = f"ke-hoach-cchc-{year}" + ("" if approval else "_du-thao")
    made = (
        ("ke_hoach", build_plan_docx(tasks, run.units, run.calendar, year, mark), f"{name}.docx"),
        ("ke_hoach_bieu", build_plan_xlsx(tasks, run.units, run.calendar, year, mark), f"{name}.xlsx"),
    )
    return [keep(run, *one, draft=draft, approval=approval, extra={}) for one in made]


def issue(run: Run, approval: Approval) -> list[str]:
    """Issue the approved plan, give each task to its units, and decide the request mails.

    A return is recorded with its remarks and refused as an issue (RuleRefused by `refuse_return`). Tasks go to the
    units that the approved draft names; they are owed from the decision on.
    """
    number = draft_of(run)
    refuse_return(run, approval, number)
    by_unit = _owed(run)
    opened = [one for pairs in by_unit.values() for _, one in pairs]
    ids = put_issue(
        run,
        approval,
        number,
        _documents(run, number, approval),
        lambda tx, own: open_in(tx, opened, own.as_of, own.actor),
    )
    own = deciding(run, approval)
    for code, pairs in by_unit.items():
        _form(own, run.units.get(code), pairs)
    request(own)
    return ids


def _owed(run: Run) -> dict[str, list[tuple[PlanTask, Obligation]]]:
    """What each unit will owe."""
    by_unit: dict[str, list[tuple[PlanTask, Obligation]]] = {}
    for task in PlanTask.load():
        due_at = task.due_at(run.round.year, run.calendar.working_days)
        for unit in task.units(run.units, run.today):
            key = f"{run.round.round_id}/{unit.code}/{Product.TASK}/{task.code}"
            one = Obligation(key, run.round.round_id, unit.code, Product.TASK, task.code, task.title, due_at)
            by_unit.setdefault(unit.code, []).append((task, one))
    return by_unit


def _form(run: Run, unit: Unit, pairs: list[tuple[PlanTask, Obligation]]) -> None:
    items = [
        Item(one.obligation_id, one.title, t("stages.product", product=task.product), one.due_at)
        for task, one in pairs
    ]
    path = run.instance.round_out(run.round.round_id) / "bieu-mau" / f"{run.round.round_id}_{unit.code}.xlsx"
    write_atomic(
        path, build_items_workbook(Product.TASK, unit, run.round, items, run.as_of, form_key(run.instance))
    )

"""Documents of the stages: built by the report room, stamped, recorded, and copied to the round's folder."""

from __future__ import annotations

from datetime import datetime

from cchc.inspection import Choice, Finding
from cchc.report.documents import record_document
from cchc.report.letters import ChoiceRow, OrderRow, build_inspection_letter, build_inspection_plan_docx
from cchc.report.marking import Marking
from cchc.stages.provenance import provenance
from cchc.stages.run import Approval, Run
from cchc.units import Unit


def marking(run: Run, draft: int | None = None, approval: Approval | None = None) -> Marking:
    """What stands on a document of this run: the draft's number, or number, symbol and day of the approval."""
    return Marking(
        as_of=run.as_of,
        rehearsal=run.instance.settings.rehearsal,
        draft=draft,
        number=approval.number if approval else None,
        symbol=approval.symbol if approval else None,
        issued_on=approval.issued_on if approval else None,
    )


def record(
    run: Run,
    kind: str,
    content: bytes,
    file_name: str,
    *,
    draft: int = 1,
    approval: Approval | None = None,
    unit_code: str | None = None,
    extra: dict[str, object] | None = None,
) -> str:
    """Record a document of the run's round; returns its id. The same document twice is one."""
    round_id = run.round.round_id
    return record_document(
        run.store,
        run.instance,
        round_id,
        kind,
        draft,
        content,
        file_name,
        run.as_of,
        provenance(run, round_id) | (extra or {}),
        unit_code=unit_code,
        number=approval.number if approval else None,
        symbol=approval.symbol if approval else None,
        issued_on=approval.issued_on if approval else None,
    )


def inspection_plan(run: Run, choices: list[Choice], total: int) -> str:
    """The inspection plan with the chosen units and why each was chosen."""
    rows = [
        ChoiceRow(run.units.get(choice.unit_code).name, choice.reason, str(choice.risk)) for choice in choices
    ]
    year = run.round.year
    content = build_inspection_plan_docx(year, rows, total, marking(run))
    return record(run, "ke_hoach_kiem_tra", content, f"ke-hoach-kiem-tra-{year}.docx")


def inspection_letter(run: Run, unit: Unit, orders: list[tuple[Finding, datetime]]) -> str:
    """The letter to one inspected unit, each order with its deadline."""
    rows = [
        OrderRow(finding.number, finding.content, finding.order_text, due_at) for finding, due_at in orders
    ]
    content = build_inspection_letter(unit.name, run.round.year, rows, marking(run))
    name = f"cong-van/{run.round.round_id}_cong-van_{unit.code}.docx"
    return record(run, "cong_van_kiem_tra", content, name, unit_code=unit.code)

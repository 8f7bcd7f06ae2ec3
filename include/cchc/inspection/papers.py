"""Papers of an inspection: the plan with the units chosen, and the letter with the orders to each inspected unit."""

from __future__ import annotations

from datetime import datetime

from cchc.documents.letters import ChoiceRow, OrderRow, build_inspection_letter, build_inspection_plan_docx
from cchc.documents.papers import marking, record
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.inspection import ChosenUnit, InspectionFinding
from cchc.run import Run
from cchc.texts import t, table
from cchc.units import Unit


def inspection_plan(run: Run, choices: list[ChosenUnit], total: int) -> list[str]:
    """The inspection plan with the chosen units and why each was chosen, as a document and as a table."""
    rows = [
        ChoiceRow(run.units.get(choice.unit_code).name, choice.reason, str(choice.risk)) for choice in choices
    ]
    year, mark = run.round.year, marking(run)
    heads = table("documents.letters.choice_table")
    sheet = ListSheet(
        name=t("inspection.inspection_sheet"),
        title=t("inspection.inspection_title", year=year),
        heads=[heads[key] for key in ("number", "unit", "risk", "reason")],
        widths=[6, 40, 12, 70],
        rows=[[number, row.unit_name, row.risk, row.reason] for number, row in enumerate(rows, start=1)],
    )
    name = f"ke-hoach-kiem-tra-{year}"
    document = build_inspection_plan_docx(year, rows, total, mark)
    return [
        record(run, "ke_hoach_kiem_tra", document, f"{name}.docx"),
        record(run, "ke_hoach_kiem_tra_bieu", build_list_workbook([sheet], mark), f"{name}.xlsx"),
    ]


def inspection_letter(run: Run, unit: Unit, orders: list[tuple[InspectionFinding, datetime]]) -> str:
    """The letter to one inspected unit, each order with its deadline."""
    rows = [
        OrderRow(finding.number, finding.content, finding.order_text, due_at) for finding, due_at in orders
    ]
    content = build_inspection_letter(unit.name, run.round.year, rows, marking(run))
    name = f"cong-van/{run.round.round_id}_cong-van_{unit.code}.docx"
    return record(run, "cong_van_kiem_tra", content, name, unit_code=unit.code)

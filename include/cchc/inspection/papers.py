"""Papers of an inspection: the plan with the units chosen, and the letter with the orders to each inspected unit."""

from __future__ import annotations

from datetime import datetime

from cchc.documents.letters import ChoiceRow, OrderRow, build_inspection_letter, build_inspection_plan_docx
from cchc.documents.papers import marking, record, record_together
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.files import sha256_bytes
from cchc.indicators import format_number
from cchc.inspection import ChosenUnit, InspectionFinding, InspectionRules
from cchc.run import Run
from cchc.texts import t, table
from cchc.units import Unit


def inspection_plan(run: Run, choices: list[ChosenUnit], total: int) -> list[str]:
    """The inspection plan with the chosen units and why each was chosen, as a document and as a table."""
    rows = [
        ChoiceRow(run.units.get(choice.unit_code).name, choice.reason, format_number(choice.risk), when)
        for choice, when in zip(choices, expected_months(run, len(choices)), strict=True)
    ]
    year, mark = run.round.year, marking(run)
    heads = table("documents.letters.choice_table")
    sheet = ListSheet(
        name=t("inspection.inspection_sheet"),
        title=t("inspection.inspection_title", year=year),
        heads=[heads[key] for key in ("number", "unit", "risk", "reason", "when")],
        widths=[6, 40, 12, 70, 16],
        rows=[
            [number, row.unit_name, choice.risk, row.reason, row.when]
            for number, (row, choice) in enumerate(zip(rows, choices, strict=True), start=1)
        ],
    )
    name = f"ke-hoach-kiem-tra-{year}"
    document = build_inspection_plan_docx(year, rows, total, mark)
    return record_together(
        run,
        [
            ("ke_hoach_kiem_tra", document, f"{name}.docx"),
            ("ke_hoach_kiem_tra_bieu", build_list_workbook([sheet], mark), f"{name}.xlsx"),
        ],
    )


def expected_months(run: Run, count: int) -> list[str]:
    """When each of so many units, those of highest risk first, is to be inspected: spread over the months of the rules.

    A plan that is made later than its first month does not begin before the day on which it is made.
    """
    rules, year = InspectionRules.load(), run.round.year
    first = min(max(rules.first_month, run.today.month if run.today.year == year else 1), rules.last_month)
    months = rules.last_month - first + 1
    return [
        t("inspection.expected_month", month=first + place * months // count, year=year)
        for place in range(count)
    ]


def inspection_letter(run: Run, unit: Unit, orders: list[tuple[InspectionFinding, datetime]]) -> str:
    """The letter to one inspected unit, each order with its deadline. The same orders twice are one letter."""
    rows = [
        OrderRow(finding.number, finding.content, finding.order_text, due_at) for finding, due_at in orders
    ]
    content = build_inspection_letter(unit.name, run.round.year, rows, marking(run))
    said = "\n".join(part for row in rows for part in (str(row.number), row.finding, row.order))
    about = {"orders": [row.number for row in rows], "orders_sha256": sha256_bytes(said.encode())}
    # A later letter to the same unit lies beside the first one, which waits for its own signature.
    later = f"_{rows[0].number}" if rows[0].number > 1 else ""
    name = f"cong-van/{run.round.round_id}_cong-van_{unit.code}{later}.docx"
    return record(run, "cong_van_kiem_tra", content, name, unit_code=unit.code, extra=about)

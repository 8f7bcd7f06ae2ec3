"""Kế hoạch CCHC năm: the document with its task table, and the same table as a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cchc.clock import TZ, vn_date
from cchc.documents.blocks import Block, DocumentTable, columns_of
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.obligations.plan_tasks import EVERY_UNIT, PlanTask
from cchc.report.plan_words import PlanWords
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar, RoundKind, WorkingDays


@dataclass(frozen=True)
class TaskRow:
    """A task as the plan shows it."""

    section: str
    title: str
    product: str
    lead: str
    due: str
    basis: str


def task_rows(tasks: Sequence[PlanTask], units: UnitRegister, days: WorkingDays, year: int) -> list[TaskRow]:
    """Tasks with the leading unit's name and the day on which they are due in that year."""
    return [
        TaskRow(
            section=task.section,
            title=task.title,
            product=task.product,
            lead=_lead(task, units),
            due=vn_date(task.due_at(year, days).astimezone(TZ).date()),
            basis=task.basis,
        )
        for task in tasks
    ]


def _lead(task: PlanTask, units: UnitRegister) -> str:
    if task.lead == EVERY_UNIT:
        return t("year_plan.every_unit")
    return table("report.tiers").get(task.lead) or units.get(task.lead).name


def build_plan_docx(
    tasks: Sequence[PlanTask],
    units: UnitRegister,
    calendar: Calendar,
    year: int,
    marking: Marking,
    settings: DocumentSettings | None = None,
) -> bytes:
    """The plan of a year: goals, tasks by field, the reporting days, and the task table as an appendix."""
    settings = settings or DocumentSettings.load()
    rows = task_rows(tasks, units, calendar.working_days, year)
    values = {
        "year": str(year),
        "province": settings.province,
        "count": len(rows),
        "sections": list(Counter(row.section for row in rows).items()),
        "calendar": _calendar_lines(calendar, year),
    }
    words = PlanWords.load()
    inserts: dict[str, Sequence[Block]] = {
        "muc_tieu": words.paragraphs("targets", year, marking),
        "kinh_phi": words.paragraphs("budget", year, marking),
        "nhiem_vu": [_table(rows)],
    }
    return build("ke_hoach", values, inserts, marking, settings)


def _calendar_lines(calendar: Calendar, year: int) -> list[str]:
    """One sentence a report round: window and due day."""
    lines = []
    for round_ in calendar.rounds(year):
        if round_.window is None or round_.kind in (RoundKind.PLAN, RoundKind.INSPECTION, RoundKind.SCORING):
            continue
        lines.append(
            t(
                "year_plan.round",
                period=t(f"documents.period.{round_.kind.value}", year=year),
                first=vn_date(round_.window.first),
                last=vn_date(round_.window.last),
                due=vn_date(round_.unit_due_at.astimezone(TZ).date()),
            )
        )
    return lines


def _table(rows: Sequence[TaskRow]) -> DocumentTable:
    heads = table("year_plan")
    columns = columns_of(heads, "number:10^ title:86 product:44 lead:44 due:24^ basis:34")
    cells: list[list[str]] = []
    section = None
    for place, row in enumerate(rows, start=1):
        if row.section != section:
            section = row.section
            cells.append([section])
        cells.append([str(place), row.title, row.product, row.lead, row.due, row.basis])
    return DocumentTable(columns, cells)


def build_plan_xlsx(
    tasks: Sequence[PlanTask], units: UnitRegister, calendar: Calendar, year: int, marking: Marking
) -> bytes:
    """The task table as a workbook with filter and frozen heading."""
    heads = table("year_plan")
    keys = ("number", "section", "title", "product", "lead", "due", "basis")
    rows = [
        [n, row.section, row.title, row.product, row.lead, row.due, row.basis]
        for n, row in enumerate(task_rows(tasks, units, calendar.working_days, year), start=1)
    ]
    sheet = ListSheet(
        name=heads["sheet"],
        title=t("year_plan.xlsx_title", year=year),
        heads=[heads[key] for key in keys],
        widths=[6, 28, 60, 36, 30, 12, 30],
        rows=rows,
    )
    return build_list_workbook([sheet], marking)

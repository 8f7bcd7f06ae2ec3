"""The inspection team's workbook: one row a finding, with the order to the unit and the day of its answer."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.files import freeze_zip
from cchc.office.sheets import cell_name
from cchc.texts import t, table, vietnamese_order
from cchc.workbooks.cells import Cells
from cchc.workbooks.grid import Grid

FIRST_ROW = 5  # below title, hint, blank row and header


@dataclass(frozen=True)
class InspectionFinding:
    """What the team found at a unit and orders it to mend. `number` counts per unit from 1."""

    unit_code: str
    number: int
    content: str
    order_text: str
    answer_due: date | None


class FindingsRefused(CchcError):
    """The workbook has faulty rows; the message lists each with its cell."""


def build_findings_workbook(
    title: str, units: Mapping[str, str], findings: Iterable[InspectionFinding], as_of: datetime
) -> bytes:
    """An empty (or filled) workbook for the team: `units` maps the codes that may be named to their names."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": title, "created": as_of.replace(tzinfo=None)})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#D9E2EC", "text_wrap": True})
    text_cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    day_cell = book.add_format({"border": 1, "num_format": "dd/mm/yyyy", "valign": "top"})
    sheet = book.add_worksheet(t("inspection.sheet_findings"))
    sheet.write(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write(1, 0, t("inspection.findings_hint"))
    for column, (header, width) in enumerate(
        zip(table("inspection.findings_columns").values(), (16, 34, 50, 50, 18), strict=True)
    ):
        sheet.write(FIRST_ROW - 2, column, header, head)
        sheet.set_column(column, column, width)
    row = FIRST_ROW - 1
    for finding in findings:
        sheet.write_string(row, 0, finding.unit_code, text_cell)
        sheet.write_string(row, 1, units[finding.unit_code], text_cell)
        sheet.write_string(row, 2, finding.content, text_cell)
        sheet.write_string(row, 3, finding.order_text, text_cell)
        if finding.answer_due:
            sheet.write_datetime(row, 4, finding.answer_due, day_cell)
        row += 1
    names = book.add_worksheet(t("inspection.sheet_units"))
    for line, (code, name) in enumerate(sorted(units.items(), key=lambda unit: vietnamese_order(unit[1]))):
        names.write_row(line, 0, (code, name))
    sheet.data_validation(
        FIRST_ROW - 1, 0, FIRST_ROW + 400, 0,
        {"validate": "list", "source": f"='{t('inspection.sheet_units')}'!$A$1:$A${len(units)}",
         "error_message": t("inspection.unknown_unit_cell")},
    )  # fmt: skip
    sheet.freeze_panes(FIRST_ROW - 1, 0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return freeze_zip(buffer.getvalue())


def read_findings_workbook(content: bytes, file_name: str, chosen: Iterable[str]) -> list[InspectionFinding]:
    """Rows of the team's workbook, numbered per unit in their order.

    Raises NotAForm for what is no workbook that can be read, FindingsRefused listing every faulty cell: an unknown or
    unchosen unit, an empty finding or order, letters that cannot be read for sure, a day that is no date. Nothing is
    taken from a faulty workbook.
    """
    allowed = set(chosen)
    sheet = Grid(content, file_name, t("inspection.advice")).sheet(t("inspection.sheet_findings"))
    if sheet is None:
        raise FindingsRefused(t("inspection.no_sheet", file=file_name, sheet=t("inspection.sheet_findings")))
    cells = Cells(sheet)
    findings: list[InspectionFinding] = []
    faults: list[str] = []
    counts: dict[str, int] = {}
    for row in range(FIRST_ROW - 1, len(sheet.rows)):
        code, content_text, order_text, due = (cells.text(row, column) for column in (0, 2, 3, 4))
        if not any((code, content_text, order_text, due)):
            continue
        # Letters that nobody can be sure of must not reach a unit.
        faults += [one.message for one in cells.problems]
        cells.problems.clear()
        if code not in allowed:
            found = code or t("inspection.empty")
            faults.append(t("inspection.bad_unit", cell=cell_name(row, 0), found=found))
        for column, text in ((2, content_text), (3, order_text)):
            if text is None:
                faults.append(t("inspection.empty_cell", cell=cell_name(row, column)))
        day = cells.day(row, 4, None)
        cells.problems.clear()  # told below, in the words of this workbook
        if due is not None and day is None:
            faults.append(t("inspection.bad_day", cell=cell_name(row, 4), found=due))
        code = code or ""
        counts[code] = counts.get(code, 0) + 1
        findings.append(InspectionFinding(code, counts[code], content_text or "", order_text or "", day))
    if faults:
        raise FindingsRefused(
            t("inspection.refused", file=file_name, count=len(faults), list="\n".join(faults))
        )
    return findings


def due_text(day: date) -> str:
    """The answer's day as the letter says it."""
    return t("inspection.answer_by", day=vn_date(day))

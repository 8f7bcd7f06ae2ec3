"""The ranking as a workbook: result, points by criterion, and which criteria set was used."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

import xlsxwriter

from cchc.criteria import Criteria
from cchc.files import freeze_zip
from cchc.scoring.ranking import CriterionScore, UnitScore
from cchc.texts import t, table


def build_ranking_xlsx(
    title: str,
    criteria: Criteria,
    ranking: list[UnitScore],
    scores: Mapping[str, list[CriterionScore]],
    unit_names: Mapping[str, str],
    as_of: datetime,
    rehearsal: bool,
) -> bytes:
    """Three sheets; the example set is named as such on each. Same input, same bytes."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": title, "created": as_of.replace(tzinfo=None)})
    bold = book.add_format(
        {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#D9E2EC", "valign": "vcenter"}
    )
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    points = book.add_format({"border": 1, "num_format": "0.00"})
    share = book.add_format({"border": 1, "num_format": "0.0%"})
    heading = book.add_format({"bold": True, "font_size": 14})
    remarks = [t("scoring.version", version=criteria.version)]
    if criteria.is_example:
        remarks.append(t("scoring.example_set"))
    if rehearsal:
        remarks.append(t("scoring.rehearsal"))

    def sheet_of(
        name: str, headers: list[str], widths: list[int]
    ) -> tuple[xlsxwriter.worksheet.Worksheet, int]:
        sheet = book.add_worksheet(name)
        sheet.write(0, 0, title, heading)
        for offset, remark in enumerate(remarks, start=1):
            sheet.write(offset, 0, remark)
        top = len(remarks) + 2
        for column, (header, width) in enumerate(zip(headers, widths, strict=True)):
            sheet.write(top, column, header, bold)
            sheet.set_column(column, column, width)
        sheet.set_row(top, 48)  # the longest heading takes three lines
        sheet.freeze_panes(top + 1, 2)
        sheet.repeat_rows(top)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        if rehearsal:
            sheet.set_header(f"&C&B{t('scoring.rehearsal')}")
        return sheet, top + 1

    headers = table("scoring.ranking_columns")
    sheet, line = sheet_of(
        t("scoring.sheet_ranking"), list(headers.values()), [8, 34, 10, 12, 12, 12, 11, 11, 11]
    )
    for unit in ranking:
        sheet.write(line, 0, unit.rank, cell)
        sheet.write(line, 1, unit_names[unit.unit_code], cell)
        sheet.write(line, 2, float(unit.total), points)
        sheet.write(line, 3, float(unit.reachable), points)
        sheet.write(line, 4, None if unit.share is None else float(unit.share), share)
        for column, value in enumerate((unit.band, unit.from_data, unit.from_self, unit.unscored), start=5):
            sheet.write(line, column, value, cell)
        line += 1

    codes = [row.code for row in criteria.rows]
    sheet, line = sheet_of(
        t("scoring.sheet_points"), [headers["rank"], headers["unit"], *codes], [8, 34] + [7] * len(codes)
    )
    # Fifty columns on one page would be unreadable: two A3 pages side by side, units repeated.
    sheet.set_paper(8)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_columns(0, 1)
    for unit in ranking:
        by_code = {score.criterion: score for score in scores[unit.unit_code]}
        sheet.write(line, 0, unit.rank, cell)
        sheet.write(line, 1, unit_names[unit.unit_code], cell)
        for column, code in enumerate(codes, start=2):
            score = by_code[code]
            if score.final is not None:
                sheet.write(line, column, float(score.final), points)
            else:
                sheet.write(line, column, t("scoring.not_arisen") if score.dropped else "", cell)
        line += 1

    columns = table("scoring.criteria_columns")
    sheet, line = sheet_of(t("scoring.sheet_criteria"), list(columns.values()), [8, 26, 48, 9, 40, 16])
    for row in criteria.rows:
        values = (
            row.code,
            row.group_name,
            row.criterion,
            float(row.max_points),
            row.how or "",
            row.basis_note,
        )
        for column, value in enumerate(values):
            sheet.write(line, column, value, cell)
        line += 1
    book.close()
    return freeze_zip(buffer.getvalue())

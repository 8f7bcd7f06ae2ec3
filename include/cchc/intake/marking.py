"""The copy that goes back to the unit: wrong cells coloured, sheet 'Rà soát' filled."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from cchc.files import freeze_zip
from cchc.intake.book import FAULT_FILL, FONT, HEADER_FILL, WARN_FILL
from cchc.intake.forms import Finding
from cchc.intake.review_sheet import COLUMNS, HEADER_ROW, WIDTHS
from cchc.texts import t, table

_FILLS = {"loi": FAULT_FILL, "canh_bao": WARN_FILL}
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_FIXED = b"2000-01-01T00:00:00Z"
_SIDE = Side(style="thin", color="8C8C8C")
_GRID = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def mark_workbook(content: bytes, findings: Sequence[Finding]) -> bytes:
    """The workbook with the cells of `findings` coloured (lỗi red, cảnh báo orange) and the review filled in.

    Colours and rows of an earlier review are cleared first, so a workbook that comes back a second time
    shows only what is still wrong. A file that is no .xlsx (an .ods) cannot be coloured: then the answer is
    a workbook of the review alone. Equal arguments give equal bytes.
    """
    try:
        book = load_workbook(io.BytesIO(content))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError):
        book = Workbook()
        book.properties.created = datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed mark, no instant
        active = book.active
        if active is not None:
            active.title = t("intake.sheets.review")
    name = t("intake.sheets.review")
    review = book[name] if name in book.sheetnames else book.create_sheet(name)
    _write_review(review, findings)
    for finding in findings:
        # The worst colour of a cell wins; findings may name the same cell several times.
        fill = _FILLS.get(finding.severity)
        if fill and finding.sheet in book.sheetnames and _CELL.fullmatch(finding.cell):
            cell = book[finding.sheet][finding.cell]
            if cell.fill.fgColor.rgb != f"FF{_FILLS['loi'][1:]}" or finding.severity == "loi":
                cell.fill = PatternFill("solid", fgColor=f"FF{fill[1:]}")
    book.active = book.sheetnames.index(name)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == name
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _write_review(sheet: Worksheet, findings: Sequence[Finding]) -> None:
    if sheet.max_row > 1:
        sheet.delete_rows(2, sheet.max_row)
    sheet["A1"] = t("intake.review.title")
    sheet["A1"].font = Font(name=FONT, size=14, bold=True, color="FF1F4E79")
    counted = Counter(finding.severity for finding in findings)
    if findings:
        summary = t(
            "intake.review.summary",
            errors=counted["loi"],
            warnings=counted["canh_bao"],
            notes=counted["luu_y"],
        )
        following = t("intake.review.next_errors" if counted["loi"] else "intake.review.next_warnings")
        sheet["A2"] = f"{summary} {following}"
    else:
        sheet["A2"] = t("intake.review.clean")
    sheet["A2"].font = Font(name=FONT, size=11, bold=True)
    severities = table("intake.review.severities")
    header, body = Font(name=FONT, size=11, bold=True), Font(name=FONT, size=11)
    wrap = Alignment(wrap_text=True, vertical="top")
    for column, column_name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEADER_ROW + 1, column, t(f"intake.review.columns.{column_name}"))
        cell.font, cell.border = header, _GRID
        cell.fill = PatternFill("solid", fgColor=f"FF{HEADER_FILL[1:]}")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    for number, finding in enumerate(findings, start=1):
        row = HEADER_ROW + 1 + number
        values = (
            str(number),
            severities.get(finding.severity, finding.severity),
            finding.sheet,
            finding.cell,
            finding.indicator or "",
            finding.found or "",
            finding.expected or "",
            finding.message,
        )
        for column, value in enumerate(values, start=1):
            cell = sheet.cell(row, column)
            # What a unit typed must stay text here, whatever it begins with.
            cell.value = value
            cell.data_type = "s"
            cell.font, cell.border, cell.alignment = body, _GRID, wrap
        fill = _FILLS.get(finding.severity)
        if fill:
            sheet.cell(row, 2).fill = PatternFill("solid", fgColor=f"FF{fill[1:]}")
        if finding.cell and finding.sheet != sheet.title:
            link = sheet.cell(row, 4)
            link.hyperlink = f"#'{finding.sheet}'!{finding.cell}"
            link.font = Font(name=FONT, size=11, color="FF0563C1", underline="single")


def _without_clock(content: bytes) -> bytes:
    """openpyxl stamps the time of saving; the same review must give the same file."""
    source, target = io.BytesIO(content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + _FIXED + rb"\g<2>", part)
            new.writestr(name, part)
    return freeze_zip(target.getvalue())

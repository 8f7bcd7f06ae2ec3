"""The copy that goes back to the unit: wrong cells coloured, sheet 'Rà soát' filled."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from cchc.files import freeze_zip
from cchc.office.package import ArchiveTooLarge, BadArchive, Package
from cchc.office.sheets import is_sheet
from cchc.severity import Severity
from cchc.texts import t, table
from cchc.workbooks.as_xlsx import Rewritten
from cchc.workbooks.figures_columns import AT
from cchc.workbooks.form_workbook import (
    DERIVED_FILL,
    FAULT_FILL,
    FONT,
    HEADER_FILL,
    INPUT_FILL,
    SYSTEM_FILL,
    WARN_FILL,
    fitted_height,
)
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.grid import MAX_UNPACKED, Grid
from cchc.workbooks.review_sheet import COLUMNS, HEADER_ROW, LIVE_ROW, WIDTHS

# openpyxl trusts what it opens, so a damaged file fails anywhere in it.
_UNMARKABLE = (
    InvalidFileException, zipfile.BadZipFile, LookupError, ValueError, TypeError, AttributeError, SyntaxError,
    ArithmeticError, AssertionError, NotImplementedError, OSError, EOFError, zlib.error, BadArchive, ArchiveTooLarge,
)  # fmt: skip
MOST_MERGED = 20_000  # cells of one merged range
LAST_ROW = 1_048_576  # of a sheet of Excel
MOST_REVIEWED = 20_000  # rows of a review: each is made a cell object when it is cleared
_MERGED = re.compile(rb"<mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']")
_FILLS: dict[str, str] = {Severity.ERROR: FAULT_FILL, Severity.WARNING: WARN_FILL}
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_FIXED = b"2000-01-01T00:00:00Z"
_SIDE = Side(style="thin", color="8C8C8C")
_GRID = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
# Shared by all rows: openpyxl compares every style it is given with those it has.
_BODY = Font(name=FONT, size=11)
_LINK = Font(name=FONT, size=11, color="FF0563C1", underline="single")
_WRAP = Alignment(wrap_text=True, vertical="top")
_LONGEST = 1000  # characters of what a unit typed that a row of the review quotes
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def is_review_alone(marked: bytes) -> bool:
    """Whether a workbook that `mark_workbook` made holds the review and nothing of the form."""
    return Grid(marked, "").names == [t("workbooks.sheets.review")]


def mark_workbook(
    content: bytes, findings: Sequence[CheckFinding], spare: Callable[[], Rewritten | None] | None = None
) -> bytes:
    """The workbook with the cells of `findings` coloured (lỗi red, cảnh báo orange) and the review filled in.

    Colours and rows of an earlier review are cleared first, so a workbook that comes back a second time
    shows only what is still wrong. A file that is no .xlsx (an .ods), or one that openpyxl cannot open, is not
    coloured itself: `spare` may give the form that it was written over into, else the answer is a workbook of the
    review alone. Links to other files do not go back. Equal arguments give equal bytes.
    """
    try:
        package = Package.of(content, MAX_UNPACKED).plain()
        _must_be_small(package)
        book = load_workbook(io.BytesIO(package.packed()), keep_links=False)
        _must_end_somewhere(book)
    except _UNMARKABLE:
        rewritten = spare() if spare else None
        if rewritten is not None:
            return mark_workbook(rewritten.content, rewritten.follow(findings))
        book = Workbook()
        book.properties.created = datetime(2000, 1, 1)  # noqa: DTZ001  # a fixed mark, no instant
        active = book.active
        if active is not None:
            active.title = t("workbooks.sheets.review")
    name = t("workbooks.sheets.review")
    review = book[name] if name in book.sheetnames else book.create_sheet(name)
    _clear_colours(book, review)
    _write_review(review, findings)
    for finding in findings:
        # The worst colour of a cell wins; findings may name the same cell several times.
        fill = _FILLS.get(finding.severity)
        if fill and finding.sheet in book.sheetnames and _CELL.fullmatch(finding.cell):
            cell = book[finding.sheet][finding.cell]
            if (
                cell.fill.fgColor.rgb != f"FF{_FILLS[Severity.ERROR][1:]}"
                or finding.severity == Severity.ERROR
            ):
                cell.fill = _fill(fill)
    book.active = book.sheetnames.index(name)
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet.title == name
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _must_be_small(package: Package) -> None:
    """ValueError for a merged range that spans half a sheet: openpyxl makes a cell object for each of its places."""
    for name, part in package.parts.items():
        for found in _MERGED.finditer(part) if is_sheet(part) else ():
            first, last = (column_index_from_string(found[i].decode()) for i in (1, 3))
            if (abs(last - first) + 1) * (abs(int(found[4]) - int(found[2])) + 1) > MOST_MERGED:
                raise ValueError(name)


def _must_end_somewhere(book: Workbook) -> None:
    """ValueError for a cell below the last row that a sheet can have, or far below any review that was written."""
    for sheet in book.worksheets:
        if sheet.max_row > (MOST_REVIEWED if sheet.title == t("workbooks.sheets.review") else LAST_ROW):
            raise ValueError(sheet.title)


def _clear_colours(book: Workbook, review: Worksheet) -> None:
    """Give the cells that an earlier review named their first colour again."""
    sheet_column, cell_column = COLUMNS.index("sheet") + 1, COLUMNS.index("cell") + 1
    for row in range(HEADER_ROW + 2, review.max_row + 1):
        name, reference = (str(review.cell(row, column).value) for column in (sheet_column, cell_column))
        if name in book.sheetnames and _CELL.fullmatch(reference):
            cell = book[name][reference]
            cell.fill = _first_fill(book[name], cell)


def _first_fill(sheet: Worksheet, cell: Cell | MergedCell) -> PatternFill:
    """What the form gave the cell. A row that is only written in by whoever disagrees is white: its last cell tells."""
    if cell.protection.locked:
        return _fill(SYSTEM_FILL)
    if sheet.title == t("workbooks.sheets.figures"):
        last = sheet.cell(cell.row or 1, AT["evidence"] + 1)
        if last.fill.fill_type is None and last.border.left.style:
            return PatternFill()
    return _fill(DERIVED_FILL if cell.data_type == "f" else INPUT_FILL)


def _write_review(sheet: Worksheet, findings: Sequence[CheckFinding]) -> None:
    live = sheet.cell(LIVE_ROW + 1, 1).value
    if sheet.max_row > 1:
        sheet.delete_rows(2, sheet.max_row)
    sheet["A1"] = t("workbooks.review.title")
    sheet["A1"].font = Font(name=FONT, size=14, bold=True, color="FF1F4E79")
    counted = Counter(finding.severity for finding in findings)
    if findings:
        summary = t(
            "workbooks.review.summary",
            errors=counted[Severity.ERROR],
            warnings=counted[Severity.WARNING],
            notes=counted[Severity.NOTE],
        )
        following = t(
            "workbooks.review.next_errors" if counted[Severity.ERROR] else "workbooks.review.next_warnings"
        )
        sheet["A2"] = f"{summary} {following}"
    else:
        sheet["A2"] = t("workbooks.review.clean")
    sheet["A2"].font = Font(name=FONT, size=11, bold=True)
    if isinstance(live, str) and live.startswith("="):
        sheet.cell(LIVE_ROW + 1, 1, live).font = Font(name=FONT, size=11, bold=True)
    header = Font(name=FONT, size=11, bold=True)
    for column, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEADER_ROW + 1, column, t(f"workbooks.review.columns.{name}"))
        cell.font, cell.border = header, _GRID
        cell.fill = _fill(HEADER_FILL)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[column - 1]
    names = set(sheet.parent.sheetnames) - {sheet.title} if sheet.parent else set()
    for number, finding in enumerate(findings, start=1):
        _write_finding(sheet, number, finding, linked=finding.sheet in names)


def _write_finding(sheet: Worksheet, number: int, finding: CheckFinding, *, linked: bool) -> None:
    row = HEADER_ROW + 1 + number
    values = (
        str(number),
        table("severity.names").get(finding.severity, finding.severity),
        finding.sheet,
        finding.cell,
        finding.indicator or "",
        finding.found or "",
        finding.expected or "",
        finding.message,
    )
    texts = [ILLEGAL_CHARACTERS_RE.sub(" ", value)[:_LONGEST] for value in values]
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(row, column)
        # What a unit typed must stay text here, whatever it begins with.
        cell.value = text
        cell.data_type = "s"
        cell.font, cell.border, cell.alignment = _BODY, _GRID, _WRAP
    sheet.row_dimensions[row].height = min(400, fitted_height(zip(texts, WIDTHS, strict=True)))
    if finding.severity in _FILLS:
        sheet.cell(row, 2).fill = _fill(_FILLS[finding.severity])
    # A line of an attached document is no place in this workbook: such a link would be broken.
    if linked and _CELL.fullmatch(finding.cell):
        link = sheet.cell(row, 4)
        place = f"'{finding.sheet}'!{finding.cell}"
        link.hyperlink = Hyperlink(ref=link.coordinate, location=place)
        link.font = _LINK


def _fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=f"FF{colour[1:]}")


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

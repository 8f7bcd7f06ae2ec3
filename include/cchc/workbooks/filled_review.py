"""Sheet 'Rà soát' of what goes back: a summary, and a row for each finding with a link to its cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lxml import etree

from cchc.severity import Severity
from cchc.texts import t, table
from cchc.untrusted_xml import for_xml
from cchc.workbooks.cell_styles import CellStyles, Look
from cchc.workbooks.edited import NS, SheetCells, put_in_order
from cchc.workbooks.form_workbook import FAULT_FILL, HEADER_FILL, SECTION_FILL, WARN_FILL, fitted_height
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.review_sheet import COLUMNS, HEADER_ROW, LIVE_ROW, WIDTHS

FILLS: dict[str, str] = {Severity.ERROR: FAULT_FILL, Severity.WARNING: WARN_FILL}
_LONGEST = 1000  # characters of what a unit typed that a row of the review quotes
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WRAP = 'vertical="top" wrapText="1"'
_TITLE = Look(bold=True, size=14, colour=SECTION_FILL)
_LABEL = Look(bold=True)
_HEADER = Look(
    bold=True, fill=HEADER_FILL, grid=True, alignment='horizontal="center" vertical="center" wrapText="1"'
)
_BODY = Look(grid=True, alignment=_WRAP)
_LINK = Look(grid=True, alignment=_WRAP, colour="#0563C1", underlined=True)


def empty_review() -> Any:
    """The root of a worksheet in which there is nothing yet."""
    root = etree.Element(f"{NS}worksheet", nsmap={None: NS[1:-1]})
    etree.SubElement(root, f"{NS}sheetData")
    return root


def write_review(
    root: Any, findings: Sequence[CheckFinding], styles: CellStyles, places: Sequence[str | None]
) -> None:
    """Write the sheet anew; the formula that counts what is open stays. places: where each finding's link leads."""
    live = SheetCells(root).find(f"A{LIVE_ROW + 1}")
    data = etree.Element(f"{NS}sheetData")
    links = etree.Element(f"{NS}hyperlinks")
    put_in_order(root, data)
    _text(_row(data, 1, 24), 1, t("workbooks.review.title"), styles.look(_TITLE))
    _text(_row(data, 2), 1, _summary(findings), styles.look(_LABEL))
    if (formula := _formula(live)) is not None:
        cell = _cell(_row(data, LIVE_ROW + 1), 1, styles.look(_LABEL))
        if live.get("t"):
            cell.set("t", live.get("t"))
        cell.extend([formula, *live.findall(f"{NS}v")])
    header = _row(data, HEADER_ROW + 1)
    for column, name in enumerate(COLUMNS, start=1):
        _text(header, column, t(f"workbooks.review.columns.{name}"), styles.look(_HEADER))
    body, link = styles.look(_BODY), styles.look(_LINK)
    for number, (finding, place) in enumerate(zip(findings, places, strict=True), start=1):
        texts = _texts(number, finding)
        row = _row(data, HEADER_ROW + 1 + number, min(400, fitted_height(zip(texts, WIDTHS, strict=True))))
        looks = [body] * len(texts)
        if finding.severity in FILLS:
            looks[1] = styles.filled(body, FILLS[finding.severity])
        if place:
            looks[3] = link
            etree.SubElement(links, f"{NS}hyperlink", {"ref": f"D{row.get('r')}", "location": place})
        for column, (text, style) in enumerate(zip(texts, looks, strict=True), start=1):
            _text(row, column, text, style)
    _dress(root, links)


def _summary(findings: Sequence[CheckFinding]) -> str:
    counted = Counter(finding.severity for finding in findings)
    if not findings:
        return t("workbooks.review.clean")
    summary = t(
        "workbooks.review.summary",
        errors=counted[Severity.ERROR],
        warnings=counted[Severity.WARNING],
        notes=counted[Severity.NOTE],
    )
    following = "next_errors" if counted[Severity.ERROR] else "next_warnings"
    return f"{summary} {t(f'workbooks.review.{following}')}"


def _formula(cell: Any) -> Any:
    """A formula of one cell alone; None when there is none."""
    formula = None if cell is None else cell.find(f"{NS}f")
    return (
        formula if formula is not None and formula.text and formula.get("t", "normal") == "normal" else None
    )


def _texts(number: int, finding: CheckFinding) -> list[str]:
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
    return [for_xml(value)[:_LONGEST] for value in values]


def _row(data: Any, number: int, height: float | None = None) -> Any:
    tall = {} if height is None else {"ht": f"{height:g}", "customHeight": "1"}
    return etree.SubElement(data, f"{NS}row", {"r": str(number), **tall})


def _cell(row: Any, column: int, style: int) -> Any:
    place = f"{'ABCDEFGH'[column - 1]}{row.get('r')}"
    return etree.SubElement(row, f"{NS}c", {"r": place, "s": str(style)})


def _text(row: Any, column: int, text: str, style: int) -> None:
    """What a unit typed stays text here, whatever it begins with."""
    cell = _cell(row, column, style)
    if not text:
        return
    cell.set("t", "inlineStr")
    node = etree.SubElement(etree.SubElement(cell, f"{NS}is"), f"{NS}t")
    node.text = text
    node.set(_SPACE, "preserve")


def _dress(root: Any, links: Any) -> None:
    """What belongs to the rows and lies beside them. Merged ranges of before would hide what is written now."""
    for name in ("dimension", "mergeCells", "hyperlinks"):
        for old in root.findall(f"{NS}{name}"):
            root.remove(old)
    if len(links):
        put_in_order(root, links)
    columns = etree.Element(f"{NS}cols")
    for number, width in enumerate(WIDTHS, start=1):
        place = {"min": str(number), "max": str(number), "width": str(width), "customWidth": "1"}
        etree.SubElement(columns, f"{NS}col", place)
    put_in_order(root, columns)
    views = root.find(f"{NS}sheetViews")
    if views is None:
        views = etree.Element(f"{NS}sheetViews")
        etree.SubElement(views, f"{NS}sheetView", {"workbookViewId": "0"})
        put_in_order(root, views)
    for view in views.iterchildren(f"{NS}sheetView"):
        view.set("tabSelected", "1")

"""WordprocessingML for paragraphs and tables, written as text: a table of 122 x 173 cells is then cheap.

Lengths are in the file format's own units: twentieths of a point ('dxa'), half points for font sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from cchc.documents.blocks import DocumentTable, Paragraph, TextRun, linked_runs
from cchc.documents.places import Anchor, Linked
from cchc.documents.text import clean

DXA_PER_MM = 1440 / 25.4
_CELL_MARGIN = 70  # left and right inside a cell, about 1.2 mm
STYLE_IDS = {
    "body": "NoiDung",
    "lead": "NoiDung",
    "item": "MucCon",
    "subitem": "MucConHai",
    "note": "GhiChu",
    "basis": "CanCu",
    "todo": "ChoViet",
    "own": "LoiCuaSo",
    "centre": "GiuaDam",
    "heading1": "Heading1",
    "heading2": "Heading2",
    "heading3": "Heading3",
}
_Cell = TypeVar("_Cell")
_BULLETS = {"item": "- ", "subitem": "+ "}


def dxa(millimetres: float) -> int:
    return round(millimetres * DXA_PER_MM)


def run_xml(run: TextRun, extra: str = "") -> str:
    """One run; a line feed becomes a line break, characters that XML cannot hold are dropped.

    A run with a target is a link that looks like the text around it and tells its place when pointed at.
    """
    properties = ("<w:b/>" if run.bold else "") + ("<w:i/>" if run.italic else "") + extra
    properties = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    lines = clean(run.text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    written = f"<w:r>{properties}{text}</w:r>"
    if run.target is None:
        return written
    name, place = quoteattr(run.target.name), quoteattr(run.target.place)
    return f'<w:hyperlink w:anchor={name} w:tooltip={place} w:history="1">{written}</w:hyperlink>'


def paragraph_xml(runs: Iterable[TextRun], style: str, properties: str = "", mark: str = "") -> str:
    """A paragraph of the style with that id; `properties` are further elements of w:pPr, in schema order.

    `mark` is a bookmark (`bookmark_xml`) before its words.
    """
    body = mark + "".join(run_xml(run) for run in runs)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{body}</w:p>'


def bookmark_xml(anchor: Anchor | None, ids: Iterator[int]) -> str:
    """The place that links name; ids are unique in the document."""
    if anchor is None:
        return ""
    number = next(ids)
    return (
        f'<w:bookmarkStart w:id="{number}" w:name={quoteattr(anchor.name)}/><w:bookmarkEnd w:id="{number}"/>'
    )


def block_paragraph(paragraph: Paragraph, ids: Iterator[int]) -> str:
    """A paragraph of the body."""
    bullet = _BULLETS.get(paragraph.style)
    runs = (TextRun(bullet), *paragraph.runs) if bullet else paragraph.runs
    mark = bookmark_xml(paragraph.anchor, ids)
    keep = "<w:keepNext/>" if paragraph.style == "lead" else ""
    return paragraph_xml(runs, STYLE_IDS[paragraph.style], keep, mark=mark)


def line_xml(left_mm: float, right_mm: float, after_pt: float = 0) -> str:
    """A thin horizontal line between two indents, drawn as the border of an empty paragraph."""
    return (
        '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
        f'<w:spacing w:before="40" w:after="{round(after_pt * 20)}" w:line="40" w:lineRule="exact"/>'
        f'<w:ind w:left="{dxa(left_mm)}" w:right="{dxa(right_mm)}" w:firstLine="0"/></w:pPr></w:p>'
    )


def grid_xml(widths: Sequence[int], rows: Iterable[str], borders: bool) -> str:
    """A table of fixed column widths (dxa) around finished rows."""
    line = 'w:val="single" w:sz="4" w:space="0" w:color="000000"' if borders else 'w:val="nil"'
    edges = "".join(
        f"<w:{edge} {line}/>" for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margin = _CELL_MARGIN if borders else 0
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/>'
        f'<w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def cell_xml(width: int, content: str, span: int = 1, shade: str | None = None, middle: bool = True) -> str:
    properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if shade:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>'
    if middle:
        properties += '<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row_xml(cells: Iterable[str], header: bool = False) -> str:
    """A row that is not split across pages; a header row is repeated on each page."""
    properties = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table_xml(table: DocumentTable, text_width_mm: float, ids: Iterator[int]) -> str:
    """A bordered table across the text width; column widths are scaled to it."""
    total = sum(column.width_mm for column in table.columns)
    widths = [dxa(column.width_mm * text_width_mm / total) for column in table.columns]
    style = "BangNho" if table.small else "Bang"
    head = row_xml(
        (
            cell_xml(width, _cell_text(column.title, style, "center", bold=True, mark=mark), shade="D9D9D9")
            for width, column, mark in _marked(table, -1, widths, table.columns, ids)
        ),
        header=True,
    )
    rows = [head]
    for place, cells in enumerate(table.rows):
        bold = place in table.bold_rows
        if len(cells) == 1 and len(widths) > 1:
            text = _cell_text(cells[0], style, "left", bold=True, keep=True)
            rows.append(row_xml([cell_xml(sum(widths), text, span=len(widths), shade="F2F2F2")]))
            continue
        rows.append(
            row_xml(
                cell_xml(width, _cell_text(cell, style, column.align, bold=bold, mark=mark))
                for width, (column, cell), mark in _marked(
                    table, place, widths, zip(table.columns, cells, strict=True), ids
                )
            )
        )
    return grid_xml(widths, rows, borders=True)


def _marked(
    table: DocumentTable, row: int, widths: Sequence[int], cells: Iterable[_Cell], ids: Iterator[int]
) -> Iterator[tuple[int, _Cell, str]]:
    """(width, cell, bookmark) of a row; its first cell carries the bookmark."""
    mark = bookmark_xml(table.anchors.get(row), ids)
    for width, cell in zip(widths, cells, strict=True):
        yield width, cell, mark
        mark = ""


def _cell_text(
    text: str, style: str, align: str, bold: bool = False, keep: bool = False, mark: str = ""
) -> str:
    properties = ("<w:keepNext/>" if keep else "") + (f'<w:jc w:val="{align}"/>' if align != "left" else "")
    runs = linked_runs(text, bold=bold) if isinstance(text, Linked) else [TextRun(text, bold=bold)]
    return paragraph_xml(runs, style, properties, mark)

"""The copy that goes back to the unit: wrong cells coloured, sheet 'Rà soát' filled, everything else as it came."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from string import ascii_uppercase
from typing import Any

from lxml import etree

from cchc.folding import folded
from cchc.office.package import ArchiveTooLarge, BadArchive, Package
from cchc.office.sheets import cell_name, column_number
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.as_xlsx import Rewritten
from cchc.workbooks.cell_styles import CellStyles, empty_styles
from cchc.workbooks.edited import (
    BOOK,
    NS,
    OFFICE,
    RELATION,
    EditedPackage,
    SheetCells,
    packed,
    put_in_order,
    remove,
    sheet_parts,
)
from cchc.workbooks.figures_columns import AT
from cchc.workbooks.filled_review import FILLS, empty_review, write_review
from cchc.workbooks.form_workbook import DERIVED_FILL, INPUT_FILL, SYSTEM_FILL
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.grid import MAX_UNPACKED
from cchc.workbooks.macros import PROGRAM_PARTS, PROGRAMS
from cchc.workbooks.review_sheet import COLUMNS, HEADER_ROW

_UNMARKABLE = (BadArchive, ArchiveTooLarge, LookupError, ValueError)  # numbers and places that are none
_MOST_OPENED = 8 * 1024 * 1024  # bytes of a part; the largest of a form of ours has 0.4 MB
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384  # of a sheet of Excel
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ELSEWHERE = re.compile(r"\[\d+\][^\[\]!]*!")  # a formula that leads into another file
# What does not go back: programs, links to other files, embedded objects, a signature under what was there before.
# Also the order of computing, which a program finds again: a row of the review that goes may stand in it.
_GONE_PARTS = re.compile(
    rf"{PROGRAM_PARTS.pattern}|^xl/externallinks/|^xl/embeddings/|^_xmlsignatures/|^xl/calcchain\.xml$",
    re.IGNORECASE,
)
_GONE = re.compile(
    rf"{PROGRAMS.pattern}|/(externalLink|oleObject|package|calcChain)$|/digital-signature/", re.IGNORECASE
)
_FROM_ELSEWHERE = re.compile(r"^xl/(connections\.xml|querytables/)", re.IGNORECASE)
_ELSEWHERE_PART = re.compile(rb"<(?:\w+:)?f\b[^<]*\[\d+\]")
_SELECTED = re.compile(rb"""(<(?:\w+:)?sheetView\b[^>]*?)\stabSelected\s*=\s*["']\w*["']""")
_ALONE = Package(
    {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Default Extension="xml" ContentType="application/xml"/>'
        b'<Override PartName="/xl/workbook.xml" ContentType=""/></Types>',
        "_rels/.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        % OFFICE.encode(),
        "xl/workbook.xml": b'<workbook xmlns="%s"><sheets/></workbook>' % NS[1:-1].encode(),
        "xl/_rels/workbook.xml.rels": b'<Relationships '
        b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
    }
)  # fmt: skip


def is_review_alone(marked: bytes) -> bool:
    """Whether a workbook that `mark_workbook` made holds the review and nothing of the form."""
    package = Package.of(marked, MAX_UNPACKED, lambda name: "workbook.xml" in name)
    return list(sheet_parts(package)) == [t("workbooks.sheets.review")]


def mark_workbook(
    content: bytes, findings: Sequence[CheckFinding], spare: Callable[[], Rewritten | None] | None = None
) -> bytes:
    """The workbook with the cells of `findings` coloured (lỗi red, cảnh báo orange) and the review filled in.

    Colours and rows of an earlier review are cleared first, so a workbook that comes back a second time
    shows only what is still wrong. A file that is no .xlsx (an .ods), or one whose parts cannot be understood, is not
    coloured itself: `spare` may give the form that it was written over into, else the answer is a workbook of the
    review alone. Programs and links to other files do not go back. Equal arguments give equal bytes.
    """
    try:
        return _Marking(Package.of(content, MAX_UNPACKED).plain()).of(findings)
    except _UNMARKABLE:
        rewritten = spare() if spare else None
    if rewritten is not None:
        return mark_workbook(rewritten.content, rewritten.follow(findings))
    return _Marking(_ALONE).of(findings)


class _Marking:
    """One workbook. Raises one of _UNMARKABLE where it cannot be understood."""

    def __init__(self, package: Package) -> None:
        if any(_FROM_ELSEWHERE.search(name) for name in package.parts):
            raise BadArchive
        self._edited = EditedPackage(package, _MOST_OPENED)
        self._parts = sheet_parts(package)
        self._sheets = {folded(name): (name, part) for name, part in reversed(self._parts.items())}
        self._cells: dict[str, SheetCells] = {}
        linked = self._edited.tree(BOOK).find(f"{NS}externalReferences") is not None
        self._edited.leave_out(_GONE_PARTS, _GONE)
        self._book = self._edited.tree(BOOK, f"{NS}workbook")
        if self._edited.points_outside():
            raise BadArchive
        self._edited.be_a_workbook()
        if linked:
            self._without_links()
        self._styles = CellStyles(self._styles_root())
        self._review_name = t("workbooks.sheets.review")
        self._review = self._review_root()

    def of(self, findings: Sequence[CheckFinding]) -> bytes:
        """The workbook that goes back."""
        for sheet, reference in self._of_earlier_review():
            self._clear(sheet, reference)
        places = [self._place(finding) for finding in findings]
        worst = dict[tuple[str, str], str]()
        for finding, place in zip(findings, places, strict=True):
            cell = (folded(finding.sheet), finding.cell)
            if place and finding.severity in FILLS and worst.get(cell) != Severity.ERROR:
                worst[cell] = finding.severity
        for (sheet, reference), severity in worst.items():
            cell = self._cells_of(sheet).make(reference)
            if cell is not None:
                cell.set("s", str(self._styles.filled(_style(cell), FILLS[severity])))
        write_review(self._review, findings, self._styles, places)
        self._open_at_review()
        others = set(self._parts.values()) - {self._sheets[folded(self._review_name)][1]}
        parts = self._edited.closed().parts
        return packed(
            Package(
                {
                    name: _SELECTED.sub(rb"\1", part) if name in others else part
                    for name, part in parts.items()
                }
            )
        )

    def _place(self, finding: CheckFinding) -> str | None:
        """Where a finding's link leads. A line of an attached document is no place in this workbook."""
        found, sheet = _CELL.fullmatch(finding.cell), self._sheets.get(folded(finding.sheet))
        if found is None or sheet is None or folded(finding.sheet) == folded(self._review_name):
            return None
        if column_number(found[1]) > _LAST_COLUMN or int(found[2]) > _LAST_ROW:
            return None
        return f"'{sheet[0].replace(chr(39), chr(39) * 2)}'!{finding.cell}"

    def _cells_of(self, sheet: str) -> SheetCells:
        if sheet not in self._cells:
            self._cells[sheet] = SheetCells(self._edited.tree(self._sheets[sheet][1]))
        return self._cells[sheet]

    def _styles_root(self) -> Any:
        part = self._edited.related_to_book("styles")
        if part is not None:
            return self._edited.tree(part, f"{NS}styleSheet")
        root = empty_styles()
        self._edited.add_to_book("styles", root, "styles")
        return root

    def _review_root(self) -> Any:
        name = folded(self._review_name)
        if name in self._sheets:
            return self._edited.tree(self._sheets[name][1], f"{NS}worksheet")
        sheets = self._book.find(f"{NS}sheets")
        if sheets is None:
            raise BadArchive
        root = empty_review()
        part, relation = self._edited.add_to_book("worksheet", root, "worksheets/review")
        number = max((int(one.get("sheetId", "0")) for one in sheets), default=0) + 1
        attributes = {"name": self._review_name, "sheetId": str(number), RELATION: relation}
        etree.SubElement(sheets, f"{NS}sheet", attributes, nsmap={"r": OFFICE})
        self._sheets[name] = (self._review_name, part)
        return root

    def _of_earlier_review(self) -> Iterator[tuple[str, str]]:
        """The sheet and the cell in each row of a review that came back."""
        sheet_column, cell_column = COLUMNS.index("sheet") + 1, COLUMNS.index("cell") + 1
        for number, cells in SheetCells(self._review).rows():
            if number > HEADER_ROW + 1 and sheet_column in cells and cell_column in cells:
                sheet, reference = (self._text(cells[column]) for column in (sheet_column, cell_column))
                if folded(sheet) in self._sheets and _CELL.fullmatch(reference):
                    yield folded(sheet), reference

    def _text(self, cell: Any) -> str:
        if cell.get("t") != "s":
            return "".join(node.text or "" for node in cell.iter(f"{NS}t", f"{NS}v"))
        number = int(cell.findtext(f"{NS}v", ""))
        return self._shared[number] if 0 <= number < len(self._shared) else ""

    @cached_property
    def _shared(self) -> list[str]:
        part = self._edited.related_to_book("sharedStrings")
        texts = [] if part is None else self._edited.tree(part).iterchildren(f"{NS}si")
        return ["".join(node.text or "" for node in text.iter(f"{NS}t")) for text in texts]

    def _clear(self, sheet: str, reference: str) -> None:
        """Give a cell that an earlier review coloured its first colour again."""
        cells = self._cells_of(sheet)
        cell = cells.find(reference)
        if cell is not None and self._styles.colour(_style(cell)) in FILLS.values():
            cell.set(
                "s", str(self._styles.filled(_style(cell), self._first_fill(sheet, cells, cell, reference)))
            )

    def _first_fill(self, sheet: str, cells: SheetCells, cell: Any, reference: str) -> str | None:
        """What the form gave the cell. A row that is only written in by whoever disagrees is white: its last cell
        tells."""
        if self._styles.is_locked(_style(cell)):
            return SYSTEM_FILL
        if sheet == folded(t("workbooks.sheets.figures")):
            last = cells.find(cell_name(int(reference.lstrip(ascii_uppercase)) - 1, AT["evidence"]))
            if (
                last is not None
                and self._styles.colour(_style(last)) is None
                and self._styles.has_border(_style(last))
            ):
                return None
        return INPUT_FILL if cell.find(f"{NS}f") is None else DERIVED_FILL

    def _without_links(self) -> None:
        """Names that lead into other files go; a formula that does stays as the value that it gave."""
        remove(
            self._book,
            [one for one in self._book.iter(f"{NS}definedName") if _ELSEWHERE.search(one.text or "")],
        )
        for part in self._parts.values():
            if not _ELSEWHERE_PART.search(self._edited.part(part)):
                continue
            formulas = list(self._edited.tree(part).iter(f"{NS}f"))
            doomed = [one for one in formulas if _ELSEWHERE.search(one.text or "")]
            shared = {one.get("si") for one in doomed if one.get("t") == "shared"}
            for one in formulas:
                if one in doomed or (one.get("t") == "shared" and one.get("si") in shared):
                    one.getparent().remove(one)

    def _open_at_review(self) -> None:
        sheets = self._book.findall(f"{NS}sheets/{NS}sheet")
        place = [folded(one.get("name", "")) for one in sheets].index(folded(self._review_name))
        sheets[place].attrib.pop("state", None)
        views = self._book.find(f"{NS}bookViews")
        if views is None:
            views = etree.Element(f"{NS}bookViews")
            etree.SubElement(views, f"{NS}workbookView")
            put_in_order(self._book, views)
        for view in views.iterchildren(f"{NS}workbookView"):
            view.set("activeTab", str(place))


def _style(cell: Any) -> int:
    return int(cell.get("s", "0"))

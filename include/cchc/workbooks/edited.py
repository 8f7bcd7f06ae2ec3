"""A workbook's package while it is changed: parts are opened as trees, and what nobody opened stays byte for byte."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from lxml import etree

from cchc.files import freeze_zip
from cchc.office.package import BadArchive, Package, part_name
from cchc.office.sheets import column_number
from cchc.untrusted_xml import parse_xml

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f"{{{OFFICE}}}id"
BOOK = "xl/workbook.xml"
TYPES = "[Content_Types].xml"
_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml"
_CONTENT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# What a part holds, in the order of the standard: Excel takes no other.
_ORDER = {
    "workbook": """fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
        externalReferences definedNames calcPr""",
    "worksheet": """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
        protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr
        conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks
        colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF
        picture oleObjects controls webPublishItems tableParts extLst""",
    "styleSheet": """numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst""",
}


def relations_of(part: str) -> str:
    """xl/workbook.xml -> xl/_rels/workbook.xml.rels."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name -> part, in the order of the sheets; empty for formats other than .xlsx."""
    book, relations = (package.get(name) for name in (BOOK, relations_of(BOOK)))
    if book is None or relations is None:
        return {}
    targets = {str(node.get("Id")): _target(node, BOOK) for node in parse_xml(relations)}
    parts = dict[str, str]()
    for node in parse_xml(book).iter("{*}sheet"):
        parts.setdefault(str(node.get("name")), targets.get(str(node.get(RELATION)), ""))
    return parts


def _target(relation: Any, owner: str) -> str:
    """The part to which a relation of another part leads."""
    target = str(relation.get("Target"))
    return part_name(
        target if target.startswith(("/", "\\")) else posixpath.join(posixpath.dirname(owner), target)
    )


def put_in_order(root: Any, element: Any) -> None:
    """Put a child of a part's root where the standard wants it, in the place of those of its name."""
    order = _ORDER[_local(root)].split()
    for old in root.findall(element.tag):
        root.remove(old)
    later = set(order[order.index(_local(element)) + 1 :])
    place = next((number for number, child in enumerate(root) if _local(child) in later), len(root))
    root.insert(place, element)


def _local(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


class EditedPackage:
    """Parts in trees. most: bytes of a part that is opened, for a tree takes about thirty times that."""

    def __init__(self, package: Package, most: int) -> None:
        self._names = {name.lower(): name for name in package.parts}  # of two of one name the later
        self._parts, self._most = {name: package.parts[name] for name in self._names.values()}, most
        self._trees: dict[str, Any] = {}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    @property
    def names(self) -> list[str]:
        return list(self._names.values())

    def part(self, name: str) -> bytes:
        return self._parts[self._names[name.lower()]]

    def tree(self, name: str, root: str | None = None) -> Any:
        """The root of a part, to be changed. BadArchive when there is no such part, when it is no XML or has another
        root, is too large, or declares entities."""
        stored = self._names.get(name.lower())
        if stored is None:
            raise BadArchive
        if stored not in self._trees:
            tree = parse_xml(self._parts[stored]) if len(self._parts[stored]) <= self._most else None
            if tree is None or tree.tag == "empty" or tree.getroottree().docinfo.doctype:
                raise BadArchive
            self._trees[stored] = tree
        if root not in (None, self._trees[stored].tag):
            raise BadArchive
        return self._trees[stored]

    def relations(self, part: str) -> Any:
        return self.tree(relations_of(part), f"{_RELATIONS}Relationships")

    def add_to_book(self, kind: str, tree: Any, stem: str) -> tuple[str, str]:
        """A new part of the workbook; its name, and the id of the relation to it. kind: worksheet, styles."""
        name = next(name for name in _numbered(f"xl/{stem}%s.xml") if name not in self)
        self._names[name.lower()] = name
        self._parts[name], self._trees[name] = b"", tree
        attributes = {"PartName": f"/{name}", "ContentType": _PLAIN.format(kind)}
        etree.SubElement(self._types(), f"{_CONTENT}Override", attributes)
        relations = self.relations(BOOK)
        taken = {node.get("Id") for node in relations}
        relation = next(one for one in _numbered("rId%s") if one not in taken)
        attributes = {"Id": relation, "Type": f"{OFFICE}/{kind}", "Target": name.removeprefix("xl/")}
        etree.SubElement(relations, f"{_RELATIONS}Relationship", attributes)
        return name, relation

    def related_to_book(self, kind: str) -> str | None:
        """The part to which the workbook has a relation of that kind."""
        nodes = self.relations(BOOK)
        return next((_target(node, BOOK) for node in nodes if node.get("Type") == f"{OFFICE}/{kind}"), None)

    def _types(self) -> Any:
        return self.tree(TYPES, f"{_CONTENT}Types")

    def leave_out(self, parts: re.Pattern[str], relations: re.Pattern[str]) -> None:
        """Take out the parts of such names, those to which relations of such types lead, and whatever names such a
        relation."""
        doomed = {name.lower() for name in self.names if parts.search(name)}
        for name in self._relations():
            if name.lower() in doomed:
                continue
            folder, file = posixpath.split(name)
            owner = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels"))
            root = self.tree(name, f"{_RELATIONS}Relationships")
            gone = [node for node in root if relations.search(str(node.get("Type", "")))]
            doomed |= {_target(node, owner).lower() for node in gone}
            ids = {str(node.get("Id")) for node in gone}
            if ids and owner.endswith(".xml") and owner in self:
                tree = self.tree(owner)
                remove(tree, [node for node in tree.iter() if node.get(RELATION) in ids])
            remove(root, gone)
        for name in doomed | {relations_of(name) for name in doomed}:
            stored = self._names.pop(name, "")
            self._parts.pop(stored, None)
            self._trees.pop(stored, None)
        types = self._types()
        remove(types, [node for node in types if part_name(str(node.get("PartName", ""))).lower() in doomed])

    def _relations(self) -> list[str]:
        return [name for name in self.names if name.lower().endswith(".rels")]

    def be_a_workbook(self) -> None:
        """No template and no workbook for macros, whose kinds no program opens under the name of an .xlsx."""
        for node in self._types():
            if part_name(str(node.get("PartName", ""))).lower() == BOOK:
                node.set("ContentType", _PLAIN.format("sheet.main"))

    def points_outside(self) -> bool:
        """Whether any part needs something that lies elsewhere; a link that somebody may click does not."""
        return any(
            node.get("TargetMode") == "External" and not str(node.get("Type")).endswith("/hyperlink")
            for name in self._relations()
            for node in self.tree(name, f"{_RELATIONS}Relationships")
        )

    def closed(self) -> Package:
        """The parts again."""
        written = {
            name: bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
            for name, tree in self._trees.items()
        }
        return Package(self._parts | written)


def packed(package: Package) -> bytes:
    """The archive; equal bytes for equal parts."""
    return freeze_zip(package.packed())


def _numbered(pattern: str) -> Iterator[str]:
    return (pattern % (number or "") for number in count())


def remove(root: Any, doomed: list[Any]) -> None:
    """Take nodes out, and what is an empty husk without them."""
    for node in doomed:
        parent = node.getparent()
        while parent is not None:
            parent.remove(node)
            if parent is root or len(parent) or (parent.text or "").strip():
                break
            node, parent = parent, parent.getparent()


class SheetCells:
    """The cells of a worksheet's tree by their place. Programs may leave places out: those stand behind each other."""

    def __init__(self, sheet: Any) -> None:
        self._sheet, self._data = sheet, sheet.find(f"{NS}sheetData")
        self._rows: dict[int, Any] = {}
        number = 0
        for row in [] if self._data is None else self._data.iterchildren(f"{NS}row"):
            number = int(row.get("r") or number + 1)
            self._rows.setdefault(number, row)

    def find(self, reference: str) -> Any:
        """The cell; None when there is none."""
        row, column = _place(reference)
        return None if row not in self._rows else dict(_columns(self._rows[row])).get(column)

    def make(self, reference: str) -> Any:
        """The cell; a new one at its place in order when there is none. None in a sheet of a kind without cells."""
        row, column = _place(reference)
        if self._data is None:
            return None
        if row not in self._rows:
            node = etree.Element(f"{NS}row", {"r": str(row)})
            _insert(self._data, node, row, self._rows)
            self._rows[row] = node
        cells = self._rows[row]
        found = dict(_columns(cells))
        if column not in found:
            node = etree.Element(f"{NS}c", {"r": reference})
            _insert(cells, node, column, found)
            cells.attrib.pop("spans", None)
            for extent in self._sheet.findall(f"{NS}dimension"):
                self._sheet.remove(extent)
            return node
        return found[column]

    def rows(self) -> Iterator[tuple[int, dict[int, Any]]]:
        """Each row's number and its cells by column."""
        return ((number, dict(_columns(row))) for number, row in self._rows.items())


def _insert(parent: Any, node: Any, number: int, others: dict[int, Any]) -> None:
    """Put a row or a cell before the next one."""
    following = min((one for one in others if one > number), default=None)
    if following is None:
        parent.append(node)
    else:
        others[following].addprevious(node)


def _place(reference: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    return int(found[2]), column_number(found[1])


def _columns(row: Any) -> Iterator[tuple[int, Any]]:
    column = 0
    for cell in row.iterchildren(f"{NS}c"):
        written = cell.get("r")
        column = column + 1 if written is None else _place(written)[1]
        yield column, cell

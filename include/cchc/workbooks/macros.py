"""Taking the macros out of a workbook: the parts that hold programs go, every value and format stays.

Works on the archive, not through a spreadsheet library: openpyxl would drop the stored results of formulas with the
macros. What goes: VBA projects and their signatures, macro sheets of Excel 4, controls, ribbon code.
"""

from __future__ import annotations

import posixpath
import re
from typing import Any

from lxml import etree

from cchc.files import freeze_zip
from cchc.office.package import Package
from cchc.untrusted_xml import parse_xml
from cchc.workbooks.grid import MAX_UNPACKED

_PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_MAIN = (
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "application/vnd.ms-excel.template.macroEnabled.main+xml",
)
_PROGRAM = re.compile(
    r"/(vbaProject|vbaProjectSignature\w*|wordVbaData|xlMacrosheet|xlIntlMacrosheet|attachedToolbars|control|"
    r"ctrlProp|activeXControlBinary|extensibility)$",
    re.IGNORECASE,
)
_PROGRAM_PARTS = re.compile(
    r"(vbaproject|/macrosheets/|/activex/|/ctrlprops/|^customui/|attachedtoolbars)", re.IGNORECASE
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def has_macros(content: bytes) -> bool:
    """Whether an .xlsx holds a program of any kind. Raises BadArchive for a damaged one, and ArchiveTooLarge."""
    return any(_PROGRAM_PARTS.search(name) for name in Package.of(content, MAX_UNPACKED).parts)


def without_macros(content: bytes) -> bytes:
    """The workbook as .xlsx without its programs; equal bytes for equal bytes.

    Raises BadArchive for a damaged one, and ArchiveTooLarge.
    """
    package = Package.of(content, MAX_UNPACKED).plain()
    kept = {name: part for name, part in package.parts.items() if not _PROGRAM_PARTS.search(name)}
    gone = {
        _owner(name): _program_ids(parse_xml(part)) for name, part in kept.items() if name.endswith(".rels")
    }
    cleaned = {name: _cleaned(name, part, gone.get(name, set())) for name, part in kept.items()}
    return freeze_zip(Package(cleaned).packed())


def _owner(relations: str) -> str:
    """The part whose relations these are: xl/_rels/workbook.xml.rels -> xl/workbook.xml."""
    folder, name = posixpath.split(relations)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def _program_ids(relations: Any) -> set[str]:
    return {str(node.get("Id")) for node in relations if _PROGRAM.search(str(node.get("Type", "")))}


def _cleaned(name: str, part: bytes, gone: set[str]) -> bytes:
    if name == "[Content_Types].xml":
        return _types(part)
    if name.endswith(".rels"):
        root = parse_xml(part)
        doomed = [node for node in root if _PROGRAM.search(str(node.get("Type", "")))]
        return _without(root, doomed) if doomed else part
    if not gone or not name.endswith(".xml"):
        return part
    root = parse_xml(part)
    doomed = [node for node in root.iter() if node.get(_RELATION) in gone]
    return _without(root, doomed)


def _types(part: bytes) -> bytes:
    root = parse_xml(part)
    doomed = []
    for node in root:
        place = str(node.get("PartName", "")).lstrip("/")
        if node.get("ContentType") in _MACRO_MAIN:
            node.set("ContentType", _PLAIN)
        elif place and _PROGRAM_PARTS.search(place):
            doomed.append(node)
    return _without(root, doomed)


def _without(root: Any, doomed: list[Any]) -> bytes:
    for node in doomed:
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

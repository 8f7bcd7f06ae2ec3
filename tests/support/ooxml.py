"""What Word checks before it opens a .docx without offering to repair it."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
# Order of the children of w:pPr and w:tcPr in the schema; Word refuses others.
_ORDER = {
    qn("w:pPr"): [
        "pStyle",
        "keepNext",
        "keepLines",
        "pageBreakBefore",
        "framePr",
        "widowControl",
        "numPr",
        "suppressLineNumbers",
        "pBdr",
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "bidi",
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "textboxTightWrap",
        "outlineLvl",
        "divId",
        "cnfStyle",
        "rPr",
        "sectPr",
        "pPrChange",
    ],
    qn("w:tcPr"): [
        "cnfStyle",
        "tcW",
        "gridSpan",
        "hMerge",
        "vMerge",
        "tcBorders",
        "shd",
        "noWrap",
        "tcMar",
        "textDirection",
        "tcFitText",
        "vAlign",
    ],
}


def assert_sound(content: bytes, kind: str) -> None:
    """AssertionError that names the kind of document and the part."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
    assert len(set(names)) == len(names), kind
    trees = {name: etree.fromstring(data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    _types(kind, names, trees["[Content_Types].xml"])
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _relations(kind, name, tree, parts)
    body = trees["word/document.xml"]
    known = {one.get("Id") for one in trees["word/_rels/document.xml.rels"]}
    for element in body.iter():
        for attribute, value in element.attrib.items():
            if str(attribute).startswith(_RELATION):
                assert value in known, (kind, value)
    _unique(kind, body, qn("w:bookmarkStart"), qn("w:id"), qn("w:name"))
    _unique(kind, body, "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr", "id")
    starts = {one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkStart"))}
    assert starts == {one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkEnd"))}, kind
    styles = {one.get(qn("w:styleId")) for one in trees["word/styles.xml"].iter(qn("w:style"))}
    assert {one.get(qn("w:val")) for one in body.iter(qn("w:pStyle"))} <= styles, kind
    for cell in body.iter(qn("w:tc")):
        assert cell[-1].tag == qn("w:p"), (kind, "a cell ends with a paragraph")
    for tag, order in _ORDER.items():
        for element in body.iter(tag):
            places = [order.index(etree.QName(child).localname) for child in element]
            assert places == sorted(places), (kind, etree.tostring(element)[:300])


def _types(kind: str, names: list[str], types: Any) -> None:
    endings = {one.get("Extension") for one in types if one.get("Extension")}
    single = [one.get("PartName").lstrip("/") for one in types if one.get("PartName")]
    assert len(set(single)) == len(single), kind
    for name in names:
        typed = name in single or name.rsplit(".", 1)[-1] in endings or name == "[Content_Types].xml"
        assert typed, (kind, name)
    assert set(single) <= set(names), kind


def _relations(kind: str, name: str, tree: Any, parts: dict[str, bytes]) -> None:
    folder = posixpath.dirname(posixpath.dirname(name))
    ids = [one.get("Id") for one in tree]
    assert len(set(ids)) == len(ids), (kind, name)
    for one in tree:
        if one.get("TargetMode") != "External":
            target = one.get("Target")
            path = (
                target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
            )
            assert path in parts, (kind, name, target)


def _unique(kind: str, body: Any, tag: str, *attributes: str) -> None:
    for attribute in attributes:
        counts = Counter(one.get(attribute) for one in body.iter(tag))
        assert [value for value, count in counts.items() if count > 1] == [], (kind, tag)

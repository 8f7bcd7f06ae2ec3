"""The text of a .docx: what a reader sees, with insertions accepted and deletions left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cchc.claims.texts.places import Part, TableLine, parts_of
from cchc.claims.texts.refused import UnreadableDocument
from cchc.office.package import ArchiveTooLarge, BadArchive, LockedArchive, Package
from cchc.untrusted_xml import parse_xml

MAX_UNPACKED = 24 * 1024 * 1024  # of the parts with text; pictures are never unpacked
_BODY, _TYPES = "word/document.xml", "[Content_Types].xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Content that a reader does not see, or sees elsewhere.
_LEFT_OUT = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "pPr", "rPr", "fldData")}
    | {_FALLBACK}
)
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_BREAKS |= {f"{_W}softHyphen": "\u00ad"}  # ư of TCVN3
_ANCHOR, _ENDNOTE, _NOTE = f"{_W}footnoteReference", f"{_W}endnoteReference", f"{_W}footnote"
_SIDE = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")
_ORDER = {"header": 0, "footer": 1, "footnotes": 2, "endnotes": 3}
_DEEPEST, _WIDEST = 60, 60


class _TooDeepError(Exception):
    """Tables in cells of tables, or boxes in boxes, further than people nest them."""


def text_of(content: bytes, name: str) -> tuple[str, tuple[Part, ...]]:
    """Lines of the body, then of headers, footers and notes, and what they are parts of. Raises UnreadableDocument."""
    try:
        package = Package.of(content, MAX_UNPACKED, _is_wanted).plain()
    except LockedArchive:
        raise UnreadableDocument("protected", name) from None
    except BadArchive:
        raise UnreadableDocument("damaged", name) from None
    except ArchiveTooLarge:
        raise UnreadableDocument("unpacked", name, limit=MAX_UNPACKED // (1024 * 1024)) from None
    body = package.get(_BODY)
    if body is None:
        raise UnreadableDocument("not_word" if _TYPES in package else "not_text", name)
    try:
        lines = _part(body, name, body=True)
        own = len(lines)
        for part in sorted((one for one in package.parts if _SIDE.fullmatch(one.lower())), key=_side_order):
            lines += _part(package.parts[part], name, body=False)
    except _TooDeepError:
        raise UnreadableDocument("too_deep", name, limit=_DEEPEST) from None
    return "\n".join(lines), tuple(parts_of(lines, notes_from=own))


def _is_wanted(part: str) -> bool:
    return part.lower() in (_BODY, _TYPES.lower()) or _SIDE.fullmatch(part.lower()) is not None


def _side_order(part: str) -> tuple[int, str]:
    return next(rank for word, rank in _ORDER.items() if word in part.lower()), part


def _part(content: bytes, name: str, *, body: bool) -> list[str]:
    root = parse_xml(content)
    if root.tag == "empty":
        if content.count(b"<w:tbl>") > _DEEPEST:
            raise _TooDeepError  # the parser of XML has a bound of its own
        if body:
            raise UnreadableDocument("damaged", name)
        return []
    return list(_blocks(root, 0))


def _blocks(node: Any, depth: int) -> Iterator[str]:
    """Paragraphs and rows below a node, in their order."""
    for child in node:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}p":
            yield from _paragraph(child, depth)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, depth)
        elif child.tag == _NOTE:
            lines = [line for line in _blocks(child, depth + 1) if line.strip()]
            yield from (f"[{child.get(f'{_W}id')}] {' '.join(lines)}",) if lines else ()
        else:
            yield from _blocks(child, _deeper(depth))


def _deeper(depth: int) -> int:
    if depth >= _DEEPEST:
        raise _TooDeepError
    return depth + 1


def _paragraph(node: Any, depth: int) -> Iterator[str]:
    boxes: list[Any] = []
    pieces: list[str] = []
    _inline(node, pieces, boxes, 0)
    text = "".join(pieces)
    marker = _list_mark(node) if text.strip() else ""
    yield from (marker + text).split("\n") if text.strip() else ("",)
    for box in boxes:
        yield from _blocks(box, _deeper(depth))


def _inline(node: Any, pieces: list[str], boxes: list[Any], depth: int) -> None:
    for child in node:
        tag = child.tag
        if tag in _LEFT_OUT:
            continue
        if tag == f"{_W}t":
            pieces.append(child.text or "")
        elif tag in _BREAKS:
            pieces.append(_BREAKS[tag])
        elif tag == _ANCHOR:
            pieces.append(f"[{child.get(f'{_W}id')}]")
        elif tag == _ENDNOTE:
            continue
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        else:
            _inline(child, pieces, boxes, _deeper(depth))


def _list_mark(node: Any) -> str:
    """A bullet for a paragraph that Word marks by itself, so that lists are seen as such."""
    style = node.find(f"{_W}pPr/{_W}pStyle")
    name = style.get(f"{_W}val", "") if style is not None else ""
    listed = name.startswith(("ListBullet", "ListNumber"))
    if node.find(f"{_W}pPr/{_W}numPr") is None and not listed:
        return ""
    level = node.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
    deeper = level is not None and level.get(f"{_W}val") not in ("0", None)
    return "+ " if deeper or (listed and name[-1:].isdigit()) else "- "


def _table(node: Any, depth: int) -> Iterator[str]:
    """Rows as lines, cells parted by tabs; a cell over several columns is followed by empty ones.

    A table inside a cell stands behind its outer one, as a table of its own.
    """
    inner: list[Any] = []
    shown = 0
    for row in node.iter(f"{_W}tr"):
        if _above(row, "tbl") is not node or row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if _above(cell, "tr") is not row:
                continue
            inner += [one for one in cell if one.tag == f"{_W}tbl"]
            own = [one for one in cell if one.tag != f"{_W}tbl"]
            lines = [" ".join(line.split()) for line in _blocks(own, _deeper(depth))]
            cells.append(" ".join(line for line in lines if line))
            cells += [""] * (_span(cell) - 1)
        if any(cells):
            shown += 1
            yield TableLine.of("\t".join(cells), shown)
    for table in inner:
        yield ""
        yield from _table(table, _deeper(depth))


def _above(node: Any, name: str) -> Any:
    """The nearest node of that name around a node: tables stand in cells of tables."""
    return next((parent for parent in node.iterancestors() if parent.tag == f"{_W}{name}"), None)


def _span(cell: Any) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    value = span.get(f"{_W}val", "1") if span is not None else "1"
    return min(int(value), _WIDEST) if value.isdecimal() and len(value) < 9 else 1

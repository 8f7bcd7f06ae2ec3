"""Writing answers into a workbook of ours, as a unit's clerk would: for the synthetic province, for old
reports that are entered from paper, and for a form that is sent again with its last answers.

Only input cells of the file at hand are touched, everything else stays byte for byte in its sheet; so what is
read back has gone through the very form that units receive. About 20 ms a workbook.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from cchc.files import freeze_zip
from cchc.untrusted_xml import for_xml
from cchc.workbooks.form_reader import FormReader, FormTable

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAY_ZERO = date(1899, 12, 30)

Cell = Decimal | int | str | date | None


def write_cells(content: bytes, reader: FormReader, writes: Mapping[str, Mapping[str, Cell]]) -> bytes:
    """The .xlsx that `reader` reads, with cells written by sheet and reference; `=I8` keeps the formula and stores
    its result."""
    return _patched(content, {reader.grid.part_of(name): cells for name, cells in writes.items() if cells})


def _place_rows(
    table: FormTable, rows: Mapping[str, Mapping[str, Cell]], writes: dict[str, dict[str, Cell]]
) -> None:
    cells = {table.cell(code, field): value for code, row in rows.items() for field, value in row.items()}
    writes[table.sheet.name] = cells


def _patched(content: bytes, writes: Mapping[str, Mapping[str, Cell]]) -> bytes:
    source, target = io.BytesIO(content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name in writes or (name.startswith("xl/worksheets/") and b"<f>" in part):
                part = _write_cells(part, writes.get(name, {}))
            new.writestr(name, part)
    return freeze_zip(target.getvalue())


def _write_cells(part: bytes, cells: Mapping[str, Cell]) -> bytes:
    root = etree.fromstring(part)
    nodes = {node.get("r"): node for node in root.iter(f"{_NS}c")}
    for reference, value in cells.items():
        if value is None:
            continue
        if reference.startswith("="):
            _store(nodes[reference[1:]], value, keep_formula=True)
        else:
            _store(nodes[reference], value, keep_formula=False)
    kept = {
        reference[1:] for reference, value in cells.items() if reference.startswith("=") and value is not None
    }
    for reference, node in nodes.items():
        # Results of the empty form are no longer true; a spreadsheet program works them out when it opens the file.
        if node.find(f"{_NS}f") is not None and reference not in kept:
            for result in node.findall(f"{_NS}v"):
                node.remove(result)
            node.attrib.pop("t", None)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _store(node: Any, value: Cell, *, keep_formula: bool) -> None:
    for child in list(node):
        if not (keep_formula and child.tag == f"{_NS}f"):
            node.remove(child)
    node.attrib.pop("t", None)
    if isinstance(value, str):
        node.set("t", "inlineStr")
        text = etree.SubElement(etree.SubElement(node, f"{_NS}is"), f"{_NS}t")
        text.text = for_xml(value)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        return
    number = (value - _DAY_ZERO).days if isinstance(value, date) else value
    etree.SubElement(node, f"{_NS}v").text = str(number)

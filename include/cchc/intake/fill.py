"""Writing answers into a workbook of ours, as a unit's clerk would: for the synthetic province, for old
reports that are entered from paper, and for a form that is sent again with its last answers.

Only input cells of the file at hand are touched, everything else stays byte for byte in its sheet; so what is
read back has gone through the very form that units receive. About 20 ms a workbook.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from cchc.files import freeze_zip
from cchc.indicators.numbers import ratio
from cchc.intake.book import unpack_options
from cchc.intake.form_reader import FormReader, Table
from cchc.intake.grid import cell_name
from cchc.intake.guard import for_xml
from cchc.texts import t
from cchc.year import Product

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DAY_ZERO = date(1899, 12, 30)

Cell = Decimal | int | str | date | None


@dataclass(frozen=True)
class Answer:
    """What goes into one row of sheet 'Số liệu'. A str is typed as text, exactly so; numbers as numbers.

    `value` of a percent overwrites the form's own formula; leave it None to let the parts speak. The value
    of a list may be given as its option's number.
    """

    value: Cell = None
    numerator: Cell = None
    denominator: Cell = None
    explanation: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Answers:
    """Everything a unit may write. `nothing_sections` and `nothing_narratives` are codes of sections of the two
    sheets that are declared 'không phát sinh'. `items` by obligation id and `scores` by criterion: column -> value,
    e.g. {"result": "...", "document": "15/KH-UBND", "done_on": date(...)} or {"self_points": 2}."""

    figures: Mapping[str, Answer] = field(default_factory=dict)
    narratives: Mapping[str, str] = field(default_factory=dict)
    nothing_to_report: bool = False
    nothing_sections: Collection[str] = ()
    nothing_narratives: Collection[str] = ()
    document_number: str | None = None
    signed_on: date | str | None = None
    items: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Cell]] = field(default_factory=dict)


def fill_workbook(content: bytes, answers: Answers) -> bytes:
    """The workbook with the answers in its input cells. KeyError for a row that the form does not have.

    Equal arguments give equal bytes. The form must be an .xlsx that nobody has filled yet in part: cells
    without an answer stay as they are.
    """
    reader = FormReader(content, "")
    writes: dict[str, dict[str, Cell]] = {}
    if reader.identity.form == Product.REPORT:
        _place_figures(reader, answers, writes)
        outline = reader.narratives()
        texts = {outline.cell(code, "content"): text for code, text in answers.narratives.items()}
        ticked = {
            outline.cell(code, "nothing"): t("intake.answer_yes") for code in answers.nothing_narratives
        }
        writes[outline.sheet.name] = {**texts, **ticked}
    elif reader.identity.form == Product.SELF_SCORE:
        _place_rows(reader.scores(), answers.scores, writes)
    else:
        table = reader.items()
        key_of = {row.extra: key for key, row in table.asked.items()}
        _place_rows(table, {key_of[obligation]: row for obligation, row in answers.items.items()}, writes)
    return write_cells(content, reader, writes)


def write_cells(content: bytes, reader: FormReader, writes: Mapping[str, Mapping[str, Cell]]) -> bytes:
    """The .xlsx that `reader` reads, with cells written by sheet and reference; `=I8` keeps the formula and stores
    its result."""
    return _patched(content, {reader.grid.part_of(name): cells for name, cells in writes.items() if cells})


def _place_rows(
    table: Table, rows: Mapping[str, Mapping[str, Cell]], writes: dict[str, dict[str, Cell]]
) -> None:
    cells = {table.cell(code, field): value for code, row in rows.items() for field, value in row.items()}
    writes[table.sheet.name] = cells


def _place_figures(reader: FormReader, answers: Answers, writes: dict[str, dict[str, Cell]]) -> None:
    table = reader.figures()
    target: dict[str, Cell] = {}
    for code, answer in answers.figures.items():
        for name in ("numerator", "denominator", "explanation", "evidence"):
            target[table.cell(code, name)] = getattr(answer, name)
        cell, value = table.cell(code, "value"), answer.value
        options = unpack_options(table.asked[code].options)
        if options and isinstance(value, (int, Decimal)):
            value = options.get(str(value), str(value))
        if table.asked[code].kind == "percent" and value is None:
            target[f"={cell}"] = _derived(answer)
        else:
            target[cell] = value
    for code in answers.nothing_sections:
        target[table.cell(code, "value")] = t("intake.answer_yes")
    boxes = reader.boxes(table)
    written: dict[str, Cell] = {
        "nothing": t("intake.answer_yes") if answers.nothing_to_report else None,
        "number": answers.document_number,
        "signed": answers.signed_on,
    }
    for name, value in written.items():
        target[cell_name(*boxes[name])] = value
    writes[table.sheet.name] = target


def _derived(answer: Answer) -> Decimal | None:
    """What the form's formula would show, stored as a spreadsheet program stores it."""
    parts = (answer.numerator, answer.denominator)
    if any(isinstance(part, (str, date)) or part is None for part in parts):
        return None
    top, bottom = (Decimal(str(part)) for part in parts)
    return ratio(top, bottom, decimals=2)


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

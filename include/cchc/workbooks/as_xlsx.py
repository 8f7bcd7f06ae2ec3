"""A form that came back as .ods or .xls, written over into the .xlsx that was sent out: so that it can be marked.

Values go by code and column heading, so sorted, hidden and inserted rows do not matter; each is written as the unit
typed it, also what nobody can read. Rows that the form does not ask for are left behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cchc.office.sheets import cell_name
from cchc.workbooks.cells import Cells, as_text
from cchc.workbooks.form_reader import FormReader, FormTable
from cchc.workbooks.forms import CheckFinding, Identity
from cchc.workbooks.read_figures import read_figures
from cchc.workbooks.score_book import EVIDENCE_COLUMNS, EVIDENCE_ROWS
from cchc.workbooks.writing import Cell, write_cells
from cchc.year import Product

_INPUT = {
    "figures": ("numerator", "denominator", "value", "explanation", "evidence"),
    "narratives": ("content",),
    "items": ("result", "document", "done_on", "note"),
    "scores": ("self_points", "chosen", "explanation"),
    "explanations": ("stance", "text", "evidence"),
}


@dataclass(frozen=True)
class Rewritten:
    """The form as .xlsx, and where each input cell of the file that came now stands: (sheet, cell) -> cell."""

    content: bytes
    places: dict[tuple[str, str], str]

    def follow(self, findings: Sequence[CheckFinding]) -> list[CheckFinding]:
        """The findings with the cells of the new file; a cell that was left behind is not linked."""
        sheets = {sheet for sheet, _ in self.places}  # a line of an attached document stays what it is
        return [
            replace(one, cell=self.places.get((one.sheet, one.cell), "")) if one.sheet in sheets else one
            for one in findings
        ]


def as_xlsx(content: bytes, file_name: str, form: bytes) -> Rewritten | None:
    """`content` written over into `form`, the .xlsx as it was sent out; None when that is another form or version.

    NotAForm when one of the two cannot be read. A percentage that follows from its parts keeps the form's own formula.
    """
    source, target = FormReader(content, file_name), FormReader(form, file_name)
    if _what(source.identity) != _what(target.identity):
        return None
    writes: dict[str, dict[str, Cell]] = {}
    places: dict[tuple[str, str], str] = {}
    for kind in _tables(source.identity):
        _carry(kind, getattr(source, kind)(), getattr(target, kind)(), writes, places)
    if source.identity.form == Product.REPORT:
        _carry_boxes(source, target, writes, places)
    if source.identity.form == Product.SELF_SCORE:
        _carry_evidence(source, target, writes, places)
    return Rewritten(write_cells(form, target, writes), places)


def _what(identity: Identity) -> tuple[str, ...]:
    return (identity.form, identity.unit_code, identity.round_id, identity.version, identity.layout)


def _tables(identity: Identity) -> tuple[str, ...]:
    if identity.form == Product.REPORT:
        return ("figures", "narratives")
    if identity.form == Product.EXPLANATION:
        return ("explanations",)
    return ("scores",) if identity.form == Product.SELF_SCORE else ("items",)


def _carry(
    kind: str,
    source: FormTable,
    target: FormTable,
    writes: dict[str, dict[str, Cell]],
    places: dict[tuple[str, str], str],
) -> None:
    derived = _derived(source) if kind == "figures" else {}
    cells = writes.setdefault(target.sheet.name, {})
    for code, row in source.rows.items():
        if code not in target.rows:
            continue
        for name in _INPUT[kind]:
            place = target.cell(code, name)
            places[source.sheet.name, cell_name(row, source.columns[name])] = place
            if name == "value" and code in derived:
                cells[f"={place}"] = derived[code]
                continue
            value = _cell(source.sheet.at(row, source.columns[name]))
            if value is not None:
                cells[place] = value


def _derived(table: FormTable) -> dict[str, Decimal | None]:
    """Percentages and totals that were not typed, with what their parts give."""
    figures = read_figures(Cells(table.sheet), table)
    formulas = (
        code for code in figures if table.asked[code].kind == "percent" or table.asked[code].numerator
    )
    return {code: figures[code].value for code in formulas if not figures[code].typed}


def _carry_boxes(
    source: FormReader,
    target: FormReader,
    writes: dict[str, dict[str, Cell]],
    places: dict[tuple[str, str], str],
) -> None:
    from_table, to_table = source.figures(), target.figures()
    old, new = source.boxes(from_table), target.boxes(to_table)
    for name, (row, column) in old.items():
        if name in new:
            places[from_table.sheet.name, cell_name(row, column)] = cell_name(*new[name])
            value = _cell(from_table.sheet.at(row, column))
            if value is not None:
                writes[to_table.sheet.name][cell_name(*new[name])] = value


def _carry_evidence(
    source: FormReader,
    target: FormReader,
    writes: dict[str, dict[str, Cell]],
    places: dict[tuple[str, str], str],
) -> None:
    """Rows of evidence have no code of their own: they keep their order."""
    old, new = source.evidence(), target.evidence()
    cells = writes.setdefault(new.sheet.name, {})
    for offset in range(min(len(old.sheet.rows) - old.first, EVIDENCE_ROWS)):
        for name in EVIDENCE_COLUMNS:
            place = cell_name(new.first + offset, new.columns[name])
            places[old.sheet.name, cell_name(old.first + offset, old.columns[name])] = place
            value = _cell(old.sheet.at(old.first + offset, old.columns[name]))
            if value is not None:
                cells[place] = value


def _cell(value: Any) -> Cell:
    """What a cell holds, as it is written again: text stays text."""
    if value == "" or value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(str(value)) if not float(value).is_integer() else int(value)
    return as_text(value)

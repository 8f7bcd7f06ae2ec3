"""Finding one's way in a returned workbook: whose it is, and where its tables, rows and boxes are now.

Rows may have been sorted, hidden or inserted: a row is known by the code in it, a column by its heading, and
what kind of value belongs there by the layout that the workbook itself carries.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from cchc.folding import folded
from cchc.indicators.expression import CODE
from cchc.office.sheets import cell_name
from cchc.texts import t
from cchc.workbooks import explanation_book, figures_columns, items_book, narrative_sheet, score_book
from cchc.workbooks.cells import as_text
from cchc.workbooks.form_workbook import IDENTITY_SHEET, LAYOUT_FIRST_ROW, LayoutRow, layout_hash
from cchc.workbooks.forms import FORM_VERSION, READABLE_VERSIONS, Identity, NotAForm, Problem
from cchc.workbooks.grid import Grid, Sheet
from cchc.year import Product

_LAYOUT_COLUMNS = 7
_HEADING_SEARCH = 40  # rows from the top in which a table's heading is looked for
_FIELDS = ("form", "unit_code", "round_id", "version", "layout", "unit_name", "round_title")


@dataclass(frozen=True)
class FormTable:
    """A table found in a sheet: columns by field, rows by code (in sheet order), first row below the heading;
    `asked` is what the form asks for here, `problems` the codes that are doubled, unknown or gone."""

    sheet: Sheet
    columns: dict[str, int]
    rows: dict[str, int]
    first: int
    asked: dict[str, LayoutRow]
    problems: list[Problem]

    def cell(self, code: str, field: str) -> str:
        return cell_name(self.rows[code], self.columns[field])


class FormReader:
    """One workbook being read; names the file and the form in every refusal (NotAForm)."""

    def __init__(self, content: bytes, file_name: str) -> None:
        self.file_name = file_name
        self.signature = ""
        self.grid = Grid(content, file_name)
        self.identity, self.layout = self._identify()

    def figures(self) -> FormTable:
        titles = {name: t(f"workbooks.figures.columns.{name}") for name in figures_columns.COLUMNS}
        asked = [row for row in self.layout if row.kind != "narrative"]
        return self._table(t("workbooks.sheets.figures"), titles, asked, figures_columns.DERIVED)

    def narratives(self) -> FormTable:
        titles = {name: t(f"workbooks.narratives.columns.{name}") for name in narrative_sheet.COLUMNS}
        asked = [row for row in self.layout if row.kind == "narrative"]
        return self._table(t("workbooks.sheets.narratives"), titles, asked, narrative_sheet.DERIVED)

    def items(self) -> FormTable:
        key = f"workbooks.items.{self.identity.form}_columns"
        titles = {name: t(f"{key}.{name}") for name in items_book.ITEM_COLUMNS}
        return self._table(t("workbooks.sheets.items"), titles, self.layout)

    def scores(self) -> FormTable:
        titles = score_book.titles("columns", score_book.COLUMNS)
        return self._table(t("workbooks.sheets.scores"), titles, self.layout, score_book.DERIVED)

    def evidence(self) -> FormTable:
        """The evidence of a self-score: rows stand below each other, and none is asked for."""
        titles = score_book.titles("evidence_columns", score_book.EVIDENCE_COLUMNS)
        return replace(self._table(t("workbooks.sheets.evidence"), titles, []), rows={}, problems=[])

    def explanations(self) -> FormTable:
        titles = {name: t(f"workbooks.explanations.columns.{name}") for name in explanation_book.COLUMNS}
        return self._table(t("workbooks.sheets.explanations"), titles, self.layout)

    def boxes(self, table: FormTable) -> dict[str, tuple[int, int]]:
        """Row and column of the boxes above the figures, found by their labels."""
        labels = {folded(t(f"workbooks.figures.{name}_label")): name for name in figures_columns.BOXES}
        found: dict[str, tuple[int, int]] = {}
        for row, values in enumerate(table.sheet.rows[: table.first]):
            for column, value in enumerate(values):
                name = labels.get(folded(as_text(value) or ""))
                if name is not None:
                    label_column, box_column = figures_columns.BOXES[name]
                    found[name] = (row, column + box_column - label_column)
        return found

    def _identify(self) -> tuple[Identity, list[LayoutRow]]:
        sheet = self.grid.sheet(IDENTITY_SHEET)
        if sheet is None:
            raise self._refusal("no_identity")
        pairs = ((as_text(sheet.at(row, 0)), as_text(sheet.at(row, 1))) for row in range(LAYOUT_FIRST_ROW))
        fields = {name: value or "" for name, value in pairs if name}
        if any(name not in fields for name in (*_FIELDS, "checksum")):
            raise self._refusal("no_identity")
        identity = Identity(**{name: fields[name] for name in _FIELDS})
        self.signature = fields.get("signature", "")
        layout = list(_layout_rows(sheet))
        whole = fields["checksum"] == identity.checksum and layout_hash(layout) == identity.layout
        if not whole or identity.form not in set(Product):
            raise self._refusal("changed_identity", found=identity.title)
        if identity.version not in READABLE_VERSIONS:
            raise self._refusal("other_version", found=identity.version, expected=FORM_VERSION)
        return identity, layout

    def _table(
        self, name: str, titles: dict[str, str], asked: list[LayoutRow], unneeded: Collection[str] = ()
    ) -> FormTable:
        sheet = self.grid.sheet(name)
        if sheet is None:
            raise self._refusal("no_sheet", title=self.identity.title, sheet=name)
        wanted = {folded(title): field for field, title in titles.items()}
        best: dict[str, int] = {}
        first = 0
        for row, values in enumerate(sheet.rows[:_HEADING_SEARCH]):
            columns: dict[str, int] = {}
            for column, value in enumerate(values):
                field = wanted.get(folded(as_text(value) or ""))
                if field is not None:
                    columns.setdefault(field, column)
            if len(columns) > len(best):
                best, first = columns, row + 1
        missing = [title for field, title in titles.items() if field not in best and field not in unneeded]
        if missing:
            raise self._refusal("no_header", title=self.identity.title, sheet=name, column=missing[0])
        by_key = {row.key: row for row in asked}
        rows, problems = _rows_by_code(sheet, best["code"], first, by_key)
        return FormTable(sheet, best, rows, first, by_key, problems)

    def _refusal(self, key: str, **values: str) -> NotAForm:
        return NotAForm(t(f"workbooks.not_a_form.{key}", file=self.file_name, **values))


def _layout_rows(sheet: Sheet) -> Iterator[LayoutRow]:
    for row in range(LAYOUT_FIRST_ROW, len(sheet.rows)):
        parts = [as_text(sheet.at(row, column)) or "" for column in range(_LAYOUT_COLUMNS)]
        if parts[0]:
            yield LayoutRow(*parts)


def _rows_by_code(
    sheet: Sheet, column: int, first: int, asked: dict[str, LayoutRow]
) -> tuple[dict[str, int], list[Problem]]:
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    spelt = {folded(code): code for code in asked}
    for row in range(first, len(sheet.rows)):
        code = as_text(sheet.at(row, column))
        if code is None:
            continue
        code = spelt.get(folded(code), code)
        cell = cell_name(row, column)
        if code in rows:
            other = cell_name(rows[code], column)
            message = t("workbooks.problems.duplicate", code=code, cell=cell, other=other)
            problems.append(Problem(sheet.name, cell, code, code, message))
        elif code in asked:
            rows[code] = row
        elif CODE.fullmatch(code):
            # Headings are sentences; what looks like a code but is none was typed by someone.
            message = t("workbooks.problems.unknown_code", code=code, cell=cell)
            problems.append(Problem(sheet.name, cell, None, code, message))
    for code in asked:
        if code not in rows:
            message = t("workbooks.problems.missing_row", code=code, sheet=sheet.name)
            problems.append(Problem(sheet.name, "", code, None, message))
    return rows, problems

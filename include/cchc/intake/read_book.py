"""Reading a returned workbook: whose it is, and every cell that the unit filled in, found by its code.

Rows may have been sorted, hidden or inserted: a row is known by the code in it, a column by its heading, and
what kind of value belongs there by the layout that the workbook itself carries.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cchc.intake import figures_columns, items_book, narrative_sheet
from cchc.intake.book import IDENTITY_SHEET, LAYOUT_FIRST_ROW, LayoutRow, layout_hash
from cchc.intake.cells import Cells, as_text
from cchc.intake.forms import (
    FORM_VERSION,
    FilledForm,
    FilledItem,
    FilledScore,
    Form,
    Identity,
    NotAForm,
    Problem,
)
from cchc.intake.grid import Grid, Sheet, cell_name
from cchc.intake.read_figures import read_figures
from cchc.texts import t

_HEADING_SEARCH = 40  # rows from the top in which a table's heading is looked for


class _Reader:
    """One workbook being read; names the file and the form in every refusal."""

    def __init__(self, content: bytes, file_name: str) -> None:
        self.file_name = file_name
        self.grid = Grid(content, file_name)
        self.identity, self.layout = self._identify()

    def _identify(self) -> tuple[Identity, list[LayoutRow]]:
        sheet = self.grid.sheet(IDENTITY_SHEET)
        if sheet is None:
            raise NotAForm(t("intake.not_a_form.no_identity", file=self.file_name))
        fields = {
            as_text(sheet.at(row, 0)): as_text(sheet.at(row, 1)) or "" for row in range(LAYOUT_FIRST_ROW)
        }
        known = ("form", "unit_code", "round_id", "version", "layout", "unit_name", "round_title")
        if any(name not in fields for name in (*known, "checksum")):
            raise NotAForm(t("intake.not_a_form.no_identity", file=self.file_name))
        identity = Identity(**{name: fields[name] for name in known})
        layout = list(_layout_rows(sheet))
        if fields["checksum"] != identity.checksum or layout_hash(layout) != identity.layout:
            raise NotAForm(t("intake.not_a_form.changed_identity", file=self.file_name, found=identity.title))
        if identity.version != FORM_VERSION:
            raise NotAForm(
                t(
                    "intake.not_a_form.other_version",
                    file=self.file_name,
                    found=identity.version,
                    expected=FORM_VERSION,
                )
            )
        return identity, layout

    def table(
        self, name: str, titles: Mapping[str, str], code_column: str = "code"
    ) -> tuple[Sheet, dict[str, int], int]:
        """The sheet, its columns by field, and the first row below the heading."""
        sheet = self.grid.sheet(name)
        if sheet is None:
            raise NotAForm(
                t("intake.not_a_form.no_sheet", file=self.file_name, title=self.identity.title, sheet=name)
            )
        wanted = {_plain(title): field for field, title in titles.items()}
        for row in range(min(_HEADING_SEARCH, len(sheet.rows))):
            columns: dict[str, int] = {}
            for column, value in enumerate(sheet.rows[row]):
                field = wanted.get(_plain(as_text(value) or ""))
                if field is not None and field not in columns:
                    columns[field] = column
            if code_column in columns and len(columns) >= len(titles) - 1:
                missing = [titles[field] for field in titles if field not in columns]
                if missing:
                    raise self._no_header(name, missing[0])
                return sheet, columns, row + 1
        raise self._no_header(name, titles[code_column])

    def _no_header(self, sheet: str, column: str) -> NotAForm:
        title = self.identity.title
        return NotAForm(
            t("intake.not_a_form.no_header", file=self.file_name, title=title, sheet=sheet, column=column)
        )


def _layout_rows(sheet: Sheet) -> Iterator[LayoutRow]:
    for row in range(LAYOUT_FIRST_ROW, len(sheet.rows)):
        parts = [as_text(sheet.at(row, column)) or "" for column in range(6)]
        if parts[0]:
            yield LayoutRow(*parts)


def read_workbook(content: bytes, file_name: str) -> FilledForm:
    """Everything in a filled workbook (.xlsx, or .ods as LibreOffice saves it). `file_name` serves messages.

    Cells that cannot be read become `problems`; blank cells stay None. Raises NotAForm when the file is no
    workbook of ours. Whether it is the workbook that is awaited: see `require_identity`.
    """
    reader = _Reader(content, file_name)
    form = reader.identity.form
    if form == Form.REPORT:
        return _read_report(reader)
    if form in (Form.TASKS, Form.ANSWERS):
        return _read_items(reader)
    if form == Form.SELF_SCORE:
        return _read_scores(reader)
    raise NotAForm(t("intake.not_a_form.changed_identity", file=file_name, found=reader.identity.title))


def _read_report(reader: _Reader) -> FilledForm:
    asked = {row.key: row for row in reader.layout if row.kind != "narrative"}
    titles = {name: t(f"intake.figures.columns.{name}") for name in figures_columns.COLUMNS}
    sheet, columns, first = reader.table(t("intake.sheets.figures"), titles)
    cells = Cells(sheet)
    rows, problems = _rows_by_code(sheet, columns["code"], first, asked)
    figures = read_figures(cells, rows, columns, asked)
    boxes = _boxes(sheet, first)
    nothing_at, number_at, signed_at = (boxes.get(name) for name in ("nothing", "number", "signed"))
    nothing = cells.yes(*nothing_at) if nothing_at else False
    signed_on = cells.day(*signed_at, None) if signed_at else None
    texts, places, text_problems = _read_narratives(reader)
    return FilledForm(
        identity=reader.identity,
        file_name=reader.file_name,
        figures=figures,
        narratives=texts,
        narrative_cells=places,
        nothing_to_report=nothing,
        nothing_cell=cell_name(*nothing_at) if nothing_at else "",
        document_number=cells.text(*number_at) if number_at else None,
        signed_on=signed_on,
        signed_cell=cell_name(*signed_at) if signed_at else "",
        problems=problems + cells.problems + text_problems,
    )


def _read_narratives(reader: _Reader) -> tuple[dict[str, str], dict[str, str], list[Problem]]:
    asked = {row.key: row for row in reader.layout if row.kind == "narrative"}
    titles = {name: t(f"intake.narratives.columns.{name}") for name in narrative_sheet.COLUMNS}
    sheet, columns, first = reader.table(t("intake.sheets.narratives"), titles)
    cells = Cells(sheet)
    rows, problems = _rows_by_code(sheet, columns["code"], first, asked)
    texts: dict[str, str] = {}
    places: dict[str, str] = {}
    for code, row in rows.items():
        places[code] = cell_name(row, columns["content"])
        text = cells.text(row, columns["content"])
        if text is not None:
            texts[code] = text
    return texts, places, problems


def _read_items(reader: _Reader) -> FilledForm:
    asked = {row.key: row for row in reader.layout}
    form = reader.identity.form
    titles = {name: t(f"intake.items.{form}_columns.{name}") for name in items_book.ITEM_COLUMNS}
    sheet, columns, first = reader.table(t("intake.sheets.items"), titles)
    cells = Cells(sheet)
    rows, problems = _rows_by_code(sheet, columns["code"], first, asked)
    items = [
        FilledItem(
            obligation_id=asked[key].extra,
            result=cells.text(row, columns["result"]),
            document=cells.text(row, columns["document"]),
            done_on=cells.day(row, columns["done_on"], key),
            note=cells.text(row, columns["note"]),
            cell=cell_name(row, columns["result"]),
            key=key,
        )
        for key, row in rows.items()
    ]
    return FilledForm(reader.identity, reader.file_name, items=items, problems=problems + cells.problems)


def _read_scores(reader: _Reader) -> FilledForm:
    asked = {row.key: row for row in reader.layout}
    titles = {name: t(f"intake.scores.columns.{name}") for name in items_book.SCORE_COLUMNS}
    sheet, columns, first = reader.table(t("intake.sheets.scores"), titles)
    cells = Cells(sheet)
    rows, problems = _rows_by_code(sheet, columns["code"], first, asked)
    scores = [
        FilledScore(
            criterion=key,
            # Points have at most two decimals, as percentages have; they are read by the same habits.
            self_points=cells.number(row, columns["self_points"], "percent", key),
            explanation=cells.text(row, columns["explanation"]),
            evidence=cells.text(row, columns["evidence"]),
            cell=cell_name(row, columns["self_points"]),
            max_points=Decimal(asked[key].extra),
        )
        for key, row in rows.items()
    ]
    return FilledForm(reader.identity, reader.file_name, scores=scores, problems=problems + cells.problems)


def _rows_by_code(
    sheet: Sheet, column: int, first: int, asked: Mapping[str, Any]
) -> tuple[dict[str, int], list[Problem]]:
    """Row of each code asked for, in sheet order; doubled, unknown and lost codes are problems."""
    rows: dict[str, int] = {}
    problems: list[Problem] = []
    for row in range(first, len(sheet.rows)):
        code = as_text(sheet.at(row, column))
        if code is None:
            continue
        cell = cell_name(row, column)
        if code in rows:
            message = t(
                "intake.problems.duplicate", code=code, cell=cell, other=cell_name(rows[code], column)
            )
            problems.append(Problem(sheet.name, cell, code, code, message))
        elif code in asked:
            rows[code] = row
        elif figures_columns.CODE.fullmatch(code):
            # Headings are sentences; what looks like a code but is none was typed by someone.
            message = t("intake.problems.unknown_code", code=code, cell=cell)
            problems.append(Problem(sheet.name, cell, None, code, message))
    for code in asked:
        if code not in rows:
            message = t("intake.problems.missing_row", code=code, sheet=sheet.name)
            problems.append(Problem(sheet.name, "", code, None, message))
    return rows, problems


def _boxes(sheet: Sheet, first: int) -> dict[str, tuple[int, int]]:
    """Where the boxes above the table are, found by their labels."""
    labels = {_plain(t(f"intake.figures.{name}_label")): name for name in figures_columns.BOXES}
    found: dict[str, tuple[int, int]] = {}
    for row in range(first):
        for column, value in enumerate(sheet.rows[row] if row < len(sheet.rows) else ()):
            name = labels.get(_plain(as_text(value) or ""))
            if name is not None:
                label_column, input_column = figures_columns.BOXES[name]
                found[name] = (row, column + input_column - label_column)
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())

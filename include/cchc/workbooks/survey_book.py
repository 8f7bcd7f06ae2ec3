"""Tổng hợp phiếu khảo sát: how many forms about a unit gave which answer; a row a survey, unit and respondents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cchc.config_files import one_of
from cchc.errors import CchcError
from cchc.folding import folded
from cchc.office.sheets import cell_name
from cchc.texts import t, table
from cchc.workbooks.cells import Cells
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height
from cchc.workbooks.grid import Grid, Sheet
from cchc.year import Round

_FIXED = ("survey", "unit", "name", "answered_by")  # columns before the answers
_WIDTHS = (10, 28, 44, 40)
_ROUND_ROW, _HEADER_ROW = 2, 3
_LOOKED_AT = 40  # rows from the top in which the head is looked for


class SurveyBookRefused(CchcError):
    """The workbook has faults; the message names each with its cell, and nothing was kept."""


class SurveyAsked(Protocol):
    """A survey as the workbook sees it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def answered_by(self) -> str: ...
    @property
    def letters(self) -> tuple[str, ...]: ...


class SurveyedUnit(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class SurveyCount:
    """One row: how many forms gave each answer. counts: by the option's letter."""

    survey: str
    unit_code: str
    answered_by: str
    channel: str
    counts: Mapping[str, int]


def build_survey_book(
    surveys: Mapping[str, tuple[SurveyAsked, Sequence[SurveyedUnit]]], round_: Round, as_of: datetime
) -> bytes:
    """The .xlsx to be filled: a row for each unit that each survey is about. Equal arguments give equal bytes."""
    title = t("workbooks.survey.title", round=round_.title)
    book = FormWorkbook(title, as_of)
    sheet = book.workbook.add_worksheet(t("workbooks.survey.sheet"))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    letters = sorted({letter for asked, _ in surveys.values() for letter in asked.letters})
    heads = table("workbooks.survey.columns")
    columns = [*(heads[name] for name in _FIXED), *letters, heads["channel"]]
    for column, width in enumerate((*_WIDTHS, *(10 for _ in letters), 18)):
        sheet.set_column(column, column, width)
    guide = t("workbooks.survey.guide", letters=", ".join(letters))
    sheet.write_string(0, 0, title, book.style("title"))
    sheet.merge_range(1, 0, 1, len(columns) - 1, guide, book.style("paragraph"))
    sheet.set_row(1, fitted_height([(guide, sum(_WIDTHS))]))
    sheet.write_string(_ROUND_ROW, 0, t("workbooks.survey.round"), book.style("label"))
    sheet.write_string(_ROUND_ROW, 1, round_.round_id, book.style("code"))
    for column, name in enumerate(columns):
        sheet.write_string(_HEADER_ROW, column, name, book.style("header"))
    row = _HEADER_ROW
    for asked, units in surveys.values():
        for unit in units:
            row += 1
            for column, text in enumerate((asked.code, unit.code, unit.name, asked.answered_by)):
                sheet.write_string(row, column, text, book.style("code" if column < 2 else "name"))
            for column in range(len(_FIXED), len(columns)):
                style = "input_text" if column == len(columns) - 1 else "input_whole"
                sheet.write_blank(row, column, None, book.style(style))
    sheet.freeze_panes(_HEADER_ROW + 1, len(_FIXED))
    return book.finish()


def read_survey_book(
    content: bytes,
    file_name: str,
    surveys: Mapping[str, SurveyAsked],
    units: Mapping[str, SurveyedUnit],
) -> list[SurveyCount]:
    """Rows that say something; rows without any count are left out.

    units: those that may be judged, by code; a row may name its unit by code or by name. Raises NotAForm for what is no
    workbook, SurveyBookRefused with every fault.
    """
    sheet = _sheet(content, file_name)
    reader = _Reader(Cells(sheet), surveys, units)
    found = list(reader.rows(len(sheet.rows), file_name))
    faults = [*reader.faults, *(one.message for one in reader.cells.problems)]
    if faults:
        listed = "\n".join(f"- {one}" for one in faults)
        raise SurveyBookRefused(t("workbooks.survey.refused", file=file_name, count=len(faults), list=listed))
    return found


def round_named(content: bytes, file_name: str) -> str | None:
    """The round that the workbook was made for; None when it names none."""
    cells = Cells(_sheet(content, file_name))
    label = folded(t("workbooks.survey.round"))
    for row in range(min(len(cells.sheet.rows), _LOOKED_AT)):
        if folded(cells.raw(row, 0) or "") == label:
            return cells.raw(row, 1)
    return None


def _sheet(content: bytes, file_name: str) -> Sheet:
    name = t("workbooks.survey.sheet")
    sheet = Grid(content, file_name, t("workbooks.survey.advice")).sheet(name)
    if sheet is None:
        raise SurveyBookRefused(t("workbooks.survey.no_sheet", file=file_name, sheet=name))
    return sheet


class _Reader:
    """Reads one row after the other and gathers what is wrong."""

    def __init__(
        self, cells: Cells, surveys: Mapping[str, SurveyAsked], units: Mapping[str, SurveyedUnit]
    ) -> None:
        self.cells, self.surveys, self.units = cells, surveys, units
        self.by_name = {folded(unit.name): unit.code for unit in units.values()}
        self.faults: list[str] = []
        self.columns: dict[str, int] = {}

    def rows(self, count: int, file_name: str) -> Iterator[SurveyCount]:
        header = self._header(count, file_name)
        seen: dict[tuple[str, str, str, str], int] = {}
        for row in range(header + 1, count):
            counts = self._counts(row)
            if not counts and not self._text(row, "survey"):
                continue
            before = len(self.faults)
            survey, unit = self._survey(row), self._unit(row)
            channel, by = self._text(row, "channel"), self._text(row, "answered_by")
            if survey is None or unit is None or len(self.faults) > before or not counts:
                continue
            for letter in sorted(set(counts) - set(survey.letters)):
                values = {"cell": cell_name(row, self.columns[letter]), "letter": letter}
                self.faults.append(t("workbooks.survey.letter", survey=survey.code, **values))
            key = survey.code, unit, by, channel
            if key in seen:
                cell = cell_name(row, self.columns["survey"])
                self.faults.append(t("workbooks.survey.twice", cell=cell, row=seen[key] + 1))
            seen[key] = row
            yield SurveyCount(survey.code, unit, by, channel, counts)

    def _header(self, count: int, file_name: str) -> int:
        heads = {folded(text): name for name, text in table("workbooks.survey.columns").items()}
        letters = {letter for survey in self.surveys.values() for letter in survey.letters}
        heads |= {folded(letter): letter for letter in letters}
        for row in range(min(count, _LOOKED_AT)):
            found = {
                heads[text]: column
                for column in range(60)
                if (text := folded(self.cells.raw(row, column) or "")) in heads
            }
            if "survey" in found and {"unit", "name"} & set(found) and letters & set(found):
                self.columns = found
                return row
        names = ", ".join([*table("workbooks.survey.columns").values(), *sorted(letters)])
        raise SurveyBookRefused(t("workbooks.survey.no_head", file=file_name, names=names))

    def _text(self, row: int, name: str) -> str:
        return self.cells.text(row, self.columns[name]) or "" if name in self.columns else ""

    def _survey(self, row: int) -> SurveyAsked | None:
        code = self._text(row, "survey")
        if code not in self.surveys:
            cell = cell_name(row, self.columns["survey"])
            said = t("workbooks.survey.unknown_survey", cell=cell, found=code)
            self.faults.append(said + one_of(code, self.surveys))
        return self.surveys.get(code)

    def _unit(self, row: int) -> str | None:
        code, name = self._text(row, "unit"), self._text(row, "name")
        unit = code if code in self.units else None if code else self.by_name.get(folded(name))
        if unit is None:
            cell = cell_name(row, self.columns["unit" if code else "name"] if name or code else 0)
            said = t("workbooks.survey.unknown_unit", cell=cell, found=code or name)
            known = self.units if code else [one.name for one in self.units.values()]
            self.faults.append(said + one_of(code or name, known))
        return unit

    def _counts(self, row: int) -> dict[str, int]:
        found = {}
        for letter, column in self.columns.items():
            if len(letter) > 1:
                continue
            value = self.cells.number(row, column, "count", None)
            if value is not None and value < 0:
                self.faults.append(t("workbooks.survey.negative", cell=cell_name(row, column), found=value))
            elif value:
                found[letter] = int(value)
        return found

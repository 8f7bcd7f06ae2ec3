"""What the cells of sheet 'Số liệu' accept, and which of them turn coloured while the unit types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.indicators.model import OWN
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.figures_columns import AT, FIRST_ROW
from cchc.workbooks.form_workbook import FormWorkbook, LayoutRow
from cchc.workbooks.live_rules import prefix

if TYPE_CHECKING:
    from cchc.indicators import Indicator


def ranges(rows: Iterable[int], column: int) -> list[list[int]]:
    """Ranges [first row, column, last row, column] that cover `rows`, neighbours joined."""
    found: list[list[int]] = []
    for row in sorted(rows):
        if found and found[-1][2] == row - 1:
            found[-1][2] = row
        else:
            found.append([row, column, row, column])
    return found


def _apply(sheet: Worksheet, cells: list[list[int]], rule: Mapping[str, object]) -> None:
    if cells:
        sheet.data_validation(*cells[0], {**rule, "ignore_blank": True, "other_cells": cells[1:]})


def validate(
    sheet: Worksheet,
    indicators: Sequence[Indicator],
    rows: Mapping[str, int],
    asked: Mapping[str, LayoutRow],
) -> None:
    """One validation for each kind of cell, over all its cells."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    by_options: dict[tuple[str, ...], list[int]] = defaultdict(list)
    parts: dict[str, list[int]] = {"numerator": [], "denominator": []}
    for indicator in indicators:
        row = rows[indicator.code]
        if indicator.options:
            by_options[tuple(indicator.options.values())].append(row)
        else:
            by_kind[str(indicator.kind)].append(row)
        if str(indicator.kind) == "percent":
            for column, found in parts.items():
                if getattr(asked[indicator.code], column) == OWN:
                    found.append(row)
    title = t("workbooks.figures.input_title")
    whole = {"validate": "integer", "criteria": ">=", "value": 0, "input_title": title}
    for kind in ("count", "money"):
        prompt, error = t(f"workbooks.figures.{kind}_prompt"), t(f"workbooks.figures.{kind}_error")
        rule = {**whole, "input_message": prompt, "error_message": error}
        _apply(sheet, ranges(by_kind[kind], AT["value"]), rule)
    percent = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    percent |= {"input_message": t("workbooks.figures.percent_prompt"), "error_type": "warning"}
    percent |= {"error_message": t("workbooks.figures.percent_error")}
    _apply(sheet, ranges(by_kind["percent"], AT["value"]), percent)
    part = {**whole, "input_message": t("workbooks.figures.part_prompt")}
    part["error_message"] = t("workbooks.figures.count_error")
    _apply(sheet, [r for name, found in parts.items() for r in ranges(found, AT[name])], part)
    for options, found in by_options.items():
        # The separator of a list is the comma; an option that holds one is shown with a semicolon.
        source = [option.replace(",", ";") for option in options]
        error = t("workbooks.figures.list_error", options="; ".join(options))[:255]
        listed = {"validate": "list", "source": source, "error_message": error}
        listed["input_message"] = t("workbooks.figures.list_prompt")
        _apply(sheet, ranges(found, AT["value"]), listed)


def box(sheet: Worksheet, row: int, column: int, message: str = "nothing_prompt") -> None:
    """A box that is ticked by choosing 'Có'."""
    rule = {
        "validate": "list",
        "source": [t("workbooks.answer_yes")],
        "input_title": t("workbooks.figures.input_title"),
    }
    rule |= {
        "input_message": t(f"workbooks.figures.{message}"),
        "error_message": t("workbooks.figures.nothing_error"),
    }
    sheet.data_validation(row, column, row, column, rule)


def boxes(sheet: Worksheet, rows: Sequence[int]) -> None:
    """The boxes in the headings of sections."""
    for row in rows:
        box(sheet, row, AT["value"], "section_prompt")


def colour(book: FormWorkbook, sheet: Worksheet, last: int) -> None:
    """A row whose check says something is coloured: its check, its figure, and where an explanation would help."""
    check, value, parts = (
        xl_rowcol_to_cell(FIRST_ROW, AT[name], col_abs=True) for name in ("check", "value", "parts")
    )
    for severity, fill in ((Severity.ERROR, book.fault_format), (Severity.WARNING, book.warn_format)):
        word = prefix(severity)
        rule = {"type": "formula", "criteria": f'=LEFT({check},{len(word)})="{word}"', "format": fill}
        for name in ("check", "value"):
            sheet.conditional_format(FIRST_ROW, AT[name], last, AT[name], rule)
        if severity == Severity.WARNING:
            sheet.conditional_format(FIRST_ROW, AT["explanation"], last, AT["explanation"], rule)
    differs = f"=AND(ISNUMBER({parts}),ISNUMBER({value}),{parts}<>{value})"
    rule = {"type": "formula", "criteria": differs, "format": book.fault_format}
    sheet.conditional_format(FIRST_ROW, AT["parts"], last, AT["parts"], rule)

"""What the cells of sheet 'Số liệu' accept, and which of them turn coloured while the unit types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.intake.book import Book
from cchc.intake.figures_columns import AT, FIRST_ROW, OWN, part_expression
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.indicators import Indicator


def _cells(rows: Iterable[int], column: int) -> list[list[int]]:
    """Ranges [first row, column, last row, column] that cover `rows`, neighbours joined."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and ranges[-1][2] == row - 1:
            ranges[-1][2] = row
        else:
            ranges.append([row, column, row, column])
    return ranges


def _apply(sheet: Worksheet, ranges: list[list[int]], rule: Mapping[str, object]) -> None:
    if ranges:
        sheet.data_validation(*ranges[0], {**rule, "ignore_blank": True, "other_cells": ranges[1:]})


def validate(sheet: Worksheet, indicators: Sequence[Indicator], rows: Mapping[str, int]) -> None:
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
                if part_expression(getattr(indicator, column), rows) == OWN:
                    found.append(row)
    title = t("intake.figures.input_title")
    whole = {"validate": "integer", "criteria": ">=", "value": 0, "input_title": title}
    for kind in ("count", "money"):
        prompt, error = t(f"intake.figures.{kind}_prompt"), t(f"intake.figures.{kind}_error")
        rule = {**whole, "input_message": prompt, "error_message": error}
        _apply(sheet, _cells(by_kind[kind], AT["value"]), rule)
    percent = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
    percent |= {"input_message": t("intake.figures.percent_prompt"), "error_type": "warning"}
    percent |= {"error_message": t("intake.figures.percent_error")}
    _apply(sheet, _cells(by_kind["percent"], AT["value"]), percent)
    part = {**whole, "input_message": t("intake.figures.part_prompt")}
    part["error_message"] = t("intake.figures.count_error")
    _apply(sheet, [r for name, found in parts.items() for r in _cells(found, AT[name])], part)
    for options, found in by_options.items():
        # The separator of a list is the comma; an option that holds one is shown with a semicolon.
        source = [option.replace(",", ";") for option in options]
        error = t("intake.figures.list_error", options="; ".join(options))[:255]
        listed = {"validate": "list", "source": source, "error_message": error}
        listed["input_message"] = t("intake.figures.list_prompt")
        _apply(sheet, _cells(found, AT["value"]), listed)


def colour(
    book: Book, sheet: Worksheet, indicators: Sequence[Indicator], rows: Mapping[str, int], last: int
) -> None:
    """Faults are coloured while the unit types: no whole number, and a difference without explanation."""
    whole = [rows[i.code] for i in indicators if not i.options and str(i.kind) in ("count", "money")]
    ranges = _cells(whole, AT["value"])
    if ranges:
        first = xl_rowcol_to_cell(ranges[0][0], AT["value"])
        areas = [f"{xl_rowcol_to_cell(r[0], r[1])}:{xl_rowcol_to_cell(r[2], r[3])}" for r in ranges]
        bad = f"=OR(ISTEXT({first}),AND(ISNUMBER({first}),OR({first}<0,{first}<>INT({first}))))"
        rule = {"type": "formula", "criteria": bad, "format": book.fault_format}
        rule["multi_range"] = " ".join(areas)
        sheet.conditional_format(*ranges[0], rule)
    system, value, explanation = (
        xl_rowcol_to_cell(FIRST_ROW, AT[name], col_abs=True) for name in ("system", "value", "explanation")
    )
    differs = f'=AND(ISNUMBER({system}),ISNUMBER({value}),{system}<>{value},{explanation}="")'
    rule = {"type": "formula", "criteria": differs, "format": book.warn_format}
    sheet.conditional_format(FIRST_ROW, AT["explanation"], last, AT["explanation"], rule)

"""Sheet 'Số liệu': one row an indicator, grouped as in the statistics appendix of the report."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.clock import vn_date, vn_instant
from cchc.indicators import format_number
from cchc.intake.book import Book
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.indicators import Indicator
    from cchc.intake.report_book import SystemFigure
    from cchc.units import Unit
    from cchc.year import Round

COLUMNS = (
    "code",
    "name",
    "unit",
    "system",
    "previous",
    "last_year",
    "numerator",
    "denominator",
    "value",
    "explanation",
    "evidence",
)
AT = {name: column for column, name in enumerate(COLUMNS)}
_WIDTHS = (8.5, 42, 11.5, 13, 10, 10, 9.5, 9.5, 13, 26, 21)
# Boxes above the table: where their label stands (column), and where the unit writes.
BOXES = {"nothing": (0, 2), "number": (3, 6), "signed": (8, 9)}
_BOX_ROW, _HEADER_ROW, _FIRST_ROW = 2, 3, 5
_SYSTEM_COLUMNS = ("system", "previous", "last_year")
CODE = re.compile(r"[A-Z]+[0-9]*(?:\.[0-9A-Z]+)+")
OWN = "own"


def part_expression(expression: str | None, codes: Collection[str]) -> str:
    """How a part of a percent is found: an expression over rows of this form, or `own` (typed by the unit)."""
    if not expression or expression == OWN or not set(CODE.findall(expression)) <= set(codes):
        return OWN
    return expression


def add_figures(
    book: Book,
    unit: Unit,
    round_: Round,
    indicators: Sequence[Indicator],
    due_at: datetime,
    system: Mapping[str, SystemFigure],
    previous: Mapping[str, Decimal],
    last_year: Mapping[str, Decimal],
) -> None:
    """Write the sheet; see `build_report_workbook` for the arguments."""
    footer = t("intake.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("intake.sheets.figures"), landscape=True, widths=_WIDTHS, footer=footer)
    rows = _place(indicators)
    _head(book, sheet, unit, round_, due_at, len(indicators), _FIRST_ROW + _height(indicators))
    section = group = None
    row = _FIRST_ROW
    for indicator in indicators:
        if indicator.section != section:
            section, group = indicator.section, None
            row = _band(book, sheet, row, "section", f"{section}. {indicator.section_name}")
        if _has_heading(indicator) and indicator.group != group:
            row = _band(book, sheet, row, "group", str(indicator.group))
        group = indicator.group
        _row(book, sheet, rows, indicator, system.get(indicator.code), previous, last_year)
        row += 1
    _validate(sheet, indicators, rows)
    _colour(book, sheet, indicators, rows, row - 1)


def _has_heading(indicator: Indicator) -> bool:
    # A group that is named like its only row needs no line of its own.
    return bool(indicator.group) and indicator.group != indicator.name


def _place(indicators: Sequence[Indicator]) -> dict[str, int]:
    """0-based sheet row of each indicator, section and group headings counted."""
    rows: dict[str, int] = {}
    section = group = None
    row = _FIRST_ROW
    for indicator in indicators:
        if indicator.section != section:
            section, group = indicator.section, None
            row += 1
        if _has_heading(indicator) and indicator.group != group:
            row += 1
        group = indicator.group
        rows[indicator.code] = row
        row += 1
    return rows


def _height(indicators: Sequence[Indicator]) -> int:
    rows = _place(indicators)
    return max(rows.values(), default=_FIRST_ROW) - _FIRST_ROW + 1


def _head(
    book: Book, sheet: Worksheet, unit: Unit, round_: Round, due_at: datetime, count: int, end: int
) -> None:
    sheet.write_string(0, 0, t("intake.figures.title"), book.style("title"))
    sheet.set_row(0, 24)
    line = [t("intake.workbook.unit_line", unit=unit.name), t("intake.workbook.round_line", round=round_.title)]
    if round_.window:
        first, last = vn_date(round_.window.first), vn_date(round_.window.last)
        line.append(t("intake.workbook.window_line", first=first, last=last))
    line.append(t("intake.workbook.due_line", due=vn_instant(due_at)))
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    entered = f"{xl_rowcol_to_cell(_FIRST_ROW, AT['value'])}:{xl_rowcol_to_cell(end - 1, AT['value'])}"
    before, after = t("intake.figures.progress_label"), t("intake.figures.progress_of", count=count)
    sheet.write_formula(
        0,
        AT["explanation"],
        f'="{before} "&SUMPRODUCT(--(LEN({entered})>0))&" {after}"',
        book.style("label"),
        f"{before} 0 {after}",
    )
    for name, (label_column, input_column) in BOXES.items():
        style = "label" if label_column == 0 else "label_right"
        sheet.write_string(_BOX_ROW, label_column, t(f"intake.figures.{name}_label"), book.style(style))
        kind = {"nothing": "input_list", "number": "input_line", "signed": "input_day"}[name]
        sheet.write_blank(_BOX_ROW, input_column, None, book.style(kind))
    first, last = BOXES["number"][1], BOXES["number"][1] + 1
    sheet.merge_range(_BOX_ROW, BOXES["number"][0], _BOX_ROW, first - 1, "", book.style("label_right"))
    sheet.write_string(_BOX_ROW, BOXES["number"][0], t("intake.figures.number_label"), book.style("label_right"))
    sheet.merge_range(_BOX_ROW, first, _BOX_ROW, last, "", book.style("input_line"))
    sheet.set_row(_BOX_ROW, 21)
    sheet.data_validation(
        _BOX_ROW,
        BOXES["nothing"][1],
        _BOX_ROW,
        BOXES["nothing"][1],
        {"validate": "list", "source": [t("intake.yes")], "ignore_blank": True},
    )
    for column, name in enumerate(COLUMNS):
        sheet.write_string(_HEADER_ROW, column, t(f"intake.figures.columns.{name}"), book.style("header"))
        sheet.write_string(_HEADER_ROW + 1, column, f"({column + 1})", book.style("header_number"))
    sheet.set_row(_HEADER_ROW, 48)
    sheet.freeze_panes(_FIRST_ROW, AT["unit"])
    sheet.repeat_rows(_HEADER_ROW, _HEADER_ROW + 1)


def _band(book: Book, sheet: Worksheet, row: int, style: str, text: str) -> int:
    for column in range(1, len(COLUMNS)):
        sheet.write_blank(row, column, None, book.style(style))
    sheet.write_string(row, 0, text, book.style(style))
    sheet.set_row(row, 20)
    return row + 1


def _row(
    book: Book,
    sheet: Worksheet,
    rows: Mapping[str, int],
    indicator: Indicator,
    system: SystemFigure | None,
    previous: Mapping[str, Decimal],
    last_year: Mapping[str, Decimal],
) -> None:
    row, kind = rows[indicator.code], str(indicator.kind)
    sheet.write_string(row, AT["code"], indicator.code, book.style("code"))
    sheet.write_string(row, AT["name"], indicator.name, book.style("name"))
    # Option lists are chosen by their names, so the 'Có = 1 Không = 0' of the paper form would only confuse.
    measure = " / ".join(indicator.options.values()) if indicator.options else indicator.unit_of_measure
    sheet.write_string(row, AT["unit"], measure, book.style("unit"))
    if system is not None and kind == "percent" and system.denominator is not None:
        _system_ratio(book, sheet, row, system)
    else:
        _known(book, sheet, row, "system", indicator, system.value if system else None)
    _known(book, sheet, row, "previous", indicator, previous.get(indicator.code))
    _known(book, sheet, row, "last_year", indicator, last_year.get(indicator.code))
    if kind == "percent":
        _percent(book, sheet, rows, indicator)
    else:
        sheet.write_blank(row, AT["numerator"], None, book.style("absent"))
        sheet.write_blank(row, AT["denominator"], None, book.style("absent"))
        style = "input_list" if indicator.options else "input_text" if kind == "text" else "input_whole"
        sheet.write_blank(row, AT["value"], None, book.style(style))
    sheet.write_blank(row, AT["explanation"], None, book.style("input_text"))
    sheet.write_blank(row, AT["evidence"], None, book.style("input_text"))


def _known(
    book: Book, sheet: Worksheet, row: int, column: str, indicator: Indicator, value: Decimal | None
) -> None:
    if value is None:
        sheet.write_blank(row, AT[column], None, book.style("system_whole"))
    elif indicator.options:
        label = indicator.options.get(str(value), str(value))
        sheet.write_string(row, AT[column], label, book.style("system_text"))
    else:
        style = "system_percent" if str(indicator.kind) == "percent" else "system_whole"
        sheet.write_number(row, AT[column], float(value), book.style(style))


def _system_ratio(book: Book, sheet: Worksheet, row: int, system: SystemFigure) -> None:
    """A percent of the systems is shown with its parts, because the unit is asked for the parts."""
    if system.numerator is None or system.denominator is None:
        return
    text = f"{format_number(system.numerator)}/{format_number(system.denominator)}"
    if system.value is not None:
        text += f"\n= {format_number(system.value, 2)}"
    sheet.write_string(row, AT["system"], text, book.style("system_text"))


def _percent(book: Book, sheet: Worksheet, rows: Mapping[str, int], indicator: Indicator) -> None:
    row = rows[indicator.code]
    for column, expression in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
        formula = part_expression(expression, rows)
        if formula == OWN:
            sheet.write_blank(row, AT[column], None, book.style("input_whole"))
            continue
        cells = [xl_rowcol_to_cell(rows[code], AT["value"]) for code in CODE.findall(formula)]
        total = CODE.sub(lambda match: xl_rowcol_to_cell(rows[match.group()], AT["value"]), formula)
        all_given = f"COUNT({','.join(cells)})={len(cells)}"
        sheet.write_formula(row, AT[column], f'=IF({all_given},{total},"")', book.style("computed_whole"), "")
    top, bottom = xl_rowcol_to_cell(row, AT["numerator"]), xl_rowcol_to_cell(row, AT["denominator"])
    ratio = f'=IF(COUNT({top},{bottom})=2,IF({bottom}>0,ROUND({top}/{bottom}*100,2),""),"")'
    sheet.write_formula(row, AT["value"], ratio, book.style("derived"), "")


def _cells(rows: Iterable[int], column: int) -> list[list[int]]:
    """Ranges [first row, column, last row, column] that cover `rows`, neighbours joined."""
    ranges: list[list[int]] = []
    for row in sorted(rows):
        if ranges and ranges[-1][2] == row - 1:
            ranges[-1][2] = row
        else:
            ranges.append([row, column, row, column])
    return ranges


def _apply(sheet: Worksheet, ranges: list[list[int]], rule: dict[str, object]) -> None:
    if ranges:
        sheet.data_validation(*ranges[0], {**rule, "ignore_blank": True, "other_cells": ranges[1:]})


def _validate(sheet: Worksheet, indicators: Sequence[Indicator], rows: Mapping[str, int]) -> None:
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
            for column, expression in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
                if part_expression(expression, rows) == OWN:
                    parts[column].append(row)
    whole = {"validate": "integer", "criteria": ">=", "value": 0, "input_title": t("intake.figures.input_title")}
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


def _colour(
    book: Book, sheet: Worksheet, indicators: Sequence[Indicator], rows: Mapping[str, int], last: int
) -> None:
    """Faults are coloured while the unit types: no whole number, and a difference without explanation."""
    whole = [rows[i.code] for i in indicators if not i.options and str(i.kind) in ("count", "money")]
    ranges = _cells(whole, AT["value"])
    if ranges:
        first = xl_rowcol_to_cell(ranges[0][0], AT["value"])
        areas = [f"{xl_rowcol_to_cell(r[0], r[1])}:{xl_rowcol_to_cell(r[2], r[3])}" for r in ranges]
        bad = f"=OR(ISTEXT({first}),AND(ISNUMBER({first}),OR({first}<0,{first}<>INT({first}))))"
        rule = {"type": "formula", "criteria": bad, "format": book.fault_format, "multi_range": " ".join(areas)}
        sheet.conditional_format(*ranges[0], rule)
    column = AT["explanation"]
    system, value = (f"${'ABCDEFGHIJK'[AT[name]]}{_FIRST_ROW + 1}" for name in ("system", "value"))
    explanation = f"${'ABCDEFGHIJK'[column]}{_FIRST_ROW + 1}"
    differs = f'=AND(ISNUMBER({system}),ISNUMBER({value}),{system}<>{value},{explanation}="")'
    sheet.conditional_format(
        _FIRST_ROW, column, last, column, {"type": "formula", "criteria": differs, "format": book.warn_format}
    )

"""Sheet 'Số liệu': one row an indicator, grouped as in the statistics appendix of the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.clock import vn_date, vn_instant
from cchc.indicators import format_number
from cchc.intake import figures_rules
from cchc.intake.book import FIRST_DAY, LAST_DAY, Book, fitted_height
from cchc.intake.figures_columns import (
    AT,
    BOX_ROW,
    BOXES,
    CODE,
    COLUMNS,
    FIRST_ROW,
    HEADER_ROW,
    OWN,
    WIDTHS,
    part_expression,
)
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.indicators import Indicator
    from cchc.intake.report_book import SystemFigure
    from cchc.units import Unit
    from cchc.year import Round


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
    sheet = book.sheet(t("intake.sheets.figures"), landscape=True, widths=WIDTHS, footer=footer)
    lines = list(_lines(indicators))
    last = FIRST_ROW + len(lines) - 1
    rows = {line.code: row for row, line in enumerate(lines, start=FIRST_ROW) if not isinstance(line, tuple)}
    _head(book, sheet, unit, round_, due_at, len(indicators), last)
    for row, line in enumerate(lines, start=FIRST_ROW):
        if isinstance(line, tuple):
            _band(book, sheet, row, *line)
        else:
            _row(book, sheet, rows, line, system.get(line.code), previous, last_year)
    figures_rules.validate(sheet, indicators, rows)
    if rows:
        figures_rules.colour(book, sheet, indicators, rows, last)


def _lines(indicators: Sequence[Indicator]) -> Iterator[Indicator | tuple[str, str]]:
    """The table's lines from the top: indicators, and (style, text) of the headings between them."""
    section = group = None
    for indicator in indicators:
        if indicator.section != section:
            section, group = indicator.section, None
            yield "section", f"{section}. {indicator.section_name}"
        # A group that is named like its only row needs no line of its own.
        if indicator.group and indicator.group not in (group, indicator.name):
            yield "group", indicator.group
        group = indicator.group
        yield indicator


def heading_line(unit: Unit, round_: Round) -> list[str]:
    """Unit and round, the first parts of the line under a sheet's title."""
    unit_line = t("intake.workbook.unit_line", unit=unit.name)
    return [unit_line, t("intake.workbook.round_line", round=round_.title)]


def _head(
    book: Book, sheet: Worksheet, unit: Unit, round_: Round, due_at: datetime, count: int, last: int
) -> None:
    sheet.write_string(0, 0, t("intake.figures.title"), book.style("title"))
    sheet.set_row(0, 24)
    line = heading_line(unit, round_)
    if round_.window:
        first, until = vn_date(round_.window.first), vn_date(round_.window.last)
        line.append(t("intake.workbook.window_line", first=first, last=until))
    line.append(t("intake.workbook.due_line", due=vn_instant(due_at)))
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    entered = ":".join(xl_rowcol_to_cell(row, AT["value"]) for row in (FIRST_ROW, last))
    before, after = t("intake.figures.progress_label"), t("intake.figures.progress_of", count=count)
    progress = f'="{before} "&SUMPRODUCT(--(LEN({entered})>0))&" {after}"'
    sheet.write_formula(0, AT["explanation"], progress, book.style("label"), f"{before} 0 {after}")
    _boxes(book, sheet)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, column, t(f"intake.figures.columns.{name}"), book.style("header"))
        sheet.write_string(HEADER_ROW + 1, column, f"({column + 1})", book.style("header_number"))
    sheet.set_row(HEADER_ROW, 48)
    sheet.freeze_panes(FIRST_ROW, AT["unit"])
    sheet.repeat_rows(HEADER_ROW, HEADER_ROW + 1)


def _boxes(book: Book, sheet: Worksheet) -> None:
    """'Không phát sinh', number and day of the signed report, above the table."""
    label, box = BOXES["number"]
    sheet.merge_range(BOX_ROW, label, BOX_ROW, box - 1, "", book.style("label_right"))
    sheet.merge_range(BOX_ROW, box, BOX_ROW, box + 1, "", book.style("input_line"))
    styles = {"nothing": "input_list", "number": "input_line", "signed": "input_day"}
    for name, (label, box) in BOXES.items():
        style = "label_right" if label else "label"
        sheet.write_string(BOX_ROW, label, t(f"intake.figures.{name}_label"), book.style(style))
        sheet.write_blank(BOX_ROW, box, None, book.style(styles[name]))
    sheet.set_row(BOX_ROW, 21)
    box = BOXES["nothing"][1]
    sheet.data_validation(
        BOX_ROW, box, BOX_ROW, box, {"validate": "list", "source": [t("intake.answer_yes")]}
    )
    day = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    day |= {"input_message": t("intake.figures.date_prompt"), "error_message": t("intake.figures.date_error")}
    box = BOXES["signed"][1]
    sheet.data_validation(BOX_ROW, box, BOX_ROW, box, day)


def _band(book: Book, sheet: Worksheet, row: int, style: str, text: str) -> None:
    for column in range(1, len(COLUMNS)):
        sheet.write_blank(row, column, None, book.style(style))
    sheet.write_string(row, 0, text, book.style(style))
    sheet.set_row(row, 20)


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
    wrapped = [(indicator.name, WIDTHS[AT["name"]]), (measure, WIDTHS[AT["unit"]])]
    if system is not None and kind == "percent" and system.denominator is not None:
        wrapped.append((_system_ratio(book, sheet, row, system), WIDTHS[AT["system"]]))
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
    sheet.set_row(row, fitted_height(wrapped))
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


def _system_ratio(book: Book, sheet: Worksheet, row: int, system: SystemFigure) -> str:
    """A percent of the systems is shown with its parts, because the unit is asked for the parts."""
    parts = (system.numerator, system.denominator)
    text = "/".join("" if part is None else format_number(part) for part in parts)
    if system.value is not None:
        text += f"\n= {format_number(system.value, 2)}"
    sheet.write_string(row, AT["system"], text, book.style("system_text"))
    return text


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

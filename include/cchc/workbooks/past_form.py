"""The workbook for figures of a year before the system came: one sheet a report round, one column a unit.

It is filled in by the department itself, from its own reports and tables of that year, so nothing in it is locked:
columns may be removed, sorted or added, rows too. Codes say what a row and a column are about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from cchc.clock import vn_date
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.model import OWN
from cchc.texts import t, table
from cchc.units import Unit, UnitRegister
from cchc.workbooks.form_workbook import FormWorkbook, fitted_height
from cchc.year import REPORT_KINDS, Calendar, Round

PROVINCE = "toan-tinh"  # column of the province's own figure
BEHIND = "so-don-vi"  # column of how many units stand behind it
VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"
LEADING = ("code", "name", "measure", "part")
CODE, NAME, MEASURE, PART = range(len(LEADING))
FIRST_COLUMN = len(LEADING)
HEADER_ROW = 3
_WIDTHS = (10, 52, 14, 10)


@dataclass(frozen=True)
class PastFigure:
    """What is known of one indicator of an earlier round; None is not known, never 0.

    unit_code: a unit's, or `PROVINCE`. value of a percentage in percent points; of a yes/no row the option, of the
    province how many units said yes. units_counted: how many units stand behind the province's figure.
    """

    round_id: str
    unit_code: str
    indicator: str
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    units_counted: int | None = None
    cell: str = ""


def past_rounds(calendar: Calendar, year: int) -> list[Round]:
    """The report rounds of the year that such a workbook asks about."""
    return [one for one in calendar.rounds(year) if one.kind in REPORT_KINDS]


def asked(round_: Round, next_year: Round, indicators: IndicatorRegister) -> list[Indicator]:
    """Indicators of figures that the round had, or has a year later, as in the round's time."""
    known = {
        one.code: one
        for round_then in (next_year, round_)  # the round's own come last: they hold
        for one in indicators.in_round(round_then.reference_day, round_then.kind)
    }
    ordered = (known[one.code] for one in indicators.all if one.code in known)
    return [one for one in ordered if one.aggregation != "none"]


def parts_of(indicator: Indicator) -> tuple[str, ...]:
    """The rows that an indicator has: a percentage with parts of its own has three."""
    if indicator.kind == "percent" and OWN in (indicator.numerator, indicator.denominator):
        return VALUE, NUMERATOR, DENOMINATOR
    return (VALUE,)


def build_past_workbook(
    calendar: Calendar,
    year: int,
    units: UnitRegister,
    indicators: IndicatorRegister,
    as_of: datetime,
    known: Iterable[PastFigure] = (),
) -> bytes:
    """The .xlsx for the figures of `year`, with those that are known already. Equal arguments give equal bytes."""
    figures = list(known)
    book = FormWorkbook(t("workbooks.past.title", year=year), as_of)
    _guide(book, year)
    for round_ in past_rounds(calendar, year):
        own = {(one.unit_code, one.indicator): one for one in figures if one.round_id == round_.round_id}
        next_year = calendar.round(f"{year + 1}-{round_.kind}")
        columns = units.on(round_.reference_day)
        listed = {unit.code for unit in columns}
        columns += [unit for unit in units.all if unit.code in {code for code, _ in own} - listed]
        _round_sheet(book, round_, columns, asked(round_, next_year, indicators), own)
    return book.finish()


def _guide(book: FormWorkbook, year: int) -> None:
    sheet = book.workbook.add_worksheet(t("workbooks.sheets.guide"))
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 110, book.style("paragraph"))
    sheet.write_string(0, 0, t("workbooks.past.title", year=year), book.style("title"))
    for row, text in enumerate(table("workbooks.past.guide").values(), start=2):
        shown = text.format(year=year, next=year + 1, province=PROVINCE, behind=BEHIND)
        sheet.write_string(row, 0, shown, book.style("paragraph"))
        sheet.set_row(row, fitted_height([(shown, 110)]))


def _round_sheet(
    book: FormWorkbook,
    round_: Round,
    units: Sequence[Unit],
    indicators: Sequence[Indicator],
    known: Mapping[tuple[str, str], PastFigure],
) -> None:
    sheet = book.workbook.add_worksheet(round_.round_id)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(FIRST_COLUMN, FIRST_COLUMN + 1 + len(units), 15)
    sheet.write_string(0, 0, t("workbooks.past.round_title", round=round_.title), book.style("title"))
    if round_.window:
        first, last = vn_date(round_.window.first), vn_date(round_.window.last)
        line = t("workbooks.past.window", first=first, last=last)
        sheet.write_string(1, 0, line, book.style("subtitle"))
    columns = {PROVINCE: t("workbooks.past.province"), BEHIND: t("workbooks.past.behind")}
    columns |= {unit.code: unit.name for unit in units}
    _header(book, sheet, columns)
    for row, (indicator, part) in enumerate(_lines(indicators), start=HEADER_ROW + 2):
        if indicator is None:
            sheet.write_string(row, NAME, part, book.style("group"))
            continue
        _leading(book, sheet, row, indicator, part)
        _cells(book, sheet, row, indicator, part, columns, known)
    sheet.freeze_panes(HEADER_ROW + 2, FIRST_COLUMN)


def _header(book: FormWorkbook, sheet: Worksheet, columns: Mapping[str, str]) -> None:
    """The codes, by which a column is recognised, and below them what people read."""
    heads = table("workbooks.past.columns")
    for column, name in enumerate(LEADING):
        sheet.write_string(HEADER_ROW, column, heads[name], book.style("header"))
        sheet.write_blank(HEADER_ROW + 1, column, None, book.style("header_number"))
    for column, (code, name) in enumerate(columns.items(), start=FIRST_COLUMN):
        sheet.write_string(HEADER_ROW, column, code, book.style("header"))
        sheet.write_string(HEADER_ROW + 1, column, name, book.style("header"))
    sheet.set_row(HEADER_ROW, 34)
    sheet.set_row(HEADER_ROW + 1, 64)


def _lines(indicators: Iterable[Indicator]) -> Iterator[tuple[Indicator | None, str]]:
    """Rows of the table: (indicator, part), and (None, heading) before each section."""
    section = None
    for indicator in indicators:
        if indicator.section != section:
            section = indicator.section
            yield None, f"{section}. {indicator.section_name}"
        for part in parts_of(indicator):
            yield indicator, part


def _leading(book: FormWorkbook, sheet: Worksheet, row: int, indicator: Indicator, part: str) -> None:
    measure = " / ".join(indicator.options.values()) if indicator.options else indicator.unit_of_measure
    sheet.write_string(row, CODE, indicator.code, book.style("code"))
    sheet.write_string(row, NAME, indicator.name, book.style("name"))
    sheet.write_string(row, MEASURE, measure if part == VALUE else "", book.style("unit"))
    sheet.write_string(row, PART, table("workbooks.past.parts")[part], book.style("unit"))
    sheet.set_row(row, fitted_height([(indicator.name, _WIDTHS[NAME]), (measure, _WIDTHS[MEASURE])]))


def _cells(
    book: FormWorkbook,
    sheet: Worksheet,
    row: int,
    indicator: Indicator,
    part: str,
    columns: Iterable[str],
    known: Mapping[tuple[str, str], PastFigure],
) -> None:
    share = indicator.kind == "percent" and part == VALUE
    for column, code in enumerate(columns, start=FIRST_COLUMN):
        own = known.get((PROVINCE if code == BEHIND else code, indicator.code))
        asked_here = not (code in (PROVINCE, BEHIND) and indicator.aggregation == "distribution")
        if code == BEHIND and part != VALUE:
            asked_here = False
        style = book.style("absent" if not asked_here else "input_points" if share else "input_whole")
        number = None
        if own is not None and asked_here:
            number = own.units_counted if code == BEHIND else getattr(own, part)
        if number is None:
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, float(number), style)

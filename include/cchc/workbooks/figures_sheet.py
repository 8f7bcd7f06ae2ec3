"""Sheet 'Số liệu': one row an indicator, grouped as in the statistics appendix of the report."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from cchc.clock import vn_date, vn_instant
from cchc.indicators import codes_of
from cchc.indicators.expression import CODE
from cchc.indicators.meaning import StatedBy
from cchc.indicators.model import OWN
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks import figures_rules
from cchc.workbooks.figures_columns import (
    AT,
    BOX_ROW,
    BOXES,
    COLUMNS,
    FIRST_ROW,
    HEADER_ROW,
    WIDTHS,
)
from cchc.workbooks.form_workbook import FIRST_DAY, LAST_DAY, FormWorkbook, LayoutRow, fitted_height
from cchc.workbooks.live_checks import Check, LiveChecks, open_count
from cchc.workbooks.live_rules import LiveRule, LiveSheet, prefix, quoted
from cchc.workbooks.shown import Shown, ShownBy

if TYPE_CHECKING:
    from cchc.indicators import FigureParts, Indicator
    from cchc.units import Unit
    from cchc.year import Round


@dataclass(frozen=True)
class KnownFigures:
    """What is filled in before a unit sees its form, by indicator; a missing code leaves the cell empty.

    `system` and `promised`: what the systems say now, and what they will say; the unit is not asked for either.
    `previous`: of the last round, `last_year`: of the same round then; percentages in percent points. `carried`: codes
    whose figure of the last round stands until the unit writes another. `sums`: totals that follow from other rows
    (`checks.form_sums`). `system_day`: the last day that the exports behind `system` cover.
    """

    system: Mapping[str, FigureParts] = field(default_factory=dict)
    promised: Collection[str] = ()
    previous: Mapping[str, Decimal] = field(default_factory=dict)
    last_year: Mapping[str, Decimal] = field(default_factory=dict)
    carried: Collection[str] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    system_day: date | None = None

    def shown(self, indicator: Indicator) -> Shown | None:
        """What the form shows instead of asking for the indicator; None: it is asked."""
        code = indicator.code
        if indicator.stated_by is StatedBy.SYSTEM:
            if (found := self.system.get(code)) is not None:
                shown = Shown(ShownBy.SYSTEM, found.value, found.numerator, found.denominator)
                return shown if shown.known else None
            return Shown(ShownBy.SYSTEM) if code in self.promised else None
        if code in self.carried and code in self.previous:
            return Shown(ShownBy.PREVIOUS, self.previous[code])
        return None


@dataclass(frozen=True)
class FiguresForm:
    """What the sheet is made of: the rows in their order, how each is asked (`report_layout`), what is known."""

    indicators: Sequence[Indicator]
    layout: Sequence[LayoutRow]
    known: KnownFigures

    @cached_property
    def asked(self) -> Mapping[str, LayoutRow]:
        return {row.key: row for row in self.layout}

    @cached_property
    def shown(self) -> Mapping[str, Shown]:
        """What the form shows instead of asking, by indicator."""
        found = {one.code: Shown.unpacked(self.asked[one.code].shown) for one in self.indicators}
        return {code: one for code, one in found.items() if one is not None}


def add_figures(
    book: FormWorkbook,
    unit: Unit,
    round_: Round,
    form: FiguresForm,
    due_at: datetime,
    rules: Sequence[LiveRule],
) -> list[str]:
    """Write the sheet; see `build_report_workbook` for the arguments. Returns what the checks of the empty form say."""
    indicators, known = form.indicators, form.known
    footer = t("workbooks.workbook.footer", unit=unit.name, round_id=round_.round_id)
    sheet = book.sheet(t("workbooks.sheets.figures"), landscape=True, widths=WIDTHS, footer=footer)
    lines = list(_lines(indicators))
    last = FIRST_ROW + len(lines) - 1
    rows = {
        line.code: row
        for row, line in enumerate(lines, start=FIRST_ROW)
        if not isinstance(line, GroupHeading)
    }
    sections = {
        line.section: row
        for row, line in enumerate(lines, start=FIRST_ROW)
        if isinstance(line, GroupHeading) and line.section
    }
    of_systems = {code: one.value for code, one in known.system.items() if one.value is not None}
    checks = LiveChecks(rules, LiveSheet(tuple(indicators), rows, of_systems, form.shown), sections)
    written = {}
    for row, line in enumerate(lines, start=FIRST_ROW):
        if isinstance(line, GroupHeading):
            _band(book, sheet, row, line)
        else:
            check = checks.of(line)
            written[line.code] = check.empty
            _row(book, sheet, rows, line, form, check)
            _sum_of_parts(book, sheet, rows[line.code], checks.sum_of_parts(line.code))
    _head(book, sheet, heading_line(unit, round_), due_at, known.system_day)
    _progress(book, sheet, [rows[one.code] for one in indicators if one.code not in form.shown])
    _open_faults(book, sheet, last, list(written.values()))
    figures_rules.validate(sheet, indicators, rows, form.asked)
    figures_rules.boxes(sheet, list(sections.values()))
    if rows:
        figures_rules.colour(book, sheet, last)
    return list(written.values())


@dataclass(frozen=True)
class GroupHeading:
    """A heading between the rows; `section` is its code when it heads a section, else ''."""

    text: str
    section: str = ""


def check_cells(indicators: Sequence[Indicator]) -> str:
    """The range of the column 'Kiểm tra', for sheets that count its faults."""
    last = FIRST_ROW + len(list(_lines(indicators))) - 1
    return _column("check", max(last, FIRST_ROW))


def _column(name: str, last: int) -> str:
    return ":".join(xl_rowcol_to_cell(row, AT[name], True, True) for row in (FIRST_ROW, last))


def _lines(indicators: Sequence[Indicator]) -> Iterator[Indicator | GroupHeading]:
    """The table's lines from the top: indicators, and the headings between them."""
    section = group = None
    for indicator in indicators:
        if indicator.section != section:
            section, group = indicator.section, None
            yield GroupHeading(indicator.section_name, section)
        # A group that is named like its only row needs no line of its own.
        if indicator.group and indicator.group not in (group, indicator.name):
            yield GroupHeading(indicator.group)
        group = indicator.group
        yield indicator


def heading_line(unit: Unit, round_: Round) -> list[str]:
    """Unit, round and window, the first parts of the line under a sheet's title."""
    line = [
        t("workbooks.workbook.unit_line", unit=unit.name),
        t("workbooks.workbook.round_line", round=round_.title),
    ]
    if round_.window:
        first, until = vn_date(round_.window.first), vn_date(round_.window.last)
        line.append(t("workbooks.workbook.window_line", first=first, last=until))
    return line


def _head(
    book: FormWorkbook, sheet: Worksheet, line: list[str], due_at: datetime, system_day: date | None
) -> None:
    sheet.write_string(0, 0, t("workbooks.figures.title"), book.style("title"))
    sheet.set_row(0, 24)
    line.append(t("workbooks.workbook.due_line", due=vn_instant(due_at)))
    if system_day is None:
        line.append(t("workbooks.workbook.system_none"))
    else:
        line.append(t("workbooks.workbook.system_line", day=vn_date(system_day)))
    sheet.write_string(1, 0, ".  ".join(line), book.style("subtitle"))
    _boxes(book, sheet)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(HEADER_ROW, column, t(f"workbooks.figures.columns.{name}"), book.style("header"))
        sheet.write_string(HEADER_ROW + 1, column, f"({column + 1})", book.style("header_number"))
    sheet.set_row(HEADER_ROW, 48)
    sheet.freeze_panes(FIRST_ROW, AT["unit"])
    sheet.repeat_rows(HEADER_ROW, HEADER_ROW + 1)


def _progress(book: FormWorkbook, sheet: Worksheet, rows: Sequence[int]) -> None:
    """How many of the rows that are asked have a figure, at the top."""
    before, after = t("workbooks.figures.progress_label"), t("workbooks.figures.progress_of", count=len(rows))
    cells = [
        ":".join(xl_rowcol_to_cell(row, column, True, True) for row in (first, last))
        for first, column, last, _ in figures_rules.ranges(rows, AT["value"])
    ]
    filled = "+".join(f"SUMPRODUCT(--(LEN({one})>0))" for one in cells) or "0"
    progress = f'="{before} "&({filled})&" {after}"'
    sheet.write_formula(0, AT["numerator"], progress, book.style("label"), f"{before} 0 {after}")


def _boxes(book: FormWorkbook, sheet: Worksheet) -> None:
    """'Không phát sinh', number and day of the signed report, above the table."""
    label, box = BOXES["number"]
    sheet.merge_range(BOX_ROW, label, BOX_ROW, box - 1, "", book.style("label_right"))
    sheet.merge_range(BOX_ROW, box, BOX_ROW, box + 1, "", book.style("input_line"))
    styles = {"nothing": "input_list", "number": "input_line", "signed": "input_day"}
    for name, (label, box) in BOXES.items():
        style = "label_right" if label else "label"
        sheet.write_string(BOX_ROW, label, t(f"workbooks.figures.{name}_label"), book.style(style))
        sheet.write_blank(BOX_ROW, box, None, book.style(styles[name]))
    sheet.set_row(BOX_ROW, 21)
    figures_rules.box(sheet, BOX_ROW, BOXES["nothing"][1])
    day = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    day |= {
        "input_message": t("workbooks.figures.date_prompt"),
        "error_message": t("workbooks.figures.date_error"),
    }
    box = BOXES["signed"][1]
    sheet.data_validation(BOX_ROW, box, BOX_ROW, box, day)


def _open_faults(book: FormWorkbook, sheet: Worksheet, last: int, empty: Sequence[str]) -> None:
    """How many faults and warnings are open, at the top; its own colour says whether all is done."""
    cells, place = _column("check", last), (0, AT["check"])
    faults, warnings = (open_count(severity, cells) for severity in (Severity.ERROR, Severity.WARNING))
    words = t("workbooks.figures.open_faults").split("|")
    formula = f"={quoted(words[0])}&{faults}&{quoted(words[1])}&{warnings}"
    counts = [
        sum(text.startswith(prefix(severity)) for text in empty)
        for severity in (Severity.ERROR, Severity.WARNING)
    ]
    sheet.write_formula(*place, formula, book.style("label"), f"{words[0]}{counts[0]}{words[1]}{counts[1]}")
    rule = {"type": "formula", "criteria": f"={faults}>0", "format": book.fault_format}
    sheet.conditional_format(*place, *place, rule)


def _band(book: FormWorkbook, sheet: Worksheet, row: int, band: GroupHeading) -> None:
    style = book.style("section" if band.section else "group")
    for column in range(len(COLUMNS)):
        sheet.write_blank(row, column, None, style)
    sheet.set_row(row, 20)
    if not band.section:
        sheet.write_string(row, 0, band.text, style)
        return
    sheet.write_string(row, AT["code"], band.section, style)
    sheet.write_string(row, AT["name"], band.text, style)
    sheet.write_string(
        row, AT["denominator"], t("workbooks.figures.section_nothing"), book.style("section_right")
    )
    sheet.write_blank(row, AT["value"], None, book.style("input_list"))


def _sum_of_parts(book: FormWorkbook, sheet: Worksheet, row: int, formula: str | None) -> None:
    if formula is None:
        sheet.write_blank(row, AT["parts"], None, book.style("absent"))
    else:
        sheet.write_formula(row, AT["parts"], formula, book.style("computed_whole"), "")


def _row(
    book: FormWorkbook,
    sheet: Worksheet,
    rows: Mapping[str, int],
    indicator: Indicator,
    form: FiguresForm,
    check: Check,
) -> None:
    row, kind, known = rows[indicator.code], str(indicator.kind), form.known
    shown, asked = form.shown.get(indicator.code), form.asked[indicator.code]
    sheet.write_string(row, AT["code"], indicator.code, book.style("code"))
    sheet.write_string(row, AT["name"], indicator.name, book.style("name"))
    # Option lists are chosen by their names, so the 'Có = 1 Không = 0' of the paper form would only confuse.
    measure = " / ".join(indicator.options.values()) if indicator.options else indicator.unit_of_measure
    sheet.write_string(row, AT["unit"], measure, book.style("unit"))
    wrapped = [(indicator.name, WIDTHS[AT["name"]]), (measure, WIDTHS[AT["unit"]])]
    if shown is not None and shown.by is ShownBy.SYSTEM:
        wrapped.append((_of_system(book, sheet, row, indicator, shown), WIDTHS[AT["system"]]))
    else:
        system = known.system.get(indicator.code)  # of a figure that the unit states all the same
        _known(book, sheet, row, "system", indicator, system.value if system else None)
    _known(book, sheet, row, "previous", indicator, known.previous.get(indicator.code))
    _known(book, sheet, row, "last_year", indicator, known.last_year.get(indicator.code))
    # What is only written by whoever disagrees looks otherwise than what is asked for.
    way = "input" if shown is None else "other"
    if shown is not None and shown.promised:
        for column in ("numerator", "denominator", "value"):
            sheet.write_blank(row, AT[column], None, book.style("absent"))
    elif kind == "percent":
        _percent(book, sheet, rows, asked, way)
    else:
        sheet.write_blank(row, AT["numerator"], None, book.style("absent"))
        sheet.write_blank(row, AT["denominator"], None, book.style("absent"))
        style = "list" if indicator.options else "text" if kind == "text" else "whole"
        if asked.numerator:
            total, all_given = _total(asked.numerator, rows)
            formula = f'=IF({all_given},{total},"")'
            sheet.write_formula(row, AT["value"], formula, book.style("derived_whole"), "")
        else:
            sheet.write_blank(row, AT["value"], None, book.style(f"{way}_{style}"))
    # Its letters are a point smaller than those that heights are reckoned with.
    wrapped.append((check.longest, WIDTHS[AT["check"]] * 1.1))
    sheet.write_formula(row, AT["check"], check.formula, book.style("check"), check.empty)
    sheet.set_row(row, fitted_height(wrapped))
    sheet.write_blank(row, AT["explanation"], None, book.style(f"{way}_text"))
    sheet.write_blank(row, AT["evidence"], None, book.style(f"{way}_text"))


def _known(
    book: FormWorkbook, sheet: Worksheet, row: int, column: str, indicator: Indicator, value: Decimal | None
) -> None:
    if value is None:
        # Missing is shown as missing: an empty cell could be taken for a nought.
        from_systems = column == "system" and indicator.source in ("one_stop", "doc_management")
        text = t("workbooks.figures.not_yet" if from_systems else "workbooks.figures.no_figure")
        sheet.write_string(row, AT[column], text, book.style("system_none"))
    elif indicator.options:
        label = indicator.options.get(str(value), str(value))
        sheet.write_string(row, AT[column], label, book.style("system_text"))
    else:
        style = "system_percent" if str(indicator.kind) == "percent" else "system_whole"
        sheet.write_number(row, AT[column], float(value), book.style(style))


def _of_system(book: FormWorkbook, sheet: Worksheet, row: int, indicator: Indicator, shown: Shown) -> str:
    """What a system says, locked; a percent with its parts, because a dispute is about the parts."""
    text = shown.text(indicator.options, str(indicator.kind))
    if text:
        style = "system_text" if shown.known else "system_none_wrapped"
        sheet.write_string(row, AT["system"], text, book.style(style))
    else:
        _known(book, sheet, row, "system", indicator, shown.value)
    return text


def _percent(
    book: FormWorkbook, sheet: Worksheet, rows: Mapping[str, int], asked: LayoutRow, way: str
) -> None:
    row = rows[asked.key]
    for column, expression in (("numerator", asked.numerator), ("denominator", asked.denominator)):
        if expression == OWN:
            sheet.write_blank(row, AT[column], None, book.style(f"{way}_whole"))
            continue
        total, all_given = _total(expression, rows)
        sheet.write_formula(row, AT[column], f'=IF({all_given},{total},"")', book.style("computed_whole"), "")
    top, bottom = xl_rowcol_to_cell(row, AT["numerator"]), xl_rowcol_to_cell(row, AT["denominator"])
    ratio = f'=IF(COUNT({top},{bottom})=2,IF({bottom}>0,ROUND({top}/{bottom}*100,2),""),"")'
    style = "derived" if way == "input" else "other_ratio"
    sheet.write_formula(row, AT["value"], ratio, book.style(style), "")


def _total(expression: str, rows: Mapping[str, int]) -> tuple[str, str]:
    """An expression over cells, and the condition that all its figures are given."""
    cells = [xl_rowcol_to_cell(rows[code], AT["value"]) for code in codes_of(expression)]
    total = CODE.sub(lambda match: xl_rowcol_to_cell(rows[match.group()], AT["value"]), expression)
    return total, f"COUNT({','.join(cells)})={len(cells)}"

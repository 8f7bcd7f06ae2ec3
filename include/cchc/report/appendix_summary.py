"""Sheet 'Tổng hợp': one row an indicator, under its section and group."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cchc.documents.workbook import DocumentWorkbook, row_height
from cchc.figures.facts import RoundFacts
from cchc.figures.origins import of_system, of_total
from cchc.figures.shown import coverage, spread_text
from cchc.figures.tally import Tally
from cchc.indicators import Indicator
from cchc.report.anchors import summary_rows
from cchc.report.figure_sentences import basis_text
from cchc.report.tables import section_name
from cchc.texts import t, table
from cchc.units import Tier


@dataclass(frozen=True)
class _Column:
    """A column of the sheet. `share`: a ratio in it is a percentage; `text`: words, to be set left."""

    title: str
    width: float
    share: bool = False
    text: bool = False
    public: bool = False


def write_summary_sheet(
    book: DocumentWorkbook, name: str, facts: RoundFacts, title: str, note: str, *, internal: bool
) -> None:
    """All indicators in the order of the register, frozen at the name, the heading repeated in print.

    Codes, coverage, systems' figures and comments with their hashes stand in the internal sheet alone.
    """
    whole = _columns(facts)
    shown = [place for place, column in enumerate(whole) if internal or column.public]
    columns = [whole[place] for place in shown]
    sheet, top = book.sheet(name, title, [note], paper=8)
    widths = [column.width for column in columns]
    sheet.set_row(top, row_height([column.title for column in columns], widths))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(top, place, column.title, book.head)
    gaps = Counter(difference.indicator.code for difference in facts.differences)
    section, group = "", ""
    rows = summary_rows(facts, top)
    for number, indicator in enumerate(facts.indicators, start=1):
        row, new_section = rows[indicator.code], indicator.section != section
        if new_section or indicator.group != group:
            section, group = indicator.section, indicator.group
            _band(book, sheet, row - 1, len(columns), group, "#F2F2F2")
        if new_section:
            text = f"{section}. {section_name(facts, section).upper()}"
            _band(book, sheet, row - 2, len(columns), text, "#D9D9D9")
        every = _cells(facts, number, indicator, gaps[indicator.code])
        cells = [every[place] for place in shown]
        sheet.set_row(row, row_height(cells, widths))
        for place, (column, value) in enumerate(zip(columns, cells, strict=True)):
            if column.share and indicator.aggregation == "ratio" and isinstance(value, Decimal):
                sheet.write_number(row, place, float(value), book.cell(num_format="#,##0.00"))
            elif isinstance(value, str) and not column.text:
                sheet.write_string(row, place, value, book.cell(align="right", text_wrap=True))
            else:
                book.write(sheet, row, place, value)
        if internal:
            _comments(book, sheet, facts, indicator, row, columns)
    sheet.freeze_panes(top + 1, 3 if internal else 2)
    sheet.repeat_rows(top)


def _comments(
    book: DocumentWorkbook,
    sheet: Any,
    facts: RoundFacts,
    indicator: Indicator,
    row: int,
    columns: list[_Column],
) -> None:
    """Source and hash on the province's figure, on each tier's and on the system's."""
    heads, tiers = table("appendix.summary"), table("report.tiers")
    scopes = {heads["province"]: Tier.PROVINCE, **{tiers[tier]: tier for tier in facts.tiers}}
    for place, column in enumerate(columns):
        if column.title in scopes:
            line = facts.consolidation.line(indicator.code, scopes[column.title])
            if line is not None and line.units_counted:
                book.comment(sheet, row, place, of_total(facts, line))
        elif column.title == heads["system"]:
            book.comment(sheet, row, place, of_system(facts, indicator.code))


def _columns(facts: RoundFacts) -> list[_Column]:
    heads, tiers = table("appendix.summary"), table("report.tiers")
    columns = [
        _Column(heads["number"], 5, public=True),
        _Column(heads["code"], 9, text=True),
        _Column(heads["name"], 58, text=True, public=True),
        _Column(heads["unit"], 16, text=True, public=True),
        _Column(heads["aggregation"], 20, text=True),
        _Column(heads["province"], 16, share=True, public=True),
        _Column(heads["numerator"], 13, public=True),
        _Column(heads["denominator"], 13, public=True),
        *(_Column(tiers[tier], 16, share=True, public=True) for tier in facts.tiers),
        _Column(heads["coverage"], 12),
        _Column(heads["missing"], 9),
        _Column(heads["nothing"], 11),
        _Column(heads["stated"], 12),
        _Column(heads["system"], 15, share=True),
        _Column(heads["system_coverage"], 12),
        _Column(heads["differences"], 10),
    ]
    if facts.last_year:
        columns += [_Column(heads["this_year"], 15, share=True), _Column(heads["last_year"], 15, share=True)]
        columns.append(_Column(heads["basis"], 24, text=True))
    return columns


def _cells(facts: RoundFacts, number: int, indicator: Indicator, gaps: int) -> list[object]:
    line = facts.consolidation.line(indicator.code)
    system = facts.system_lines.get((indicator.code, Tier.PROVINCE))
    cells: list[object] = [
        number,
        indicator.code,
        indicator.name,
        indicator.unit_of_measure,
        table("figures.province_figure")[indicator.province_figure],
        shown_value(indicator, line),
        line.numerator if line else None,
        line.denominator if line else None,
        *(shown_value(indicator, facts.consolidation.line(indicator.code, tier)) for tier in facts.tiers),
        coverage(indicator, line) or None,
        len(line.missing) if line else None,
        len(line.nothing) if line else None,
        len(line.stated) if line else None,
        shown_value(indicator, system),
        f"{system.units_counted}/{system.units_obliged}" if system and system.units_counted else None,
        gaps if system and system.units_counted else None,
    ]
    if past := facts.last_year:
        cells += [_compared(indicator, lines.get(indicator.code)) for lines in (past.now, past.then)]
        cells.append(basis_text(indicator.code, past) or None)
    return cells


def _compared(indicator: Indicator, line: Tally | None) -> Decimal | str | None:
    """A figure of the comparison; of the province's last year nobody may know how many units stand behind it."""
    if line is not None and line.units_counted == 0 and line.value is not None:
        return line.value
    return shown_value(indicator, line)


def shown_value(indicator: Indicator, line: Tally | None) -> Decimal | str | None:
    """A consolidated figure for a cell: a number where it is one, `n/N` for yes/no, options in words."""
    if line is None or line.units_counted == 0:
        return None
    if indicator.aggregation == "count_yes":
        return f"{line.numerator}/{line.denominator}"
    if indicator.aggregation == "distribution":
        return spread_text(indicator, line.distribution or {})
    if indicator.aggregation == "none":
        return t("figures.texts_given", count=line.units_counted)
    return line.value


def _band(book: DocumentWorkbook, sheet: Any, row: int, columns: int, text: str, colour: str) -> None:
    """A heading across the table. Not merged: merged rows break filters and sorting."""
    form = book.format(bold=True, bg_color=colour, top=1, bottom=1)
    for column in range(columns):
        sheet.write_blank(row, column, None, form)
    sheet.write_string(row, 0, text, form)

"""Sheet 'Theo đơn vị': all units x all indicators, totals on top as formulas equal to the kept figures.

A ratio takes three columns: numerator, denominator, percentage. Only figures that count are numbers; whatever
else a unit wrote stands as text, exactly as typed, so that no total can swallow it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from cchc.documents.text import clean
from cchc.documents.workbook import A3, DocumentWorkbook, number_format
from cchc.figures.facts import RoundFacts
from cchc.figures.origins import of_total, of_unit
from cchc.figures.shown import coverage, option_names, spread_text, stated, unit_cell
from cchc.figures.tally import Tally, parts
from cchc.indicators import Indicator
from cchc.indicators.numbers import format_number, ratio
from cchc.texts import t, table
from cchc.units import Tier

_PAGE_WIDTH = 290  # characters beside the repeated columns of an A3 page that is printed at 60 percent
_PAGE_ROWS = 75
_FIXED = ("number", "unit", "code", "tier", "state")


@dataclass(frozen=True)
class Slot:
    """One column of the grid: an indicator, or one part of a ratio (numerator | denominator | ratio)."""

    indicator: Indicator
    part: str = ""


@dataclass(frozen=True)
class _Block:
    """Rows (0-based, inclusive) of one tier's units."""

    tier: str
    first: int
    last: int


def slots(facts: RoundFacts) -> list[Slot]:
    """The columns behind the fixed ones, in the order of the register: of what at least one unit states."""
    found: list[Slot] = []
    for indicator in facts.indicators:
        if not (indicator.of_units or indicator.asked):
            continue
        if indicator.aggregation == "ratio":
            found += [Slot(indicator, part) for part in ("numerator", "denominator", "ratio")]
        else:
            found.append(Slot(indicator))
    return found


def write_units_sheet(book: DocumentWorkbook, name: str, facts: RoundFacts, title: str, note: str) -> None:
    words = table("appendix.units")
    sheet, top = book.sheet(name, title, [note, words["note"]], A3)
    columns = slots(facts)
    totals = [Tier.PROVINCE, *facts.tiers] if len(facts.tiers) > 1 else [Tier.PROVINCE]
    first_total = top + 3
    coverage_row = first_total + len(totals)
    head_row = coverage_row + 1
    blocks = _blocks(facts, head_row + 1)
    _labels(book, sheet, words, top, totals, coverage_row, head_row)
    _headings(book, sheet, columns, top, head_row, words)
    for place, slot in enumerate(columns, start=len(_FIXED)):
        sheet.set_column(place, place, _width(slot, facts.consolidation.line(slot.indicator.code)))
    _rows(book, sheet, facts, columns, head_row + 1)
    for place, slot in enumerate(columns):
        column = len(_FIXED) + place
        for offset, scope in enumerate(totals):
            line = facts.consolidation.line(slot.indicator.code, scope)
            ranges = _ranges(xl_col_to_name(column), blocks, scope)
            _total(book, sheet, first_total + offset, column, slot, line, ranges)
            if line is not None and line.units_counted and slot.part in ("", "ratio"):
                book.comment(sheet, first_total + offset, column, of_total(facts, line))
        line = facts.consolidation.line(slot.indicator.code)
        text = coverage(slot.indicator, line)
        sheet.write_string(coverage_row, column, text, book.cell(align="right", italic=True))
    last = max((block.last for block in blocks), default=head_row + 1)
    sheet.autofilter(head_row, 0, last, len(_FIXED) + len(columns) - 1)
    sheet.freeze_panes(head_row + 1, 2)
    sheet.repeat_rows(top, head_row)
    sheet.repeat_columns(0, 1)
    # Too wide for one page: as many beside one another as stay readable; the first two columns are repeated.
    wide = sum(_width(slot, facts.consolidation.line(slot.indicator.code)) for slot in columns)
    sheet.fit_to_pages(math.ceil(wide / _PAGE_WIDTH), math.ceil(len(facts.standings) / _PAGE_ROWS))
    sheet.ignore_errors(
        {"number_stored_as_text": f"A1:{xl_col_to_name(len(_FIXED) + len(columns))}{last + 1}"}
    )


def _width(slot: Slot, line: Tally | None) -> float:
    """Characters of a column: a total's, and never so few that a code does not fit; texts are cut in print."""
    if slot.indicator.aggregation == "none":
        return 24
    parts_of = {"numerator": line.numerator, "denominator": line.denominator, "": line.value} if line else {}
    total = parts_of.get(slot.part)
    return max(8.0, len(format_number(total, 0)) + 2.0) if isinstance(total, Decimal) else 8.0


def _blocks(facts: RoundFacts, first: int) -> list[_Block]:
    found: list[_Block] = []
    for tier in facts.tiers:
        count = sum(1 for unit in facts.units if unit.tier == tier)
        found.append(_Block(tier, first, first + count - 1))
        first += count
    return found


def _ranges(column: str, blocks: Sequence[_Block], scope: str) -> list[str]:
    """Cell ranges of a scope; neighbouring tiers make one range."""
    if scope == Tier.PROVINCE:
        if not blocks:
            return []
        return [f"{column}{blocks[0].first + 1}:{column}{blocks[-1].last + 1}"]
    return [f"{column}{block.first + 1}:{column}{block.last + 1}" for block in blocks if block.tier == scope]


def _labels(
    book: DocumentWorkbook,
    sheet: Any,
    words: dict[str, str],
    top: int,
    totals: Sequence[str],
    coverage: int,
    head: int,
) -> None:
    tiers = table("report.tiers")
    for row, text in ((top, words["section"]), (top + 1, words["name"]), (top + 2, words["measure"])):
        sheet.merge_range(
            row, 0, row, len(_FIXED) - 1, text, book.cell(bold=True, align="right", bg_color="#F2F2F2")
        )
    for offset, scope in enumerate(totals):
        form = book.cell(bold=True, align="right", bg_color="#F2F2F2")
        sheet.merge_range(top + 3 + offset, 0, top + 3 + offset, len(_FIXED) - 1, tiers[scope], form)
    form = book.cell(italic=True, align="right", bg_color="#F2F2F2")
    sheet.merge_range(coverage, 0, coverage, len(_FIXED) - 1, words["coverage"], form)
    for column, (key, width) in enumerate(zip(_FIXED, (5, 34, 9, 16, 16), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, words[key], book.head)
    sheet.set_row(top + 1, 150)
    sheet.set_row(top + 2, 32)


def _headings(
    book: DocumentWorkbook, sheet: Any, columns: Sequence[Slot], top: int, head: int, words: dict[str, str]
) -> None:
    """Section, name and unit of measure above the totals, the code directly above the data."""
    start = len(_FIXED)
    wrap = book.cell(text_wrap=True, align="center", font_size=8)
    upright = book.cell(text_wrap=True, align="center", font_size=8, rotation=90)
    sections: dict[str, list[int]] = {}
    for place, slot in enumerate(columns):
        indicator, column = slot.indicator, start + place
        sections.setdefault(f"{indicator.section}. {indicator.section_name}", []).append(column)
        name = clean(indicator.name) + (f" - {words[slot.part].lower()}" if slot.part else "")
        sheet.write_string(top + 1, column, name, upright)
        percent = slot.part == "ratio" or (not slot.part)
        sheet.write_string(top + 2, column, indicator.unit_of_measure if percent else "", wrap)
        suffix = {"numerator": " (TS)", "denominator": " (MS)"}.get(slot.part, "")
        sheet.write_string(head, column, indicator.code + suffix, book.head)
    for title, places in sections.items():
        form = book.cell(bold=True, align="left", bg_color="#D9D9D9")
        if len(places) > 1 and places[-1] - places[0] == len(places) - 1:
            sheet.merge_range(top, places[0], top, places[-1], title, form)
        else:
            for place in places:
                sheet.write_string(top, place, title, form)


def _rows(book: DocumentWorkbook, sheet: Any, facts: RoundFacts, columns: Sequence[Slot], first: int) -> None:
    statuses, tiers = table("report.status"), table("report.tiers")
    empty, plain = book.cell(), book.cell(num_format="#,##0")
    typed, percent = book.cell(italic=True, align="left"), book.cell(num_format="#,##0.00")
    for n, standing in enumerate(facts.standings):
        row, unit = first + n, standing.unit
        own = facts.figures.get(unit.code, {})
        status = statuses[standing.status]
        if standing.unproven:
            status = t("obligations.unproven.shown", what=status)
        for column, label in enumerate((n + 1, unit.name, unit.code, tiers[unit.tier], status)):
            book.write(sheet, row, column, label)
        book.comment(sheet, row, 1, of_unit(facts, unit))
        pair: tuple[Decimal | None, Decimal | None] = (None, None)
        for place, slot in enumerate(columns):
            column = len(_FIXED) + place
            code = slot.indicator.code
            if slot.part == "numerator":
                top, bottom = parts(slot.indicator, own)
                complete = top is not None and bottom is not None and facts.owes(unit, code)
                pair = (top, bottom) if complete else (None, None)
            value: Decimal | str | None
            if slot.part in ("numerator", "denominator"):
                value = pair[0 if slot.part == "numerator" else 1]
            else:
                value = unit_cell(slot.indicator, own.get(code))
                if value is None and slot.part == "ratio":
                    value = ratio(*pair)
                if isinstance(value, Decimal) and not facts.owes(unit, code):
                    value = stated(own.get(code))
            if value is None or value == "":
                sheet.write_blank(row, column, None, empty)
            elif isinstance(value, Decimal):
                form = (
                    percent if slot.part == "ratio" else plain if value == value.to_integral_value() else None
                )
                form = form or book.cell(num_format=number_format(value))
                sheet.write_number(row, column, float(value), form)
            else:
                sheet.write_string(row, column, value[:32767], typed)


def _total(
    book: DocumentWorkbook,
    sheet: Any,
    row: int,
    column: int,
    slot: Slot,
    line: Tally | None,
    ranges: Sequence[str],
) -> None:
    """A total as a formula, its kept result the consolidated figure; empty where nothing can be added."""
    bold = {"bold": True, "bg_color": "#F2F2F2"}
    if line is None or not ranges or slot.indicator.aggregation == "none":
        sheet.write_blank(row, column, None, book.cell(**bold))
        return
    area = ",".join(ranges)
    kind = slot.part or slot.indicator.aggregation
    if kind == "ratio":
        here, cell = xl_col_to_name(column - 2), xl_col_to_name(column - 1)
        formula = f'=IF(N({cell}{row + 1})=0,"",ROUND({here}{row + 1}*100/{cell}{row + 1},4))'
        result: object = line.value
        form = book.cell(num_format="#,##0.00", **bold)
    elif kind == "count_yes":
        formula = f'=IF(COUNT({area})=0,"",{_count(area, "1")}&"/"&COUNT({area}))'
        result = f"{line.numerator}/{line.denominator}" if line.units_counted else None
        form = book.cell(align="right", **bold)
    elif kind == "distribution":
        counts = line.distribution or {}
        pieces = [
            f'"{_quoted(name)}: "&{_count(area, key)}'
            for key, name in option_names(slot.indicator, counts).items()
        ]
        formula = f'=IF(COUNT({area})=0,"",' + '&"; "&'.join(pieces) + ")"
        result = spread_text(slot.indicator, counts) if line.units_counted else None
        form = book.cell(align="right", text_wrap=True, font_size=9, **bold)
    else:
        formula = f'=IF(COUNT({area})=0,"",SUM({area}))'
        result = {"numerator": line.numerator, "denominator": line.denominator}.get(slot.part, line.value)
        form = book.cell(
            num_format="#,##0" if result is None else number_format(Decimal(str(result))), **bold
        )
    kept = float(result) if isinstance(result, Decimal) else "" if result is None else result
    sheet.write_formula(row, column, formula, form, kept)


def _count(area: str, answer: str) -> str:
    """How many cells hold that number; unlike COUNTIF it counts no text that looks like it, no blanks."""
    return f"SUMPRODUCT(ISNUMBER({area})*({area}={answer}))"


def _quoted(text: str) -> str:
    return text.replace('"', '""')

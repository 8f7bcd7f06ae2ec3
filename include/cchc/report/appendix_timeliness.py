"""Sheet 'Tiến độ': how each tier reported, as formulas over the list of units below."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from cchc.documents.workbook import DocumentWorkbook, row_height
from cchc.figures.facts import RoundFacts
from cchc.indicators.numbers import ratio
from cchc.obligations import RoundSummary
from cchc.texts import table
from cchc.units import Tier

_LIST = (
    ("number", 6),
    ("unit", 36),
    ("code", 12),
    ("tier", 18),
    ("due", 18),
    ("first", 18),
    ("fulfilled", 18),
    ("status", 24),
    ("timeliness", 14),
    ("working", 12),
    ("calendar", 12),
)
# Columns of the summary and the column of the list that each one counts.
_WORDS = ("on_time", "late", "missing", "pending")
_TIER, _STATUS, _TIMELINESS = 3, 7, 8
_FIRST = 2  # the scope takes two columns, so that the counts stand in narrow ones


def write_timeliness_sheet(
    book: DocumentWorkbook, name: str, facts: RoundFacts, title: str, note: str
) -> None:
    """Tiers and the province on top, all obliged units below. Waived units stand in neither."""
    sheet, top = book.sheet(name, title, [note])
    scopes = [*facts.tiers, Tier.PROVINCE]
    head = top + len(scopes) + 2
    first, last = head + 1, head + max(len(facts.standings), 1)
    _summary_head(book, sheet, top)
    for offset, scope in enumerate(scopes, start=1):
        summary = facts.summary if scope == Tier.PROVINCE else facts.summary_by_tier[scope]
        _summary_row(book, sheet, top + offset, scope, summary, (first, last))
    _list(book, sheet, facts, head)
    sheet.autofilter(head, 0, last, len(_LIST) - 1)
    sheet.freeze_panes(head + 1, 2)


def _summary_head(book: DocumentWorkbook, sheet: Any, top: int) -> None:
    heads = table("report.timeliness_table")
    sheet.merge_range(top, 0, top, 1, heads["scope"], book.head)
    for place, key in enumerate(("obliged", *_WORDS, "nothing", "rate")):
        sheet.write_string(top, _FIRST + place, heads[key], book.head)
    sheet.set_row(top, 30)


def _summary_row(
    book: DocumentWorkbook, sheet: Any, row: int, scope: str, summary: RoundSummary, units: tuple[int, int]
) -> None:
    """Counts by COUNTIFS, so that a reader who filters or corrects the list sees where a number comes from."""
    look: dict[str, object] = {"bold": scope == Tier.PROVINCE}
    names = table("report.tiers")
    sheet.merge_range(row, 0, row, 1, names[scope], book.cell(**look))

    def area(column: int) -> str:
        letter = xl_col_to_name(column)
        return f"${letter}${units[0] + 1}:${letter}${units[1] + 1}"

    of_scope = "" if scope == Tier.PROVINCE else f',{area(_TIER)},"{names[scope]}"'
    words, statuses = table("report.timeliness"), table("report.status")
    counted = [
        *((getattr(summary, key), _TIMELINESS, words[key]) for key in _WORDS),
        (summary.nothing_to_report, _STATUS, statuses["nothing_to_report"]),
    ]
    form = book.cell(num_format="#,##0", align="center", **look)
    obliged = f'=COUNTIFS({area(1)},"?*"{of_scope})'
    sheet.write_formula(row, _FIRST, obliged, form, summary.obliged)
    for place, (value, column, word) in enumerate(counted, start=1):
        formula = f'=COUNTIFS({area(column)},"{word}"{of_scope})'
        sheet.write_formula(row, _FIRST + place, formula, form, value)
    whole, on_time = (f"{xl_col_to_name(_FIRST + place)}{row + 1}" for place in (0, 1))
    value = ratio(Decimal(summary.on_time_rate[0]), Decimal(summary.on_time_rate[1]))
    sheet.write_formula(
        row,
        _FIRST + len(counted) + 1,
        f'=IF({whole}=0,"",ROUND(100*{on_time}/{whole},4))',
        book.cell(num_format="#,##0.00", align="center", **look),
        "" if value is None else float(value),
    )


def _list(book: DocumentWorkbook, sheet: Any, facts: RoundFacts, head: int) -> None:
    heads = table("appendix.timeliness")
    for column, (key, width) in enumerate(_LIST):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, heads[key], book.head)
    sheet.set_row(head, 30)
    statuses, words, tiers = table("report.status"), table("report.timeliness"), table("report.tiers")
    widths = [width for _, width in _LIST]
    for number, one in enumerate(facts.standings, start=1):
        cells: list[object] = [
            number,
            one.unit.name,
            one.unit.code,
            tiers[one.unit.tier],
            one.due_at,
            one.first_submitted_at,
            one.fulfilled_at,
            statuses[one.status],
            words[one.timeliness],
            one.late_working_days,
            one.late_calendar_days,
        ]
        sheet.set_row(head + number, row_height(cells, widths))
        for column, value in enumerate(cells):
            book.write(sheet, head + number, column, value)

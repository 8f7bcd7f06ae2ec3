"""Biểu 06/VPCP/KSTT as a workbook: A4 landscape, rows by field within unit, subtotals, the source on the sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from cchc.clock import vn_date
from cchc.documents.marking import Marking
from cchc.documents.text import clean
from cchc.documents.workbook import LONG_LIST, DocumentWorkbook, ListSheet, row_height
from cchc.report.form_06_rules import rule_rows
from cchc.sources import share
from cchc.sources.counting import Counts
from cchc.sources.forms import UnitBlock
from cchc.sources.rules import OneStopRules
from cchc.sources.states import SourceState
from cchc.texts import t, table
from cchc.year import Window

# 42A: the separators of Viet Nam, whatever the machine's own are (spreadsheet programs that heed the tag).
NUMBER, SHARE = "[$-42A]#,##0", "[$-42A]#,##0.00"
_GROUPS = (
    (
        "received",
        ("total", "received_online", "received_direct_or_post", "carried_over", "received_channel_unknown"),
    ),
    ("resolved", ("resolved", "early", "on_time", "late", "resolved_without_due")),
    ("still_open", ("still_open", "in_term", "overdue", "open_without_due")),
)
_FIRST = 2  # the column of the first count; number and name stand before it
_WIDTHS = (6, 38, 10.5)
_SUM_OF_SHOWN = 9  # SUBTOTAL leaves other subtotals out, so one range serves each level


def build_form_06(
    blocks: Sequence[UnitBlock],
    window: Window,
    state: SourceState,
    rules: OneStopRules,
    *,
    dimension: str = "field",
    rehearsal: bool = False,
) -> bytes:
    """The form and, on a second sheet, the rules it was counted by. Equal arguments give equal bytes.

    Counts of a unit, a tier and the total are SUBTOTAL formulas that hold the counted values; a share is a
    formula that is empty where nothing was resolved.
    """
    title = t("form_06.book.title")
    book = DocumentWorkbook(Marking(as_of=state.told_at, rehearsal=rehearsal, number=""), title)
    write_form_06(book, blocks, window, state, rules, dimension=dimension)
    return book.close()


def write_form_06(
    book: DocumentWorkbook,
    blocks: Sequence[UnitBlock],
    window: Window,
    state: SourceState,
    rules: OneStopRules,
    *,
    dimension: str = "field",
) -> None:
    """The form and its rules as two sheets of any workbook."""
    _Form(book, rules, window, blocks).write(blocks, state, dimension)
    words = table("form_06.rule_heads")
    book.list(
        ListSheet(
            t("form_06.book.rules_sheet"),
            t("form_06.book.rules_title"),
            (words["rule"], words["chosen"]),
            (52, 70),
            rule_rows(rules),
            (t("form_06.book.rules_note"),),
        )
    )


def totals(blocks: Iterable[UnitBlock]) -> dict[str, int]:
    """Counts of all covered units together."""
    found: defaultdict[str, int] = defaultdict(int)
    for block in blocks:
        for name, number in (block.counts or {}).items():
            found[name] += number
    return found


@dataclass(frozen=True)
class _Line:
    number: str
    name: str
    counts: Counts | None
    level: int  # 0: a row of a unit, 1: a unit, 2: a tier, 3: the total
    last: int = 0  # last row (0-based) of what a subtotal adds up


class _Form:
    def __init__(
        self, book: DocumentWorkbook, rules: OneStopRules, window: Window, blocks: Sequence[UnitBlock]
    ) -> None:
        self._book, self._window = book, window
        left_out = set()
        if rules.no_due_date.resolved != "own_class":
            left_out.add("resolved_without_due")
        if rules.no_due_date.open != "own_class":
            left_out.add("open_without_due")
        if not any((block.counts or {}).get("received_channel_unknown", 0) for block in blocks):
            left_out.add("received_channel_unknown")
        self._groups = [
            (name, [column for column in columns if column not in left_out]) for name, columns in _GROUPS
        ]
        self._columns = [column for _, columns in self._groups for column in columns]

    def write(self, blocks: Sequence[UnitBlock], state: SourceState, dimension: str) -> None:
        book = self._book
        days = {"first": vn_date(self._window.first), "last": vn_date(self._window.last)}
        covered = sum(block.counts is not None for block in blocks)
        notes = [
            t("form_06.book.window", **days),
            *state.provenance(),
            t("form_06.book.covered", covered=covered, units=len(blocks)),
        ]
        sheet, top = book.sheet(t("form_06.book.sheet"), t("form_06.book.title"), notes)
        sheet.set_footer(t("form_06.book.print_footer", **days))
        body = self._headings(sheet, top + 1, dimension)
        row = body
        for line in self._lines(blocks, body):
            self._line(sheet, row, line)
            row += 1
        self._signatures(sheet, row + 1)
        if row - body > LONG_LIST:
            sheet.set_portrait()
        sheet.freeze_panes(body, _FIRST)
        sheet.repeat_rows(top + 1, body - 1)
        sheet.print_area(0, 0, row + 2, _FIRST + len(self._columns))

    def _headings(self, sheet: Any, top: int, dimension: str) -> int:
        """Group, name and number of each column; returns the first row below them."""
        head = self._book.head
        small = self._book.cell(align="center", italic=True, font_size=9, bg_color="#D9D9D9")
        fixed = (
            t("form_06.book.number"),
            t("form_06.book.name", dimension=t(f"form_06.dimensions.{dimension}").lower()),
        )
        for column, (text, width) in enumerate(zip(fixed, _WIDTHS, strict=False)):
            sheet.set_column(column, column, width)
            sheet.merge_range(top, column, top + 1, column, text, head)
            sheet.write_blank(top + 2, column, None, small)
        names, column = table("form_06.book.columns"), _FIRST
        for group, columns in self._groups:
            sheet.merge_range(top, column, top, column + len(columns) - 1, t(f"form_06.book.{group}"), head)
            whole = column - _FIRST + 1
            parts = "+".join(str(whole + place) for place in range(1, len(columns)))
            for place, name in enumerate(columns):
                sheet.set_column(column + place, column + place, _WIDTHS[2])
                sheet.write_string(top + 1, column + place, names[name], head)
                text = f"({whole + place})" + ("" if place else f"={parts}")
                sheet.write_string(top + 2, column + place, text, small)
            column += len(columns)
        sheet.set_column(column, column, 12)
        sheet.merge_range(top, column, top + 1, column, t("form_06.book.share"), head)
        early, on_time, whole = (self._columns.index(name) + 1 for name in ("early", "on_time", "resolved"))
        sheet.write_string(top + 2, column, f"({len(self._columns) + 1})=({early}+{on_time})/{whole}", small)
        sheet.set_row(top, 18)
        sheet.set_row(top + 1, 62)
        small.set_text_wrap()
        return top + 3

    def _lines(self, blocks: Sequence[UnitBlock], row: int) -> Iterable[_Line]:
        """The lines from `row` on: the total when there are several units, tiers when there are several."""
        tiers = list(dict.fromkeys(block.unit.tier for block in blocks))
        several = len(tiers) > 1
        end = row + len(blocks) + sum(len(block.rows) for block in blocks)
        end += (len(tiers) if several else 0) + (len(blocks) > 1) - 1
        if len(blocks) > 1:
            yield _Line("", t("form_06.book.all"), totals(blocks), 3, end)
            row += 1
        number = 0
        for tier in tiers:
            mine = [block for block in blocks if block.unit.tier == tier]
            if several:
                last = row + len(mine) + sum(len(block.rows) for block in mine)
                yield _Line("", t(f"form_06.tiers.{tier}"), totals(mine), 2, last)
                row += 1
            for block in mine:
                number += 1
                name = block.unit.name
                if block.counts is None:
                    name = t("form_06.book.not_covered", unit=name)
                yield _Line(str(number), name, block.counts, 1, row + len(block.rows))
                for place, (text, counts) in enumerate(block.rows, start=1):
                    yield _Line(f"{number}.{place}", text, counts, 0)
                row += 1 + len(block.rows)

    def _line(self, sheet: Any, row: int, line: _Line) -> None:
        book = self._book
        look: dict[str, object] = {"bold": line.level > 0}
        if line.level > 1:
            look["bg_color"] = "#F2F2F2"
        name = clean(line.name)
        sheet.set_row(row, row_height([name], [_WIDTHS[1]]) + 1)
        sheet.write_string(row, 0, line.number, book.cell(align="center", **look))
        sheet.write_string(row, 1, name, book.cell(text_wrap=True, indent=0 if line.level else 1, **look))
        if line.counts is None:
            for column in range(_FIRST, _FIRST + len(self._columns) + 1):
                sheet.write_blank(row, column, None, book.cell(**look))
            return
        form = book.cell(num_format=NUMBER, **look)
        for place, count in enumerate(self._columns):
            column, value = _FIRST + place, line.counts[count]
            if line.level and line.last > row:
                letter = xl_col_to_name(column)
                formula = f"=SUBTOTAL({_SUM_OF_SHOWN},{letter}{row + 2}:{letter}{line.last + 1})"
                sheet.write_formula(row, column, formula, form, value)
            else:
                sheet.write_number(row, column, value, form)
        self._share(sheet, row, line.counts, book.cell(num_format=SHARE, **look))

    def _share(self, sheet: Any, row: int, counts: Counts, form: Any) -> None:
        early, on_time, resolved = (
            xl_rowcol_to_cell(row, _FIRST + self._columns.index(name))
            for name in ("early", "on_time", "resolved")
        )
        value: Decimal | None = share(counts["early"] + counts["on_time"], counts["resolved"]).value
        formula = f'=IF({resolved}=0,"",ROUND(100*({early}+{on_time})/{resolved},2))'
        sheet.write_formula(
            row, _FIRST + len(self._columns), formula, form, "" if value is None else float(value)
        )

    def _signatures(self, sheet: Any, row: int) -> None:
        bold = self._book.format(bold=True, align="center")
        plain = self._book.format(italic=True, align="center")
        last = _FIRST + len(self._columns)
        for columns, key in (((0, 4), "made_by"), ((last - 5, last), "head")):
            sheet.merge_range(row, columns[0], row, columns[1], t(f"form_06.book.{key}"), bold)
            sheet.merge_range(row + 1, columns[0], row + 1, columns[1], t(f"form_06.book.{key}_note"), plain)

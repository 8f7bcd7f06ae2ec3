"""Formulas of columns 'Tổng các phần' and 'Kiểm tra': each row says what is wrong with it while the unit types.

Plain functions of every spreadsheet program since 2007, references to cells of the same sheet, no names, no arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.figures_columns import AT, BOX_ROW, BOXES
from cchc.workbooks.live_rules import Condition, LiveRule, LiveSheet, Turn, prefix, quoted, worded

if TYPE_CHECKING:
    from cchc.indicators import Indicator

_AROUND_DIGITS = (".", ",", " ", "\u00a0", "-", "–", "—", "%", "đồng", "vnđ", "vnd", "đ")


@dataclass(frozen=True)
class Check:
    """The formula of a row's check, what it gives in an empty form, and its longest sentence (for the row's height)."""

    formula: str
    empty: str
    longest: str


def open_count(severity: str, cells: str) -> str:
    """A formula (without '=') that counts the checks of a severity in a range; the same in Excel and LibreOffice."""
    word = prefix(severity)
    return f'SUMPRODUCT(--(LEFT({cells},{len(word)})="{word}"))'


class LiveChecks:
    """The checks of one form: `sections` are the rows of the sections' headings, with their boxes."""

    def __init__(self, rules: Iterable[LiveRule], sheet: LiveSheet, sections: Mapping[str, int]) -> None:
        self._sheet, self._sections = sheet, sections
        # What two rules say of one row is said once, by the first of them.
        self._found: dict[str, dict[str, Condition]] = defaultdict(dict)
        for indicator in sheet.indicators:
            for condition in self._readable(indicator):
                self._found[indicator.code][condition.when] = condition
        for rule in rules:
            for condition in rule.live(sheet):
                self._found[condition.indicator].setdefault(condition.when, condition)

    def sum_of_parts(self, code: str) -> str | None:
        """The formula of the sum of an indicator's parts; None when it has none in this form."""
        return next((one.parts for one in self._found[code].values() if one.parts), None)

    def of(self, indicator: Indicator) -> Check:
        """The check of a row: the first fault that holds, faults before warnings."""
        if self._sheet.of_system(indicator.code):
            return self._dispute(indicator)
        found = self._found[indicator.code].values()
        conditions = sorted(found, key=lambda one: (one.severity != Severity.ERROR, one.turn))
        explained = f"LEN(TRIM({self._sheet.cell(indicator.code, 'explanation')}))=0"
        empty, formula = "", '""'
        if indicator.code in self._sheet.shown:
            empty = t("workbooks.live.as_before")
            formula = f'IF(LEN({self._sheet.cell(indicator.code, "value")})=0,{quoted(empty)},"")'
        for one in reversed(conditions):
            when = f"AND({one.when},{explained})" if one.explainable else one.when
            formula = f"IF({when},{one.text},{formula})"
        value = self._sheet.cell(indicator.code, "value")
        contradiction = quoted(worded(Severity.ERROR, "declared"))
        given = f'IF(AND(ISNUMBER({value}),N({value})<>0),{contradiction},"")'
        return Check(
            f"=IF({self._declared(indicator)},{given},{formula})",
            next((one.shown for one in conditions if one.if_empty), empty),
            max((one.shown for one in conditions), key=len, default=""),
        )

    def _dispute(self, indicator: Indicator) -> Check:
        """Of a figure of the systems: left alone it is confirmed; another figure needs its reason, and the other way
        round."""
        if self._sheet.shown[indicator.code].promised:
            return Check('=""', "", "")
        columns = ("value", "numerator", "denominator") if indicator.kind == "percent" else ("value",)
        other = "+".join(f"LEN({self._sheet.cell(indicator.code, column)})" for column in columns)
        reason = f"LEN(TRIM({self._sheet.cell(indicator.code, 'explanation')}))=0"
        confirmed, disputed = (t(f"workbooks.live.{word}") for word in ("confirmed", "disputed"))
        no_reason = worded(Severity.ERROR, "no_reason")
        no_figure = worded(Severity.WARNING, "no_figure")
        formula = (
            f"=IF({other}=0,IF({reason},{quoted(confirmed)},{quoted(no_figure)}),"
            f"IF({reason},{quoted(no_reason)},{quoted(disputed)}))"
        )
        return Check(formula, confirmed, max((no_reason, no_figure), key=len))

    def _readable(self, indicator: Indicator) -> Iterator[Condition]:
        """What no rule says: that a number is a number."""
        code, kind = indicator.code, str(indicator.kind)
        value = self._sheet.cell(code, "value")
        if kind in ("count", "money") and not indicator.options:
            as_text = f"AND(ISTEXT({value}),LEN({value})>0)"
            fraction = f"IF(ISNUMBER({value}),{value}<>INT({value}),FALSE)"
            yield _fault(code, Turn.READABLE, _no_number(value), "text")
            yield _fault(code, Turn.READABLE, as_text, "number_as_text", Severity.WARNING)
            yield _fault(code, Turn.READABLE, fraction, "whole")
        if kind == "percent":
            parts = [self._sheet.cell(code, part) for part in ("numerator", "denominator")]
            for cell in (value, *parts):
                yield _fault(code, Turn.READABLE_PARTS, _no_number(cell), "text")
            for cell in parts:
                wrong = f"IF(ISNUMBER({cell}),OR({cell}<0,{cell}<>INT({cell})),FALSE)"
                yield _fault(code, Turn.READABLE_PARTS, wrong, "part_whole")

    def _declared(self, indicator: Indicator) -> str:
        whole = xl_rowcol_to_cell(BOX_ROW, BOXES["nothing"][1], row_abs=True, col_abs=True)
        cells = [whole]
        if indicator.section in self._sections:
            row = self._sections[indicator.section]
            cells.append(xl_rowcol_to_cell(row, AT["value"], row_abs=True, col_abs=True))
        return "OR(" + ",".join(f"{cell}={quoted(t('workbooks.answer_yes'))}" for cell in cells) + ")"


def _no_number(cell: str) -> str:
    """The condition that a cell holds a text that the receipt cannot read as a number either ('mười hai').

    What people write around digits is taken away first: separators, a percent sign, the currency, a dash alone.
    """
    bare = f"LOWER({cell})"
    for written in _AROUND_DIGITS:
        bare = f"SUBSTITUTE({bare},{quoted(written)},)"
    return f"IF(ISTEXT({cell}),IF(LEN({bare})>0,ISERROR(VALUE({bare})),FALSE),FALSE)"


def _fault(code: str, turn: Turn, when: str, key: str, severity: str = Severity.ERROR) -> Condition:
    words = worded(severity, key)
    return Condition(code, turn, severity, False, when, quoted(words), words)

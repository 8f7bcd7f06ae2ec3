"""Formulas of columns 'Tổng các phần' and 'Kiểm tra': each row says what is wrong with it while the unit types.

Plain functions of every spreadsheet program since 2007, references to cells of the same sheet, no names, no arrays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_rowcol_to_cell

from cchc.indicators import codes_of, format_number
from cchc.intake.figures_columns import AT, BOX_ROW, BOXES, CODE
from cchc.intake.live_rules import Comparison, Limit, LiveRules, Weight
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.indicators import Indicator

_AROUND_DIGITS = (".", ",", " ", "\u00a0", "-", "–", "—", "%", "đồng", "vnđ", "vnd", "đ")
_FAULT, _WARNING = Weight("loi"), Weight("canh_bao")


@dataclass(frozen=True)
class _Condition:
    """`when` is a formula without '='; `text` a formula that gives the sentence; `shown` the sentence's letters."""

    weight: Weight
    when: str
    text: str
    shown: str


@dataclass(frozen=True)
class Check:
    """The formula of a row's check, what it gives in an empty form, and its longest sentence (for the row's height)."""

    formula: str
    empty: str
    longest: str


def prefix(severity: str) -> str:
    """With which word a check of this severity begins; the colours and the counts look for it."""
    return str(table("intake.review.severities")[severity])


def open_count(severity: str, cells: str) -> str:
    """A formula (without '=') that counts the checks of a severity in a range; the same in Excel and LibreOffice."""
    word = prefix(severity)
    return f'SUMPRODUCT(--(LEFT({cells},{len(word)})="{word}"))'


def quoted(text: str) -> str:
    """A text inside a formula."""
    return '"' + text.replace('"', '""') + '"'


class LiveChecks:
    """The checks of one form: `rows` of its indicators, `sections` the rows of their headings with the boxes."""

    def __init__(
        self,
        rules: LiveRules,
        rows: Mapping[str, int],
        sections: Mapping[str, int],
        system: Mapping[str, Decimal],
    ) -> None:
        self.rules, self.rows, self.sections, self.system = rules, rows, sections, system
        self._comparisons: dict[str, list[Comparison]] = defaultdict(list)
        self._bounds: dict[str, list[Limit]] = defaultdict(list)
        for limit in rules.limits:
            self._bounds[limit.indicator].append(limit)
        for comparison in rules.comparisons:
            self._comparisons[codes_of(comparison.left)[0]].append(comparison)

    def sum_of_parts(self, code: str) -> str | None:
        """The formula of the sum of an indicator's parts; None when it has none in this form."""
        for rule in self._comparisons[code]:
            if rule.equal and rule.left == code and len(codes_of(rule.right)) > 1:
                total, given = self._side(rule.right)
                return f'=IF({given},{total},"")'
        return None

    def of(self, indicator: Indicator) -> Check:
        """The check of a row: the first fault that holds, faults before warnings."""
        conditions = sorted(self._conditions(indicator), key=lambda one: one.weight.severity != "loi")
        explained = f"LEN(TRIM({self._cell(indicator.code, 'explanation')}))=0"
        formula, empty = '""', ""
        for one in reversed(conditions):
            when = f"AND({one.when},{explained})" if one.weight.explainable else one.when
            formula = f"IF({when},{one.text},{formula})"
        declared = self._declared(indicator)
        value = self._cell(indicator.code, "value")
        contradiction = _worded(_FAULT, t("intake.live.declared"))
        formula = (
            f'IF({declared},IF(AND(ISNUMBER({value}),N({value})<>0),{quoted(contradiction)},""),{formula})'
        )
        weight = self._missing_weight(indicator.code)
        if weight is not None:
            empty = _worded(weight, t("intake.live.missing"))
        return Check("=" + formula, empty, max((one.shown for one in conditions), key=len, default=""))

    def _conditions(self, indicator: Indicator) -> Iterator[_Condition]:
        code, kind = indicator.code, str(indicator.kind)
        value = self._cell(code, "value")
        if kind in ("count", "money") and not indicator.options:
            yield _fixed(_FAULT, _no_number(value), t("intake.live.text"))
            yield _fixed(_WARNING, f"AND(ISTEXT({value}),LEN({value})>0)", t("intake.live.number_as_text"))
            yield _fixed(_FAULT, f"IF(ISNUMBER({value}),{value}<>INT({value}),FALSE)", t("intake.live.whole"))
        yield from self._limits(code, value)
        for comparison in self._comparisons[code]:
            yield self._comparison(comparison)
        if kind == "percent":
            yield from self._percent(code, value)
        missing = self._missing_weight(code)
        if missing is not None:
            cells = [value] + [self._cell(code, part) for part in ("numerator", "denominator")]
            blank = ",".join(f"LEN({cell})=0" for cell in (cells if kind == "percent" else cells[:1]))
            yield _fixed(missing, f"AND({blank})", t("intake.live.missing"))
        yield from self._versus_system(code, kind, value)

    def _limits(self, code: str, value: str) -> Iterator[_Condition]:
        for limit in self._bounds[code]:
            for bound, sign, key in ((limit.minimum, "<", "below"), (limit.maximum, ">", "above")):
                if bound is not None:
                    text = t(f"intake.live.{key}", bound=format_number(bound))
                    yield _fixed(limit.weight, f"IF(ISNUMBER({value}),{value}{sign}{bound},FALSE)", text)

    def _comparison(self, rule: Comparison) -> _Condition:
        left, left_given = self._side(rule.left)
        right, right_given = self._side(rule.right)
        sign, key = ("<>", "equal") if rule.equal else (">", "at_most")
        slack = f"+{rule.slack}" if rule.slack else ""
        when = f"IF(AND({left_given},{right_given}),{left}{sign}{right}{slack},FALSE)"
        subject = "" if len(codes_of(rule.left)) == 1 else f"{rule.left} "
        words = _worded(rule.weight, t(f"intake.live.{key}", left=subject, right=rule.right))
        return _Condition(rule.weight, when, f"{quoted(words + ' = ')}&{right}{slack}", f"{words} = 1234567")

    def _percent(self, code: str, value: str) -> Iterator[_Condition]:
        top, bottom = self._cell(code, "numerator"), self._cell(code, "denominator")
        both = f"COUNT({top},{bottom})=2"
        for cell in (value, top, bottom):
            yield _fixed(_FAULT, _no_number(cell), t("intake.live.text"))
        for cell in (top, bottom):
            wrong = f"IF(ISNUMBER({cell}),OR({cell}<0,{cell}<>INT({cell})),FALSE)"
            yield _fixed(_FAULT, wrong, t("intake.live.part_whole"))
        if weight := self.rules.shares.get(code):
            yield _fixed(weight, f"IF({both},{top}>{bottom},FALSE)", t("intake.live.share"))
        if found := self.rules.ratios.get(code):
            tolerance, weight = found
            apart = f"ABS({value}-{top}/{bottom}*100)>{tolerance}"
            when = f"IF({both},IF(AND({bottom}>0,ISNUMBER({value})),{apart},FALSE),FALSE)"
            yield _fixed(weight, when, t("intake.live.ratio"))
        for rule in self.rules.denominators:
            if rule.left == code:
                right, given = self._side(rule.right)
                when = f"IF(AND(ISNUMBER({bottom}),{given}),{bottom}<>{right},FALSE)"
                words = _worded(rule.weight, t("intake.live.denominator", right=rule.right))
                yield _Condition(rule.weight, when, f"{quoted(words + ' = ')}&{right}", f"{words} = 1234567")
        if weight := self.rules.parts_missing.get(code):
            when = f"AND(ISNUMBER({value}),COUNT({top},{bottom})<2)"
            yield _fixed(weight, when, t("intake.live.parts_missing"))

    def _versus_system(self, code: str, kind: str, value: str) -> Iterator[_Condition]:
        known, tolerance = self.system.get(code), self.rules.tolerance
        if known is None or tolerance is None or kind not in ("count", "money", "percent"):
            return
        allowed = tolerance.around(known, percent=kind == "percent")
        # A hair's breadth more, because spreadsheets count in binary fractions.
        when = f"IF(ISNUMBER({value}),ABS({value}-{known})>{allowed}+0.000001,FALSE)"
        yield _fixed(tolerance.weight, when, t("intake.live.system"))

    def _missing_weight(self, code: str) -> Weight | None:
        """None too where the exports have the figure: then its absence is only a note."""
        return None if code in self.system else self.rules.compulsory.get(code)

    def _declared(self, indicator: Indicator) -> str:
        whole = xl_rowcol_to_cell(BOX_ROW, BOXES["nothing"][1], row_abs=True, col_abs=True)
        cells = [whole]
        if indicator.section in self.sections:
            row = self.sections[indicator.section]
            cells.append(xl_rowcol_to_cell(row, AT["value"], row_abs=True, col_abs=True))
        return "OR(" + ",".join(f"{cell}={quoted(t('intake.answer_yes'))}" for cell in cells) + ")"

    def _side(self, expression: str) -> tuple[str, str]:
        """An expression over cells, and the condition that all its figures are given."""
        cells = [self._cell(code, "value") for code in codes_of(expression)]
        total = CODE.sub(lambda match: self._cell(match.group(), "value"), expression)
        return f"({total})", f"COUNT({','.join(cells)})={len(cells)}"

    def _cell(self, code: str, column: str) -> str:
        return str(xl_rowcol_to_cell(self.rows[code], AT[column]))


def _no_number(cell: str) -> str:
    """The condition that a cell holds a text that the receipt cannot read as a number either ('mười hai').

    What people write around digits is taken away first: separators, a percent sign, the currency, a dash alone.
    """
    bare = f"LOWER({cell})"
    for written in _AROUND_DIGITS:
        bare = f"SUBSTITUTE({bare},{quoted(written)},)"
    return f"IF(ISTEXT({cell}),IF(LEN({bare})>0,ISERROR(VALUE({bare})),FALSE),FALSE)"


def _worded(weight: Weight, text: str) -> str:
    return f"{prefix(weight.severity)}: {text}"


def _fixed(weight: Weight, when: str, text: str) -> _Condition:
    words = _worded(weight, text)
    return _Condition(weight, when, quoted(words), words)

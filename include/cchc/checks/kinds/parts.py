"""Rules about the parts of percentages."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from cchc.checks.rule import NamedFigure, Rule, Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, codes_of, format_number
from cchc.indicators.expression import is_expression, terms_of
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn


class Share(Targeted):
    """numerator <= denominator."""

    looks_at = ("percent",)
    kind: Literal["share"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            numerator, denominator = figure.numerator, figure.denominator
            if numerator is None or denominator is None or numerator <= denominator:
                continue
            shown = {"numerator": format_number(numerator), "denominator": format_number(denominator)}
            message = t("checks.messages.share", indicator=view.name(indicator.code), **shown)
            expected = t("checks.expected.at_most", value=shown["denominator"])
            yield self.on_figure(view, figure, shown["numerator"], expected, message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        for indicator in self.on_form(sheet):
            top, bottom = (sheet.cell(indicator.code, part) for part in ("numerator", "denominator"))
            when = f"IF(COUNT({top},{bottom})=2,{top}>{bottom},FALSE)"
            yield self.condition(indicator.code, Turn.SHARE, when, self.worded("share"))

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        yield Witness({indicator.code: _parts(indicator.code, 2, 1)})


class Denominator(Rule):
    """The denominator that was typed for the percent `left` is the figure `right`, which another row holds."""

    kind: Literal["denominator"]
    left: str
    right: str

    def findings(self, view: View) -> Iterator[CheckFinding]:
        figure, expected = view.figures.get(self.left), view.sum_of(self.right)
        if figure is None or figure.denominator is None or expected in (None, figure.denominator):
            return
        shown = {"found": format_number(figure.denominator), "expected": format_number(expected)}
        cells = view.cells_of(codes_of(self.right))
        name = view.name(self.left)
        message = t("checks.messages.denominator", indicator=name, right=self.right, cells=cells, **shown)
        yield self.on_figure(view, figure, shown["found"], shown["expected"], message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        if self.left in sheet.codes and all(
            term.code in sheet.codes and not term.part for term in terms_of(self.right)
        ):
            (right, given), bottom = sheet.sum_of(self.right), sheet.cell(self.left, "denominator")
            when = f"IF(AND(ISNUMBER({bottom}),{given}),{bottom}<>{right},FALSE)"
            words = self.worded("denominator", right=self.right)
            yield self.counted(self.left, Turn.DENOMINATOR, when, words, right)

    def named(self) -> Iterator[NamedFigure]:
        for key, side in (("left", self.left), ("right", self.right)):
            if is_expression(side):
                yield from (NamedFigure(key, term.code, term.part, key == "left") for term in terms_of(side))

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        names = {term.code: Decimal(1) for term in terms_of(self.right)}
        if {self.left, *names} <= set(situation.by_code):
            other = {one: ReportedFigure(one, "1", value) for one, value in names.items()}
            yield Witness({**other, self.left: _parts(self.left, 1, 7)})


class PartsMissing(Targeted):
    """A percent has its numerator and denominator: without them it cannot be added up over units."""

    looks_at = ("percent",)
    kind: Literal["parts_missing"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            if indicator.code in view.unreadable:
                continue
            given = [part is not None for part in (figure.numerator, figure.denominator)]
            name, expected = view.name(indicator.code), t("checks.expected.parts")
            if figure.value and not all(given):
                shown = view.shown(figure.value, indicator.code)
                message = t("checks.messages.parts_missing", indicator=name, found=shown)
                yield self.on_figure(view, figure, shown, expected, message)
            elif figure.value is None and any(given) and not all(given):
                message = t("checks.messages.part_missing", indicator=name)
                yield self.on_figure(view, figure, None, expected, message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        for indicator in self.on_form(sheet):
            value, top, bottom = (
                sheet.cell(indicator.code, one) for one in ("value", "numerator", "denominator")
            )
            when = f"AND(ISNUMBER({value}),COUNT({top},{bottom})<2)"
            yield self.condition(indicator.code, Turn.PARTS_MISSING, when, self.worded("parts_missing"))

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        yield Witness({indicator.code: ReportedFigure(indicator.code, "50", Decimal(50))})


def _parts(code: str, numerator: int, denominator: int) -> ReportedFigure:
    value = Decimal(numerator) / denominator * 100
    return ReportedFigure(code, None, value, Decimal(numerator), Decimal(denominator), typed=False)

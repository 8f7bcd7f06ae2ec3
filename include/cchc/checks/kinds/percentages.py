"""Rules about percentages that were typed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from pydantic import Field

from cchc.checks.rule import Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, format_number
from cchc.indicators.numbers import number, rounded
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn


class Ratio(Targeted):
    """A percent that was typed follows from its parts; tolerance in percent points.

    Within the tolerance a figure that was only cut off is mentioned, not blamed; beyond it a figure that is
    the right one with fewer decimals is a warning, any other the rule's severity.
    """

    looks_at = ("percent",)
    kind: Literal["ratio"]
    tolerance: Decimal = Field(ge=0)

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            numerator, denominator, value = figure.numerator, figure.denominator, figure.value
            if not figure.typed or value is None or numerator is None or not denominator:
                continue
            exact = numerator / denominator * 100
            decimals = max(0, -int(value.as_tuple().exponent))
            right = value == rounded(exact, decimals)
            truncated = not right and value == exact.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN)
            near = abs(value - exact) <= self.tolerance
            if near and not truncated:
                continue
            key = "ratio_truncated" if truncated else "ratio_rounded" if right else "ratio"
            message = t(
                f"checks.messages.{key}",
                indicator=view.name(indicator.code),
                found=format_number(value),
                numerator=format_number(numerator),
                denominator=format_number(denominator),
                expected=number(exact, "percent"),
                difference=number(abs(value - exact), "percent"),
            )
            softer = Severity.NOTE if near else Severity.WARNING if right or truncated else self.severity
            made = self.model_copy(update={"severity": softer})
            yield made.on_figure(view, figure, format_number(value), number(exact, "percent"), message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        for indicator in self.on_form(sheet):
            value, top, bottom = (
                sheet.cell(indicator.code, one) for one in ("value", "numerator", "denominator")
            )
            apart = f"ABS({value}-{top}/{bottom}*100)>{self.tolerance}"
            given = f"IF(AND({bottom}>0,ISNUMBER({value})),{apart},FALSE)"
            when = f"IF(COUNT({top},{bottom})=2,{given},FALSE)"
            yield self.condition(indicator.code, Turn.RATIO, when, self.worded("ratio"))

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        figure = ReportedFigure(indicator.code, "50", Decimal(50), Decimal(1), Decimal(10))
        yield Witness({indicator.code: figure})


class ZeroOfNothing(Targeted):
    """No 0 % where nothing arose: a percentage of nothing is empty."""

    looks_at = ("percent",)
    kind: Literal["zero_of_nothing"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            if figure.value != 0 or not figure.typed:
                continue
            if figure.denominator == 0:
                key = "zero_of_nothing"
            elif figure.numerator is None:
                key = "zero_without_parts"
            else:
                continue
            message = t(f"checks.messages.{key}", indicator=view.name(indicator.code), found="0")
            yield self.on_figure(view, figure, "0", t("checks.expected.empty"), message)

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        yield Witness(
            {indicator.code: ReportedFigure(indicator.code, "0", Decimal(0), Decimal(0), Decimal(0))}
        )


class FractionTyped(Targeted):
    """0,969 typed for 96,9 %: a percent between 0 and 1 without parts."""

    looks_at = ("percent",)
    kind: Literal["fraction_typed"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            value = figure.value
            if value is None or not 0 < value <= 1 or not figure.typed or figure.numerator is not None:
                continue
            shown, meant = format_number(value), format_number((value * 100).normalize() + 0)
            name = view.name(indicator.code)
            message = t("checks.messages.fraction_typed", indicator=name, found=shown, meant=meant)
            yield self.on_figure(view, figure, shown, meant, message)

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        yield Witness({indicator.code: ReportedFigure(indicator.code, "0,5", Decimal("0.5"))})

"""A unit's figures beside those of the exports."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from cchc.checks.rule import Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, format_number
from cchc.indicators.numbers import number
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn


class VersusSystem(Targeted):
    """The unit's figure is within max(absolute, relative x system) of the exports'; percents within
    `percent_points`. Honest differences exist, so it asks for an explanation."""

    looks_at = ("count", "money", "percent")
    kind: Literal["versus_system"]
    absolute: Decimal = Field(ge=0)
    relative: Decimal = Field(ge=0)
    percent_points: Decimal = Field(ge=0)

    def allowed(self, indicator: Indicator, system: Decimal) -> Decimal:
        """How far a figure may be from the exports'."""
        if str(indicator.kind) == "percent":
            return self.percent_points
        return max(self.absolute, self.relative * abs(system))

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            known = view.context.system.get(indicator.code)
            if figure.value is None or known is None or known.value is None:
                continue
            is_percent = str(indicator.kind) == "percent"
            allowed = self.allowed(indicator, known.value)
            difference = abs(figure.value - known.value)
            if difference <= allowed:
                continue
            shown, system = view.shown(figure.value, indicator.code), view.shown(known.value, indicator.code)
            message = t(
                "checks.messages.versus_system",
                indicator=view.name(indicator.code),
                found=shown,
                system=system,
                difference=number(difference, "percent") if is_percent else format_number(difference),
                allowed=format_number(allowed if is_percent else allowed.to_integral_value()),
            )
            yield self.on_figure(view, figure, shown, t("checks.expected.system", value=system), message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        for indicator in self.on_form(sheet):
            known, value = sheet.system.get(indicator.code), sheet.cell(indicator.code, "value")
            if known is not None:
                allowed = self.allowed(indicator, known)
                # A hair's breadth more, because spreadsheets count in binary fractions.
                when = f"IF(ISNUMBER({value}),ABS({value}-{known})>{allowed}+0.000001,FALSE)"
                yield self.condition(indicator.code, Turn.SYSTEM, when, self.worded("system"))

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        code, (high, low) = indicator.code, situation.far_apart(indicator)
        system = {code: ReportedFigure(code, value=low)}
        yield Witness({code: ReportedFigure(code, str(high), high)}, context={"system": system})

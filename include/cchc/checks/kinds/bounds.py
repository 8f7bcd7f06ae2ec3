"""Bounds of single figures."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from cchc.checks.rule import Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, format_number
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn


class Bounds(Targeted):
    """minimum <= value <= maximum for the listed indicators, or for all of some kinds."""

    kind: Literal["bounds"]
    of_kind: tuple[Literal["count", "money", "percent"], ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def looks_on(self, indicator: Indicator) -> bool:
        return super().looks_on(indicator) and (not self.of_kind or str(indicator.kind) in self.of_kind)

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            value = figure.value
            if value is None:
                continue
            shown, name = view.shown(value, indicator.code), view.name(indicator.code)
            if self.minimum is not None and value < self.minimum:
                minimum = format_number(self.minimum)
                message = t("checks.messages.below", indicator=name, found=shown, minimum=minimum)
                expected = t("checks.expected.at_least", value=minimum)
            elif self.maximum is not None and value > self.maximum:
                maximum = format_number(self.maximum)
                message = t("checks.messages.above", indicator=name, found=shown, maximum=maximum)
                expected = t("checks.expected.at_most", value=maximum)
            else:
                continue
            yield self.on_figure(view, figure, shown, expected, message)

    def live(self, sheet: LiveSheet) -> Iterator[Condition]:
        for indicator in self.on_form(sheet):
            value = sheet.cell(indicator.code, "value")
            for bound, sign, key in ((self.minimum, "<", "below"), (self.maximum, ">", "above")):
                if bound is not None:
                    when = f"IF(ISNUMBER({value}),{value}{sign}{bound},FALSE)"
                    words = self.worded(key, bound=format_number(bound))
                    yield self.condition(indicator.code, Turn.BOUNDS, when, words)

    def misuse(self) -> Iterator[tuple[str, str, str]]:
        if self.minimum is None and self.maximum is None:
            yield "", t("config_files.absent"), t("checks.config.some_bound")
        elif self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            yield "minimum", str(self.minimum), t("checks.config.bounds_order")
        if not self.of_kind and not self.indicators:
            yield "", t("config_files.absent"), t("checks.config.some_target")

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        for end, step in ((self.minimum, -1), (self.maximum, 1)):
            if end is not None:
                yield Witness({indicator.code: ReportedFigure(indicator.code, str(end + step), end + step)})

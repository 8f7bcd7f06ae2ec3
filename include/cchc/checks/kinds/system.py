"""A unit's figures beside those of the exports: typed without being shown them, or in dispute of what was shown."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import Field

from cchc.checks.rule import Rule, Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator, format_number
from cchc.indicators.numbers import number
from cchc.severity import Severity
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure
from cchc.workbooks.live_rules import Condition, LiveSheet, Turn
from cchc.workbooks.shown import Shown, ShownBy


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
            if figure.value is None or known is None or known.value is None or figure.disputed:
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


class Disputed(Rule):
    """A system's figure that the form showed is disputed with the unit's figure and its reason, or not at all.

    With both the operators are told (a note of the receipt); a figure without a reason has the rule's severity, and so
    has a locked cell that was changed without one. A reason without a figure, and a locked cell that holds no figure
    any more, are only doubtful.
    """

    kind: Literal["disputed"]

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for figure in view.figures.values():
            if figure.from_system and figure.indicator not in view.unreadable:
                yield from self._of(view, figure)

    def _of(self, view: View, figure: ReportedFigure) -> Iterator[CheckFinding]:
        shown = figure.shown
        if shown is None or (not shown.known and figure.changed is None and not figure.given):
            return
        code = figure.indicator
        words = {
            "indicator": view.name(code),
            "found": _stated(view, code, figure),
            "system": _stated(view, code, shown),
            "cell": figure.cell,
            "reason_cell": figure.reason_cell,
            "shown_cell": figure.shown_cell,
            "changed": figure.changed or "",
        }
        if figure.given:
            yield from self._other_figure(view, figure, words)
        elif figure.changed is not None:
            yield self._said(view, figure, figure.shown_cell, "shown_changed", Severity.WARNING, words)
        elif figure.explanation:
            yield self._said(view, figure, figure.cell, "dispute_without_figure", Severity.WARNING, words)

    def _other_figure(
        self, view: View, figure: ReportedFigure, words: dict[str, str]
    ) -> Iterator[CheckFinding]:
        """The unit's own figure where it was not asked for one."""
        if figure.shown is not None and not figure.shown.known:
            yield self._said(view, figure, figure.cell, "not_asked", Severity.NOTE, words)
        elif figure.explanation:
            words["reason"] = figure.explanation.rstrip(" .")
            yield self._said(view, figure, figure.cell, "disputed", Severity.NOTE, words)
        elif figure.changed is not None:
            yield self._said(view, figure, figure.shown_cell, "shown_changed_alone", self.severity, words)
        else:
            yield self._said(view, figure, figure.reason_cell, "dispute_without_reason", self.severity, words)

    def _said(
        self,
        view: View,
        figure: ReportedFigure,
        cell: str,
        key: str,
        severity: Severity,
        words: dict[str, str],
    ) -> CheckFinding:
        # A note asks for nothing: the reason is there already, or the unit was not asked at all.
        asks = words["system"] and severity is not Severity.NOTE
        expected = t("checks.expected.system", value=words["system"]) if asks else None
        message = t(f"checks.messages.{key}", **words)
        return CheckFinding(
            self.code,
            severity,
            view.figures_sheet,
            cell,
            figure.indicator,
            words["found"] or figure.changed,
            expected,
            message,
        )

    def witnesses(self, situation: Situation, code: str | None) -> Iterator[Witness]:
        number = next(one.code for one in situation.owed if str(one.kind) == "count")
        shown = Shown(ShownBy.SYSTEM, Decimal(1))
        yield Witness({number: ReportedFigure(number, "5", Decimal(5), cell="A1", shown=shown)})


def _stated(view: View, code: str, figure: ReportedFigure | Shown) -> str:
    """A figure as people write it; a share with its parts."""
    if figure.denominator is not None:
        parts = "/".join(
            "" if one is None else format_number(one) for one in (figure.numerator, figure.denominator)
        )
        return parts if figure.value is None else f"{parts} = {number(figure.value, 'percent')}%"
    return view.shown(figure.value, code)

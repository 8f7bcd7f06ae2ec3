"""Rules that compare with other sources: the exports, the 6-month round, the last closing stock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cchc.checks.model import NotBelow, OpeningStock, VersusSystem
from cchc.checks.view import View, percent
from cchc.indicators import format_number
from cchc.intake.forms import Finding
from cchc.texts import t


def versus_system(rule: VersusSystem, view: View) -> Iterator[Finding]:
    """The unit's figure against the exports'; honest differences exist, so it asks for an explanation."""
    for indicator, figure in view.targets(rule, ("count", "money", "percent")):
        known = view.context.system.get(indicator.code)
        if figure.value is None or known is None or known.value is None:
            continue
        is_percent = str(indicator.kind) == "percent"
        allowed = rule.percent_points if is_percent else max(rule.absolute, rule.relative * abs(known.value))
        difference = abs(figure.value - known.value)
        if difference <= allowed:
            continue
        shown, system = view.shown(figure.value, indicator.code), view.shown(known.value, indicator.code)
        message = t(
            "checks.messages.versus_system",
            indicator=view.name(indicator.code),
            found=shown,
            system=system,
            difference=percent(difference) if is_percent else format_number(difference),
            allowed=format_number(allowed if is_percent else allowed.to_integral_value()),
        )
        yield view.finding(rule, figure, shown, t("checks.expected.system", value=system), message)


def not_below(rule: NotBelow, view: View) -> Iterator[Finding]:
    """Figures that pile up over the year are not below those of its first half."""
    for indicator, figure in view.targets(rule):
        earlier = view.context.half_year.get(indicator.code)
        if figure.value is None or earlier is None or figure.value >= earlier:
            continue
        shown, before = view.shown(figure.value, indicator.code), view.shown(earlier, indicator.code)
        name = view.name(indicator.code)
        message = t("checks.messages.not_below", indicator=name, found=shown, half_year=before)
        yield view.finding(rule, figure, shown, t("checks.expected.at_least", value=before), message)


def opening_stock(rule: OpeningStock, view: View) -> Iterator[Finding]:
    """What was carried over is what the round before left open."""
    figure, closing = view.figures.get(rule.left), view.context.opening.get(rule.previous)
    if figure is None or figure.value is None or closing is None or figure.value == closing:
        return
    shown, expected = format_number(figure.value), format_number(closing)
    message = t(
        "checks.messages.opening_stock",
        indicator=view.name(rule.left),
        found=shown,
        previous_indicator=rule.previous,
        expected=expected,
        difference=format_number(abs(figure.value - closing) + Decimal(0)),
    )
    yield view.finding(rule, figure, shown, t("checks.expected.number", value=expected), message)

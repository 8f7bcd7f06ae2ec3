"""Rules about percentages and their parts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from cchc.checks.expressions import codes_in
from cchc.checks.model import Denominator, FractionTyped, PartsMissing, Ratio, Share, ZeroOfNothing
from cchc.checks.view import View, percent
from cchc.indicators import format_number
from cchc.intake.forms import Finding
from cchc.texts import t


def ratio(rule: Ratio, view: View) -> Iterator[Finding]:
    """A typed percent against numerator/denominator.

    Within the tolerance a figure that was only cut off is mentioned, not blamed; beyond it a figure that is
    the right one with fewer decimals is a warning, any other the rule's severity.
    """
    for indicator, figure in view.targets(rule, ("percent",)):
        numerator, denominator, value = figure.numerator, figure.denominator, figure.value
        if not figure.typed or value is None or numerator is None or not denominator:
            continue
        exact = numerator / denominator * 100
        step = Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))
        rounded = value == exact.quantize(step, ROUND_HALF_UP)
        truncated = not rounded and value == exact.quantize(step, ROUND_DOWN)
        near = abs(value - exact) <= rule.tolerance
        if near and not truncated:
            continue
        key = "ratio_truncated" if truncated else "ratio_rounded" if rounded else "ratio"
        message = t(
            f"checks.messages.{key}",
            indicator=view.name(indicator.code),
            found=format_number(value),
            numerator=format_number(numerator),
            denominator=format_number(denominator),
            expected=percent(exact),
            difference=percent(abs(value - exact)),
        )
        softer = "luu_y" if near else "canh_bao" if rounded or truncated else rule.severity
        made = rule.model_copy(update={"severity": softer})
        yield view.finding(made, figure, format_number(value), percent(exact), message)


def share(rule: Share, view: View) -> Iterator[Finding]:
    """numerator <= denominator."""
    for indicator, figure in view.targets(rule, ("percent",)):
        numerator, denominator = figure.numerator, figure.denominator
        if numerator is None or denominator is None or numerator <= denominator:
            continue
        shown = {"numerator": format_number(numerator), "denominator": format_number(denominator)}
        message = t("checks.messages.share", indicator=view.name(indicator.code), **shown)
        expected = t("checks.expected.at_most", value=shown["denominator"])
        yield view.finding(rule, figure, shown["numerator"], expected, message)


def denominator(rule: Denominator, view: View) -> Iterator[Finding]:
    """A typed denominator against the row that holds the same quantity."""
    figure, expected = view.figures.get(rule.left), view.sum_of(rule.right)
    if figure is None or figure.denominator is None or expected in (None, figure.denominator):
        return
    shown = {"found": format_number(figure.denominator), "expected": format_number(expected)}
    cells = view.cells_of(codes_in(rule.right))
    name = view.name(rule.left)
    message = t("checks.messages.denominator", indicator=name, right=rule.right, cells=cells, **shown)
    yield view.finding(rule, figure, shown["found"], shown["expected"], message)


def parts_missing(rule: PartsMissing, view: View) -> Iterator[Finding]:
    """A percent without its parts cannot be added up over units."""
    for indicator, figure in view.targets(rule, ("percent",)):
        if indicator.code in view.unreadable:
            continue
        given = [part is not None for part in (figure.numerator, figure.denominator)]
        name, expected = view.name(indicator.code), t("checks.expected.parts")
        if figure.value and not all(given):
            shown = view.shown(figure.value, indicator.code)
            message = t("checks.messages.parts_missing", indicator=name, found=shown)
            yield view.finding(rule, figure, shown, expected, message)
        elif figure.value is None and any(given) and not all(given):
            message = t("checks.messages.part_missing", indicator=name)
            yield view.finding(rule, figure, None, expected, message)


def zero_of_nothing(rule: ZeroOfNothing, view: View) -> Iterator[Finding]:
    """A percentage of nothing is empty, never 0 %."""
    for indicator, figure in view.targets(rule, ("percent",)):
        if figure.value != 0 or not figure.typed:
            continue
        if figure.denominator == 0:
            key = "zero_of_nothing"
        elif figure.numerator is None:
            key = "zero_without_parts"
        else:
            continue
        message = t(f"checks.messages.{key}", indicator=view.name(indicator.code), found="0")
        yield view.finding(rule, figure, "0", t("checks.expected.empty"), message)


def fraction_typed(rule: FractionTyped, view: View) -> Iterator[Finding]:
    """0,969 for 96,9 %."""
    for indicator, figure in view.targets(rule, ("percent",)):
        value = figure.value
        if value is None or not 0 < value <= 1 or not figure.typed or figure.numerator is not None:
            continue
        shown, meant = format_number(value), format_number((value * 100).normalize() + 0)
        name = view.name(indicator.code)
        message = t("checks.messages.fraction_typed", indicator=name, found=shown, meant=meant)
        yield view.finding(rule, figure, shown, meant, message)

"""Rules about sums: identities, parts that may not exceed a whole, bounds."""

from __future__ import annotations

from collections.abc import Iterator

from cchc.checks.expressions import codes_in, with_values
from cchc.checks.model import AtMost, Bounds, Equal, UnitBound
from cchc.checks.view import View
from cchc.indicators import format_number
from cchc.intake.forms import Finding
from cchc.texts import t


def equal(rule: Equal, view: View) -> Iterator[Finding]:
    """left = right; the finding stands on the first cell of the left side."""
    left, right = view.sum_of(rule.left), view.sum_of(rule.right)
    if left is None or right is None or left == right:
        return
    first, *others = codes_in(rule.left)
    compound = len(codes_in(rule.right)) > 1
    message = t(
        "checks.messages.equal" if compound else "checks.messages.equal_plain",
        left=_side(rule.left, view),
        found=format_number(left),
        right=with_values(rule.right, str),
        parts=with_values(rule.right, lambda code: view.shown(view.values[code], code)),
        expected=format_number(right),
        difference=format_number(abs(left - right)),
        cells=view.cells_of([*others, *codes_in(rule.right)]),
    )
    expected = t("checks.expected.number", value=format_number(right))
    yield view.finding(rule, view.figures[first], format_number(left), expected, message)


def at_most(rule: AtMost, view: View) -> Iterator[Finding]:
    """left <= right."""
    left, right = view.sum_of(rule.left), view.sum_of(rule.right)
    if left is None or right is None or left <= right:
        return
    first, *others = codes_in(rule.left)
    message = t(
        "checks.messages.at_most",
        left=_side(rule.left, view),
        found=format_number(left),
        right=_side(rule.right, view),
        expected=format_number(right),
        difference=format_number(left - right),
        cells=view.cells_of([*others, *codes_in(rule.right)]),
    )
    expected = t("checks.expected.at_most", value=format_number(right))
    yield view.finding(rule, view.figures[first], format_number(left), expected, message)


def bounds(rule: Bounds, view: View) -> Iterator[Finding]:
    """minimum <= value <= maximum, and the same minimum for the parts of a percent."""
    for indicator, figure in view.targets(rule, rule.of_kind):
        value = figure.value
        if value is None:
            continue
        shown, name = view.shown(value, indicator.code), view.name(indicator.code)
        if rule.minimum is not None and value < rule.minimum:
            minimum = format_number(rule.minimum)
            message = t("checks.messages.below", indicator=name, found=shown, minimum=minimum)
            expected = t("checks.expected.at_least", value=minimum)
        elif rule.maximum is not None and value > rule.maximum:
            maximum = format_number(rule.maximum)
            message = t("checks.messages.above", indicator=name, found=shown, maximum=maximum)
            expected = t("checks.expected.at_most", value=maximum)
        else:
            continue
        yield view.finding(rule, figure, shown, expected, message)


def unit_bound(rule: UnitBound, view: View) -> Iterator[Finding]:
    """A number of units is not above that of the province."""
    maximum = view.context.unit_count
    if maximum is None:
        return
    for indicator, figure in view.targets(rule):
        if figure.value is not None and figure.value > maximum:
            shown = view.shown(figure.value, indicator.code)
            name = view.name(indicator.code)
            message = t("checks.messages.unit_bound", indicator=name, found=shown, maximum=maximum)
            yield view.finding(rule, figure, shown, t("checks.expected.at_most", value=maximum), message)


def _side(expression: str, view: View) -> str:
    """A single indicator with its name, a compound as its codes."""
    codes = codes_in(expression)
    return view.name(codes[0]) if len(codes) == 1 else with_values(expression, str)

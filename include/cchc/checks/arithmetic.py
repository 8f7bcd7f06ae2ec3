"""Rules about sums: identities, parts that may not exceed a whole, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cchc.checks.expressions import codes_in, terms_in, with_values
from cchc.checks.model import AtMost, Bounds, Equal, OnlyIf
from cchc.checks.view import View
from cchc.indicators import format_number
from cchc.intake.forms import Figure, Finding
from cchc.texts import t


def equal(rule: Equal, view: View) -> Iterator[Finding]:
    """left = right; the finding stands on the first cell of the left side."""
    if (sides := view.sides(rule)) is None:
        return
    left, right = (view.sum_of(side) for side in sides)
    if left is None or right is None or left == right:
        return
    compound = len(terms_in(sides[1])) > 1
    message = t(
        "checks.messages.equal" if compound else "checks.messages.equal_plain",
        left=_side(sides[0], view),
        found=format_number(left),
        right=with_values(sides[1], str),
        parts=_shown_parts(sides[1], view),
        expected=format_number(right),
        difference=format_number(abs(left - right)),
        cells=_other_cells(sides, view),
    )
    expected = t("checks.expected.number", value=format_number(right))
    yield view.finding(rule, _first(sides, view), format_number(left), expected, message)


def at_most(rule: AtMost, view: View) -> Iterator[Finding]:
    """left <= right + slack."""
    if (sides := view.sides(rule)) is None:
        return
    left, right = (view.sum_of(side) for side in sides)
    if left is None or right is None or left <= right + rule.slack:
        return
    message = t(
        "checks.messages.at_most",
        left=_side(sides[0], view),
        found=format_number(left),
        right=_side(sides[1], view),
        expected=format_number(right),
        difference=format_number(left - right),
        cells=_other_cells(sides, view),
    )
    expected = t("checks.expected.at_most", value=format_number(right + rule.slack))
    yield view.finding(rule, _first(sides, view), format_number(left), expected, message)


def only_if(rule: OnlyIf, view: View) -> Iterator[Finding]:
    """left > 0 only if right > 0."""
    if (sides := view.sides(rule)) is None:
        return
    left, right = (view.sum_of(side) for side in sides)
    if left is None or right is None or left <= 0 or right > 0:
        return
    message = t(
        "checks.messages.only_if",
        left=_side(sides[0], view),
        found=format_number(left),
        right=_side(sides[1], view),
        cells=_other_cells(sides, view),
    )
    yield view.finding(rule, _first(sides, view), format_number(left), "0", message)


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


def _first(sides: tuple[str, str], view: View) -> Figure:
    return view.figures[terms_in(sides[0])[0].code]


def _other_cells(sides: tuple[str, str], view: View) -> str:
    first, *others = codes_in(sides[0])
    return view.cells_of(dict.fromkeys(code for code in (*others, *codes_in(sides[1])) if code != first))


def _shown_parts(expression: str, view: View) -> str:
    """The expression in numbers: `300 + 200 + 10`."""
    numbers = {term.name: view.part_of(term.code, term.part) for term in terms_in(expression)}
    return with_values(expression, lambda name: format_number(numbers[name] or Decimal(0)))


def _side(expression: str, view: View) -> str:
    """A single figure with its name, a compound as its codes."""
    terms = terms_in(expression)
    if len(terms) > 1:
        return with_values(expression, str)
    part = {"/tu": "numerator_of", "/mau": "denominator_of"}.get(terms[0].part)
    name = view.name(terms[0].code)
    return t(f"checks.{part}", name=name) if part else name

"""Points of one criterion from the figures of a unit: pure, exact, and silent where a figure is missing."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from decimal import Decimal

from cchc.criteria import DROPPED, UNKNOWN, Points
from cchc.criteria.one_file import OneFileRow
from cchc.indicators import evaluate
from cchc.indicators.expression import terms_of
from cchc.indicators.numbers import rounded

_COMPARE = {">=": operator.ge, ">": operator.gt}


Figures = Mapping[str, Decimal | None]


def compute(row: OneFileRow, figures: Figures, reports_on_time: tuple[bool, ...]) -> Points:
    """Points by the row's method.

    figures: by indicator code; the parts of a percentage stand under `<code>/tu` and `<code>/mau`.
    reports_on_time: one entry for each report of the year that was owed, from the ledger of obligations.
    """
    maximum = row.max_points
    match row.method:
        case "self_score":
            return UNKNOWN
        case "timeliness":
            # The source's rule: all reports there and in time, or nothing.
            return (
                Points(maximum if reports_on_time and all(reports_on_time) else Decimal(0))
                if reports_on_time
                else UNKNOWN
            )
        case "ratio_linear" | "ratio_step" | "ratio_threshold":
            return _ratio_points(row, figures)
        case "all_yes" | "share_yes":
            return _yes_points(row, figures)
        case "at_most":
            left, right = _sum(row.numerator, figures), _sum(row.denominator, figures)
            return (
                UNKNOWN if left is None or right is None else Points(maximum if left <= right else Decimal(0))
            )
        case "deduction":
            return _deduction(row, figures)
        case "penalty":
            return _penalty(row, figures)
    raise AssertionError(row.method)  # the loader admits no other method


def _ratio_points(row: OneFileRow, figures: Figures) -> Points:
    numerator, denominator = _sum(row.numerator, figures), _sum(row.denominator, figures)
    if denominator is None:
        return UNKNOWN
    if denominator == 0:
        return {"full": Points(row.max_points), "drop": DROPPED, "none": UNKNOWN}[row.when_nothing]
    if numerator is None:
        return UNKNOWN
    ratio = min(numerator / denominator, Decimal(1))
    if row.method == "ratio_step":
        return Points(_step(row.parameters or "", ratio))
    if row.method == "ratio_threshold" and ratio < Decimal(row.parameters or "0"):
        return Points(Decimal(0))
    return Points(rounded(ratio * row.max_points))


def _step(parameters: str, ratio: Decimal) -> Decimal:
    """Points of the first step that holds; steps are written `>0.9:2; >=0.7:1; >=0:0`."""
    for step in parameters.split(";"):
        condition, _, points = step.strip().partition(":")
        sign = ">=" if condition.startswith(">=") else ">"
        if _COMPARE[sign](ratio, Decimal(condition.removeprefix(sign))):
            return Decimal(points)
    return Decimal(0)


def _yes_points(row: OneFileRow, figures: Figures) -> Points:
    answers = [figures.get(term.name) for term in terms_of(row.numerator)] if row.numerator else [None]
    if any(answer is None for answer in answers):
        return UNKNOWN
    yes = sum(answer == 1 for answer in answers)
    if row.method == "all_yes":
        return Points(row.max_points if yes == len(answers) else Decimal(0))
    return Points(rounded(row.max_points * yes / len(answers)))


def _deduction(row: OneFileRow, figures: Figures) -> Points:
    """The maximum less so much for each leader and so much for each official, never below zero.

    An empty discipline cell means 'none reported'; only a unit that reported none of them is unknown.
    """
    weights = [Decimal(weight) for weight in (row.parameters or "").split(";")]
    parts = [_given(row.numerator, figures), _given(row.denominator, figures)]
    if all(part is None for part in parts):
        return UNKNOWN
    lost = sum(
        ((part or Decimal(0)) * weight for part, weight in zip(parts, weights, strict=True)), Decimal(0)
    )
    return Points(max(row.max_points - lost, Decimal(0)))


def _penalty(row: OneFileRow, figures: Figures) -> Points:
    count = _sum(row.numerator, figures)
    return UNKNOWN if count is None else Points(max(-count * Decimal(row.parameters or "0"), row.max_points))


def _sum(expression: str | None, figures: Figures) -> Decimal | None:
    """The sum of the named figures; None as soon as one is missing."""
    return evaluate(expression, figures) if expression else None


def _given(expression: str | None, figures: Figures) -> Decimal | None:
    """The sum of those named figures that were given; None when none was."""
    terms = terms_of(expression) if expression else ()
    values = [value for term in terms if (value := figures.get(term.name)) is not None]
    return sum(values, Decimal(0)) if values else None

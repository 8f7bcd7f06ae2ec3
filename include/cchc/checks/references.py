"""Rules that compare with other sources: the exports, other rounds, the last closing stock."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cchc.checks.model import NotBelow, OpeningStock, VersusRound, VersusSystem
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
        allowed = rule.tolerance.around(known.value, percent=is_percent)
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
    """Figures of a long window are not below those of the windows that lie in it.

    A round for which nothing was reported is left out: what is known already is a lower bound.
    """
    for indicator, figure in view.targets(rule):
        code = indicator.code
        known = {
            round_id: figures[code] for round_id, figures in view.context.covered.items() if code in figures
        }
        if figure.value is None or not known:
            continue
        least = sum(known.values(), Decimal(0)) if rule.add_up else max(known.values())
        if figure.value >= least:
            continue
        shown, before = view.shown(figure.value, code), view.shown(least, code)
        message = t(
            "checks.messages.not_below" if rule.add_up else "checks.messages.not_below_highest",
            indicator=view.name(code),
            found=shown,
            least=before,
            rounds=", ".join(f"{_round_name(r)}: {view.shown(value, code)}" for r, value in known.items()),
        )
        yield view.finding(rule, figure, shown, t("checks.expected.at_least", value=before), message)


def versus_round(rule: VersusRound, view: View) -> Iterator[Finding]:
    """The same figure in the last round, or in the same round a year ago: a leap asks for its reason."""
    context = view.context
    earlier = context.previous if rule.against == "previous" else context.last_year
    for indicator, figure in view.targets(rule, ("count", "money", "percent")):
        then, now = earlier.get(indicator.code), figure.value
        if now is None or then is None:
            continue
        gap = abs(now - then)
        if str(indicator.kind) == "percent":
            unusual = gap > rule.percent_points
        else:
            unusual = gap > rule.absolute and (now > then * rule.factor or then > now * rule.factor)
        if not unusual:
            continue
        shown, before = view.shown(now, indicator.code), view.shown(then, indicator.code)
        message = t(
            f"checks.messages.versus_{rule.against}",
            indicator=view.name(indicator.code),
            found=shown,
            before=before,
            difference=percent(gap) if str(indicator.kind) == "percent" else format_number(gap),
        )
        yield view.finding(rule, figure, shown, t("checks.expected.confirmed"), message)


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


def _round_name(round_id: str) -> str:
    """`6 tháng/2026` for 2026-6T."""
    year, kind = round_id.split("-", 1)
    return f"{t(f'checks.rounds.{kind}')}/{year}"

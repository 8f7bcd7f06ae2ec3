"""A figure beside those of other units of the same kind: what lies far outside is worth a second look.

Median and median absolute deviation, because a few wrong figures among the others must not move the yardstick.
Counts are compared by factors (logarithms): the units of a province differ in size, but seldom tenfold, while a
figure typed in the wrong unit of measure or with a digit too many does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from cchc.checks.model import VersusPeers
from cchc.checks.view import View
from cchc.intake.forms import Finding
from cchc.texts import t

_SIGMA = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


def versus_peers(rule: VersusPeers, view: View) -> Iterator[Finding]:
    """Within `deviations` of the median of the others, when there are enough of them."""
    for indicator, figure in view.targets(rule, ("count", "money", "percent")):
        others = view.context.peers.get(indicator.code, ())
        if figure.value is None or len(others) < rule.least_units:
            continue
        if str(indicator.kind) == "percent":
            distance = _distance(
                float(figure.value), [float(one) for one in others], float(rule.least_points)
            )
        else:
            floor = math.log(float(rule.least_factor))
            distance = _distance(_scale(figure.value), [_scale(one) for one in others], floor)
        if distance <= float(rule.deviations):
            continue
        shown, middle = view.shown(figure.value, indicator.code), view.shown(_middle(others), indicator.code)
        low, high = (view.shown(one, indicator.code) for one in (min(others), max(others)))
        message = t(
            "checks.messages.versus_peers",
            indicator=view.name(indicator.code),
            found=shown,
            middle=middle,
            low=low,
            high=high,
            count=len(others),
        )
        yield view.finding(rule, figure, shown, t("checks.expected.confirmed"), message)


def _distance(value: float, others: Sequence[float], least: float) -> float:
    """How many deviations the value lies from the median; a deviation is never below `least`."""
    middle = median(others)
    spread = max(least, _SIGMA * median(abs(one - middle) for one in others))
    return abs(value - middle) / spread


def _scale(value: Decimal) -> float:
    return math.copysign(math.log1p(abs(float(value))), float(value))


def _middle(others: Sequence[Decimal]) -> Decimal:
    return sorted(others)[len(others) // 2]

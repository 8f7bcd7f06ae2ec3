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
from typing import Literal

from pydantic import Field

from cchc.checks.rule import MildSeverity, Situation, Targeted, Witness
from cchc.checks.view import View
from cchc.indicators import Indicator
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, ReportedFigure

_SIGMA = 1.4826  # makes the median absolute deviation of a normal distribution its standard deviation


class VersusPeers(Targeted):
    """A figure lies within `deviations` of the median of units of the same kind in the same round.

    The yardstick is the median absolute deviation x 1,4826, for counts and money on a logarithmic scale (units
    differ in size by factors) and at least `least_factor`, for percentages in points and at least
    `least_points`. Fewer than `least_units` others: nothing is said. Never a refusal.
    """

    looks_at = ("count", "money", "percent")
    kind: Literal["versus_peers"]
    least_units: int = Field(ge=5)
    deviations: Decimal = Field(ge=3)
    least_factor: Decimal = Field(gt=1)
    least_points: Decimal = Field(gt=0)
    severity: MildSeverity

    def findings(self, view: View) -> Iterator[CheckFinding]:
        for indicator, figure in self.targets(view):
            others = view.context.peers.get(indicator.code, ())
            if figure.value is None or not self.is_far(indicator, figure.value, others):
                continue
            shown, middle = (
                view.shown(figure.value, indicator.code),
                view.shown(_middle(others), indicator.code),
            )
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
            yield self.on_figure(view, figure, shown, t("checks.expected.confirmed"), message)

    def is_far(self, indicator: Indicator, value: Decimal, others: Sequence[Decimal]) -> bool:
        """Whether the value lies beyond `deviations` of these others; never while they are too few."""
        if len(others) < self.least_units:
            return False
        if str(indicator.kind) == "percent":
            distance = _distance(float(value), [float(one) for one in others], float(self.least_points))
        else:
            floor = math.log(float(self.least_factor))
            distance = _distance(_scale(value), [_scale(one) for one in others], floor)
        return distance > float(self.deviations)

    def witnesses_on(self, indicator: Indicator, situation: Situation) -> Iterator[Witness]:
        code, (high, low) = indicator.code, situation.far_apart(indicator)
        peers = {code: [low] * (self.least_units + 1)}
        yield Witness({code: ReportedFigure(code, str(high), high)}, context={"peers": peers})


def _distance(value: float, others: Sequence[float], least: float) -> float:
    """How many deviations the value lies from the median; a deviation is never below `least`."""
    middle = median(others)
    spread = max(least, _SIGMA * median(abs(one - middle) for one in others))
    return abs(value - middle) / spread


def _scale(value: Decimal) -> float:
    return math.copysign(math.log1p(abs(float(value))), float(value))


def _middle(others: Sequence[Decimal]) -> Decimal:
    return sorted(others)[len(others) // 2]

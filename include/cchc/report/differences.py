"""Differences between what units reported and what the exports say. They are listed, never settled here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cchc.indicators import Indicator
from cchc.report.figures import comparable, stated
from cchc.report.tally import Figures
from cchc.units import Unit


@dataclass(frozen=True)
class Difference:
    """One figure on which unit and system disagree. `gap` is unit minus system, in the figure's unit."""

    unit: Unit
    indicator: Indicator
    reported: str
    unit_value: Decimal
    system_value: Decimal
    explanation: str

    @property
    def gap(self) -> Decimal:
        return self.unit_value - self.system_value


def differences(
    indicators: Iterable[Indicator],
    owed: Mapping[str, frozenset[str]],
    units: Iterable[Unit],
    figures: Mapping[str, Figures],
    system: Mapping[str, Figures],
    tolerance: Decimal,
) -> list[Difference]:
    """Every owed figure that both witnesses give and that differs, by indicator and then by unit.

    `tolerance` (percent points) holds for percentages only: they are rounded, counts are not.
    """
    order = list(units)
    found: list[Difference] = []
    for indicator in indicators:
        allowed = tolerance if indicator.kind == "percent" else Decimal()
        for unit in order:
            if indicator.code not in owed.get(unit.tier, frozenset()):
                continue
            own = comparable(indicator, figures.get(unit.code, {}))
            other = comparable(indicator, system.get(unit.code, {}))
            if own is None or other is None or abs(own - other) <= allowed:
                continue
            figure = figures[unit.code].get(indicator.code)
            explanation = getattr(figure, "explanation", None) or ""
            found.append(Difference(unit, indicator, stated(figure), own, other, explanation))
    return found

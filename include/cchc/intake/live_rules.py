"""What a workbook checks by itself while the unit types: the part of the rules that a cell formula can say.

`cchc.checks.live_rules` makes it from the rule file, so that the form and the receipt never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Weight:
    """How a rule counts: severity `loi` or `canh_bao`, and whether an explanation settles it."""

    severity: str
    explainable: bool = False


@dataclass(frozen=True)
class Comparison:
    """left = right, or left <= right + slack; over the form's own rows, shown at the first code of `left`."""

    left: str
    right: str
    equal: bool
    weight: Weight
    slack: Decimal = Decimal(0)


@dataclass(frozen=True)
class Limit:
    """minimum <= value <= maximum of one indicator."""

    indicator: str
    minimum: Decimal | None
    maximum: Decimal | None
    weight: Weight


@dataclass(frozen=True)
class Tolerance:
    """How far a figure may be from the exports': the larger of both, or `percent_points` for a percentage."""

    absolute: Decimal
    relative: Decimal
    percent_points: Decimal
    weight: Weight

    def around(self, system: Decimal, *, percent: bool) -> Decimal:
        return self.percent_points if percent else max(self.absolute, self.relative * abs(system))


@dataclass(frozen=True)
class LiveRules:
    """The rules of one unit and round. `compulsory`, `shares` and `ratios` are by indicator; a denominator's
    comparison names the percent on its left and the figure on its right; `ratios` has percent points."""

    comparisons: tuple[Comparison, ...] = ()
    limits: tuple[Limit, ...] = ()
    denominators: tuple[Comparison, ...] = ()
    compulsory: Mapping[str, Weight] = field(default_factory=dict)
    shares: Mapping[str, Weight] = field(default_factory=dict)
    ratios: Mapping[str, tuple[Decimal, Weight]] = field(default_factory=dict)
    parts_missing: Mapping[str, Weight] = field(default_factory=dict)
    tolerance: Tolerance | None = None

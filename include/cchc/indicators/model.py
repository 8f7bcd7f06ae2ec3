"""What an indicator is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

TWO_TIERS_SINCE = date(2025, 7, 1)
OWN = "own"  # a part of a ratio that is no indicator of its own: the unit types it beside the percentage
REPORTS = ("Q1", "6T", "Q3", "NAM")
SOURCES = ("self", "one_stop", "doc_management", "computed", "catalogue")

Kind = Literal["count", "percent", "boolean", "enum", "money", "text"]

# How each kind adds up over units. A percentage is never summed or averaged: its parts are.
AGGREGATION: Mapping[str, str] = {
    "count": "sum",
    "money": "sum",
    "percent": "ratio",
    "boolean": "count_yes",
    "enum": "distribution",
    "text": "none",
}


@dataclass(frozen=True)
class Indicator:
    """One indicator. options: label by number. numerator, denominator: an expression over codes, or `own`."""

    code: str
    section: str
    section_name: str
    group: str
    name: str
    unit_of_measure: str
    kind: Kind
    options: Mapping[str, str]
    numerator: str | None
    denominator: str | None
    source: str
    aggregation: str
    note: str = ""
    tiers_before: frozenset[str] = field(default=frozenset(), repr=False)
    tiers_since: frozenset[str] = field(default=frozenset(), repr=False)
    rounds: frozenset[str] = field(default=frozenset(), repr=False)
    new_name: str = field(default="", repr=False)
    new_group: str = field(default="", repr=False)

    def tiers_on(self, day: date) -> frozenset[str]:
        """Tiers that owe it on the day: the three of before July 2025, or the two since."""
        return self.tiers_since if day >= TWO_TIERS_SINCE else self.tiers_before

    def owed_by(self, tier: str, day: date, kind: str) -> bool:
        """Whether a unit of `tier` owes it in a round of `kind` (no rounds named: all) on that day."""
        return tier in self.tiers_on(day) and (not self.rounds or str(kind) in self.rounds)

    def named_on(self, day: date) -> Indicator:
        """The indicator with the name and group that it has on the day."""
        if day < TWO_TIERS_SINCE or not (self.new_name or self.new_group):
            return self
        return replace(self, name=self.new_name or self.name, group=self.new_group or self.group)

"""What an indicator is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cchc.indicators.meaning import ASKED_OF_OWNER, ASKED_OF_TIERS, OF_UNITS, StatedBy

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
    """One indicator in one period of validity (both days included; None: open).

    options: label by number. numerator, denominator: an expression over codes, or `own`. `tiers`: whose units state it
    or are counted; of an owner's figure the tier of the owner. `made_of`: what a figure that follows from others is
    made of.
    """

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
    stated_by: StatedBy = StatedBy.UNIT
    owner: str = ""
    province_figure: str = "sum"
    made_of: str = ""
    reason: str = field(default="", repr=False)
    tiers: frozenset[str] = field(default=frozenset(), repr=False)
    rounds: frozenset[str] = field(default=frozenset(), repr=False)
    valid_from: date | None = field(default=None, repr=False)
    valid_until: date | None = field(default=None, repr=False)

    @property
    def aggregation(self) -> str:
        """The form of its figure: how figures of this kind add up."""
        return AGGREGATION[self.kind]

    @property
    def of_units(self) -> bool:
        """Whether each unit has a figure of its own; otherwise there is one for the province, and none of a tier."""
        return self.stated_by in OF_UNITS

    @property
    def asked(self) -> bool:
        """Whether anybody finds it in a form."""
        return self.stated_by in ASKED_OF_TIERS | ASKED_OF_OWNER

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    def in_round(self, kind: str) -> bool:
        """Whether a round of `kind` has it (no rounds named: all)."""
        return not self.rounds or str(kind) in self.rounds

    def asked_of(self, tier: str, unit_code: str = "") -> bool:
        """Whether the form of the unit asks for it; without a unit, whether the forms of the whole tier do."""
        if tier not in self.tiers:
            return False
        return self.stated_by in ASKED_OF_TIERS or (
            self.stated_by in ASKED_OF_OWNER and unit_code == self.owner
        )

    def counts(self, tier: str, unit_code: str) -> bool:
        """Whether the unit stands behind the figure: it is asked, or its figure follows from others that it gave."""
        return self.asked_of(tier, unit_code) or (self.stated_by is StatedBy.FIGURES and tier in self.tiers)

    def means_the_same(self, other: Indicator) -> bool:
        """Whether figures of the two periods can be compared: dossiers of districts are not those of bodies."""
        return self._meaning == other._meaning

    @property
    def _meaning(self) -> tuple[str, ...]:
        return self.name, self.kind, self.stated_by, self.owner, self.province_figure, self.made_of

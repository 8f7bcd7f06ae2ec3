"""What a figure means: who states it, and how the province's figure comes about.

Both are words of `indicators.csv`. A way to the province's figure is one entry of `PROVINCE_FIGURES`; how it is worked
out from what units, the ledger or the register say stands in `cchc.figures.province` under the same word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class StatedBy(StrEnum):
    """Who states a figure. `ASKED` of these, somebody types it in a form or confirms it there."""

    UNIT = "unit"  # each unit of the tiers, about itself
    SYSTEM = "system"  # software (`source`); the unit confirms it, and types it where no export covers it
    OWNER = "owner"  # one named unit, for the whole province
    CATALOGUE = (
        "catalogue"  # a catalogue of the province; until it is there its keeper (`owner`) states the figure
    )
    LEDGER = "ledger"  # our own books: inspections, findings, tasks of the plan
    REGISTER = "register"  # the register of units
    FIGURES = "figures"  # it follows from other figures (`made_of`)


ASKED_OF_TIERS = frozenset({StatedBy.UNIT, StatedBy.SYSTEM})
ASKED_OF_OWNER = frozenset({StatedBy.OWNER, StatedBy.CATALOGUE})
OF_UNITS = ASKED_OF_TIERS | {StatedBy.FIGURES}  # each unit has a figure of its own, and tiers have totals
_UNITS_OR_SYSTEM = frozenset({StatedBy.UNIT, StatedBy.SYSTEM})


@dataclass(frozen=True)
class ProvinceFigure:
    """One way to the province's figure: who may state what it is made of, kinds of indicator that it makes.

    `made_of`: what the column of that name holds: '' nothing, `counts` an expression over counts, `yes` the code of one
    question with yes and no.
    """

    stated_by: frozenset[StatedBy]
    kinds: frozenset[str]
    made_of: str = ""


def _of(stated_by: StatedBy | frozenset[StatedBy], kinds: str, made_of: str = "") -> ProvinceFigure:
    who = frozenset({stated_by}) if isinstance(stated_by, StatedBy) else stated_by
    return ProvinceFigure(who, frozenset(kinds.split()), made_of)


PROVINCE_FIGURES: Mapping[str, ProvinceFigure] = {
    "sum": _of(_UNITS_OR_SYSTEM, "count money"),
    "ratio": _of(_UNITS_OR_SYSTEM, "percent"),
    "count_yes": _of(_UNITS_OR_SYSTEM, "boolean"),
    "distribution": _of(_UNITS_OR_SYSTEM, "enum"),
    "none": _of(StatedBy.UNIT, "text"),
    "owner": _of(StatedBy.OWNER, "count money percent boolean"),
    "distinct": _of(StatedBy.CATALOGUE, "count"),
    "sum_of": _of(StatedBy.FIGURES, "count money", "counts"),
    "units_where": _of(StatedBy.FIGURES, "boolean", "counts"),
    "yes_of": _of(StatedBy.FIGURES, "boolean", "yes"),
    "inspected_units": _of(StatedBy.LEDGER, "count"),
    "inspection_findings": _of(StatedBy.LEDGER, "count"),
    "inspection_findings_mended": _of(StatedBy.LEDGER, "count"),
    "plan_tasks": _of(StatedBy.LEDGER, "count"),
    "plan_tasks_done": _of(StatedBy.LEDGER, "count"),
    "registered_units": _of(StatedBy.REGISTER, "count"),
}

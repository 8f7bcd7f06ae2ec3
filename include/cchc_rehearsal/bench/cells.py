"""How many cells a unit has to type, by tier and round: before its form knew anything, and now.

Before: every row of the appendix that was asked of each unit of the tier, its own words apart. Now: what the forms of
the synthetic province ask, with what its systems know of each unit; in a first year without figures of before, and once
there is a round to carry over from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import mean
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from cchc.indicators.meaning import ASKED_OF_OWNER
from cchc.texts import t, table
from cchc.units import TIERS_SINCE_2025_07
from cchc.year import REPORT_KINDS

if TYPE_CHECKING:
    from cchc.indicators import Indicator
    from cchc.units import Unit
    from cchc_rehearsal.population import Population

# What an owner or the catalogue states now was asked of every unit of a tier, but for these rows; the province's own
# plan (KH) and inspections (KT) were asked of nobody.
_OURS = ("KH.1", "KH.2", "KT.1", "KT.2", "KT.3")
_NEVER_ASKED: Mapping[str, frozenset[str]] = {
    "so": frozenset({"III.2.5", "III.5.1", "III.5.2", "IV.6.1", "IV.7.2", "V.2.3", *_OURS}),
    "xa": frozenset({"III.2.4", *_OURS}),
}


@dataclass(frozen=True)
class CellsToType:
    """Means over the units of a tier in a round. `first`: without any figure of a round before; `most`: of one unit."""

    tier: str
    kind: str
    before: int
    first: float
    now: float
    most: int

    @property
    def saved(self) -> float:
        """The part that is not typed any more."""
        return 1 - self.now / self.before


def cells_to_type(year: int, seed: int, units: int | None = None) -> Iterator[CellsToType]:
    """Every tier in every report round of the year; of each tier the first `units`, or all."""
    from cchc_rehearsal.population import Population

    for kind in REPORT_KINDS:
        population = Population(f"{year}-{kind}", seed)
        for tier in TIERS_SINCE_2025_07:
            own = [unit for unit in population.units if unit.tier == tier][:units]
            first = [_typed(population, unit, carried=False) for unit in own]
            now = [_typed(population, unit, carried=True) for unit in own]
            before = _cells(_asked_before(population, tier))
            yield CellsToType(tier, str(kind), before, mean(first), mean(now), max(now))


def _asked_before(population: Population, tier: str) -> list[Indicator]:
    round_ = population.round
    return [
        one
        for one in population.indicators.in_round(round_.reference_day, round_.kind)
        if (tier in one.tiers or one.stated_by in ASKED_OF_OWNER) and one.code not in _NEVER_ASKED[tier]
    ]


def _cells(indicators: Sequence[Indicator]) -> int:
    from cchc.workbooks.report_book import report_layout, typed_cells

    return typed_cells(report_layout(indicators, []))


def _typed(population: Population, unit: Unit, *, carried: bool) -> int:
    from cchc.checks import Rules, form_sums
    from cchc.workbooks.figures_sheet import KnownFigures
    from cchc.workbooks.form_rules import FormRules
    from cchc.workbooks.report_book import report_layout, typed_cells

    round_ = population.round
    # What an owner states for the whole province is its own work, not that of a unit of its tier.
    owed = population.indicators.owed_by_all(unit.tier, round_.reference_day, round_.kind)
    codes = FormRules.load().carried_over if carried else ()
    known = KnownFigures(
        system=population.system.get(unit.code, {}),
        previous=dict.fromkeys(codes, Decimal(0)),
        carried=codes,
        sums=form_sums(Rules.load(), unit.tier, str(round_.kind), {one.code for one in owed}),
    )
    return typed_cells(report_layout(owed, [], known))


def print_cells(console: Console, year: int, seed: int, units: int | None) -> None:
    """A line a tier and round."""
    grid = Table(*table("rehearsal.bench_cells.columns").values(), title=t("rehearsal.bench_cells.title"))
    tiers, rounds = table("rehearsal.bench_cells.tiers"), table("rehearsal.bench_cells.rounds")
    for one in cells_to_type(year, seed, units):
        numbers = (f"{one.first:.0f}", f"{one.now:.0f}", str(one.most), f"{one.saved:.0%}")
        grid.add_row(tiers[one.tier], rounds[one.kind], str(one.before), *numbers)
    console.print(grid)
    console.print(t("rehearsal.bench_cells.note"), soft_wrap=True)

"""Which units a year scores: those that exist on its last day; those merged in it are listed with where to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cchc.clock import vn_date
from cchc.criteria import CriteriaSet
from cchc.texts import t
from cchc.units import Unit, UnitRegister
from cchc.year import Round


@dataclass(frozen=True)
class MergedUnit:
    """A unit that ended within the year, and those that took its place."""

    unit: Unit
    successors: tuple[Unit, ...]
    since: date

    @property
    def why(self) -> str:
        """As lists say it."""
        day = vn_date(self.since)
        if not self.successors:
            return t("scoring.units.ended", day=day)
        return t("scoring.units.merged", into=", ".join(one.name for one in self.successors), day=day)


def scored_units(units: UnitRegister, round_: Round) -> list[Unit]:
    """Units of the round's tiers that exist on 31 December."""
    return units.on(date(round_.year, 12, 31), round_.tiers)


def units_under(
    units: UnitRegister, sets: Iterable[CriteriaSet], year: int
) -> list[tuple[Unit, CriteriaSet]]:
    """The units that exist on 31 December and fall under one of the sets, each with its own."""
    known = list(sets)
    pairs = ((unit, set_over(unit, known)) for unit in units.on(date(year, 12, 31)))
    return [(unit, own) for unit, own in pairs if own is not None]


def set_over(unit: Unit, sets: Iterable[CriteriaSet]) -> CriteriaSet | None:
    return next((one for one in sets if one.settings.applies_to.holds(unit)), None)


def ended_units(units: UnitRegister, year: int) -> list[MergedUnit]:
    """Reporting units that were there within the year and are not on its last day."""
    found = []
    for unit in units.all:
        if not unit.reports or unit.valid_to is None:
            continue
        if date(year, 1, 1) <= unit.valid_to < date(year, 12, 31):
            since = unit.valid_to + timedelta(days=1)
            successors = tuple(one for one in units.successors(unit.code) if one.valid_on(since))
            found.append(MergedUnit(unit, successors, since))
    return found


def merged_units(units: UnitRegister, round_: Round) -> list[MergedUnit]:
    """Those of the round's tiers."""
    return [one for one in ended_units(units, round_.year) if one.unit.tier in round_.tiers]

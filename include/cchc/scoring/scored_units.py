"""Which units a year scores: those that exist on its last day; those merged in it are listed with where to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cchc.clock import vn_date
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
        names = ", ".join(one.name for one in self.successors) or t("scoring.units.nowhere")
        return t("scoring.units.merged", into=names, day=vn_date(self.since))


def scored_units(units: UnitRegister, round_: Round) -> list[Unit]:
    """Units of the round's tiers that exist on 31 December."""
    return units.on(date(round_.year, 12, 31), round_.tiers)


def merged_units(units: UnitRegister, round_: Round) -> list[MergedUnit]:
    """Units of the round's tiers that were there within the year and are not on its last day."""
    last = date(round_.year, 12, 31)
    gone = [
        unit
        for unit in units.all
        if unit.tier in round_.tiers
        and unit.valid_to is not None
        and date(round_.year, 1, 1) <= unit.valid_to < last
    ]
    return [
        MergedUnit(
            unit,
            tuple(one for one in units.successors(unit.code) if one.valid_from.year == round_.year),
            (unit.valid_to or last) + timedelta(days=1),
        )
        for unit in gone
    ]

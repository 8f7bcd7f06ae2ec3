"""Indicators from `include/config/indicators.csv`: who states which, in which round, and how they add up.

A row is one indicator in one period of validity; an indicator whose name, meaning or units change on a day has a row
until the day before and one from it on, and one that is asked no more ends with its last day: rounds of before keep it.

Until June 2025 the appendix was the district's, and its rows stand here as it printed them (misspellings mended).
Since 1 July 2025 there is no district. Its rows pass to the communes, and rows of a general nature to the
provincial bodies too; rows that spoke of the district's own dossiers, leaders and procedures now speak of the
provincial bodies. This transfer is inferred, not prescribed: the file is the department's to change, and each row
says its reason.

`rounds` names the reports that ask for a row (Q1, 6T, Q3, NAM); empty means all four. That new models and
initiatives are described only at mid-year and at the end is inferred too.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Protocol

from cchc.config_files import OpenedFiles, config_file
from cchc.indicators.load import read_indicators
from cchc.indicators.model import OWN, TWO_TIERS_SINCE, Indicator

__all__ = ["FILE", "OWN", "TWO_TIERS_SINCE", "Indicator", "IndicatorRegister"]

FILE = "indicators.csv"


class Reporter(Protocol):
    """A unit as the register sees it."""

    @property
    def code(self) -> str: ...
    @property
    def tier(self) -> str: ...


class IndicatorRegister:
    """All indicators in the order of the file. `periods`: every row; `all`: each code once, as it is now."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self.periods = list(indicators)
        newest: dict[str, Indicator] = {}
        for one in self.periods:
            known = newest.get(one.code)
            if known is None or (known.valid_from or date.min) < (one.valid_from or date.min):
                newest[one.code] = one
        self._by_code = newest
        self.all = list(newest.values())
        self._on: dict[date, list[Indicator]] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> IndicatorRegister:
        """Raises ConfigErrors with every fault of the file: row, column, value and what is allowed."""
        return _load(folder)

    def get(self, code: str) -> Indicator:
        """The indicator as it is now; KeyError for a code that is not in the register."""
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def on(self, day: date) -> list[Indicator]:
        """The indicators that are valid on the day, as they were then, in the order of the file."""
        if day not in self._on:
            valid = {one.code: one for one in self.periods if one.valid_on(day)}
            self._on[day] = [valid[code] for code in self._by_code if code in valid]
        return self._on[day]

    def meaning_the_same(self, day: date, then: date) -> frozenset[str]:
        """Codes of the indicators whose figures of the two days can be compared."""
        before = {one.code: one for one in self.on(then)}
        return frozenset(
            one.code for one in self.on(day) if one.code in before and one.means_the_same(before[one.code])
        )

    def owed(self, unit: Reporter, day: date, kind: str) -> list[Indicator]:
        """What the unit's form asks for in a round of `kind` whose reference day is `day`."""
        return [one for one in self.on(day) if one.in_round(kind) and one.asked_of(unit.tier, unit.code)]

    def owed_by_all(self, tier: str, day: date, kind: str) -> list[Indicator]:
        """What the form of every unit of the tier asks for; owners are asked for more."""
        return [one for one in self.on(day) if one.in_round(kind) and one.asked_of(tier)]

    def counted(self, unit: Reporter, day: date, kind: str) -> list[Indicator]:
        """The indicators that the unit stands behind: what it is asked for, and what follows from it."""
        return [one for one in self.on(day) if one.in_round(kind) and one.counts(unit.tier, unit.code)]

    def in_round(self, day: date, kind: str) -> list[Indicator]:
        """Everything that the appendix of the round has, asked of somebody or of nobody."""
        return [one for one in self.on(day) if one.in_round(kind)]

    def owners(self, day: date) -> dict[str, str]:
        """Units that state figures for the whole province: tier by code."""
        return {one.owner: min(one.tiers) for one in self.on(day) if one.owner}

    def without_owner(self, units: Iterable[Reporter], day: date) -> dict[str, list[str]]:
        """Codes of figures that nobody is asked for, by the owner that is not among the units of the day."""
        known = {unit.code for unit in units}
        found: dict[str, list[str]] = {}
        for one in self.on(day):
            if one.owner and one.owner not in known:
                found.setdefault(one.owner, []).append(one.code)
        return found


@config_file(FILE)
def _load(opened: OpenedFiles) -> IndicatorRegister:
    return IndicatorRegister(read_indicators(opened))

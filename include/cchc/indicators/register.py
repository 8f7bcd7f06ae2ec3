"""Indicators from `include/config/indicators.csv`: who owes which, in which round, and how they add up.

Until June 2025 the appendix was the district's, and its rows stand here as it printed them (misspellings mended).
Since 1 July 2025 there is no district. Its rows pass to the communes, and rows of a general nature to the
provincial bodies too; rows that spoke of the district's own dossiers, leaders and procedures now speak of the
provincial bodies. This transfer is inferred, not prescribed: the columns `tiers_since_2025_07`,
`name_since_2025_07` and `group_since_2025_07` are the department's to change.

`rounds` names the reports that ask for a row (Q1, 6T, Q3, NAM); empty means all four. That new models and
initiatives are described only at mid-year and at the end is inferred too.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cchc.config_files import OpenedFiles, config_file
from cchc.indicators.load import read_indicators
from cchc.indicators.model import OWN, TWO_TIERS_SINCE, Indicator

__all__ = ["FILE", "OWN", "TWO_TIERS_SINCE", "Indicator", "IndicatorRegister"]

FILE = "indicators.csv"


class IndicatorRegister:
    """All indicators in the order of the file."""

    def __init__(self, indicators: list[Indicator]) -> None:
        self.all = indicators
        self._by_code = {indicator.code: indicator for indicator in indicators}

    @classmethod
    def load(cls, folder: Path | None = None) -> IndicatorRegister:
        """Raises ConfigErrors with every fault of the file: row, column, value and what is allowed."""
        return _load(folder)

    def get(self, code: str) -> Indicator:
        """The indicator; KeyError for a code that is not in the register."""
        return self._by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def owed(self, tier: str, day: date, kind: str) -> list[Indicator]:
        """What a unit of `tier` owes in a round of `kind` whose reference day is `day`, named as on that day."""
        return [indicator.named_on(day) for indicator in self.all if indicator.owed_by(tier, day, kind)]


@config_file(FILE)
def _load(opened: OpenedFiles) -> IndicatorRegister:
    return IndicatorRegister(read_indicators(opened))

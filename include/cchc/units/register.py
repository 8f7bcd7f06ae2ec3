"""Units from `include/config/units.csv`. Every denominator is 'units valid and obliged on that day'.

What the file holds, and how sure each part is:
- The 102 communes since 1 July 2025, their codes and predecessors come from the package `vietnam-provinces`
  (`tools/refresh-communes`). A predecessor is the former district, where the register knows it: districts
  reported, former communes did not.
- The 20 provincial bodies are inferred from the two-tier organisation of 2025 and 2026, not read from a decision:
  the department corrects the list before it is used.
- The units of three tiers until 30 June 2025 are only those whose own reports are at hand; a denominator over
  them says nothing about their provinces. Their first day, 1 January 2020, is that of the oldest report, not of
  the unit.
- Every mailbox is made up, under the reserved `.example`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from cchc.config_files import OpenedFiles, config_file
from cchc.errors import CchcError
from cchc.texts import t
from cchc.units.load import FILE, read_units
from cchc.units.model import Unit
from cchc.units.tiers import REPORTING_TIERS

__all__ = ["FILE", "Unit", "UnitRegister"]


class UnitRegister:
    """All units in the order of the file; provinces (tier `tinh`) are among them, but never report."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.all = list(units)
        self._by_code = {unit.code: unit for unit in units}

    @classmethod
    def load(cls, folder: Path | None = None, *, strict: bool = True) -> UnitRegister:
        """Raises ConfigErrors with every fault of the file: row, column, value and what is allowed.

        A reporting unit without mailbox is a fault too; `strict=False` lets it pass, for the command that
        lists them.
        """
        return _load(folder, strict=strict)

    def get(self, code: str) -> Unit:
        """The unit; an error that says where units are listed when there is none."""
        try:
            return self._by_code[code]
        except KeyError:
            raise CchcError(t("units.unknown", code=code)) from None

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def on(self, day: date, tiers: Iterable[str] | None = None) -> list[Unit]:
        """Reporting units valid on the day, of the tiers given (all reporting tiers by default)."""
        wanted = set(REPORTING_TIERS) if tiers is None else set(tiers)
        return [unit for unit in self.all if unit.tier in wanted and unit.valid_on(day)]

    def successors(self, code: str) -> list[Unit]:
        """Units that name this one as their predecessor."""
        return [unit for unit in self.all if code in unit.predecessors]

    def without_mailbox(self, day: date | None = None) -> list[Unit]:
        """Reporting units that no mail can reach: those valid on the day, or all of the file."""
        return [
            unit
            for unit in self.all
            if unit.reports and not unit.mailboxes and (day is None or unit.valid_on(day))
        ]


@config_file(FILE)
def _load(opened: OpenedFiles, *, strict: bool = True) -> UnitRegister:
    return UnitRegister(read_units(opened, strict=strict))

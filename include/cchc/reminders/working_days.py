"""Counting working days once for many obligations: they share a handful of due days."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from cchc.year import WorkingDays


class CountsDays(Protocol):
    """What the ladder asks of a calendar."""

    def add(self, day: date, n: int, /) -> date: ...

    def previous(self, day: date, /) -> date: ...


class RememberedDays:
    """A WorkingDays that remembers its answers; lives as long as one decision."""

    def __init__(self, working_days: WorkingDays) -> None:
        self._working_days = working_days
        self._added: dict[tuple[date, int], date] = {}

    def add(self, day: date, n: int, /) -> date:
        """The working day `n` working days after `day` (before it when negative)."""
        key = (day, n)
        if key not in self._added:
            self._added[key] = self._working_days.add(day, n)
        return self._added[key]

    def previous(self, day: date, /) -> date:
        """`day` itself when it is a working day, else the working day before it."""
        return self._working_days.previous(day)

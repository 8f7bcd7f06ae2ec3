"""Rounds of a year as computed from the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class RoundKind(StrEnum):
    """The occasions of a year; the value is the tail of the round's id (`2026-Q1`)."""

    PLAN = "KH"
    Q1 = "Q1"
    H1 = "6T"
    Q3 = "Q3"
    YEAR = "NAM"
    INSPECTION = "KT"
    SCORING = "CD"


REPORT_KINDS = (RoundKind.Q1, RoundKind.H1, RoundKind.Q3, RoundKind.YEAR)


@dataclass(frozen=True)
class Window:
    """First and last day that the figures of a round cover, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Round:
    """One round. `notes` explain, in Vietnamese, each date that moved because of a day off."""

    round_id: str
    year: int
    kind: RoundKind
    title: str
    opens_at: datetime
    window: Window | None
    unit_due_at: datetime
    province_due_on: date
    closes_at: datetime
    tiers: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def reference_day(self) -> date:
        """The day that decides who owes the round and what: the window's last day, else the opening day."""
        return self.window.last if self.window else self.opens_at.date()

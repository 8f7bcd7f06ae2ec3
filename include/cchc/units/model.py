"""What a unit is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cchc.units.tiers import REPORTING_TIERS


@dataclass(frozen=True)
class Unit:
    """A unit. head is the title of its head, never a person's name; valid_to is its last day, or None.

    contact is the desk that answers `phone`, the office's number (`Văn phòng`, `Bộ phận Văn thư`).
    """

    code: str
    name: str
    tier: str
    kind: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    predecessors: tuple[str, ...]
    mailboxes: tuple[str, ...]
    head: str
    contact: str = ""
    phone: str = ""

    @property
    def reports(self) -> bool:
        return self.tier in REPORTING_TIERS

    def valid_on(self, day: date) -> bool:
        """Whether the day lies in the unit's validity; its first and last day do."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def within(self, other: Unit) -> bool:
        """Whether this unit is never valid on a day on which `other` is not."""
        ends_in_time = other.valid_to is None or (
            self.valid_to is not None and self.valid_to <= other.valid_to
        )
        return other.valid_from <= self.valid_from and ends_in_time

"""A round in numbers: obliged, on time, late, missing; the denominator is that of `obliging`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cchc.obligations.obliging import Pair, obliged
from cchc.obligations.punctuality import timeliness
from cchc.units import UnitRegister


@dataclass(frozen=True)
class RoundSummary:
    """Counts over obligations. obliged is neither waived nor dissolved; on_time + late + missing + pending = obliged.

    returned and nothing_to_report say where obligations stand now, rejected how many had at least one version
    refused by the checks, waiting on how many of the missing it is for us to decide; these overlap with the others.
    Rates are (part, whole), never divided here.
    """

    obliged: int
    on_time: int
    late: int
    missing: int
    pending: int
    returned: int
    rejected: int
    nothing_to_report: int
    waived: int
    waiting: int

    @property
    def overdue(self) -> int:
        """Due, and the unit has not handed in what could be decided on."""
        return self.missing - self.waiting

    @property
    def on_time_rate(self) -> tuple[int, int]:
        """(on time, obliged)."""
        return self.on_time, self.obliged

    @property
    def completeness(self) -> tuple[int, int]:
        """(fulfilled, obliged)."""
        return self.on_time + self.late, self.obliged


def summarise(pairs: Iterable[Pair], units: UnitRegister, as_of: datetime) -> RoundSummary:
    """The summary of a round (or of any selection of obligations) as of a moment. Rights are no part of it."""
    found = [pair for pair in pairs if pair[0].is_duty]
    judged = [(timeliness(obligation, state, units, as_of), state) for obligation, state in found]
    counts = Counter(kind for kind, _ in judged)
    owing = [state for _, state in obliged(found, units, as_of)]
    standing = Counter(state.status for state in owing)
    return RoundSummary(
        obliged=len(owing),
        on_time=counts["on_time"],
        late=counts["late"],
        missing=counts["missing"],
        pending=counts["pending"],
        returned=standing["returned"],
        rejected=sum(state.rejections > 0 for state in owing),
        nothing_to_report=standing["nothing_to_report"],
        waived=counts["waived"],
        waiting=sum(kind == "missing" and state.awaits_decision for kind, state in judged),
    )

"""A round in numbers: obliged, on time, late, missing; the denominator is 'valid and obliged on that day'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import TZ
from cchc.obligations.model import Obligation, State
from cchc.obligations.punctuality import timeliness
from cchc.units import UnitRegister

Pair = tuple[Obligation, State]


@dataclass(frozen=True)
class RoundSummary:
    """Counts over obligations. obliged leaves out the waived; on_time + late + missing + pending = obliged.

    returned and nothing_to_report say where obligations stand now, rejected how many had at least one version
    refused by the checks; the three overlap with the others. Rates are (part, whole), never divided here.
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

    @property
    def on_time_rate(self) -> tuple[int, int]:
        """(on time, obliged)."""
        return self.on_time, self.obliged

    @property
    def completeness(self) -> tuple[int, int]:
        """(fulfilled, obliged)."""
        return self.on_time + self.late, self.obliged


def obliged(pairs: Iterable[Pair], units: UnitRegister, as_of: datetime) -> list[Pair]:
    """The obligations that count as of a moment: those of units that were valid when it mattered.

    What was fulfilled counts. What was not counts while its unit exists: on the day of `as_of`, or on the due
    day once that has passed; a unit that was dissolved before its due day owes nothing any more, and one that
    was dissolved after it stays missing. A unit that the register does not know counts, rather than vanish.
    """
    return [pair for pair in pairs if _counts(*pair, units, as_of)]


def _counts(obligation: Obligation, state: State, units: UnitRegister, as_of: datetime) -> bool:
    if state.fulfilled_at is not None or obligation.unit_code not in units:
        return True
    day = min(as_of, state.due_at).astimezone(TZ).date()
    return units.get(obligation.unit_code).valid_on(day)


def summarise(pairs: Iterable[Pair], as_of: datetime, units: UnitRegister | None = None) -> RoundSummary:
    """The summary of a round (or of any selection of obligations) as of a moment.

    With `units`, obligations of units that no longer exist leave the denominator (see `obliged`).
    """
    found = list(pairs) if units is None else obliged(pairs, units, as_of)
    counts = Counter(timeliness(obligation, state, as_of) for obligation, state in found)
    owing = [state for _, state in found if state.status != "waived"]
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
    )

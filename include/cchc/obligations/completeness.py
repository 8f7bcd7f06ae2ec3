"""Whether a round has everything it waits for, and which reports that everything is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from cchc.obligations.model import FULFILLED
from cchc.obligations.obliging import Pair, obliged
from cchc.units import UnitRegister


def completeness(pairs: Iterable[Pair], units: UnitRegister, as_of: datetime) -> str | None:
    """A mark of what was accepted, once every obliged unit's report was; None while one is awaited or unjudged.

    Waived and dissolved units are not waited for, a report that was sent back is, and so is the verdict on a newer
    version. A round that obliges nobody is never complete. The same accepted reports have the same mark, so that one
    completeness is told once, and another after a return is a new one.
    """
    owing = obliged(pairs, units, as_of)
    if not owing or any(state.status not in FULFILLED for _, state in owing):
        return None
    accepted = sorted(
        f"{one.obligation_id} {state.standing} {state.accepted_submission_id}" for one, state in owing
    )
    return hashlib.sha256("\n".join(accepted).encode()).hexdigest()[:16]

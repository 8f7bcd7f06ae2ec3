"""Who owes. Every denominator is `obliged`, everybody who is written to or called is of `to_chase`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from cchc.clock import TZ
from cchc.obligations.model import Obligation, ObligationState
from cchc.obligations.punctuality import timeliness
from cchc.units import Unit, UnitRegister
from cchc.year import Round

Pair = tuple[Obligation, ObligationState]


def units_owing(units: UnitRegister, round_: Round) -> list[Unit]:
    """Units that a round obliges when it is opened: valid on its reference day, of the tiers the calendar names."""
    return units.on(round_.reference_day, round_.tiers)


def obliged(pairs: Iterable[Pair], units: UnitRegister, as_of: datetime) -> list[Pair]:
    """The obligations that count as of a moment: neither waived nor of a unit that ended before it had to report
    (see `timeliness`). What was fulfilled counts whatever became of its unit."""
    return [
        (obligation, state)
        for obligation, state in pairs
        if timeliness(obligation, state, units, as_of) not in ("waived", "dissolved")
    ]


def to_chase(pairs: Iterable[Pair], units: UnitRegister, as_of: datetime) -> list[Pair]:
    """Of the obliged: what is owed and wanted of a unit that exists on the day of `as_of`; nobody else can answer.

    Once the province's report is issued its obligations are locked, and what did not come is wanted no more;
    a person who still needs one unlocks it.
    """
    existing = {unit.code for unit in units.on(as_of.astimezone(TZ).date())}
    return [
        (obligation, state)
        for obligation, state in obliged(pairs, units, as_of)
        if state.owed and not state.locked and obligation.unit_code in existing
    ]

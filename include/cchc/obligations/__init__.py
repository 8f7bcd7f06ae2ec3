"""Obligations: everything that is chased. Facts are events, states are folded from them."""

from cchc.obligations.fold import apply, fold
from cchc.obligations.invariants import broken_invariants
from cchc.obligations.ledger import Ledger, append
from cchc.obligations.model import Event, EventKind, Obligation, State
from cchc.obligations.obliging import obliged, to_chase, units_owing
from cchc.obligations.punctuality import Lateness, Timeliness, lateness, timeliness
from cchc.obligations.rescheduling import reschedule
from cchc.obligations.rounds import RoundLedger
from cchc.obligations.summary import RoundSummary, summarise

__all__ = [
    "Event",
    "EventKind",
    "Lateness",
    "Ledger",
    "Obligation",
    "RoundLedger",
    "RoundSummary",
    "State",
    "Timeliness",
    "append",
    "apply",
    "broken_invariants",
    "fold",
    "lateness",
    "obliged",
    "reschedule",
    "summarise",
    "timeliness",
    "to_chase",
    "units_owing",
]

"""Obligations: everything that is chased. Facts are events, states are folded from them."""

from cchc.obligations.fold import apply, fold
from cchc.obligations.ledger import Ledger
from cchc.obligations.model import Event, EventKind, Obligation, State
from cchc.obligations.rounds import RoundLedger, reschedule
from cchc.obligations.timeliness import Lateness, RoundSummary, lateness, summarise, timeliness

__all__ = [
    "Event",
    "EventKind",
    "Lateness",
    "Ledger",
    "Obligation",
    "RoundLedger",
    "RoundSummary",
    "State",
    "apply",
    "fold",
    "lateness",
    "reschedule",
    "summarise",
    "timeliness",
]

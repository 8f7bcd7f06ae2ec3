"""Obligations: everything that is chased. Facts are events, states are folded from them."""

from cchc.obligations.completeness import completeness
from cchc.obligations.fold import apply, fold, pleaded_due
from cchc.obligations.invariants import broken_invariants
from cchc.obligations.ledger import Ledger, append, lock_in, open_in, states_in
from cchc.obligations.model import Event, EventKind, Obligation, ObligationState
from cchc.obligations.obliging import obliged, to_chase, units_owing
from cchc.obligations.proof import UnprovenFigures, doubted, last_proven, unproven_figures
from cchc.obligations.punctuality import Lateness, Timeliness, lateness, timeliness
from cchc.obligations.rescheduling import reschedule
from cchc.obligations.round_fold import Issue, Phase, RoundEvent, RoundEventKind, RoundState
from cchc.obligations.rounds import RoundLedger, append_round_event, round_events_in
from cchc.obligations.summary import RoundSummary, summarise

__all__ = [
    "Event",
    "EventKind",
    "Issue",
    "Lateness",
    "Ledger",
    "Obligation",
    "ObligationState",
    "Phase",
    "RoundEvent",
    "RoundEventKind",
    "RoundLedger",
    "RoundState",
    "RoundSummary",
    "Timeliness",
    "UnprovenFigures",
    "append",
    "append_round_event",
    "apply",
    "broken_invariants",
    "completeness",
    "doubted",
    "fold",
    "last_proven",
    "lateness",
    "lock_in",
    "obliged",
    "open_in",
    "pleaded_due",
    "reschedule",
    "round_events_in",
    "states_in",
    "summarise",
    "timeliness",
    "to_chase",
    "units_owing",
    "unproven_figures",
]

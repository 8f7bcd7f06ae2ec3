"""What holds for every state that events can lead to; a breach means that the fold or the store is broken."""

from __future__ import annotations

from collections.abc import Callable

from cchc.obligations.model import FULFILLED, OWED, STATUSES, Obligation, ObligationState

_Rule = Callable[[Obligation, ObligationState], bool]

_INVARIANTS: dict[str, _Rule] = {
    "status-known": lambda _, s: s.status in STATUSES,
    "owed-means-nothing-stands": lambda _, s: s.status not in OWED or s.standing is None,
    "fulfilled-status-stands": lambda _, s: s.status not in FULFILLED or s.standing == s.status,
    "what-stands-was-fulfilled": lambda _, s: s.standing is None or s.fulfilled_at is not None,
    "what-stands-needs-no-correction": lambda _, s: s.standing is None or s.correction_due_at is None,
    "accepted-means-submitted": lambda _, s: s.standing != "accepted" or s.submissions > 0,
    "submitted-means-something-arrived": lambda _, s: s.status != "submitted" or s.submissions > 0,
    "rejected-means-something-arrived": lambda _, s: s.status != "rejected" or s.rejections > 0,
    "returned-means-a-correction-is-due": lambda _, s: (
        s.status != "returned" or (s.correction_due_at is not None and bool(s.return_reason))
    ),
    "turned-back-means-owed": lambda _, s: (
        (s.turned_back_at is not None) == ((s.waived_from or s.status) in {"rejected", "returned"})
    ),
    "open-means-nothing-arrived": lambda _, s: s.status != "open" or not (s.submissions or s.fulfilled_at),
    "first-not-after-last": lambda _, s: (
        s.first_submitted_at is None
        or s.last_submitted_at is None
        or s.first_submitted_at <= s.last_submitted_at
    ),
    "submissions-are-counted": lambda _, s: (s.submissions > 0) == (s.first_submitted_at is not None),
    "no-more-rejections-than-submissions": lambda _, s: s.rejections <= s.submissions,
    "late-arrival-means-arrival": lambda _, s: not s.after_lock or s.submissions > 0,
    "due-is-the-later-of-both": lambda _, s: (
        s.due_at == max(s.calendar_due_at, s.extended_to or s.calendar_due_at)
    ),
    "waived-remembers-from-where": lambda _, s: (s.status == "waived") == (s.waived_from is not None),
}


def broken_invariants(obligation: Obligation, state: ObligationState) -> list[str]:
    """Names of the invariants that a state breaks; empty for every state that the fold can give."""
    return [name for name, holds in _INVARIANTS.items() if not holds(obligation, state)]

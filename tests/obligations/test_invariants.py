"""Each invariant speaks when it is broken, by its name, and is silent at its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.obligations.cases import DUE, OWED, accept, after, day, event, give_back, reject, submit, waive

from cchc.obligations import ObligationState, broken_invariants

OPEN, SENT = after(), after(submit(3))
ACCEPTED, REJECTED = after(submit(3), accept(3)), after(submit(3), reject(3))
RETURNED, WAIVED = after(submit(3), accept(3), give_back(5, 9)), after(waive(3))
NOTHING = after(event("nothing_to_report", 4))
BROKEN: list[tuple[str, ObligationState, dict[str, Any]]] = [
    ("status-known", OPEN, {"status": "lost", "submissions": 0}),
    ("owed-means-nothing-stands", OPEN, {"standing": "nothing_to_report", "fulfilled_at": day(1)}),
    ("fulfilled-status-stands", ACCEPTED, {"standing": None}),
    ("what-stands-was-fulfilled", ACCEPTED, {"fulfilled_at": None}),
    ("what-stands-needs-no-correction", ACCEPTED, {"correction_due_at": day(9)}),
    ("accepted-means-submitted", ACCEPTED, {"submissions": 0, "first_submitted_at": None}),
    ("submitted-means-something-arrived", SENT, {"submissions": 0, "first_submitted_at": None}),
    ("rejected-means-something-arrived", REJECTED, {"rejections": 0}),
    ("returned-means-a-correction-is-due", RETURNED, {"correction_due_at": None}),
    ("returned-means-a-correction-is-due", RETURNED, {"return_reason": ""}),
    ("turned-back-means-owed", REJECTED, {"turned_back_at": None}),
    ("turned-back-means-owed", SENT, {"turned_back_at": day(4)}),
    ("open-means-nothing-arrived", OPEN, {"submissions": 1, "first_submitted_at": day(1)}),
    ("open-means-nothing-arrived", OPEN, {"fulfilled_at": day(1)}),
    ("first-not-after-last", SENT, {"first_submitted_at": day(4)}),
    ("submissions-are-counted", SENT, {"first_submitted_at": None}),
    ("no-more-rejections-than-submissions", REJECTED, {"rejections": 2}),
    ("late-arrival-means-arrival", OPEN, {"after_lock": True}),
    ("due-is-the-later-of-both", OPEN, {"due_at": DUE + timedelta(seconds=1)}),
    ("due-is-the-later-of-both", OPEN, {"extended_to": DUE + timedelta(days=1)}),
    ("waived-remembers-from-where", WAIVED, {"waived_from": None}),
    ("waived-remembers-from-where", SENT, {"waived_from": "open"}),
]


@pytest.mark.parametrize(
    ("name", "sound", "change"), BROKEN, ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_breach_is_named(name: str, sound: ObligationState, change: dict[str, Any]) -> None:
    assert broken_invariants(OWED, sound) == []
    assert name in broken_invariants(OWED, replace(sound, **change))


def test_what_the_rules_allow_at_the_edge_breaks_nothing() -> None:
    corrected = after(submit(3), reject(3), submit(4, "b"), reject(4, "b"))
    assert corrected.rejections == corrected.submissions == 2
    late = replace(SENT, after_lock=True)
    for state in (OPEN, SENT, ACCEPTED, REJECTED, RETURNED, WAIVED, NOTHING, corrected, late):
        assert broken_invariants(OWED, state) == []

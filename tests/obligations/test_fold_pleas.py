"""A plea for more time that nobody answered before the report came: what may still be granted, and from when."""

from __future__ import annotations

import pytest
from tests.obligations.cases import (
    DUE,
    NO_UNITS,
    OWED,
    accept,
    after,
    day,
    event,
    extend,
    give_back,
    submit,
    waive,
)

from cchc.errors import RuleRefused
from cchc.obligations import Event, pleaded_due, timeliness


def asked(happened: float) -> Event:
    return event("time_asked", happened, detail={"plea": "p1"})


def grant_plea(happened: float, due: float) -> Event:
    return extend(happened, due, detail={"plea": "p1"})


def test_a_plea_from_before_the_report_may_be_granted_after_it_and_then_the_report_was_in_time() -> None:
    late = (asked(12), submit(18), accept(18.5))
    assert timeliness(OWED, after(*late), NO_UNITS, day(30)) == "late"
    granted = after(*late, grant_plea(22, 20))
    assert timeliness(OWED, granted, NO_UNITS, day(30)) == "on_time"
    assert (granted.due_at, granted.fulfilled_at, granted.pleaded_at) == (day(20), day(18), None)
    short = after(*late, grant_plea(22, 17))
    assert timeliness(OWED, short, NO_UNITS, day(30)) == "late", "the day that was granted was missed too"


@pytest.mark.parametrize(
    "before",
    [
        [submit(18), accept(18), asked(19)],
        [asked(12), event("time_declined", 14, reason="gấp"), submit(18), accept(18)],
        [asked(12), extend(14, 16), submit(18), accept(18)],
    ],
    ids=["asked after it", "declined before", "answered by another extension"],
)
def test_without_an_open_plea_from_before_it_nothing_is_granted_after_the_report(before: list[Event]) -> None:
    with pytest.raises(RuleRefused) as refusal:
        after(*before, grant_plea(22, 25))
    assert refusal.value.rule == "already-fulfilled"


def test_a_plea_from_before_the_report_moves_the_first_due_date_while_a_correction_is_due() -> None:
    returned = (asked(12), submit(18), accept(18), give_back(19, 25))
    assert pleaded_due(after(*returned), day(12)) == DUE
    state = after(*returned, grant_plea(22, 20))
    assert (state.due_at, state.correction_due_at) == (day(20), day(25))
    later = after(submit(10), accept(10), give_back(18, 21), asked(19))
    assert pleaded_due(later, day(19)) == day(21), "asked while the correction is due, it is about that"


def test_a_plea_needs_no_answer_when_the_report_came_in_time_or_is_waived() -> None:
    assert pleaded_due(after(asked(12), submit(14), accept(14)), day(12)) is None
    assert pleaded_due(after(asked(12), waive(18)), day(12)) is None
    assert pleaded_due(after(asked(12)), day(12)) == DUE
    assert pleaded_due(after(asked(12), submit(18)), day(12)) == DUE, "before its verdict too"

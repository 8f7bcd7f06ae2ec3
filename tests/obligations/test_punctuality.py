"""On time, late, missing; and how many days too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
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

from cchc.clock import at
from cchc.obligations import Lateness, lateness, timeliness
from cchc.year import WorkingDays

DAYS = WorkingDays({date(2026, 3, 19): "nghỉ thử"})
# 17/03/2026 is a Tuesday; Thursday 19/03 is off here; 21 and 22/03 are a weekend.
ON_THE_DAY, WEDNESDAY, THURSDAY_OFF, FRIDAY, SATURDAY, MONDAY = (
    date(2026, 3, number) for number in (17, 18, 19, 20, 21, 23)
)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (DUE - timedelta(seconds=1), Lateness(0, 0)),
        (DUE, Lateness(0, 0)),
        (DUE + timedelta(seconds=1), Lateness(1, 1)),
        (at(ON_THE_DAY, 23, 59), Lateness(1, 1)),
        (at(WEDNESDAY, 0), Lateness(1, 1)),
        (at(WEDNESDAY, 23), Lateness(1, 1)),
        (at(THURSDAY_OFF, 8), Lateness(1, 2)),
        (at(FRIDAY, 8), Lateness(2, 3)),
        (at(SATURDAY, 8), Lateness(2, 4)),
        (at(MONDAY, 8), Lateness(3, 6)),
    ],
)
def test_lateness_grows_by_working_days_and_by_calendar_days(moment: datetime, expected: Lateness) -> None:
    owed = after()
    assert lateness(owed, moment, DAYS) == expected
    fulfilled = replace(owed, status="accepted", standing="accepted", fulfilled_at=moment)
    assert lateness(fulfilled, moment + timedelta(days=90), DAYS) == expected
    assert lateness(owed, moment.astimezone(UTC), DAYS) == expected


def test_days_off_after_the_due_day_are_no_working_days() -> None:
    friday_due = replace(after(), due_at=at(FRIDAY, 17), calendar_due_at=at(FRIDAY, 17))
    assert lateness(friday_due, at(SATURDAY, 9), DAYS) == Lateness(0, 1)
    assert lateness(friday_due, at(MONDAY, 9), DAYS) == Lateness(1, 3)


def test_the_days_are_those_of_viet_nam() -> None:
    # 18:00 UTC of the 17th is 01:00 of the 18th here.
    moment = datetime(2026, 3, 17, 18, tzinfo=UTC)
    assert lateness(after(), moment + timedelta(days=2), DAYS) == Lateness(2, 3)
    utc_due = replace(after(), due_at=DUE.astimezone(UTC))
    assert lateness(utc_due, moment, DAYS) == Lateness(1, 1)


def test_a_waived_obligation_is_never_late() -> None:
    state = after(waive(3))
    assert lateness(state, day(60), DAYS) == Lateness(0, 0)
    assert timeliness(OWED, state, NO_UNITS, day(60)) == "waived"


@pytest.mark.parametrize(
    ("events", "as_of", "expected"),
    [
        ([], 15, "pending"),
        ([], 16, "missing"),
        ([submit(3)], 10, "pending"),
        ([submit(3)], 16, "missing"),
        ([submit(15), accept(17)], 16, "on_time"),
        ([submit(16), accept(16)], 16, "late"),
        ([event("nothing_to_report", 15)], 16, "on_time"),
        ([event("nothing_to_report", 16)], 16, "late"),
        ([extend(3, 20)], 19, "pending"),
        ([extend(3, 20)], 21, "missing"),
        ([submit(3), accept(3), give_back(4, 6)], 30, "on_time"),
        ([submit(16), accept(16), give_back(17, 20)], 30, "late"),
    ],
)
def test_timeliness_follows_from_arrival_and_due_date_in_force(
    events: list, as_of: float, expected: str
) -> None:
    assert timeliness(OWED, after(*events), NO_UNITS, day(as_of)) == expected


@given(st.integers(-400, 4000), st.integers(0, 3000))
def test_late_or_missing_is_the_same_as_days_late(arrived: int, looked: int) -> None:
    moment, as_of = DUE + timedelta(minutes=10 * arrived), DUE + timedelta(minutes=10 * looked)
    for fulfilled_at in (None, moment):
        state = replace(after(), fulfilled_at=fulfilled_at)
        late = lateness(state, as_of, DAYS)
        assert (timeliness(OWED, state, NO_UNITS, as_of) in ("late", "missing")) == (late.calendar_days > 0)
        assert 0 <= late.working_days <= late.calendar_days

"""When a decision is late, and whom Airflow calls then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from cchc import clock
from cchc.clock import at
from cchc_airflow.deadlines import USUAL_DAYS, DecisionDue, decision_deadline, tell_operators

FRIDAY = at(date(2026, 3, 20), 10)


@pytest.mark.parametrize(
    ("days", "due"), [(1, date(2026, 3, 23)), (5, date(2026, 3, 27)), (6, date(2026, 3, 30))]
)
def test_a_decision_is_late_after_working_days_at_the_same_hour(
    monkeypatch: pytest.MonkeyPatch, change_config: Callable[[str, str, str], None], days: int, due: date
) -> None:
    change_config("department.yaml", "decision_days: 5", f"decision_days: {days}")
    monkeypatch.setattr(clock, "now", lambda: FRIDAY)
    assert DecisionDue()._evaluate_with(session=None) == at(due, 10)


def test_a_wrong_file_stops_no_run_from_being_made(
    monkeypatch: pytest.MonkeyPatch, change_config: Callable[[str, str, str], None]
) -> None:
    change_config("department.yaml", "decision_days: 5", "decision_days: lâu")
    monkeypatch.setattr(clock, "now", lambda: FRIDAY)
    assert USUAL_DAYS == 5
    assert DecisionDue()._evaluate_with(session=None) == at(date(2026, 3, 27), 10)


def test_airflow_finds_the_callback_by_its_path() -> None:
    assert decision_deadline().callback.path == f"{tell_operators.__module__}.{tell_operators.__qualname__}"

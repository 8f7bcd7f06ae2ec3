"""When a decision is late, and whom Airflow calls then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from airflow.api_fastapi.core_api.datamodels.dag_run import DAGRunResponse
from airflow.utils.types import DagRunType

from cchc import clock
from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_airflow.deadlines import USUAL_DAYS, DecisionDue, decision_deadline, tell, tell_operators

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


def test_the_run_is_read_from_what_airflow_hands_over(
    monkeypatch: pytest.MonkeyPatch, instance: Instance, store: Store
) -> None:
    """In the form of Airflow's REST API: whatever a run of ours needs to know, stands there."""
    given: list[Run] = []
    monkeypatch.setattr("cchc_airflow.context.open_store", lambda: store)
    monkeypatch.setattr("cchc_airflow.context.smtp_config", lambda: None)
    monkeypatch.setattr("cchc.documents.waiting.tell_late", lambda run, _now, _link: given.append(run))
    shown = DAGRunResponse.model_construct(
        dag_run_id="scheduled__2026-Q1", dag_id="chot_dot_bao_cao", run_after=FRIDAY, run_type=DagRunType.SCHEDULED,
        conf=None, partition_key="2026-Q1", triggering_user_name=None,
    )  # fmt: skip
    assert not tell({"dag_run": shown.model_dump(mode="json", warnings=False)})
    (run,) = given
    assert (run.round_id, run.run_id, run.as_of) == ("2026-Q1", "scheduled__2026-Q1", FRIDAY)

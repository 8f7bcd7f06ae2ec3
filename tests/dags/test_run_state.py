"""A run in which anything failed has failed: no task stands behind another that forgives it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.dags.processes import answer_of

from cchc.paths import Instance
from cchc_airflow.scoring_groups import STEPS

FAILED = {"failed", "upstream_failed"}


def after(rule: str, upstream: Iterable[str]) -> str:
    """What Airflow makes of a task whose upstream tasks ended so; a rule that the Dags do not use is an error."""
    states = set(upstream)
    if rule == "all_done":
        return "success"
    if rule not in ("all_success", "none_failed"):
        raise AssertionError(f"teach this test the rule {rule}")
    if states & FAILED:
        return "upstream_failed"
    return "skipped" if rule == "all_success" and "skipped" in states else "success"


def run_state(dag: Any, broken: str) -> str:
    states: dict[str, str] = {}
    for task in dag.topological_sort():
        upstream = [states[one] for one in task.upstream_task_ids]
        states[task.task_id] = (
            "failed" if task.task_id == broken else after(task.trigger_rule.value, upstream)
        )
    leaves = [states[task.task_id] for task in dag.tasks if not task.downstream_task_ids]
    return "failed" if FAILED & set(leaves) else "success"


def test_whichever_task_fails_its_run_has_failed(dags: dict[str, Any]) -> None:
    forgiven = [
        f"{dag_id}.{task.task_id}"
        for dag_id, dag in dags.items()
        for task in dag.tasks
        if run_state(dag, task.task_id) != "failed"
    ]
    assert forgiven == []


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_airflow_itself_calls_each_such_run_failed(tmp_path: Path, dags: dict[str, Any]) -> None:
    answer, log = answer_of("fail_each", Instance(tmp_path / "nha"), {}, [])
    own = {
        dag_id: {task.task_id for task in dag.tasks if task.task_id != "phe_duyet"}
        for dag_id, dag in dags.items()
        if dag_id != "cham_diem"  # of its steps one task each
    }
    scored = set(answer["cham_diem"]) - {""}
    assert {task_id.partition(".")[0] for task_id in scored} == set(STEPS) - {"tham_dinh_2"}, (
        "as the first turn"
    )
    own["cham_diem"] = scored
    assert {dag_id: set(states) - {""} for dag_id, states in answer.items()} == own
    assert {dag_id: states[""] for dag_id, states in answer.items()} == dict.fromkeys(own, "success"), log[
        -3000:
    ]
    forgiven = [
        f"{dag_id}.{task_id}"
        for dag_id, states in answer.items()
        for task_id, state in states.items()
        if task_id and state != "failed"
    ]
    assert forgiven == []

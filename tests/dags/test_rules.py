"""The rules of the house for Dags, on the Dags as Airflow sees them."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.definitions.mappedoperator import MappedOperator

from cchc.paths import PROJECT_ROOT
from cchc_airflow.approvals import DecisionOperator
from cchc_airflow.deadlines import DECISION_TASK, DecisionDue, decision_task
from cchc_airflow.defaults import DRAFTING_POOL, ROUNDS_AT_ONCE, SENDING_POOL
from cchc_airflow.notifier import FailureNotifier, rerun_advice
from cchc_airflow.scoring_groups import STEPS
from cchc_airflow.tags import Tag
from cchc_rehearsal.side_by_side import BLOCKS

NAMES = {
    "ke_hoach_nam": "Ban hành kế hoạch CCHC năm",
    "mo_dot_bao_cao": "Mở đợt báo cáo",
    "thu_thap_so_lieu": "Thu thập số liệu một cửa và QLVB",
    "tiep_nhan_bao_cao": "Tiếp nhận báo cáo đơn vị",
    "don_doc": "Đôn đốc đơn vị",
    "chot_dot_bao_cao": "Chốt đợt và tổng hợp báo cáo tỉnh",
    "kiem_tra": "Kiểm tra CCHC",
    "kiem_tra_don_vi": "Kết luận kiểm tra tại đơn vị",
    "kiem_tra_dot_xuat": "Kiểm tra đột xuất",
    "cham_diem": "Chấm điểm, xếp hạng",
    "bao_tri": "Bảo trì",
}
HEADINGS = ("Làm gì:", "Chạy khi nào:", "Đầu vào:", "Đầu ra:", "Chạy lại:", "Hỏi ai:")
APPROVED = {"ke_hoach_nam", "chot_dot_bao_cao", "cham_diem", "kiem_tra", "kiem_tra_don_vi"}
FILES = sorted((PROJECT_ROOT / "dags").glob("*.py"))
DRAFTING = {
    "closing.consolidate",
    "closing.draft",
    "planning.draft",
    "inspecting.draft",
    "concluding.draft",
    "score_publishing.rank",
    "score_publishing.draft",
    "score_publishing.gather_objections",
    "issue",
}
IN_GROUPS = {f"groups.{name}" for name in ("opening_group", "locking_group", "appraising_group", "asking_tasks",
                                           "explaining_group", "council_group", "sheets_of")}  # fmt: skip
HEAVY = ("pandas", "duckdb", "openpyxl", "matplotlib", "docx", "xlsxwriter", "yagmail", "polars")


def test_the_folder_holds_exactly_these_dags_under_their_vietnamese_names(dags: dict[str, Any]) -> None:
    assert {dag_id: dag.dag_display_name for dag_id, dag in dags.items()} == NAMES
    assert {path.stem for path in FILES} == set(NAMES), "one file a Dag, named after it"


@pytest.mark.parametrize("dag_id", NAMES)
def test_a_dag_has_what_every_dag_must_have(dags: dict[str, Any], dag_id: str) -> None:
    dag = dags[dag_id]
    assert dag.tags, "no tag"
    assert set(dag.tags) <= {tag.value for tag in Tag}
    assert dag.max_active_runs == (ROUNDS_AT_ONCE if dag_id in APPROVED else 1)
    assert dag.catchup is False
    for heading in HEADINGS:
        assert f"**{heading}**" in dag.doc_md, f"the runbook of {dag_id} lacks {heading}"
    assert rerun_advice(dag.doc_md) in " ".join(dag.doc_md.split()), "the failure mail could not quote it"


def waits_for_a_person(task: Any) -> bool:
    return isinstance(task, HITLOperator)


@pytest.mark.parametrize("dag_id", NAMES)
def test_a_task_has_owner_retries_time_limit_and_an_alert_target(dags: dict[str, Any], dag_id: str) -> None:
    for task in dags[dag_id].tasks:
        assert task.owner == "so-noi-vu", task.task_id
        assert task.retries >= 1, task.task_id
        assert task.task_display_name != task.task_id, f"{task.task_id} has no Vietnamese name"
        callbacks = task.on_failure_callback
        listed = (
            callbacks if isinstance(callbacks, list | tuple) else [callbacks]
        )  # one alone on a mapped task
        assert any(isinstance(one, FailureNotifier) for one in listed), task.task_id
        if waits_for_a_person(task):
            assert task.execution_timeout is None, "a person may take days"
        else:
            assert timedelta(0) < task.execution_timeout <= timedelta(hours=2), task.task_id


def test_what_a_step_answers_is_kept_once(dags: dict[str, Any]) -> None:
    """Airflow takes an answer of counts apart by itself, and asks its server once for every count."""
    apart = [
        f"{dag_id}.{task.task_id}"
        for dag_id, dag in dags.items()
        for task in dag.tasks
        if getattr(task, "multiple_outputs", False)
    ]
    assert apart == []


def test_only_documents_that_somebody_signs_wait_for_a_decision(dags: dict[str, Any]) -> None:
    waiting = [
        (dag_id, task) for dag_id, dag in dags.items() for task in dag.tasks if waits_for_a_person(task)
    ]
    assert {dag_id for dag_id, _ in waiting} == APPROVED
    for _, task in waiting:
        assert task.defaults is None, "silence must never approve"
        assert task.response_timeout is None
        if isinstance(task, DecisionOperator):
            assert task.task_id.rpartition(".")[2] == DECISION_TASK
            assert task.options == ["Phê duyệt", "Trả lại"]
            assert set(task.params) >= {"so", "ky_hieu", "ngay", "nhan_xet"}
        else:
            assert len(task.options) == 2
            assert not task.params, "a word that something is done has no field to fill in"
    confirmed = {task.task_id for dag_id, task in waiting if not isinstance(task, DecisionOperator)}
    assert confirmed == {"tham_dinh_1.nhom.xac_nhan", "tham_dinh_2.nhom.xac_nhan", "hoi_dong.hoi_dong_quyet"}


def test_a_round_of_scores_has_a_step_a_moment_and_a_run_takes_one(dags: dict[str, Any]) -> None:
    dag = dags["cham_diem"]
    assert set(dag.get_task("chon_buoc").downstream_task_ids) == {
        "mo.mo_dot", "khoa.khoa_ho_so", "tham_dinh_1.cac_nhom", "giai_trinh.doc_giai_trinh", "tham_dinh_2.cac_nhom",
        "hoi_dong.tai_lieu_hop", "cong_bo.xep_hang", "kien_nghi.tong_hop_kien_nghi",
    }  # fmt: skip
    assert {group for group in dag.task_group_dict if group and "." not in group} == set(STEPS)
    assert list(dag.params.get_param("buoc").schema["enum"]) == ["", *STEPS]
    for turn in (1, 2):
        inner = dag.get_task(f"tham_dinh_{turn}.nhom.xac_nhan")
        assert inner.get_closest_mapped_task_group() is not None, "one group's answer holds up no other"


def test_a_decision_that_nobody_takes_holds_up_no_other_round(dags: dict[str, Any]) -> None:
    """As many rounds as come in years may wait beside each other, and none of them takes the slot of the others."""
    waiting = {
        dag_id: [task for task in dag.tasks if isinstance(task, DecisionOperator)]
        for dag_id, dag in dags.items()
    }
    assert {dag_id for dag_id, tasks in waiting.items() if tasks} == APPROVED
    for dag_id in APPROVED:
        assert dags[dag_id].max_active_runs >= 12, f"{dag_id}: the fourth year would wait for the first"
        for task in waiting[dag_id]:
            assert task.pool != DRAFTING_POOL
            assert task.max_active_tis_per_dag is None


def test_a_decision_that_waits_too_long_is_told_to_somebody(dags: dict[str, Any]) -> None:
    alerts = {dag_id: list(dag.deadline or []) for dag_id, dag in dags.items()}
    assert {dag_id for dag_id, found in alerts.items() if found} == APPROVED
    for dag_id in APPROVED:
        (alert,) = alerts[dag_id]
        assert isinstance(alert.reference, DecisionDue)
        assert alert.callback.path.endswith(".tell_operators")
        for key in (None, "2026-XX:cong_bo", "2026-XX:kien_nghi"):
            assert dags[dag_id].has_task(decision_task(dag_id, key))


def test_what_makes_or_issues_a_draft_has_the_store_to_itself(dags: dict[str, Any]) -> None:
    alone = {
        (dag_id, task.task_id.rpartition(".")[2])
        for dag_id, dag in dags.items()
        for task in dag.tasks
        if task.pool == DRAFTING_POOL
    }
    drafting = {
        (path.stem, function.name)
        for path in FILES
        for function in _functions_of(path)
        if DRAFTING & {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    }
    assert alone == drafting
    assert {dag_id for dag_id, _ in drafting} == APPROVED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_is_short_and_does_nothing_at_import(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 110
    for node in ast.parse(source).body:
        assert isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.FunctionDef | ast.Assign), node
    assert "Variable.get" not in source
    assert ".now(" not in source


def test_reading_the_dags_loads_no_heavy_library(tmp_path: Path) -> None:
    program = (
        "import os, sys, json, runpy\n"
        "from pathlib import Path\n"
        "from cchc.paths import Instance\n"
        "for path in sorted(Path(sys.argv[1]).glob('*.py')):\n"
        "    runpy.run_path(str(path))\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path), "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    answer = subprocess.run(
        [sys.executable, "-c", program, str(PROJECT_ROOT / "dags")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    loaded = set(json.loads(answer.stdout.splitlines()[-1]))
    assert "cchc_airflow" in loaded
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


SHARED = PROJECT_ROOT / "plugins" / "cchc_airflow"
HANDING_OUT, SCORING = SHARED / "handing_out.py", SHARED / "scoring_groups.py"


def _functions_of(path: Path) -> list[ast.FunctionDef]:
    """The tasks of a Dag's file, with those that it shares."""
    dag = _function(path, path.stem)
    bodies = [dag.body]
    called = {ast.unparse(node.func) for node in ast.walk(dag) if isinstance(node, ast.Call)}
    for shared in ("draft_pdfs_of", "hand_out_issued"):
        if shared in called:
            bodies.append(_function(HANDING_OUT, shared).body)
    bodies += [
        _function(SCORING, one.removeprefix("groups.")).body for one in sorted(called) if one in IN_GROUPS
    ]
    return [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]


def _function(path: Path, name: str) -> ast.FunctionDef:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_task_that_sends_mail_and_no_other_waits_for_a_slot_of_its_pool(
    dags: dict[str, Any], path: Path
) -> None:
    senders = {
        function.name
        for function in _functions_of(path)
        if {"chasing.send", "chasing.request", "chasing.report", "hand_out", "send_requests"}
        & {ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    }
    found = {task.task_id.rpartition(".")[2] for task in dags[path.stem].tasks if task.pool == SENDING_POOL}
    assert found == senders


def test_mail_is_sent_by_the_dags_that_answer_ask_and_chase(dags: dict[str, Any]) -> None:
    with_mail = {dag_id for dag_id, dag in dags.items() if any(one.pool == SENDING_POOL for one in dag.tasks)}
    assert with_mail == set(NAMES) - {"thu_thap_so_lieu", "bao_tri", "kiem_tra_dot_xuat"}


def test_what_a_rehearsal_runs_side_by_side_are_tasks_that_have_copies(dags: dict[str, Any]) -> None:
    mapped = {task.task_id for dag in dags.values() for task in dag.tasks if isinstance(task, MappedOperator)}
    assert mapped >= set(BLOCKS)

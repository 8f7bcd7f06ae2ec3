"""Runs a Dag once for each of its tasks with that task failing and all others idle; prints task -> state of the run.

The work itself is left out: what is asked is Airflow's own verdict on the run. A person's decision is passed.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from tests.support.answers import tell

from cchc_airflow.deadlines import put_aside
from cchc_rehearsal.one_process import api_in_this_thread, fixed_within_one_process
from cchc_rehearsal.replay import prepare_database

ASKED = r"(.*\.)?(phe_duyet|xac_nhan|hoi_dong_quyet)"
SCORING = "cham_diem"
GROUPS = ("tham_dinh_1.cac_nhom", "tham_dinh_2.cac_nhom")


def idle(*_: Any, **__: Any) -> list[str]:
    return ["x"]


def idle_groups(*_: Any, **__: Any) -> list[dict[str, str]]:
    return [{"nhom": "x", "nhom_ten": "x"}]


def wanted(dag: Any) -> list[Any]:
    """Every task; of a round of scores, whose steps are runs of their own, one in the middle of each step."""
    own = [task for task in dag.tasks if not re.fullmatch(ASKED, task.task_id)]
    if dag.dag_id != SCORING:
        return own
    return [task for task in own if task.task_id in (
        "mo.van_ban_mo_dot", "khoa.tinh_diem", "tham_dinh_1.nhom.kiem_lai", "giai_trinh.doc_giai_trinh",
        "hoi_dong.bien_ban", "cong_bo.du_thao", "kien_nghi.khoi_phieu",
    )]  # fmt: skip


def broken(*_: Any, **__: Any) -> list[str]:
    raise RuntimeError("injected")


def states_of(dag: Any, moment: datetime) -> dict[str, str]:
    found = {}
    own = [task for task in dag.tasks if not re.fullmatch(ASKED, task.task_id)]
    for number, task in enumerate([None, *wanted(dag)]):
        step = task.task_id.partition(".")[0] if task else "mo"
        for one in own:
            rest = idle_groups if one.task_id in GROUPS else idle
            one.python_callable, one.multiple_outputs = broken if one is task else rest, False
            if one.task_id == "chon_buoc" and one is not task:
                taken = [step] if dag.dag_id == SCORING else sorted(one.downstream_task_ids)
                one.python_callable = partial(list, taken)
        when = moment + timedelta(minutes=number)
        run = dag.test(logical_date=when, run_after=when, mark_success_pattern=ASKED)
        found[task.task_id if task else ""] = str(run.state)
    return found


prepare_database()
bag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
start = datetime.fromisoformat("2026-03-02T08:00:00+07:00")
for dag in bag.dags.values():
    put_aside(dag)
    for task in dag.tasks:
        if hasattr(task, "partial_kwargs"):
            task.partial_kwargs.update(retries=0, on_failure_callback=None, map_index_template=None)
        else:
            task.retries, task.on_failure_callback = 0, []
with api_in_this_thread():
    first, *others = bag.dags
    told = {first: states_of(bag.dags[first], start)}  # the first run of all writes the Dags
    with fixed_within_one_process():
        told |= {dag_id: states_of(bag.dags[dag_id], start) for dag_id in others}
tell(told)

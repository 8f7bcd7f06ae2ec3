"""Runs a Dag once for each of its tasks with that task failing and all others idle; prints task -> state of the run.

The work itself is left out: what is asked is Airflow's own verdict on the run. A person's decision is passed.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb
from tests.support.answers import tell

from cchc_airflow.deadlines import put_aside
from cchc_airflow.pools import make_pools
from cchc_rehearsal.one_process import api_in_this_thread, fixed_within_one_process

APPROVAL = "phe_duyet"


def idle(*_: Any, **__: Any) -> list[str]:
    return ["x"]


def broken(*_: Any, **__: Any) -> list[str]:
    raise RuntimeError("injected")


def states_of(dag: Any, moment: datetime) -> dict[str, str]:
    found = {}
    own = [task for task in dag.tasks if task.task_id != APPROVAL]
    for number, task in enumerate([None, *own]):
        for one in own:
            one.python_callable, one.multiple_outputs = broken if one is task else idle, False
        when = moment + timedelta(minutes=number)
        run = dag.test(logical_date=when, run_after=when, mark_success_pattern=APPROVAL)
        found[task.task_id if task else ""] = str(run.state)
    return found


initdb()
make_pools()
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

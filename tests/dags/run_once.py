"""One run of a Dag in a process of its own; prints the run's state, its note, and the state of each task instance.

The argument is JSON: `dag`, `moment`, `conf`.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from airflow.dag_processing.dagbag import DagBag
from airflow.models.dagrun import DagRun
from airflow.utils.session import create_session
from tests.support.answers import tell

from cchc_airflow.deadlines import put_aside
from cchc_rehearsal.one_process import api_in_this_thread
from cchc_rehearsal.replay import prepare_database

asked = json.loads(sys.argv[1])
prepare_database()
dag = put_aside(DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags[asked["dag"]])
for task in dag.tasks:
    task.retries = 0
moment = datetime.fromisoformat(asked["moment"])
with api_in_this_thread():
    run = dag.test(
        logical_date=moment, run_after=moment, run_conf={"as_of": asked["moment"], **asked["conf"]}
    )
tasks = [(one.task_id, one.rendered_map_index, str(one.state)) for one in run.get_task_instances()]
with create_session() as session:  # the run as it stands in Airflow's store, with what was noted at its end
    note = session.get(DagRun, run.id).note
tell({"state": str(run.state), "note": note, "tasks": tasks})

"""One run of the collecting Dag in a process of its own; prints the state of each task instance."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from airflow.dag_processing.dagbag import DagBag
from airflow.utils.db import initdb

initdb()
dag = DagBag(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]).dags["thu_thap_so_lieu"]
for task in dag.tasks:
    task.retries = 0
moment = datetime.fromisoformat(sys.argv[1])
run = dag.test(logical_date=moment, run_after=moment, run_conf={"as_of": sys.argv[1]})
states = [(one.task_id, one.rendered_map_index, str(one.state)) for one in run.get_task_instances()]
print("STATES " + json.dumps(states))

"""Two runs of a small Dag whose task has five copies, side by side in two processes; the second has a copy that kills
its process. Prints of each run its state, the states of the copies, the processes they ran in, and our own number.
Then three such runs beside this process, of which the second breaks off: who ran them, in their order, and the failed.

The argument is the folder for the Dag's file, which the environment names as Airflow's.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from tests.support.answers import tell

from cchc.clock import at
from cchc_rehearsal.one_process import api_in_this_thread
from cchc_rehearsal.replay import prepare_database
from cchc_rehearsal.side_by_side import Beside, copies_side_by_side

DAG = """
import os, signal
from airflow.sdk import dag, get_current_context, task

@dag(dag_id="nho", schedule=None)
def nho():
    @task
    def so():
        return [0, 1, 2, 3, 4]

    @task
    def ban_sao(one):
        if get_current_context()["dag_run"].conf.get("die") == one:
            os.kill(os.getpid(), signal.SIGKILL)
        return [one, os.getpid()]

    @task(trigger_rule="all_done")
    def gom(found):
        return [list(one) for one in found]

    gom(ban_sao.expand(one=so()))

nho()
"""

folder = Path(sys.argv[1])
folder.mkdir()
(folder / "nho.py").write_text(DAG, encoding="utf-8")
prepare_database()
dag = DagBag(str(folder)).dags["nho"]
found: list[Any] = []
failed: list[str] = []
notes = folder.parent / "ben-canh.txt"


def run_beside(day: int) -> None:
    moment = at(date(2026, 4, day), 8)
    dag.test(logical_date=moment, run_after=moment, run_conf={})
    with notes.open("a", encoding="utf-8") as kept:
        kept.write(f"{day} {os.getpid()}\n")
    if day == 2:
        raise ValueError("run 2")


with api_in_this_thread(), copies_side_by_side(["ban_sao"], processes=2):
    for day, conf in ((1, {}), (2, {"die": 1})):
        moment = at(date(2026, 3, day), 8)
        run = dag.test(logical_date=moment, run_after=moment, run_conf=conf)
        tasks = run.get_task_instances()
        gathered = next(one for one in tasks if one.task_id == "gom").xcom_pull(task_ids="gom")
        copies = {one.map_index: str(one.state) for one in tasks if one.task_id == "ban_sao"}
        found.append({"state": str(run.state), "copies": copies, "gathered": gathered})
    with Beside(failed) as beside:
        for day in (1, 2, 3):
            beside.carry_out(f"nho {day}", partial(run_beside, day))
ran = [line.split() for line in notes.read_text(encoding="utf-8").splitlines()]
tell({"runs": found, "own": os.getpid(), "beside": ran, "failed": failed})

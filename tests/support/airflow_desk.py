"""Airflow of one installation as people meet it: its real API and login, its tasks run one by one in this process.

For programs that tests start in a process of their own (`tests.dags.processes.answer_of`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from airflow.api_fastapi.app import create_app
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import BundleDagBag, sync_bag_to_db
from airflow.models.dagbag import DBDagBag
from airflow.models.dagrun import DagRun
from airflow.sdk.definitions.dag import _run_task
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, TaskInstanceState
from fastapi.testclient import TestClient

from cchc.airflow_env import password_file
from cchc.paths import current_instance
from cchc_airflow.deadlines import put_aside
from cchc_airflow.pools import make_pools
from cchc_rehearsal.one_process import api_in_this_thread

ENDED = ("success", "failed", "skipped", "upstream_failed")


class AirflowDesk:
    """`ask` speaks to the API as somebody; `work` does what a scheduler and its workers would do for a run."""

    def __init__(self, client: TestClient, dags: Mapping[str, Any]) -> None:
        self.client, self.dags, self._tokens = client, dags, dict[str, str]()

    def token(self, user: str) -> str:
        if user not in self._tokens:
            passwords = json.loads(password_file(current_instance()).read_text(encoding="utf-8"))
            given = {"username": user, "password": passwords[user]}
            self._tokens[user] = self.client.post("/auth/token", json=given).json()["access_token"]
        return self._tokens[user]

    def ask(
        self, user: str | None, method: str, path: str, body: Any = None, *, token: str = ""
    ) -> tuple[int, Any]:
        """Status and answer; user None: nobody signed in. token: this one instead of the user's own."""
        own = token or (self.token(user) if user else "")
        headers = {"Authorization": f"Bearer {own}"} if own else {}
        given = self.client.request(method, path, json=body, headers=headers)
        try:
            return given.status_code, given.json()
        except ValueError:
            return given.status_code, given.text

    def start(self, user: str, dag_id: str, conf: Mapping[str, Any]) -> str:
        """A run that `user` starts in the form; its id."""
        self.ask("quan-tri", "PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})
        body = {"logical_date": None, "conf": dict(conf)}
        status, run = self.ask(user, "POST", f"/api/v2/dags/{dag_id}/dagRuns", body)
        assert status == 200, (status, run)
        return str(run["dag_run_id"])

    def work(self, dag_id: str, run_id: str, only: Collection[tuple[str, int]] | None = None) -> None:
        """Run what can be run until nothing is left but what waits for people.

        only: ids and map indices of the tasks that are run; the others are taken as done.
        """
        dag = self.dags[dag_id]
        with create_session() as session:
            run = session.query(DagRun).filter_by(dag_id=dag_id, run_id=run_id).one()
            run.dag = DBDagBag().get_latest_version_of_dag(dag_id, session=session)
            if run.state == DagRunState.QUEUED:
                run.state = DagRunState.RUNNING
            session.commit()
            while run.state == DagRunState.RUNNING:
                ready, _ = run.update_state(session=session)
                for one in ready:
                    one.try_number += 1
                    one.state = TaskInstanceState.SCHEDULED
                session.commit()
                found = run.get_task_instances(state=[TaskInstanceState.SCHEDULED], session=session)
                if not found:
                    run.update_state(session=session)  # of what follows on tasks that were just given up
                    return
                for one in found:
                    if only is None or (one.task_id, one.map_index) in only:
                        _run_task(ti=one, task=dag.task_dict[one.task_id])
                    else:
                        one.set_state(TaskInstanceState.SUCCESS)
                session.expire_all()

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """State of each task, `id` or `id[map index]`."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200"
        _, found = self.ask("quan-tri", "GET", path)
        return {
            one["task_id"] + (f"[{one['map_index']}]" if one["map_index"] >= 0 else ""): one["state"]
            for one in found["task_instances"]
        }


@contextmanager
def airflow_desk(*dag_ids: str) -> Iterator[AirflowDesk]:
    """The desk of the installation that the environment names, with these Dags known."""
    initdb()
    make_pools()
    DagBundlesManager().sync_bundles_to_db()
    folder = os.environ["AIRFLOW__CORE__DAGS_FOLDER"]
    dags = {}
    for dag_id in dag_ids:
        bag = BundleDagBag(f"{folder}/{dag_id}.py", bundle_path=folder, bundle_name="dags-folder")  # type: ignore[arg-type]
        assert not bag.import_errors, bag.import_errors
        dags[dag_id] = put_aside(bag.dags[dag_id])
        sync_bag_to_db(bag, "dags-folder", None)
    with api_in_this_thread(), TestClient(create_app(), base_url="http://testserver") as client:
        yield AirflowDesk(client, dags)

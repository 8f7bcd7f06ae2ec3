"""A person who may decide signs in to Airflow's API, waits for the decision and approves it in the form."""

from __future__ import annotations

import json
import sys
import time

from airflow.api_fastapi.app import create_app
from fastapi.testclient import TestClient

user, password, dag_id, typed = json.loads(sys.stdin.read())
runs = f"/api/v2/dags/{dag_id}/dagRuns"
with TestClient(create_app(), base_url="http://testserver") as client:
    token = client.post("/auth/token", json={"username": user, "password": password}).json()["access_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    for _ in range(240):
        path = f"{runs}/~/taskInstances?state=awaiting_input"
        waiting = [
            one for one in client.get(path).json().get("task_instances", []) if one["task_id"] == "phe_duyet"
        ]
        if waiting:
            break
        if any(one["state"] == "failed" for one in client.get(runs).json()["dag_runs"]):
            sys.exit("the run failed before anybody was asked")
        time.sleep(0.5)
    if not waiting:
        sys.exit("nobody was asked")
    place = f"{runs}/{waiting[0]['dag_run_id']}/taskInstances/phe_duyet/-1/hitlDetails"
    answer = client.patch(place, json={"chosen_options": ["Phê duyệt"], "params_input": typed})
    print(answer.status_code, answer.text[:500])
    sys.exit(0 if answer.status_code == 200 else 1)

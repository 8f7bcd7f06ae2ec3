"""Airflow's API as one account uses it: the forms that wait for a decision on a draft, and the answer to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx

from cchc.documents.decision_form import SHOWN, DecisionForm, refusal
from cchc.errors import RuleRefused
from cchc.texts import t

TIMEOUT_S = 30.0
_WAITING = ("awaiting_input", "deferred")


class AirflowDoor:
    """Airflow's API as one account sees it. RuleRefused in words for whatever it refuses."""

    def __init__(self, client: httpx.Client, login: str, password: str) -> None:
        self._client = client
        given = self._ask("POST", "/auth/token", {"username": login, "password": password})
        self._client.headers["Authorization"] = f"Bearer {given['access_token']}"

    def forms(self) -> list[DecisionForm]:
        """The forms about drafts that nobody answered."""
        path = "/api/v2/dags/~/dagRuns/~/hitlDetails?response_received=false&limit=100"
        found = []
        for one in self._ask("GET", path)["hitl_details"]:
            task = one["task_instance"]
            if task["state"] not in _WAITING:  # somebody marked it as done, and nobody answered
                continue
            form = DecisionForm(task["dag_id"], task["dag_run_id"], task["task_id"], task["map_index"])
            told = f"{_task(form)}/xcomEntries/{SHOWN}?map_index={form.map_index}"
            shown = self._ask("GET", told, missing={"value": []})["value"]
            if shown:  # what confirms something else shows no draft
                found.append(replace(form, shown=tuple(map(str, shown))))
        return found

    def answer(self, form: DecisionForm, option: str, typed: Mapping[str, str | None]) -> None:
        body = {"chosen_options": [option], "params_input": dict(typed)}
        self._ask("PATCH", f"{_task(form)}/{form.map_index}/hitlDetails", body)

    def _ask(self, method: str, path: str, body: Any = None, missing: Any = None) -> Any:
        try:
            given = self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            address = self._client.base_url
            raise RuleRefused(
                "no-airflow", t("documents.deciding.cli.no_airflow", address=address, why=error)
            ) from error
        if given.status_code == 404 and missing is not None:
            return missing
        if given.status_code >= 300:
            raise refusal(given.status_code)
        return given.json()


def _task(form: DecisionForm) -> str:
    run = quote(form.run_id, safe="")
    return f"/api/v2/dags/{form.dag_id}/dagRuns/{run}/taskInstances/{form.task_id}"

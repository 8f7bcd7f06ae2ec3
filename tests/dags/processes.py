"""Runs one of this folder's programs in a process of its own: a run of Airflow needs the environment from its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.support.answers import told

from cchc.airflow_env import airflow_environment
from cchc.clock import to_text
from cchc.paths import PROJECT_ROOT, Instance


@dataclass(frozen=True)
class DagRunResult:
    """State and note of a run; `tasks`: the state by task and mapped name; `log`: all that was printed."""

    state: str
    note: str | None
    tasks: dict[str, dict[str | None, str]]
    log: str


def run_dag(
    instance: Instance,
    dag_id: str,
    moment: datetime,
    conf: Mapping[str, Any],
    environment: Mapping[str, str],
) -> DagRunResult:
    """One run of a Dag of the installation, working for `moment`."""
    asked = json.dumps({"dag": dag_id, "moment": to_text(moment), "conf": dict(conf)})
    result, log = answer_of("run_once", instance, environment, [asked])
    tasks: dict[str, dict[str | None, str]] = {}
    for task, name, state in result["tasks"]:
        tasks.setdefault(task, {})[name] = state
    return DagRunResult(result["state"], result["note"], tasks, log)


def answer_of(
    program: str, instance: Instance, environment: Mapping[str, str], arguments: list[str]
) -> tuple[Any, str]:
    """The JSON that `program` told, and its whole output."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.dags.{program}", *arguments],
        cwd=PROJECT_ROOT,
        env={**os.environ, **airflow_environment(instance), **environment},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    log = done.stdout + done.stderr
    return told(log), log

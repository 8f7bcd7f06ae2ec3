"""What tasks import is there before their processes are forked, and nothing else is begun with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cchc.airflow_env import airflow_environment
from cchc.cli.up import COMPONENTS, COPIED
from cchc.paths import PROJECT_ROOT, Instance

PROGRAM = """
import json, os, sys
from airflow.listeners.listener import get_listener_manager
before = len(os.listdir("/proc/self/task"))
get_listener_manager().hook.on_starting(component=None)
answer = {"modules": sorted(sys.modules), "threads": len(os.listdir("/proc/self/task")) - before}
if sys.argv[1] == "scheduler":
    from cchc.config_files import reading, registry
    read, real = [], (reading.read_yaml, reading.read_csv)
    reading.read_yaml = lambda *given: read.append(given[0].name) or real[0](*given)
    reading.read_csv = lambda *given: read.append(given[0].name) or real[1](*given)
    answer["loaded"] = len([one(None) for one in registry.loaders()])
    answer["read"] = read
if len(sys.argv) > 2:
    from airflow.dag_processing.dagbag import DagBag
    known = set(sys.modules)
    answer["dags"] = len(DagBag(sys.argv[2]).dags)
    answer["new"] = sorted(name for name in set(sys.modules) - known if name.partition(".")[0].startswith("cchc"))
print(json.dumps(answer))
"""

STAGES = {f"cchc.stages.{path.stem}" for path in (PROJECT_ROOT / "include/cchc/stages").glob("[a-z]*.py")}


def started(folder: Path, *arguments: str) -> dict[str, object]:
    """What a process of Airflow, started with these arguments, has loaded when its component begins."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=os.environ | airflow_environment(Instance(folder)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_the_scheduler_has_all_that_tasks_import_and_no_thread_that_a_fork_would_lose(tmp_path: Path) -> None:
    found = started(tmp_path, "scheduler", str(PROJECT_ROOT / "dags"))
    assert len(STAGES) > 10
    assert set(found["modules"]) >= STAGES | {"airflow.sdk.execution_time.task_runner"}  # type: ignore[call-overload]
    assert "flask_appbuilder" not in found["modules"], "a second of a core, and of no use to tasks"  # type: ignore[operator]
    assert found["threads"] == 0
    assert found["dags"] == len(list((PROJECT_ROOT / "dags").glob("*.py")))
    assert found["new"] == [], "reading a Dag imports nothing of ours any more"


def test_the_files_of_the_years_data_are_read_before_tasks_are_forked(tmp_path: Path) -> None:
    found = started(tmp_path, "scheduler")
    assert found["loaded"] > 20  # type: ignore[operator]
    assert found["read"] == [], "each task would read it again"


def test_what_all_components_are_copies_of_has_their_modules_and_has_begun_nothing(tmp_path: Path) -> None:
    program = """
import json, os, sys
from importlib import import_module
for name in sys.argv[1:]:
    import_module(name)
from airflow import settings
opened = [f"/proc/self/fd/{one}" for one in os.listdir("/proc/self/fd") if int(one) > 2]
print(json.dumps({
    "modules": sorted(sys.modules),
    "files": [os.readlink(one) for one in opened if os.path.exists(one)],
    "threads": len(os.listdir("/proc/self/task")),
    "connections": settings.engine.pool.checkedin(),
}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, *COPIED],
        env=os.environ | airflow_environment(Instance(tmp_path)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    commands = {f"airflow.cli.commands.{name.replace('-', '_')}_command" for name in COMPONENTS}
    assert set(found.pop("modules")) >= STAGES | commands | {"cchc_board.mount", "cchc_airflow.tables"}
    assert found == {"files": [], "threads": 1, "connections": 0}


@pytest.mark.parametrize("component", ["triggerer", "api-server"])
def test_whoever_forks_no_task_does_not_pay_for_it(tmp_path: Path, component: str) -> None:
    assert not STAGES & set(started(tmp_path, component)["modules"])  # type: ignore[call-overload]


def test_a_worker_of_celery_loads_it_by_the_name_that_production_gives() -> None:
    import cchc_airflow.preloaded

    text = (PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    assert f'{{"imports": ["{cchc_airflow.preloaded.__name__}"]}}' in text

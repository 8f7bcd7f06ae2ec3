"""What Airflow's own plugin loader makes of the plugins folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.serialization.encoders import encode_deadline_reference

from cchc.airflow_env import airflow_environment
from cchc.paths import PROJECT_ROOT, Instance
from cchc_airflow.deadlines import DecisionDue

PROGRAM = """
import json, sys
before = set(sys.modules)
from airflow import plugins_manager
plugins_manager.ensure_plugins_loaded()
plugins, errors = plugins_manager._get_plugins()
folder = sys.argv[1]
bare = [name for name, module in list(sys.modules.items())
        if "." not in name and (getattr(module, "__file__", None) or "").startswith(folder)]
apps, around = plugins_manager.get_fastapi_plugins()
print(json.dumps({
    "errors": {str(key): str(value) for key, value in errors.items()},
    "plugins": [plugin.name for plugin in plugins if str(plugin.source).find("cchc") >= 0],
    "bare": sorted(bare),
    "prefixes": [app["url_prefix"] for app in apps if app["name"] == "CCHC"],
    "around": [one["middleware"].__name__ for one in around],
    "deadlines": sorted(plugins_manager.get_deadline_references_plugins()),
    "fastapi": "airflow.api_fastapi.core_api.security" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a process knows after Airflow loaded the plugins of this checkout."""
    environment = os.environ | airflow_environment(Instance(tmp_path_factory.mktemp("plugins")))
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(PROJECT_ROOT / "plugins")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout.splitlines()[-1]))


def test_the_loader_runs_the_registering_module_and_nothing_else(loaded: dict[str, object]) -> None:
    assert loaded["errors"] == {}
    assert loaded["plugins"] == ["cchc"]
    # Our two packages are imported by the plugin under their own names; no module of theirs under a bare one.
    assert set(loaded["bare"]) <= {"cchc_plugin", "cchc_airflow", "cchc_board"}  # type: ignore[call-overload]  # JSON


def test_the_served_api_writes_forms_anew(loaded: dict[str, object]) -> None:
    """What `tests/dags/people.py` has around the API that its tasks speak to."""
    assert "FreshForms" in loaded["around"]  # type: ignore[operator]  # JSON


def test_every_other_file_is_kept_out_by_the_allow_list() -> None:
    from airflow._shared.module_loading import find_path_from_directory

    folder = PROJECT_ROOT / "plugins"
    let_in = {
        Path(path).name
        for path in find_path_from_directory(str(folder), ".airflowignore")
        if str(path).endswith(".py")
    }
    assert let_in == {"cchc_plugin.py"}


def test_the_board_is_mounted_without_paying_for_it_at_loading(loaded: dict[str, object]) -> None:
    assert loaded["prefixes"] == ["/cchc"]
    assert loaded["fastapi"] is False, "every scheduler and worker would pay half a second for the board"


def test_the_scheduler_finds_when_a_decision_is_late(loaded: dict[str, object]) -> None:
    assert loaded["deadlines"] == [encode_deadline_reference(DecisionDue())["__class_path"]]

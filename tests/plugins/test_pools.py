"""The pools are there before any Dag can run, and keep what an administrator decided."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from pkgutil import resolve_name
from unittest.mock import MagicMock

import pytest
import yaml

from cchc.airflow_env import airflow_environment
from cchc.cli.up import SET_UP
from cchc.paths import PROJECT_ROOT, Instance
from cchc_airflow import production, tables

TWICE = """
import json
from airflow.utils.db import initdb
initdb()
from airflow.models.pool import Pool
from airflow.utils.session import create_session
from cchc_airflow.pools import make_pools
made = [make_pools()]
with create_session() as session:
    pool = Pool.get_pool("gui_thu", session=session)
    made.append(pool.slots)
    pool.slots = 7
    drafting = Pool.get_pool("lap_du_thao", session=session)
    made.append([drafting.slots, drafting.include_deferred])
made.append(make_pools())
with create_session() as session:
    made.append(Pool.get_pool("gui_thu", session=session).slots)
print("MADE " + json.dumps(made))
"""


def test_the_pools_are_made_once_and_an_administrators_number_of_slots_is_kept(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWICE],
        env=os.environ | airflow_environment(Instance(tmp_path / "nha")),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert "MADE " in done.stdout, done.stderr[-3000:]
    assert json.loads(done.stdout.rpartition("MADE ")[2].splitlines()[0]) == [
        ["gui_thu", "lap_du_thao"],
        2,
        [1, False],
        [],
        7,
    ]


def test_every_set_up_makes_the_pools_after_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve_name(SET_UP) is tables.make_tables, "a local installation, before any component"
    done: list[str] = []
    for step in ("upgradedb", "make_pools"):
        monkeypatch.setattr(tables, step, lambda step=step: done.append(step))
    tables.make_tables()
    assert done == ["upgradedb", "make_pools"]


def test_the_production_shape_makes_tables_and_pools_before_any_service_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = yaml.safe_load((PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))["services"]
    assert services["airflow-init"]["command"] == [production.__name__]
    for name, service in services.items():
        if name.startswith("airflow-") and name != "airflow-init":
            waits = service["depends_on"]["airflow-init"]
            assert waits == {"condition": "service_completed_successfully"}, name
    done: list[str] = []
    steps = (
        "must_be_ours",
        "prepare_instance",
        "make_tables",
        "make_administrator",
        "open_store",
    )
    for step in steps:
        monkeypatch.setattr(production, step, lambda *_given, step=step: done.append(step) or MagicMock())
    password = tmp_path / "mat-khau"
    password.write_text("x", encoding="utf-8")
    for name, value in {"USER": "a", "EMAIL": "a@b.example", "PASSWORD_FILE": str(password)}.items():
        monkeypatch.setenv(f"CCHC_ADMIN_{name}", value)
    production.prepare(Instance(tmp_path / "nha"))
    assert done.index("must_be_ours") < done.index("make_tables") < done.index("make_administrator")


def test_the_administrators_guide_says_what_the_pool_is_and_how_it_comes_back() -> None:
    guide = (PROJECT_ROOT / "docs" / "quan-tri.md").read_text(encoding="utf-8")
    assert "`gui_thu`" in guide
    assert "`lap_du_thao`" in guide
    assert "python -m cchc_airflow.pools" in guide

"""Clearing what Airflow keeps of old runs: what is old goes, what is newer stays, and a failure is told."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from cchc.airflow_env import DATABASE
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_airflow import history

NOW = at(date(2026, 3, 23), 6)
BEFORE = NOW - timedelta(days=history.KEPT_DAYS)


def log(path: Path, days_before: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    moment = (BEFORE - timedelta(days=days_before)).timestamp()
    os.utime(path, (moment, moment))
    return path


def test_old_logs_go_with_their_folders_and_newer_ones_stay(tmp_path: Path) -> None:
    old = log(tmp_path / "dag_id=a" / "run_id=cu" / "attempt=1.log", 0.1)
    log(tmp_path / "dag_id=a" / "run_id=cu" / "attempt=1.log.trigger.1.log", 9)
    new = log(tmp_path / "dag_id=a" / "run_id=moi" / "attempt=1.log", -0.1)
    other = log(tmp_path / "bang.csv", 100)
    assert history.clear_logs(tmp_path, BEFORE) == 2
    assert not old.parent.exists()
    assert new.exists() and other.exists() and tmp_path.exists()
    assert history.clear_logs(tmp_path, BEFORE) == 0


def test_a_rehearsal_keeps_its_runs(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history.subprocess, "run", lambda *_, **__: pytest.fail("Airflow was called"))
    instance.root.mkdir(parents=True)
    instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    assert history.clear(Run(store, instance, NOW)) == 0


def test_the_program_is_given_the_database_that_the_task_is_denied_and_its_failure_is_told(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[tuple[list[str], str]] = []

    def run(words: list[str], *, env: dict[str, str], **_: object) -> SimpleNamespace:
        called.append((words, env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]))
        return SimpleNamespace(returncode=1, stderr="database is locked", stdout="")

    monkeypatch.setenv(DATABASE, "sqlite:////nha/airflow.db")
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "airflow-db-not-allowed:///")
    monkeypatch.setattr(history.subprocess, "run", run)
    with pytest.raises(CchcError, match="database is locked"):
        history.clear(Run(store, instance, NOW))
    ((words, database),) = called
    assert database == "sqlite:////nha/airflow.db"
    assert words[-1] == BEFORE.isoformat()

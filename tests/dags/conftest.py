"""The Dag folder as Airflow's own processor reads it, with the environment of an installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from cchc.cli.airflow_env import airflow_environment
from cchc.paths import PROJECT_ROOT, Instance


@pytest.fixture(scope="session")
def dags(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """All Dags by id. An import error fails every test that asks for them."""
    root = tmp_path_factory.mktemp("dags")
    before = dict(os.environ)
    for name, value in airflow_environment(Instance(root)).items():
        os.environ.setdefault(name, value)
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(str(PROJECT_ROOT / "dags"))
    assert bag.import_errors == {}
    yield dict(bag.dags)
    os.environ.clear()
    os.environ.update(before)

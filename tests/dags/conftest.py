"""The Dag folder as Airflow's own processor reads it, with the environment of an installation."""

from __future__ import annotations

import os
from typing import Any

import pytest

from cchc.airflow_env import airflow_environment
from cchc.paths import PROJECT_ROOT, Instance


@pytest.fixture(scope="session")
def dags(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All Dags by id. An import error fails every test that asks for them.

    The environment is given back at once: what other tests of this process start must not take it for a person's wish.
    """
    with pytest.MonkeyPatch.context() as environment:
        for name, value in airflow_environment(Instance(tmp_path_factory.mktemp("dags"))).items():
            environment.setenv(name, os.environ.get(name, value))
        from airflow.dag_processing.dagbag import DagBag

        bag = DagBag(str(PROJECT_ROOT / "dags"))
    assert bag.import_errors == {}
    return dict(bag.dags)

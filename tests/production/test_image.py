"""What goes into the image: the files that it copies, and requirements that the tests run too."""

from __future__ import annotations

import importlib
import re

from cchc.paths import PROJECT_ROOT

PIN = re.compile(r"^([\w.\-]+)(?:\[[\w,\-]+\])?==(\S+)", re.MULTILINE)


def pins(file: str) -> set[tuple[str, str]]:
    """(name without extras, version) of every requirement; one that differs by version of Python stands there twice."""
    return set(PIN.findall((PROJECT_ROOT / file).read_text(encoding="utf-8")))


def test_the_tests_run_the_very_versions_that_the_image_holds() -> None:
    production = pins("requirements-production.txt")
    assert {name for name, _ in production} >= {"apache-airflow", "celery", "psycopg2-binary", "redis"}
    assert production <= pins("requirements-dev.txt")
    assert pins("requirements.txt") <= production


def test_the_executor_of_the_workers_fits_its_celery() -> None:
    """Celery 5.7 has lost names that the provider imports; the scheduler then ends as it starts."""
    for name in ("executors.celery_executor", "executors.celery_executor_utils", "cli.celery_command"):
        importlib.import_module(f"airflow.providers.celery.{name}")

"""An installation as an administrator prepares it, and docker-compose.yaml as Docker Compose reads it there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.production import compose_file
from tests.production.containers import prepared


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which tools/prepare-production has run."""
    return prepared(tmp_path_factory.mktemp("san-xuat"))


@pytest.fixture(scope="module")
def deployment(project: Path) -> dict[str, Any]:
    return compose_file.read(project, project / ".env")


@pytest.fixture(scope="module")
def services(deployment: dict[str, Any]) -> dict[str, Any]:
    return dict(deployment["services"])

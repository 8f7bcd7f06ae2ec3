"""The board on both engines, and a browser that is signed in or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from tests.board.samples import Province, build

from cchc.paths import Instance
from cchc.store import Store
from cchc_board.app import create_app


@pytest.fixture
def province(instance: Instance, any_store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The installation that the board shows, on both engines."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", any_store.url)
    return build(instance, any_store)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Somebody who is signed in."""
    return TestClient(create_app(lambda: None, lambda url: f"/auth/login?next={url}"))


@pytest.fixture
def turned_away() -> Callable[[int], TestClient]:
    """Somebody whom Airflow's login answers with a status of its own."""

    def client(status: int) -> TestClient:
        def refuse() -> None:
            raise HTTPException(status_code=status)

        return TestClient(create_app(refuse, lambda url: f"/auth/login?next={url}"))

    return client

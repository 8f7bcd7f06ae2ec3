"""The page on a province whose first round is under way."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from tests.board.unit_page.samples import ADDRESS, NOW, Caller
from tests.support.copies import Kept
from tests.support.province import OPENED, ROUND, Province, province_of

from cchc import clock
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_board.unit_page.app import create_app


@pytest.fixture
def province(store: Store, instance: Instance, opened_province: Kept) -> Province:
    """An open round with forms, in the place of the small one that the rest of the board is shown on."""
    opened_province.copied_to(store, instance)
    return province_of(Run(store, instance, OPENED, ROUND))


@pytest.fixture
def page(province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The installation of the process, with the page switched on; it is the morning of 10 March."""
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", ADDRESS)
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return province


@pytest.fixture
def caller() -> Caller:
    return Caller(TestClient(create_app(), base_url=ADDRESS))

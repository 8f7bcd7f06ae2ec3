"""`./cchc nguon danh-muc`: every indicator of the catalogue, and what the list does not tell."""

from __future__ import annotations

from datetime import date

import pytest
from tests.sources.test_catalogue import ROWS, land, listed
from typer.testing import CliRunner

from cchc import clock
from cchc.cli.nguon import app
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import CATALOGUE, freeze_snapshot
from cchc.store import Store, upgrade


def test_figures_are_shown_with_the_list_behind_them(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = upgrade(Store(instance.store_url))
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 3, 20), 9))
    ask = ["danh-muc", "--dot", "2026-Q1"]
    with pytest.raises(CchcError, match="Chưa có bản chốt danh mục"):
        CliRunner().invoke(app, ask, catch_exceptions=False)
    land(store, instance, listed(ROWS, ("Thanh toán trực tuyến",)))
    frozen = freeze_snapshot(store, instance, CATALOGUE, date(2026, 3, 14), at(date(2026, 3, 14), 23))
    store.close()
    told = CliRunner().invoke(app, ask, catch_exceptions=False).output
    lines = {line.split()[1]: line for line in told.splitlines() if line.startswith("│")}
    assert lines["III.2.3"].split("│")[3].strip() == "5"
    assert "danh mục không ghi" in lines["III.7.3"]
    assert frozen is not None and frozen.sha256 in told

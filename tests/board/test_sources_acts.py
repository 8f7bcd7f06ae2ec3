"""Page 'Nguồn': a file is checked without being kept, laid for the next run, and what was refused says why."""

from __future__ import annotations

import html
import json
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, OWN, client, told
from tests.cli.test_nguon import HEADER, ROWS

from cchc import clock
from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.sources import drop_export
from cchc.store import Store
from cchc.units import UnitRegister
from cchc_board.actors import Actor
from cchc_board.genuine import new_token

NOW = at(date(2026, 3, 14), 9)
GOOD = "\n".join((HEADER, *ROWS)).encode()


@pytest.fixture
def browser(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client(lambda: Actor("an"))


def send(browser: TestClient, act: str, name: str, content: bytes) -> Any:
    fields = {"ma": new_token(KEY, "an", NOW), "viec": act}
    return browser.post("/nguon", data=fields, files={"tep": (name, content)}, headers=OWN)


def test_a_file_is_checked_and_nothing_of_it_is_kept_or_shown_of_persons(
    browser: TestClient, instance: Instance
) -> None:
    before = {path for path in instance.root.rglob("*") if path.is_file()}
    seen = html.unescape(send(browser, "kiem_tra", "a.csv", GOOD).text)
    assert "Đọc 3 dòng: nhận 1, giữ lại 2" in seen and "'31/02/2026' không phải là ngày có thật" in seen
    assert "Bí Mật" not in seen and "H01-1" not in seen
    bad = send(browser, "kiem_tra", "b.csv", b"a;b\n1;2\n")
    assert bad.status_code == 200 and "Không nhận ra dòng tiêu đề" in bad.text
    assert send(browser, "kiem_tra", "c.csv", b"").status_code == 422
    after = {path for path in instance.root.rglob("*") if path.is_file()}
    assert {path.name for path in after - before} <= {"ma-cai-dat.json", ".ma-cai-dat.khoa"}


def test_a_file_that_can_be_read_waits_for_the_next_run_with_who_brought_it(
    browser: TestClient, instance: Instance
) -> None:
    assert send(browser, "tha", "b.csv", b"a;b\n1;2\n").status_code == 422
    nothing = "\n".join((HEADER, ROWS[1])).encode()
    assert "không có dòng nào nhận được" in html.unescape(send(browser, "tha", "c.csv", nothing).text)
    assert not list(instance.export_drop.glob("*.csv"))
    assert "Đã đặt tệp a.csv" in told(browser, send(browser, "tha", "../a.csv", GOOD))
    (laid,) = instance.export_drop.glob("*.csv")
    assert laid.name == "a.csv" and laid.read_bytes() == GOOD
    line = json.loads((instance.root / "nhat-ky" / "tha-tep.jsonl").read_text(encoding="utf-8"))
    assert (line["actor"], line["file"]) == ("an", "a.csv")
    assert "Đang chờ lượt nhận: 1 tệp (a.csv)" in browser.get("/nguon").text
    with pytest.raises(RuleRefused, match="ai thả tệp"):
        drop_export(instance, "a.csv", GOOD, UnitRegister.load(), NOW, "")


def test_what_was_refused_says_why(browser: TestClient, store: Store) -> None:
    with store.write() as tx:
        tx.execute(
            "sources.add_refusal",
            file_sha256="a" * 64,
            file_name="la.pdf",
            received_at=clock.to_text(NOW),
            reason="Tệp la.pdf là tệp PDF",
        )
    page = browser.get("/nguon").text
    assert "Tệp không nhận, để riêng (1)" in page and "Tệp la.pdf là tệp PDF" in page

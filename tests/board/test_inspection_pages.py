"""Page of inspections: what is chosen, visits that may be known, acts under the login; nobody hears of a surprise."""

from __future__ import annotations

import html
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, OWN, client, told
from tests.inspection.scene import Scene

from cchc import clock
from cchc.clock import at
from cchc.inspection import known_visits
from cchc.inspection.choices import load_choices
from cchc.inspection.visits import make_visits, surprise_visit
from cchc.paths import Instance
from cchc.store import Store
from cchc_board.actors import Actor
from cchc_board.genuine import new_token

A, B, LATER = "30292", "30301", "30307"
PAGE, NOW = "/kiem-tra/2026-KT", at(date(2026, 4, 1), 9)


@pytest.fixture
def scene(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Scene.made(store, instance, [A, B])


def post(**fields: str) -> Any:
    sent = {name.replace("_", "-"): value for name, value in fields.items()} | {"viec": fields["viec"]}
    return operator().post(PAGE, data=sent | {"ma": new_token(KEY, "van-hanh", NOW)}, headers=OWN)


def operator() -> TestClient:
    return client(lambda: Actor("van-hanh"))


def shown() -> str:
    answer = operator().get(PAGE)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_a_visit_is_moved_with_a_reason_and_not_without(scene: Scene) -> None:
    assert "KT26-C01" in shown()
    refused = post(viec="doi_lich", cuoc="KT26-C01", den="06/05/2026", buoi="sang", noi_dung=" ")
    assert refused.status_code == 422
    told(operator(), post(viec="doi_lich", cuoc="KT26-C01", den="06/05/2026", buoi="sang", noi_dung="Bận"))
    (moved,) = [one for one in known_visits(scene.run.store, "2026-KT") if one.unit_code == A]
    assert moved.days == (date(2026, 5, 6),) and moved.history[-1].actor == "van-hanh"
    assert "sáng 06/5/2026" in shown()


def test_a_unit_is_added_and_left_out_under_the_login(scene: Scene) -> None:
    told(operator(), post(viec="them", don_vi=LATER, noi_dung="Có đơn thư", van_ban="12/SNV"))
    assert LATER in {one.unit_code for one in load_choices(scene.run.store, "2026-KT")}
    told(operator(), post(viec="bot", don_vi=LATER, noi_dung="Đã thanh tra", van_ban="13/SNV"))
    assert LATER not in {one.unit_code for one in load_choices(scene.run.store, "2026-KT")}


def test_the_list_of_rounds_tells_how_each_stands_and_what_comes(scene: Scene) -> None:
    listed = html.unescape(operator().get("/kiem-tra").text)
    assert 'href="/kiem-tra/2026-KT">Kiểm tra CCHC năm 2026</a>' in listed and "Đang thực hiện" in listed
    assert "Mốc tới: Kết thúc kiểm tra" in listed and "ngày làm việc" in listed
    assert 'href="/kiem-tra" aria-current="page"' in listed
    assert 'href="/kiem-tra" aria-current="true"' in shown()


def test_nobody_reads_of_a_surprise_visit_before_its_minutes(scene: Scene) -> None:
    before = shown()
    run = scene.at(NOW)
    make_visits(run, [surprise_visit(run, LATER, (NOW + timedelta(days=1)).date(), "Phản ánh của dân")])
    assert shown() == before

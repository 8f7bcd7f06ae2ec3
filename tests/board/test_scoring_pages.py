"""Pages of scoring: points before the publication are shown to whom the roles name, who decides there decides in the
record, and whose it is not is refused in its words."""

from __future__ import annotations

import html
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, OWN, client, told
from tests.support.appraised import DURING, ROUND, SCORED, SET, UNITS, opened, proven, said
from tests.support.appraised import OWN as GROUP

from cchc import clock
from cchc.paths import Instance
from cchc.scores import Stage, standing
from cchc.scores.outcomes import RankedUnit, put_ranking
from cchc.store import Store
from cchc_board.actors import Actor, Right
from cchc_board.genuine import new_token

APPRAISER, STRANGER = "tp1", "xa-1"
CODE = next(row.code for row in SET.rows if row.appraiser == GROUP and row.evidence_needed != "bat_buoc")
PAGE = f"/cham-diem/{ROUND}"


@pytest.fixture
def round_of_three(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: DURING)
    run = opened(store, instance)
    for unit in UNITS:
        proven(run, unit, CODE)
    said(run, SCORED, CODE, Stage.CLAIM, "1")
    said(run, SCORED, CODE, Stage.COMPUTED, "1")
    return store


def browser(name: str) -> TestClient:
    return client(lambda: Actor(name, frozenset({Right.APPRAISE})))


def post(name: str, address: str, **fields: str) -> Any:
    sent = {field.replace("_", "-"): value for field, value in fields.items()}
    return browser(name).post(address, data=sent | {"ma": new_token(KEY, name, DURING)}, headers=OWN)


def shown(name: str, address: str) -> str:
    answer = browser(name).get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_the_round_tells_its_moments_and_its_desks_to_whom_drafts_are_open(round_of_three: Store) -> None:
    page = shown(APPRAISER, PAGE)
    assert "17:00 25/12/2026" in page and "Tổ thẩm định, lần 1" in page and f"/nhom/{GROUP}" in page
    assert ROUND in shown(APPRAISER, "/cham-diem")
    other = shown(STRANGER, PAGE)
    assert "Điểm chưa công bố" in other and f"/nhom/{GROUP}" not in other


def test_the_ranking_is_headed_by_the_name_of_its_list_and_not_by_its_code(round_of_three: Store) -> None:
    line = RankedUnit(ROUND, "nganh-doc", 1, SCORED, Decimal("81.5"), 1, "Khá", "x")
    with round_of_three.write() as tx:
        put_ranking(tx, [line])
    page = shown(APPRAISER, PAGE)
    assert "Xếp hạng: Cơ quan ngành dọc đặt tại địa phương" in page and "nganh-doc" not in page
    assert "Mốc tới: Xong thẩm định lần 1" in shown(APPRAISER, "/cham-diem")


@pytest.mark.parametrize("address", [f"/nhom/{GROUP}", f"/don-vi/{SCORED}"])
def test_points_before_the_publication_are_shown_to_nobody_else(round_of_three: Store, address: str) -> None:
    answer = browser(STRANGER).get(PAGE + address)
    assert answer.status_code in (403, 404) and CODE not in answer.text
    looking = client(lambda: None).get(PAGE + address)
    assert CODE not in looking.text


def test_an_appraiser_decides_and_the_sheet_tells_who_and_why(round_of_three: Store) -> None:
    desk = f"{PAGE}/nhom/{GROUP}"
    wanted = {"don_vi": SCORED, "tieu_chi": CODE, "quyet_dinh": "sua", "diem": "0,5"}
    refused = post(APPRAISER, desk, viec="quyet", **wanted)
    assert refused.status_code == 422, "other points need their reason and source"
    answer = post(
        APPRAISER, desk, viec="quyet", **wanted, noi_dung="Mới đạt một phần", can_cu="Báo cáo 12/BC-STP"
    )
    told(browser(APPRAISER), answer)
    decided = standing(round_of_three, ROUND, units=[SCORED])[SCORED][CODE].first
    assert decided is not None and (str(decided.points), decided.actor) == ("0.5", APPRAISER)
    assert "Mới đạt một phần" in shown(APPRAISER, f"{PAGE}/don-vi/{SCORED}")


def test_the_sheet_names_people_and_where_numbers_come_from(round_of_three: Store) -> None:
    page = shown(APPRAISER, f"{PAGE}/don-vi/{SCORED}")
    assert "hệ thống tính: 1 điểm" in page and "tối đa" in page
    for raw in ("he-thong", "obl:", "kt:", "(bac)", f", {SCORED},"):
        assert raw not in page, raw


def test_what_agrees_is_confirmed_together_and_only_by_the_desk(round_of_three: Store) -> None:
    desk = f"{PAGE}/nhom/{GROUP}"
    assert post(STRANGER, desk, viec="hang_loat").status_code in (403, 404, 422)
    assert not standing(round_of_three, ROUND, units=[SCORED])[SCORED][CODE].first
    assert "Xác nhận cùng lúc 1 tiêu chí" in shown(APPRAISER, desk)
    told(browser(APPRAISER), post(APPRAISER, desk, viec="hang_loat"))
    assert standing(round_of_three, ROUND, units=[SCORED])[SCORED][CODE].first


def test_only_the_secretary_gives_a_unit_more_time(round_of_three: Store) -> None:
    fields = {"viec": "gia_han", "don_vi": SCORED, "den": "30/01/2027", "noi_dung": "Thiên tai"}
    refused = post(APPRAISER, PAGE, **fields)
    assert refused.status_code == 422 and "thư ký" in html.unescape(refused.text).lower()

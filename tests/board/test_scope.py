"""An officer who was given units sees and settles what is theirs, on every list and by every form; others see all."""

from __future__ import annotations

import html
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import FAULTY, GOOD, LATE, ROUND, SILENT, Province, build
from tests.board.test_acts import KEY, NOW, OWN, client, told
from tests.board.test_today import keep_late

from cchc import clock
from cchc.mail.department import Account, Department
from cchc.obligations import EventKind
from cchc.paths import Instance
from cchc.store import Store
from cchc_board.actors import Actor, Right
from cchc_board.app import acts_of, create_app
from cchc_board.genuine import new_token
from cchc_board.scope import TYPED, UNIT_BEHIND


@pytest.fixture
def province(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return build(instance, store)


@pytest.fixture
def officer(province: Province, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """`cb1` looks after the silent body and all communes; `cb2` after everybody."""
    department = Department.load()
    clerk = Account(name="Chuyên viên", role="van-hanh")
    given = Account.model_validate(clerk.model_dump() | {"units": (SILENT,), "tiers": ("xa",)})
    accounts = department.accounts | {"cb1": given, "cb2": clerk}
    changed = department.model_copy(update={"accounts": accounts})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    return client(lambda: Actor("cb1", frozenset({Right.OPERATE})))


def page(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def post(browser: TestClient, address: str, actor: str = "cb1", **fields: Any) -> Any:
    sent = {name.replace("_", "-"): value for name, value in fields.items()}
    return browser.post(address, data=sent | {"ma": new_token(KEY, actor, NOW)}, headers=OWN)


def calls(province: Province, unit: str) -> int:
    history = province.ledger.history(f"{ROUND}/{unit}/bao_cao")
    return sum(one.kind is EventKind.phoned for one in history)


def test_lists_and_their_files_hold_own_units_only(province: Province, officer: TestClient) -> None:
    for address in ("/don-vi", f"/dot/{ROUND}", f"/dot/{ROUND}/danh-sach.csv"):
        shown = page(officer, address)
        assert "Sở Nội vụ" in shown and "Sở Tài chính" not in shown, address
    assert "Bình Đức" in page(officer, "/don-vi"), "of the tier that was given"
    everybody = client(lambda: Actor("cb2", frozenset({Right.OPERATE})))
    assert "Sở Tài chính" in page(everybody, f"/dot/{ROUND}")


@pytest.mark.parametrize("address", [f"/don-vi/{FAULTY}", f"/dot/{ROUND}/don-vi/{FAULTY}"])
def test_the_page_of_anothers_unit_says_whose_it_is_not(officer: TestClient, address: str) -> None:
    answer = officer.get(address)
    assert answer.status_code == 404 and f"cb1 không theo dõi {FAULTY}" in html.unescape(answer.text)
    assert officer.get(address.replace(FAULTY, GOOD)).status_code == 200


def test_the_page_of_the_whole_department_is_not_shown_to_who_looks_after_some(officer: TestClient) -> None:
    for address in ("/thu", "/thu/nhac"):
        answer = officer.get(address)
        assert answer.status_code == 404 and "kể mọi đơn vị" in html.unescape(answer.text)


def test_what_is_queued_of_other_units_is_not_counted(province: Province, officer: TestClient) -> None:
    keep_late(province, "ban-cua-so", FAULTY)
    keep_late(province, "ban-cua-xa", LATE)
    shown = page(officer, "/")
    assert "ban-cua-xa.xlsx" in shown and "ban-cua-so.xlsx" not in shown
    assert officer.get("/bai-nop/ban-cua-so").status_code == 404


def test_an_act_on_anothers_unit_is_refused_and_nothing_is_recorded(
    province: Province, officer: TestClient
) -> None:
    both = post(officer, "/", viec="goi", don_vi=[SILENT, FAULTY], noi_dung="Đã gọi")
    assert both.status_code == 422 and f"không theo dõi {FAULTY}" in html.unescape(both.text)
    assert calls(province, SILENT) == calls(province, FAULTY) == 0
    own = post(officer, f"/dot/{ROUND}", viec="goi", don_vi=SILENT, noi_dung="Đã gọi")
    assert "Đã ghi cuộc gọi cho 1 nghĩa vụ" in told(officer, own)
    assert calls(province, SILENT) == 1


def test_a_file_of_anothers_unit_is_not_decided_on(province: Province, officer: TestClient) -> None:
    keep_late(province, "ban-cua-so", FAULTY)
    address = f"/don-vi/{SILENT}"  # an own page opens no other door
    answer = post(officer, address, viec="nhan", bai_nop="ban-cua-so", don_vi=SILENT, noi_dung="Được")
    told = html.unescape(answer.text)
    assert answer.status_code == 422 and "không thuộc đơn vị cb1 theo dõi" in told and FAULTY not in told
    assert province.ledger.history(f"{ROUND}/{FAULTY}/bao_cao")[-1].kind is EventKind.submitted


@pytest.mark.parametrize(
    "fields", [{"viec": "nhac", "tat_ca": "1"}, {"viec": "doc_lai", "don_vi": SILENT, "muc": "x"}]
)
def test_what_is_about_everybody_is_not_done_by_who_looks_after_some(
    officer: TestClient, fields: dict[str, str]
) -> None:
    answer = post(officer, "/", noi_dung="Thử", **fields)
    assert answer.status_code == 422 and "cb1 chỉ theo dõi đơn vị được giao" in html.unescape(answer.text)


def test_every_field_by_which_acts_name_units_is_known() -> None:
    acts = [act for one in acts_of(create_app(lambda: None, str)) for act in one.acts]
    assert {field for act in acts for field in act.about} == TYPED | set(UNIT_BEHIND)


def test_pages_of_all_mails_are_not_for_whoever_looks_after_some_units(officer: TestClient) -> None:
    for address in ("/thu", "/thu/hom-nay", "/can-xem-lai/x"):
        answer = officer.get(address)
        assert answer.status_code == 404 and "chỉ theo dõi đơn vị được giao" in html.unescape(answer.text)
    assert post(officer, "/thu", viec="tam_dung", noi_dung="x").status_code in (403, 404, 422)

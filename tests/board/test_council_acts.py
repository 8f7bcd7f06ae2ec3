"""The council, objections, findings and surprise visits on the board: as typed they reach the library, which asks whose
they are."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.board.test_acts import KEY, OWN, client, told
from tests.board.test_inspection_pages import NOW as DURING_INSPECTION
from tests.board.test_inspection_pages import PAGE as INSPECTION
from tests.board.test_inspection_pages import A, scene
from tests.board.test_scoring_pages import CODE, PAGE, post, round_of_three, shown
from tests.inspection.scene import Scene
from tests.support.appraised import SCORED

from cchc.inspection import known_visits
from cchc.scores import council_sessions
from cchc.scoring import objections
from cchc.store import Store
from cchc_board.actors import Actor, Right
from cchc_board.genuine import new_token

__all__ = ["round_of_three", "scene"]  # fixtures
CHAIR, MEMBERS = "vp.pct", "vp.pct, vp.cvp, nv.gd"
SHEET = f"{PAGE}/don-vi/{SCORED}"


def member(name: str) -> Any:
    return client(lambda: Actor(name, frozenset({Right.APPRAISE})))


def test_a_session_is_held_by_a_member_alone_and_decides_a_criterion_of_a_sheet(
    round_of_three: Store,
) -> None:
    assert post("tp1", PAGE, viec="hop", luc="26/12/2026 14:00", du=MEMBERS).status_code == 422, "no member"
    bad = post(CHAIR, PAGE, viec="hop", luc="chiều qua", du=MEMBERS)
    assert bad.status_code == 422 and "chiều qua" in bad.text
    answer = post(CHAIR, PAGE, viec="hop", luc="26/12/2026 14:00", du=MEMBERS)
    assert "Đã ghi phiên họp" in told(member(CHAIR), answer)
    (session,) = council_sessions(round_of_three, "2026-CD")
    assert set(session.present) == set(MEMBERS.split(", "))
    assert "Hội đồng quyết một tiêu chí" in shown(CHAIR, SHEET)
    rule = {"viec": "hoi_dong", "don_vi": SCORED, "tieu_chi": CODE, "phien": session.session_id}
    assert post(CHAIR, SHEET, **rule, quyet_dinh="sua", diem="0,5").status_code == 422, "a reason is needed"
    assert post("tp1", SHEET, **rule, quyet_dinh="sua", diem="0,5", noi_dung="Vì").status_code == 422
    done = post(CHAIR, SHEET, **rule, quyet_dinh="sua", diem="0,5", noi_dung="Thiếu kế hoạch")
    assert f"{CODE}: đã ghi quyết định" in told(member(CHAIR), done)
    assert "Thiếu kế hoạch" in shown(CHAIR, SHEET)


def test_an_objection_is_received_with_its_moment_and_settled_with_a_document(
    round_of_three: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def receive(_run: Any, *what: Any, **more: Any) -> Any:
        seen.append((*what, more))
        return type("Objection", (), {"objection_id": "KN-1"})()

    monkeypatch.setattr(objections, "receive_objection", receive)
    monkeypatch.setattr(objections, "decide_objection", lambda _run, *what: bool(seen.append(what)) or True)
    fields = {"viec": "nhan_kien_nghi", "don_vi": SCORED, "tieu_chi": CODE, "noi_dung": "Xin xem lại"}
    assert post("thuky1", SHEET, **fields, luc="").status_code == 422
    told(member("thuky1"), post("thuky1", SHEET, **fields, luc="27/12/2026 09:30"))
    assert seen[0][:3] == (SCORED, CODE, "Xin xem lại") and seen[0][4] == {"files": [], "links": []}
    settle = {"viec": "quyet_kien_nghi", "don_vi": SCORED, "kien_nghi": "KN-1", "quyet_dinh": "sua"}
    told(member(CHAIR), post(CHAIR, SHEET, **settle, diem="1", van_ban="5/TB-HĐ", noi_dung="Có bản chụp"))
    assert seen[1][:4] == ("KN-1", "sua", "Có bản chụp", "5/TB-HĐ")


def test_a_surprise_visit_is_opened_by_a_leader_and_no_page_names_it(scene: Scene) -> None:
    def send(name: str, *rights: Right) -> Any:
        fields = {"viec": "dot_xuat", "don-vi": A, "den": "10/04/2026", "noi-dung": "Có phản ánh"}
        browser = client(lambda: Actor(name, frozenset(rights)))
        sent = fields | {"ma": new_token(KEY, name, DURING_INSPECTION)}
        return browser, browser.post(INSPECTION, data=sent, headers=OWN)

    assert send("van-hanh", Right.OPERATE)[1].status_code == 403
    before = {one.visit_id for one in known_visits(scene.run.store, "2026-KT")}
    browser, answer = send("lanh-dao", Right.DECIDE)
    assert "Đã mở cuộc kiểm tra đột xuất" in told(browser, answer)
    (visit,) = [one for one in known_visits(scene.run.store, "2026-KT") if one.visit_id not in before]
    assert visit.is_secret and visit.days == (date(2026, 4, 10),)
    assert visit.visit_id not in browser.get(INSPECTION).text


def test_orders_are_amended_and_findings_withdrawn_by_whoever_approves(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    for name in ("amend", "withdraw"):
        monkeypatch.setattr(
            f"cchc_board.inspection.acts.{name}",
            lambda _run, *what, _name=name: bool(seen.append((_name, *what))) or True,
        )
    fields = {
        "ton-tai": "KT26-0001",
        "loi": ["Làm lại", "Làm lại"],
        "noi-dung": "Ghi nhầm",
        "van-ban": "7/UBND",
    }
    browser = client(lambda: Actor("lanh-dao", frozenset({Right.DECIDE})))
    token = {"ma": new_token(KEY, "lanh-dao", DURING_INSPECTION)}
    for act in ("sua", "rut"):
        told(browser, browser.post(INSPECTION, data=fields | token | {"viec": act}, headers=OWN))
    assert seen == [
        ("amend", "KT26-0001", ["Làm lại", "Làm lại"], "Ghi nhầm", "7/UBND"),
        ("withdraw", "KT26-0001", "Ghi nhầm", "7/UBND"),
    ]

"""Every route of the board, asked by whoever was given some units: with the own unit, with another's, and what is about
all of them. Nothing that is shown or taken away names a unit of others."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import FAULTY, GOOD, LATE, ROUND, Province, build
from tests.board.test_acts import NOW, client
from tests.board.test_today import keep_late
from tests.inspection.scene import Scene
from tests.support.waiting_draft import put_up

from cchc import clock
from cchc.errors import RuleRefused
from cchc.mail.accounts import Role
from cchc.mail.department import Account, Department
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.units import UnitRegister
from cchc_board.actors import Actor, Right
from cchc_board.app import acts_of, create_app
from cchc_board.desk import open_desk
from cchc_board.door import perform
from cchc_board.typed import TypedIn

MINE = LATE
OTHERS = (GOOD, FAULTY)
# Route, its address for the own unit, what it answers, and its address for another's unit, which is answered with 404.
# 404 for the own unit too: the page tells of every unit, or the small province has none of it.
TABLE = """
/                                     | /                                  | 200 |
/bai-nop/{submission_id:path}         | /bai-nop/cua-minh                  | 404 | /bai-nop/cua-so-khac
/can-xem-lai/{item_id}                | /can-xem-lai/1                     | 404 |
/cham-diem                            | /cham-diem                         | 200 |
/cham-diem/{round_id}                 | /cham-diem/2026-CD                 | 404 |
/cham-diem/{round_id}/don-vi/{code}   | /cham-diem/2026-CD/don-vi/MINE     | 404 | /cham-diem/2026-CD/don-vi/OTHER
/cham-diem/{round_id}/nhom/{group}    | /cham-diem/2026-CD/nhom/so-noi-vu  | 404 |
/chi-tieu                             | /chi-tieu                          | 200 |
/chi-tieu/{code}                      | /chi-tieu/I.2.1                    | 200 |
/chi-tieu/{code}/don-vi/{unit}        | /chi-tieu/I.2.1/don-vi/MINE        | 200 | /chi-tieu/I.2.1/don-vi/OTHER
/chi-tieu/{code}/so-lieu.{kind}       | /chi-tieu/I.2.1/so-lieu.csv        | 200 |
/cho-ky                               | /cho-ky                            | 200 |
/danh-muc                             | /danh-muc                          | 200 |
/danh-muc/tep                         | /danh-muc/tep?ten=units.csv         | 404 |
/danh-muc/tep/ban-cu                  | /danh-muc/tep/ban-cu?ten=units.csv&lan=1 | 404 |
/danh-muc/tep/hien-nay                | /danh-muc/tep/hien-nay?ten=units.csv | 404 |
/danh-muc/{code}                      | /danh-muc/don-vi                   | 200 |
/danh-muc/{code}/danh-sach.{kind}     | /danh-muc/don-vi/danh-sach.xlsx    | 200 |
/don-doc                              | /don-doc                           | 308 |
/don-vi                               | /don-vi                            | 200 |
/don-vi/qua-han.{kind}                | /don-vi/qua-han.csv                | 200 |
/don-vi/{code}                        | /don-vi/MINE                       | 200 | /don-vi/OTHER
/dot/{round_id}                       | /dot/2026-Q1                       | 200 |
/dot/{round_id}/danh-sach.{kind}      | /dot/2026-Q1/danh-sach.csv         | 200 |
/dot/{round_id}/doi-soat              | /dot/2026-Q1/doi-soat              | 200 |
/dot/{round_id}/doi-soat.xlsx         | /dot/2026-Q1/doi-soat.xlsx         | 200 |
/dot/{round_id}/don-vi/{code}         | /dot/2026-Q1/don-vi/MINE           | 200 | /dot/2026-Q1/don-vi/OTHER
/dot/{round_id}/loi-cua-so            | /dot/2026-Q1/loi-cua-so            | 404 |
/kiem-tra                             | /kiem-tra                          | 200 |
/kiem-tra/{round_id}                  | /kiem-tra/2026-KT                  | 200 |
/lich                                 | /lich                              | 200 |
/lich/lich.ics                        | /lich/lich.ics                     | 200 |
/lich/lich.xlsx                       | /lich/lich.xlsx                    | 200 |
/nam                                  | /nam                               | 200 |
/nguoi-dung                           | /nguoi-dung                        | 200 |
/nguon                                | /nguon                             | 200 |
/phe-duyet/{round_id}                 | /phe-duyet/2026-Q1                 | 404 |
/phe-duyet/{round_id}/trang/{digest}/{page}.png | /phe-duyet/2026-Q1/trang/aa/1.png | 404 |
/so-van-ban                           | /so-van-ban                        | 200 |
/so-van-ban/danh-sach.{kind}          | /so-van-ban/danh-sach.xlsx         | 200 |
/suc-khoe                             | /suc-khoe                          | 200 |
/suc-khoe.json                        | /suc-khoe.json                     | 503 |
/thu                                  | /thu                               | 404 |
/thu/hom-nay                          | /thu/hom-nay                       | 404 |
/thu/nhac                             | /thu/nhac                          | 404 |
/tinh/board.css                       | /tinh/board.css                    | 200 |
/tinh/icon.svg                        | /tinh/icon.svg                     | 200 |
/ty-le                                | /ty-le                             | 200 |
/ty-le/danh-sach.{kind}               | /ty-le/danh-sach.csv               | 200 |
/van-ban/{document_id:path}           | /van-ban/DRAFT                     | 404 |
/viec-can-lam                         | /viec-can-lam                      | 404 |
"""


def rows() -> Iterator[tuple[str, str, int, str]]:
    for line in TABLE.strip().splitlines():
        route, own, status, other = (part.strip() for part in line.split("|"))
        yield route, own.replace("MINE", MINE), int(status), other.replace("OTHER", FAULTY)


@pytest.fixture
def home(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The small province with files, a draft, and inspections; `cb1` was given one unit, `xem` too."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    province = build(instance, store)
    keep_late(province, "cua-so-khac", FAULTY)
    keep_late(province, "cua-minh", MINE)
    put_up(Run(store, instance, NOW, ROUND))
    Scene.made(store, instance, [GOOD, MINE])
    department = Department.load()
    given = {
        login: Account(name="Chuyên viên", role=role, units=(MINE,))
        for login, role in (("cb1", "van-hanh"), ("xem", "xem"))
    }
    changed = department.model_copy(update={"accounts": department.accounts | given})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    return province


def signed_in(login: str, *rights: Right) -> TestClient:
    return client(lambda: Actor(login, frozenset(rights)))


def text_of(answer: Any) -> str:
    """Everything that is in a page or file, also of a workbook."""
    if answer.content[:2] != b"PK":
        return html.unescape(answer.content.decode("utf-8-sig", "replace"))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return html.unescape(" ".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()))


def test_the_table_is_of_every_route_there_is() -> None:
    app = create_app(lambda: None, str)
    assert {route for route, *_ in rows()} == {route.path for route in app.routes}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("login", "rights"), [("xem", ()), ("cb1", (Right.OPERATE, Right.DECIDE, Right.APPRAISE))]
)
def test_what_is_of_others_is_neither_shown_nor_taken_away(
    home: Province, login: str, rights: tuple[Right, ...]
) -> None:
    """Whoever may only look was once held to no units at all."""
    browser, register = signed_in(login, *rights), UnitRegister.load()
    others = [register.get(one) for one in OTHERS]
    (draft,) = (
        row["document_id"] for row in home.store.query("board.documents", round_id=ROUND, as_of="9")[:1]
    )
    for route, own, status, other in rows():
        answer = browser.get(own.replace("DRAFT", draft))
        assert answer.status_code == status, (own, answer.status_code)
        shown = text_of(answer)
        for unit in others:
            assert unit.name not in shown and not re.search(rf"\b{unit.code}\b", shown), (own, unit.code)
        if other:
            refused = browser.get(other)
            assert refused.status_code == 404, other
            assert register.get(FAULTY).name not in html.unescape(refused.text), route
    assert (
        "dự thảo"
        not in browser.get("/so-van-ban").text.casefold().partition("<main")[2].partition("</form>")[2]
    )


@pytest.mark.parametrize(
    "value", ["", FAULTY, "cua-so-khac", "KT26-C01", "kt26-c02", " KT26-C02.", "khong-co"]
)
def test_an_act_that_names_no_own_unit_is_refused_whatever_page_it_is_on(home: Province, value: str) -> None:
    """What names nothing, what is of others, and what is written otherwise than lists have it, for acts that put up
    with that: nothing is recorded."""
    before, desk = home.store.query("board.last_recorded"), open_desk(None, acting=True)
    for page in acts_of(create_app(lambda: None, str)):
        for act in page.acts:
            named = {field: [value] for field in act.about} | {"viec": [act.word], "round_id": ["2026-KT"]}
            with pytest.raises(RuleRefused) as refused:
                perform(desk, {act.word: act}, TypedIn(named), Actor("cb1"))
            assert refused.value.rule == "not-own-unit", (page.path, act.word)
    assert home.store.query("board.last_recorded") == before


def test_whoever_was_given_nothing_sees_everything_whatever_the_role(home: Province) -> None:
    """Also a login that only Airflow knows."""
    for browser in (signed_in("chi-co-o-airflow"), signed_in(str(Role.OPERATOR), Right.OPERATE)):
        shown = html.unescape(browser.get(f"/dot/{ROUND}").text)
        assert all(UnitRegister.load().get(one).name in shown for one in (*OTHERS, MINE))

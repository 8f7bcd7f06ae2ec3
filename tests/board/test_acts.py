"""Acts of chasing from the forms of the board: who may send them, from where, and what comes of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, FAULTY, GOOD, ROUND, SILENT, Province

from cchc import clock
from cchc.chasing.holds import HoldKind, load_holds
from cchc.clock import at
from cchc.obligations import Event, EventKind
from cchc.year import Calendar
from cchc_board.actors import Actor
from cchc_board.app import create_app
from cchc_board.genuine import FORM, NOTICE, is_own_token, new_token, seal, unseal

NOW = at(date(2026, 3, 20), 10)
KEY = b"k" * 32
OWN = {"Origin": "http://testserver"}
CALL = {"viec": "goi", "don-vi": SILENT, "noi-dung": "Đã gọi chị Văn thư"}


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    def set_to(value: Any) -> None:
        monkeypatch.setattr(clock, "now", lambda: value)

    set_to(NOW)
    return set_to


def client(acting: Callable[..., Any], signed_in: Callable[..., Any] = lambda: None) -> TestClient:
    app = create_app(
        signed_in, lambda url: f"/auth/login?next={url}", acting, KEY, "https://cchc.tinh.example"
    )
    return TestClient(app, follow_redirects=False)


@pytest.fixture
def operator(province: Province, moment: Any) -> TestClient:
    return client(lambda: Actor("an"))


def post(
    browser: TestClient,
    fields: dict[str, Any],
    headers: dict[str, str] | None = None,
    token: str = "",
    address: str = "/",
) -> Any:
    return browser.post(
        address,
        data={"ma": token or new_token(KEY, "an", NOW)} | fields,
        headers=OWN if headers is None else headers,
    )


def calls(province: Province, unit: str = SILENT) -> list[Any]:
    return [one for one in province.ledger.history(f"{ROUND}/{unit}/bao_cao") if one.kind is EventKind.phoned]


def told(browser: TestClient, answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return html.unescape(browser.get(answer.headers["location"]).text)


def test_a_call_is_logged_under_the_name_of_the_login_and_loading_again_does_nothing_twice(
    province: Province, operator: TestClient
) -> None:
    answer = post(operator, CALL)
    assert "Đã ghi cuộc gọi cho 1 nghĩa vụ." in told(operator, answer)
    told(operator, answer)
    (call,) = calls(province)
    assert (call.actor, call.reason, call.happened_at) == ("an", "Đã gọi chị Văn thư", NOW)


def test_units_are_held_with_a_reason_until_a_day(province: Province, operator: TestClient) -> None:
    fields = {
        "viec": "tam_hoan",
        "don-vi": [SILENT, FAULTY],
        "den": "2026-03-27",
        "noi-dung": "Lãnh đạo đi vắng",
    }
    assert "2 đơn vị: tạm hoãn nhắc" in told(operator, post(operator, fields))
    found = load_holds(province.store, NOW).active(date(2026, 3, 27))
    assert {(one.unit_code, one.kind, one.reason, one.actor) for one in found} == {
        (SILENT, HoldKind.POSTPONED, "Lãnh đạo đi vắng", "an"), (FAULTY, HoldKind.POSTPONED, "Lãnh đạo đi vắng", "an"),
    }  # fmt: skip
    fields = {"viec": "tat_nhac", "don-vi": SILENT, "den": "31/03/2026", "noi-dung": "Sáp nhập", "dot": ROUND}
    assert "tắt nhắc" in told(operator, post(operator, fields)), (
        "a browser without a date field sends dd/mm/yyyy"
    )
    assert load_holds(province.store, NOW).silences(SILENT, ROUND, date(2026, 3, 31))


def test_one_unit_or_all_get_more_time_until_five_in_the_afternoon(
    province: Province, operator: TestClient
) -> None:
    fields = {"viec": "gia_han", "don-vi": SILENT, "dot": ROUND, "den": "2026-03-25", "noi-dung": "Mất điện"}
    assert "Đã gia hạn 1 nghĩa vụ." in told(operator, post(operator, fields))
    state = province.ledger.state(f"{ROUND}/{SILENT}/bao_cao", NOW)
    assert state is not None
    assert state.due_at == at(date(2026, 3, 25), 17)
    everybody = {"viec": "gia_han", "tat-ca": "1", "dot": ROUND, "den": "2026-03-24", "noi-dung": "Lũ"}
    words = told(operator, post(operator, everybody))
    assert "Đã gia hạn 1 nghĩa vụ." in words
    assert "Không ghi cho Sở Nội vụ" in words, "who has more time already keeps it, and the operator is told"


def test_what_is_wanted_no_more_is_waived_with_its_reason(province: Province, operator: TestClient) -> None:
    fields = {"viec": "mien", "don-vi": SILENT, "dot": ROUND, "noi-dung": "Đơn vị giải thể"}
    assert post(operator, {**fields, "dot": ""}).status_code == 422
    assert "Đã miễn 1 nghĩa vụ" in told(operator, post(operator, fields))
    state = province.ledger.state(f"{ROUND}/{SILENT}/bao_cao", NOW)
    assert state is not None and state.status == "waived"
    assert f'value="{SILENT}"' not in operator.get("/").text, "nothing is left to ask of it"


def test_a_plea_for_more_time_is_decided_with_one_button(province: Province, operator: TestClient) -> None:
    for number, unit in enumerate((SILENT, FAULTY)):
        obligation = f"{ROUND}/{unit}/bao_cao"
        detail = {
            "plea": f"xin-{number}",
            "wanted": "2026-03-27" if number == 0 else "",
            "thread": "<a@b.example>",
        }
        asked = NOW - timedelta(hours=3)
        province.ledger.record(
            Event(obligation, EventKind.time_asked, asked, asked, "tiep_nhan", None, detail)
        )
    page = html.unescape(operator.get("/").text)
    assert "Xin lùi hạn" in page and 'value="27/03/2026"' in page
    fields = {"viec": "dong_y_lui", "de-nghi": "xin-0", "den": "2026-03-27", "noi-dung": ""}
    assert "đến ngày 27/03/2026" in told(operator, post(operator, fields))
    state = province.ledger.state(f"{ROUND}/{SILENT}/bao_cao", NOW)
    assert state is not None and state.due_at == at(date(2026, 3, 27), 17)
    assert post(operator, {"viec": "khong_lui", "de-nghi": "xin-1", "noi-dung": ""}).status_code == 422
    refusal = {"viec": "khong_lui", "de-nghi": "xin-1", "noi-dung": "Báo cáo tỉnh gấp"}
    assert "không lùi hạn" in told(operator, post(operator, refusal))
    assert "dong_y_lui" not in html.unescape(operator.get("/").text)
    answers = {mail["unit_code"]: mail["subject"] for mail in province.store.query("chasing.waiting")}
    assert answers[SILENT].startswith("Đồng ý") and answers[FAULTY].startswith("Không lùi")


def test_reminding_now_puts_a_mail_into_the_outbox(province: Province, operator: TestClient) -> None:
    assert "1 thư nhắc đã vào hộp đi" in told(operator, post(operator, {"viec": "nhac", "don-vi": SILENT}))
    (mail,) = province.store.query("chasing.waiting")
    assert mail["unit_code"] == SILENT


def test_the_request_is_sent_again_and_noted_on_what_is_owed(
    province: Province, operator: TestClient
) -> None:
    fields = {"viec": "gui_lai", "don-vi": SILENT, "dot": ROUND, "noi-dung": "Đơn vị mất thư"}
    assert "1 thư gửi lại đã vào hộp đi" in told(operator, post(operator, fields))
    (mail,) = province.store.query("chasing.waiting")
    assert (mail["unit_code"], mail["kind"]) == (SILENT, "yeu_cau")
    history = province.ledger.history(f"{ROUND}/{SILENT}/bao_cao")
    (event,) = [one for one in history if one.kind is EventKind.resent]
    assert (event.actor, event.reason) == ("an", "Đơn vị mất thư")
    page = html.unescape(operator.get(f"/dot/{ROUND}/don-vi/{SILENT}").text)
    assert "Gửi lại thư" in page
    again = told(operator, post(operator, fields))
    assert "1 đơn vị không gửi lại" in again, "the first one still waits"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"viec": "gia_han", "dot": ROUND, "den": "31/02/2026"}, "Ngày không đúng: 31/02/2026"),
        ({"viec": "tam_hoan", "den": ""}, "Ngày không đúng: bỏ trống"),
        ({"viec": "tam_hoan", "den": "9999-01-01"}, "Ngày không đúng"),
        ({"viec": "tam_hoan", "den": "2026-03-01"}, "Ngày 01/03/2026 đã qua"),
        ({"viec": "gia_han", "den": "2026-03-27"}, "phải chọn một đợt"),
        ({"viec": "gui_lai"}, "phải chọn một đợt"),
        ({"viec": "gui_lai", "dot": ROUND, "noi-dung": " "}, "Chưa ghi nội dung hoặc lý do"),
        ({"viec": "gui_lai", "dot": ROUND, "tat-ca": "1"}, "không chọn cả hai"),
        ({"viec": "goi", "noi-dung": "  "}, "Chưa ghi nội dung hoặc lý do"),
        ({"viec": "goi", "noi-dung": "a" * 501}, "nhiều nhất 500"),
        ({"viec": "goi", "don-vi": []}, "Chưa chọn đơn vị"),
        ({"viec": "goi", "don-vi": [], "tat-ca": "1"}, "Chưa chọn đơn vị"),
        ({"viec": "nhac", "don-vi": []}, "không bỏ trống"),
        ({"viec": "nhac", "tat-ca": "1"}, "không chọn cả hai"),
        ({"viec": "goi", "don-vi": GOOD}, "không còn nợ gì"),
        ({"viec": "goi", "don-vi": "khong-co"}, "khong-co"),
        ({"viec": "goi", "dot": "2026-Q9"}, "2026-Q9"),
        ({"viec": "xoa"}, "Chưa chọn việc"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_in_words_and_nothing_is_recorded(
    province: Province, operator: TestClient, changed: dict[str, Any], words: str
) -> None:
    before = province.store.query("board.last_recorded"), calls(province)
    answer = post(operator, CALL | changed)
    assert answer.status_code == 422
    assert words in html.unescape(answer.text)
    assert (province.store.query("board.last_recorded"), calls(province)) == before
    assert load_holds(province.store, NOW).active(NOW.date()) == []
    assert province.store.query("chasing.waiting") == []


def test_what_was_typed_stays_in_the_form_and_is_never_run(province: Province, operator: TestClient) -> None:
    fields = CALL | {"noi-dung": ATTACK, "viec": "tam_hoan", "den": '"><b>x'}
    answer = post(operator, fields, address=f"/dot/{ROUND}")
    assert answer.status_code == 422
    assert ATTACK not in answer.text
    assert '"><b>x' not in answer.text
    assert "&lt;script&gt;" in answer.text
    (box,) = re.findall(f'<input[^>]* value="{SILENT}"[^>]*>', answer.text)
    assert box.endswith(" checked>")
    shown = told(operator, post(operator, CALL | {"noi-dung": ATTACK}))
    assert "Đã ghi cuộc gọi" in shown


@pytest.mark.parametrize("status", [401, 403])
def test_whoever_is_not_let_in_changes_nothing(province: Province, moment: Any, status: int) -> None:
    def refuse() -> None:
        raise HTTPException(status_code=status)

    answer = post(client(lambda: Actor("an"), refuse), CALL)
    assert answer.status_code == status
    assert 'href="/auth/login' in answer.text
    assert calls(province) == []


def test_whoever_may_only_look_sees_no_form_and_changes_nothing(province: Province, moment: Any) -> None:
    viewer = client(lambda: None)
    assert '<form method="post"' not in viewer.get("/").text
    assert post(viewer, CALL).status_code == 403
    assert calls(province) == []


def test_a_past_day_cannot_be_acted_on(operator: TestClient) -> None:
    assert '<form method="post"' in operator.get(f"/dot/{ROUND}").text
    assert '<form method="post"' not in operator.get(f"/dot/{ROUND}?ngay=2026-03-18").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "http://testserver.evil.example"}, {},
        {"Referer": "http://evil.example/testserver"}, {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, {"Origin": "file://testserver"},
    ],
)  # fmt: skip
def test_a_form_from_elsewhere_is_refused_although_its_token_is_right(
    province: Province, operator: TestClient, headers: dict[str, str]
) -> None:
    answer = post(operator, CALL, headers)
    assert answer.status_code == 403
    assert "Chưa ghi gì" in answer.text
    assert calls(province) == []


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://cchc.tinh.example"}, {"Referer": "http://testserver/cchc/don-vi"}]
)
def test_the_address_that_people_type_is_our_own_also_behind_a_proxy(
    province: Province, operator: TestClient, headers: dict[str, str]
) -> None:
    assert post(operator, CALL, headers).status_code == 303


@pytest.mark.parametrize(
    "token",
    ["", "x", "x.y", "é.é", new_token(KEY, "binh", NOW), new_token(b"other", "an", NOW), new_token(KEY, "an", NOW)[:-1],
     new_token(KEY, "an", NOW - timedelta(hours=13)), new_token(KEY, "an", NOW + timedelta(hours=1)),
     seal(KEY, NOTICE, [int(NOW.timestamp()), "an"]), seal(KEY, FORM, "an")],
)  # fmt: skip
def test_a_form_without_a_token_of_this_very_person_is_refused(
    province: Province, operator: TestClient, token: str
) -> None:
    answer = operator.post("/", data=CALL | {"ma": token}, headers=OWN)
    assert answer.status_code == 403
    assert "Chưa ghi gì" in answer.text
    assert calls(province) == []


def test_the_page_gives_the_token_that_its_form_needs(province: Province, operator: TestClient) -> None:
    found = re.search(r'name="ma" value="([^"]+)"', operator.get(f"/dot/{ROUND}").text)
    assert found
    assert is_own_token(KEY, "an", found[1], NOW)
    assert post(operator, CALL, token=found[1]).status_code == 303


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text/plain", b"viec=goi"), ("multipart/form-data; boundary=x", b"--x--"), ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"viec=" + b"a" * 140_000),
        ("application/x-www-form-urlencoded", b"\xff\xfe"), ("application/x-www-form-urlencoded", b"a=1&" * 3000),
    ],
)  # fmt: skip
def test_anything_but_a_plain_small_form_is_refused(operator: TestClient, kind: str, content: bytes) -> None:
    answer = operator.post("/", content=content, headers=OWN | {"Content-Type": kind})
    assert answer.status_code == 403


def test_a_notice_that_we_did_not_write_to_this_person_is_not_shown(operator: TestClient) -> None:
    whole = [new_token(KEY, "an", NOW), "Đã bị khóa"]
    others = (
        [new_token(KEY, "binh", NOW), "Đã bị khóa"],
        [new_token(KEY, "an", NOW - timedelta(hours=13)), "Đã bị khóa"],
    )
    wrong = [
        seal(b"other", NOTICE, whole),
        seal(KEY, FORM, whole),
        *(seal(KEY, NOTICE, one) for one in others),
    ]
    for forged in ("Đã bị khóa", *wrong, seal(KEY, NOTICE, "Đã bị khóa")):
        assert "Đã bị khóa" not in operator.get("/", params={"da-lam": forged}).text
    assert unseal(KEY, NOTICE, seal(KEY, NOTICE, "chữ có dấu\n2")) == "chữ có dấu\n2"
    ours = operator.get("/", params={"da-lam": seal(KEY, NOTICE, [whole[0], ATTACK])}).text
    assert ATTACK not in ours
    assert html.escape(ATTACK) in ours


def test_all_that_owe_in_a_round_are_reached_at_once(province: Province, operator: TestClient) -> None:
    assert 'name="tat-ca"' in operator.get(f"/dot/{ROUND}").text
    answer = post(operator, {"viec": "nhac", "tat-ca": "1"}, address=f"/dot/{ROUND}")
    assert "2 thư nhắc đã vào hộp đi" in told(operator, answer)
    assert {mail["unit_code"] for mail in province.store.query("chasing.waiting")} == {SILENT, FAULTY}


def test_the_address_of_old_mails_leads_to_the_work_of_the_day(operator: TestClient) -> None:
    answer = operator.get("/don-doc")
    assert (answer.status_code, answer.headers["location"]) == (308, "./")


def test_the_page_of_an_open_round_leads_whoever_operates_to_closing_it_now(
    province: Province, operator: TestClient, moment: Callable[[Any], None]
) -> None:
    link = 'href="/dags/chot_dot_bao_cao"'
    assert link not in operator.get(f"/dot/{ROUND}").text, "its draft waits already"
    moment(at(date(2026, 3, 12), 9))
    shown = html.unescape(operator.get(f"/dot/{ROUND}").text)
    assert link in shown and "bấm Khởi chạy, chọn đợt 2026-Q1" in shown
    assert f"chậm nhất {Calendar.load().round(ROUND).closes_at:%H:%M %d/%m/%Y}" in shown
    assert link not in client(lambda: Actor("xem", frozenset())).get(f"/dot/{ROUND}").text
    assert link not in operator.get(f"/dot/{ROUND}?ngay=2026-03-11").text

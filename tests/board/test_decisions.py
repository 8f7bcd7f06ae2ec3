"""Decisions that wait on page 'Hôm nay' beside the ladder: pleas after a late delivery, doubtful figures, mails of a
trial; each is the act of the command line, under the name of the login."""

from __future__ import annotations

import html
from datetime import date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import GOOD, LATE, ROUND, Province
from tests.board.test_acts import NOW, moment, operator, post, told
from tests.support.mailing import settle

from cchc.clock import at, from_text
from cchc.mail.mail import RECEIPT, Mail, enqueue
from cchc.obligations import Event, EventKind, timeliness, unproven_figures
from cchc.units import UnitRegister

__all__ = ["moment", "operator"]  # fixtures


def record(province: Province, unit: str, kind: EventKind, when: datetime, **detail: str) -> None:
    reason = "1 chỉ tiêu khác bản trước (I.1.1)" if kind is EventKind.figures_unproven else None
    province.ledger.record(Event(f"{ROUND}/{unit}/bao_cao", kind, when, when, "he-thong", reason, detail))


def test_a_unit_that_delivered_while_it_waited_is_granted_the_time_with_both_days_shown(
    province: Province, operator: TestClient
) -> None:
    came = from_text("2026-03-19T09:00:00+07:00")
    asked = at(date(2026, 3, 10), 8)
    earlier = Event(
        f"{ROUND}/{LATE}/bao_cao", EventKind.time_asked, asked, asked, "he-thong", None,
        {"plea": "xin-1", "wanted": "2026-03-20", "thread": ""},
    )  # fmt: skip
    province.ledger.record(earlier)
    page = html.unescape(operator.get("/").text)
    assert "Đã gửi lúc 09 giờ 00 ngày 19/03/2026" in page and 'value="20/03/2026"' in page
    fields = {"viec": "dong_y_lui", "de-nghi": "xin-1", "den": "2026-03-20", "noi-dung": ""}
    assert "đến ngày 20/03/2026" in told(operator, post(operator, fields))
    state = province.ledger.state(f"{ROUND}/{LATE}/bao_cao", NOW)
    one = province.ledger.get(f"{ROUND}/{LATE}/bao_cao")
    assert one is not None and state is not None and state.fulfilled_at == came
    assert timeliness(one, state, UnitRegister.load(), NOW) == "on_time"
    story = html.unescape(operator.get(f"/dot/{ROUND}/don-vi/{LATE}").text)
    assert "đơn vị xin ngày 10/03/2026" in story and "quyết định ngày 20/03/2026" in story


@pytest.fixture
def doubtful(province: Province) -> str:
    """The second version of a unit came by a mail that nobody proves."""
    when, submission_id = at(date(2026, 3, 18), 9), f"{GOOD}-2"
    for kind in (EventKind.submitted, EventKind.accepted, EventKind.figures_unproven):
        record(province, GOOD, kind, when, submission_id=submission_id)
    return submission_id


def test_doubtful_figures_are_marked_on_the_round_and_the_unit_until_somebody_confirms(
    province: Province, operator: TestClient, doubtful: str
) -> None:
    listed = html.unescape(operator.get(f"/dot/{ROUND}?trang-thai=chua-xac-thuc").text)
    assert listed.count("(chưa xác thực)") == 1 and "Chưa xác thực <b>1</b>" in listed
    assert "(chưa xác thực)" in html.unescape(operator.get(f"/dot/{ROUND}/don-vi/{GOOD}").text)
    assert "(chưa xác thực)" in operator.get(f"/dot/{ROUND}/danh-sach.csv").content.decode("utf-8-sig")
    assert "xac_thuc" in html.unescape(operator.get("/").text)
    fields: dict[str, Any] = {"viec": "xac_thuc", "bai-nop": doubtful, "noi-dung": " "}
    assert post(operator, fields).status_code == 422
    words = told(operator, post(operator, {**fields, "noi-dung": "Chị Lan, qua điện thoại"}))
    assert "dấu “chưa xác thực” được bỏ" in words
    event = province.ledger.history(f"{ROUND}/{GOOD}/bao_cao")[-1]
    assert (event.kind, event.actor, event.reason) == (
        EventKind.figures_confirmed, "an", "Chị Lan, qua điện thoại"
    )  # fmt: skip
    assert unproven_figures(province.store, NOW) == []
    assert "(chưa xác thực)" not in html.unescape(operator.get(f"/dot/{ROUND}").text)
    before = html.unescape(operator.get(f"/dot/{ROUND}?ngay=2026-03-19").text)
    assert "(chưa xác thực)" in before, "what was known on a past day stays"


@pytest.mark.parametrize(
    ("act", "said", "waiting"),
    [("gui_thu_thu", "đã vào hộp đi", ["decided"]), ("bo_thu_thu", "không gửi nữa", [])],
)
def test_mails_of_a_trial_are_sent_or_left_by_a_person(
    province: Province, operator: TestClient, act: str, said: str, waiting: list[str]
) -> None:
    settle(province.instance, "live", rehearsal=True)
    mail = Mail("k", RECEIPT, NOW, ROUND, GOOD, ("a@b.example",), (), "Đã nhận", "<p></p>", "x")
    with province.store.write() as tx:
        enqueue(tx, mail)
        tx.connection.exec_driver_sql(
            "UPDATE mails SET state = 'sent', mode = 'redirect', claimed_at = '2026-03-19T09:00:00+07:00'"
        )
    assert "nơi nhận chưa có (1)" in html.unescape(operator.get("/thu").text)
    assert said in told(operator, post(operator, {"viec": act, "noi-dung": "biểu thử"}, address="/thu"))
    assert [one["state"] for one in province.store.query("chasing.waiting")] == waiting
    assert "nơi nhận chưa có (" not in html.unescape(operator.get("/thu").text)

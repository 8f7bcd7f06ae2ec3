"""Page 'Hôm nay': nothing that waits stays unlisted, and what is listed can be settled there."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import GOOD, LATE, ROUND, SILENT, Province
from tests.board.test_acts import KEY, NOW, client, told
from tests.board.test_acts import OWN as OUR_PAGE

from cchc import clock
from cchc.chasing.day_summary import late_units
from cchc.clock import to_text
from cchc.obligations import EventKind, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.submissions.kept import SubmissionOutcome
from cchc.units import UnitRegister
from cchc_board.actors import Actor
from cchc_board.airflow_side import AirflowSide, EndedRun, FailedRun, unmended
from cchc_board.app import create_app
from cchc_board.genuine import new_token
from cchc_board.today import queue
from cchc_board.today.queue import piles


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def operator(province: Province, today: None) -> TestClient:
    return client(lambda: Actor("an"))


def keep_late(province: Province, name: str, unit: str) -> None:
    """A file that came after the round was locked."""
    moment = to_text(NOW - timedelta(hours=2))
    with province.store.write() as tx:
        tx.execute(
            "submissions.insert_submission",
            submission_id=name,
            obligation_id=f"{ROUND}/{unit}/bao_cao",
            received_at=moment,
            recorded_at=moment,
            channel="hop-thu",
            file_name=f"{name}.xlsx",
            file_sha256=name.ljust(64, "0"),
            stored_path=f"{name}.xlsx",
            form_version="1",
            outcome=SubmissionOutcome.KEPT_LATE.value,
            sender_unit=unit,
        )
    province.happen(unit, EventKind.submitted, moment, submission_id=name)


def page(browser: TestClient) -> str:
    answer = browser.get("/")
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def post(browser: TestClient, **fields: Any) -> Any:
    return browser.post("/", data={"ma": new_token(KEY, "an", NOW)} | fields, headers=OUR_PAGE)


def test_rounds_under_way_come_first_and_the_draft_waits_with_its_round(operator: TestClient) -> None:
    shown = page(operator)
    assert shown.index("Đợt đang làm") < shown.index("Dự thảo chờ phê duyệt (1)")
    assert 'href="/dot/2026-Q1"' in shown


def test_a_unit_that_was_called_today_is_not_on_the_list_again(
    province: Province, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(province.store, province.instance, NOW)
    assert all(pile.code != "call" for pile in piles(run, {})), "nobody was reminded as far as a call"
    late = queue.late_units(run)
    assert [one.code for one in late]
    monkeypatch.setattr(queue, "late_units", lambda _run: [_to_call(one) for one in late])
    assert SILENT in page(operator)
    answer = post(operator, viec="goi", **{"don-vi": SILENT, "noi-dung": "Hẹn nộp trong ngày"})
    assert "Đã ghi cuộc gọi" in told(operator, answer)
    monkeypatch.setattr(queue, "late_units", lambda found: [_to_call(one) for one in late_units(found)])
    calls = [pile for pile in piles(run, {}) if pile.code == "call"]
    assert SILENT not in [one.item for pile in calls for one in pile.shown]


def _to_call(one: Any) -> Any:
    return replace(one, to_call=True)


def test_late_files_are_listed_and_left_out_together_for_one_reason(
    province: Province, operator: TestClient
) -> None:
    keep_late(province, "muon-1", GOOD)
    keep_late(province, "muon-2", LATE)
    assert "chờ nhận hay không (2)" in page(operator)
    refused = post(operator, viec="nhan", **{"noi-dung": "Được phép"})
    assert refused.status_code == 422 and "Chưa đánh dấu bài nộp nào" in html.unescape(refused.text)
    answer = post(operator, viec="khong_tinh", **{"bai-nop": ["muon-1", "muon-9"], "noi-dung": "Quá muộn"})
    assert "muon-9" in told(operator, answer), "one that is refused keeps no other from its decision"
    assert "chờ nhận hay không (1)" in page(operator)


def test_a_late_file_that_is_no_longer_kept_is_told_and_waits_on(
    province: Province, operator: TestClient
) -> None:
    keep_late(province, "muon-1", GOOD)
    refused = post(operator, viec="nhan", **{"bai-nop": "muon-1", "noi-dung": "Mất điện"})
    words = html.unescape(refused.text)
    assert refused.status_code == 422 and "Không còn tệp đã lưu “muon-1.xlsx”" in words
    assert "chép lại đúng tệp này từ bản sao lưu" in words and "chờ nhận hay không (1)" in words


def test_late_files_of_an_issued_round_are_folded_and_what_was_ticked_there_stays_in_sight(
    province: Province, operator: TestClient
) -> None:
    keep_late(province, "muon-1", GOOD)
    keep_late(province, "muon-2", LATE)
    issued = {"number": "9", "symbol": "BC-UBND", "issued_on": "2026-03-20", "documents": []}
    province.rounds.record(RoundEvent(ROUND, RoundEventKind.issued, NOW, NOW, "an", detail=issued))
    shown = page(operator)
    summary = "<summary>Báo cáo CCHC quý I năm 2026, đã ban hành 20/03/2026: 2 bài</summary>"
    folded = '<details class="of-round">'
    assert summary in shown and folded in shown and 'value="muon-2"' in shown
    refused = post(operator, viec="nhan", **{"bai-nop": "muon-2", "noi-dung": " "})
    assert refused.status_code == 422 and '<details class="of-round" open>' in refused.text
    answer = post(operator, viec="khong_tinh", **{"bai-nop": ["muon-1", "muon-2"], "noi-dung": "Quá muộn"})
    assert "muon-2" in told(operator, answer) and "chờ nhận hay không" not in page(operator)


def test_a_failed_run_is_named_with_a_link_to_its_page_and_only_of_the_present(
    province: Province, today: None
) -> None:
    def failures(since: datetime) -> list[FailedRun]:
        assert since < NOW
        return [FailedRun("Đôn đốc hằng ngày", NOW, "/dags/don_doc/runs/x")]

    browser = TestClient(
        create_app(lambda: None, str, airflow=AirflowSide(failures=failures)), root_path="/cchc"
    )
    shown = html.unescape(browser.get("/").text)
    assert "Lượt chạy hỏng trong Airflow (1)" in shown and 'href="/dags/don_doc/runs/x"' in shown
    assert "don_doc/runs" not in browser.get("/", params={"ngay": "20/03/2026"}).text


def test_a_failed_run_is_work_until_a_later_one_has_done_the_same() -> None:
    def run(name: str, hours: int, failed: bool, round_id: str = "") -> EndedRun:
        moment = NOW + timedelta(hours=hours)
        return EndedRun(name, ("chot", round_id), moment, moment, failed)

    runs = [run("cu", 0, True), run("moi", 2, True), run("xong", 1, False), run("dot-khac", 0, True, ROUND)]
    assert [one.run_id for one in unmended(runs)] == ["moi", "dot-khac"]
    assert unmended([run("truoc", 0, False), run("sau", 1, True)])[0].run_id == "sau"


def test_an_installation_without_work_says_so_and_what_comes_next(instance: Instance, today: None) -> None:
    shown = html.unescape(TestClient(create_app(lambda: None, str)).get("/").text)
    assert "Hôm nay không có việc" in shown and "Hạn nộp của đơn vị" in shown and "/06/2026" in shown


def test_who_only_looks_sees_the_queue_without_a_form(province: Province, today: None) -> None:
    shown = page(TestClient(create_app(lambda: None, str)))
    assert "Dự thảo chờ phê duyệt" in shown and 'method="post"' not in shown


@pytest.mark.parametrize(
    ("phone", "sound"),
    [("0296 3852 901", True), ("+84 296 3852901", True), ("", True), ("máy lẻ 12", False), ("12345", False)],
)
def test_a_telephone_of_the_register_is_one_or_is_named_with_its_row(
    tmp_path: Any, phone: str, sound: bool
) -> None:
    rows = ["code,name,tier,kind,parent,valid_from,valid_to,predecessors,mailboxes,head,contact,phone"]
    rows.append(f"so-a,Sở A,so,sở,,2025-07-01,,,a@tinh.example,Giám đốc,Văn phòng,{phone}")
    (tmp_path / "units.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    if sound:
        (unit,) = UnitRegister.load(tmp_path).all
        assert (unit.contact, unit.phone) == ("Văn phòng", phone)
    else:
        with pytest.raises(Exception, match=r"dòng 2.*phone|phone.*dòng 2"):
            UnitRegister.load(tmp_path)

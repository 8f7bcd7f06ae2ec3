"""Pages of units: found without accents, everything of one unit on one page, and its acts."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, FAULTY, GOOD, LATE, ROUND, SILENT, Province
from tests.board.test_acts import KEY, NOW, OWN, client, told
from tests.board.test_today import keep_late

from cchc import clock
from cchc.chasing.holds import load_holds
from cchc.clock import at
from cchc.obligations import EventKind, Obligation
from cchc.unit_page.uses import revocations_of
from cchc.year import Calendar
from cchc_board.actors import Actor
from cchc_board.genuine import new_token


@pytest.fixture
def operator(province: Province, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client(lambda: Actor("an"))


def post(browser: TestClient, unit: str, **fields: Any) -> Any:
    sent = {"ma": new_token(KEY, "an", NOW), "don-vi": unit} | {
        name.replace("_", "-") if name != "viec" else name: value for name, value in fields.items()
    }
    return browser.post(f"/don-vi/{unit}", data=sent, headers=OWN)


def page(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_a_unit_is_found_by_a_part_of_its_name_without_accents(operator: TestClient) -> None:
    found = page(operator, "/don-vi?tim=noi vu")
    assert "Sở Nội vụ" in found and "Sở Tài chính" not in found
    assert "Không có đơn vị nào khớp" in page(operator, "/don-vi?tim=khongco")
    assert "Sở Nội vụ" not in page(operator, "/don-vi?cap=xa")
    assert ATTACK not in operator.get("/don-vi", params={"tim": ATTACK}).text


def test_who_is_overdue_comes_first_in_the_list(operator: TestClient) -> None:
    found = page(operator, "/don-vi")
    assert found.index("Sở Nội vụ") < found.index("Bình Đức")


def test_the_page_of_a_unit_tells_what_it_owes_its_record_and_what_happened(operator: TestClient) -> None:
    found = page(operator, f"/don-vi/{FAULTY}")
    assert "Đang nợ (1)" in found and "Nộp đúng hạn 0/1 kỳ gần nhất" in found
    assert "Nộp đúng hạn 1/1 kỳ gần nhất" in page(operator, f"/don-vi/{GOOD}")
    assert ATTACK not in operator.get(f"/don-vi/{FAULTY}").text
    assert operator.get("/don-vi/khong-co").status_code == 404


def test_an_extension_past_the_closing_is_granted_with_a_warning_and_told_by_mail(
    province: Province, operator: TestClient
) -> None:
    answer = post(operator, SILENT, viec="gia_han", dot=ROUND, den="30/12/2026", noi_dung="Mất điện")
    shown = told(operator, answer)
    assert "Chú ý: hạn mới sau lúc chốt đợt" in shown
    assert province.ledger.history(f"{ROUND}/{SILENT}/bao_cao")[-1].kind is EventKind.extended
    (mail,) = province.store.query(
        "board.mails_of_unit", unit_code=SILENT, as_of=clock.to_text(NOW), most=9, reply=""
    )
    assert "30/12/2026" in mail["plain"] and "Mất điện" in mail["plain"]


def test_reminders_are_held_and_taken_up_again(province: Province, operator: TestClient) -> None:
    told(operator, post(operator, SILENT, viec="tat_nhac", den="25/03/2026", noi_dung="Đang kiểm toán"))
    assert load_holds(province.store, NOW).active(NOW.date())
    assert "Đang kiểm toán" in page(operator, f"/don-vi/{SILENT}")
    told(operator, post(operator, SILENT, viec="nhac_lai", noi_dung="Xong"))
    assert not load_holds(province.store, NOW).active(NOW.date())


def test_a_hold_of_one_round_is_named_with_it_and_lifted_where_it_is_shown(
    province: Province, operator: TestClient
) -> None:
    title = "Báo cáo CCHC quý I năm 2026"
    told(operator, post(operator, SILENT, viec="tam_hoan", dot=ROUND, den="25/3/26", noi_dung="Mất điện"))
    shown = page(operator, f"/don-vi/{SILENT}")
    assert f"đến hết 25/03/2026, {title}: Mất điện" in shown
    form = shown.partition('id="viec-nhac_lai"')[2].partition("</form>")[0]
    assert re.findall(r'<option value="([^"]*)">([^<]+)', form) == [(ROUND, title)]
    told(operator, post(operator, SILENT, viec="nhac_lai", dot=ROUND, noi_dung="Có điện"))
    assert not load_holds(province.store, NOW).active(NOW.date())


def test_one_of_several_things_of_a_round_is_waived_alone_and_the_round_stands_there_once(
    province: Province, operator: TestClient
) -> None:
    due, opened = at(date(2026, 3, 18), 17), at(date(2026, 3, 2), 8)
    province.rounds.open(Calendar.load().round("2026-KH"), opened, "he-thong")
    tasks = [
        Obligation(f"2026-KH/{SILENT}/nhiem_vu/{one}", "2026-KH", SILENT, "nhiem_vu", one, f"Việc {one}", due)
        for one in ("NV01", "NV02", "NV03")
    ]
    province.ledger.open(tasks, opened, "he-thong")
    form = page(operator, f"/don-vi/{SILENT}").partition('id="viec-mien"')[2].partition("</form>")[0]
    assert form.count('value="2026-KH"') == 1 and "Kế hoạch CCHC năm 2026: cả 3 việc còn nợ" in form
    assert re.findall(r'<option value="(NV..)">', form) == ["NV01", "NV02", "NV03"]
    told(operator, post(operator, SILENT, viec="mien", dot="2026-KH", ma_viec="NV03", noi_dung="Đã bỏ"))
    states = {one.item: own.status for one, own in province.ledger.states(NOW, round_id="2026-KH")}
    assert states == {"NV01": "open", "NV02": "open", "NV03": "waived"}


def test_more_time_is_for_the_thing_that_was_chosen_and_one_must_be_where_there_are_several(
    province: Province, operator: TestClient
) -> None:
    province.rounds.open(Calendar.load().round("2026-KH"), NOW, "an")
    due = at(date(2026, 3, 27), 17)
    tasks = [
        Obligation(f"2026-KH/{SILENT}/nhiem_vu/{one}", "2026-KH", SILENT, "nhiem_vu", one, f"Việc {one}", due)
        for one in ("NV1", "NV2")
    ]
    province.ledger.open(tasks, NOW, "an")

    def extend(item: str, day: str, round_id: str = "2026-KH") -> Any:
        words = {"viec": "gia_han", "dot": round_id, "ma_viec": item, "den": day, "noi_dung": "Bão"}
        return post(operator, SILENT, **words)

    refused = extend("", "10/04/2026")
    assert refused.status_code == 422 and "còn nợ 2 việc ở đợt này: chọn việc" in html.unescape(refused.text)
    assert "Đã gia hạn 1 nghĩa vụ" in told(operator, extend("NV2", "10/04/2026"))
    moved = {one.item: state.extended for one, state in province.ledger.states(NOW, round_id="2026-KH")}
    assert moved == {"NV1": False, "NV2": True}
    assert "Đã gia hạn 2 nghĩa vụ" in told(operator, extend("*", "13/04/2026"))
    assert "Đã gia hạn 1 nghĩa vụ" in told(operator, extend("", "30/03/2026", ROUND)), "nothing to choose"


def test_only_the_last_version_that_counts_can_be_sent_back(province: Province, operator: TestClient) -> None:
    keep_late(province, "ban-2", LATE)
    assert 'value="tra_lai"' not in page(operator, f"/don-vi/{LATE}"), "it waits for another decision"
    refused = post(operator, LATE, viec="tra_lai", bai_nop="khong-co", den="25/03/2026", noi_dung="Thiếu")
    assert refused.status_code == 422 and "Không có bài nộp khong-co" in html.unescape(refused.text)


def test_a_file_handed_in_for_a_unit_that_is_no_form_is_refused_in_words(operator: TestClient) -> None:
    fields = {"ma": new_token(KEY, "an", NOW), "viec": "nop_ho", "dot": ROUND, "noi-dung": "Mang đến"}
    files = {"tep": ("bieu.xlsx", b"khong phai bieu", "application/octet-stream")}
    answer = operator.post(f"/don-vi/{SILENT}", data=fields, files=files, headers=OWN)
    assert answer.status_code == 422 and "bieu.xlsx" in html.unescape(answer.text)
    empty = operator.post(f"/don-vi/{SILENT}", data=fields, files={"tep": ("", b"")}, headers=OWN)
    assert empty.status_code == 422 and "Chưa chọn tệp" in html.unescape(empty.text)


def test_links_to_the_units_own_page_are_revoked_where_there_is_such_a_page(
    province: Province, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Thu hồi liên kết" not in page(operator, f"/don-vi/{GOOD}")
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", "https://don-vi.cchc.example")
    assert "Thu hồi liên kết" in page(operator, f"/don-vi/{GOOD}")
    assert "Đã thu hồi" in told(
        operator, post(operator, GOOD, viec="thu_hoi", dot=ROUND, noi_dung="Chuyển nhầm")
    )
    (done,) = revocations_of(province.store, GOOD)
    assert (done.round_id, done.actor, done.reason) == (ROUND, "an", "Chuyển nhầm")
    assert post(operator, GOOD, viec="thu_hoi").status_code == 422, "a reason is needed"


def test_who_only_looks_has_no_form_on_the_page(province: Province, operator: TestClient) -> None:
    viewer = client(lambda: None)
    assert 'method="post"' not in viewer.get(f"/don-vi/{SILENT}").text
    assert viewer.post(f"/don-vi/{SILENT}", data={"viec": "goi"}, headers=OWN).status_code == 403


def test_a_round_is_searched_without_accents_and_its_list_as_a_file_is_the_same(operator: TestClient) -> None:
    found = page(operator, f"/dot/{ROUND}?tim=noi vu&trang-thai=qua-han")
    listed = found.partition("Tình trạng từng đơn vị")[2]
    assert "Sở Nội vụ" in listed and "Sở Tài chính" not in listed
    csv = operator.get(f"/dot/{ROUND}/danh-sach.csv?tim=noi vu&trang-thai=qua-han").text
    assert "Sở Nội vụ" in csv and "Sở Tài chính" not in csv
    assert "2 quá hạn" in found, "the bar is of the whole round, whatever is looked for"


def test_several_units_of_a_round_are_called_at_once(province: Province, operator: TestClient) -> None:
    sent = {"ma": new_token(KEY, "an", NOW), "viec": "goi", "noi-dung": "Họp giao ban"}
    answer = operator.post(f"/dot/{ROUND}", data=sent | {"don-vi": [SILENT, FAULTY]}, headers=OWN)
    assert "Đã ghi cuộc gọi cho 2 nghĩa vụ" in told(operator, answer)
    nobody = operator.post(f"/dot/{ROUND}", data=sent, headers=OWN)
    assert nobody.status_code == 422 and "Chưa chọn đơn vị" in html.unescape(nobody.text)


def test_differences_of_a_round_without_figures_say_so(operator: TestClient) -> None:
    assert "Không có số liệu nào lệch" in page(operator, f"/dot/{ROUND}/doi-soat")
    assert operator.get("/dot/2026-Q3/doi-soat").status_code == 404, "not open yet"

"""Page 'Danh mục' and 'Lịch' as people change them: one row, one date, a whole file in two steps."""

from __future__ import annotations

import html
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, OWN, client, told

from cchc import clock
from cchc.chasing.ladder import Ladder
from cchc.clock import at
from cchc.paths import Instance
from cchc.registers import changes, proposing
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar
from cchc_board.actors import Actor, Right
from cchc_board.genuine import new_token

NOW = at(date(2026, 3, 10), 9)


@pytest.fixture
def opened(instance: Instance, store: Store, config_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(proposing, "faults_of", lambda *_: [])  # seen in tests/registers
    return store


def post(browser: TestClient, path: str, fields: dict[str, Any], **more: Any) -> Any:
    return browser.post(path, data={"ma": new_token(KEY, "an", NOW)} | fields, headers=OWN, **more)


def sealed(answer: Any) -> str:
    assert answer.status_code == 200, html.unescape(answer.text)
    found = re.search('name="ban" value="([^"]+)"', answer.text)
    assert found
    return found[1]


def test_the_row_of_a_unit_is_opened_and_changed_with_a_reason(opened: Store) -> None:
    browser = client(lambda: Actor("an"))
    page = browser.get("/danh-muc/don-vi?sua=30292").text
    assert 'name="hop-thu" maxlength="300" value="ubnd.30292@angiang.example"' in page
    fields = {"viec": "sua_lien_he", "don-vi": "30292", "dien-thoai": "0296 3841 222"}
    refused = post(browser, "/danh-muc/don-vi?sua=30292", fields)
    assert refused.status_code == 422 and 'value="0296 3841 222"' in refused.text, "what was typed stays"
    words = told(browser, post(browser, "/danh-muc/don-vi?sua=30292", fields | {"noi-dung": "Phường báo"}))
    assert "điện thoại: (trống) → 0296 3841 222" in words
    unit = UnitRegister.load().get("30292")
    assert unit.phone == "0296 3841 222" and unit.mailboxes
    assert "Phường báo" in browser.get("/danh-muc").text


def test_what_a_colleague_changed_after_the_form_was_shown_stays(opened: Store) -> None:
    browser, page = client(lambda: Actor("an")), "/danh-muc/don-vi?sua=30292"
    before = re.findall('name="cu-([^"]+)" value="([^"]*)"', html.unescape(browser.get(page).text))
    shown = {f"{old}{name}": value for name, value in before for old in ("", "cu-")}
    assert len(shown) == 8
    act = {"viec": "sua_lien_he", "don-vi": "30292", "noi-dung": "Phường báo"}
    told(browser, post(browser, page, act | {"dien-thoai": "0296.3841.222"}))
    told(browser, post(browser, page, act | shown | {"thu-truong": "Chủ tịch UBND phường mới"}))
    unit = UnitRegister.load().get("30292")
    assert (unit.phone, unit.head) == ("0296.3841.222", "Chủ tịch UBND phường mới")
    again = post(browser, page, act | shown)
    assert again.status_code == 422 and "không có gì để ghi" in again.text


def test_rungs_recipients_and_signers_have_their_forms(opened: Store) -> None:
    browser = client(lambda: Actor("an"))
    why = {"noi-dung": "Thống nhất lại"}
    assert 'name="so-ngay" maxlength="300" value="3"' in browser.get("/danh-muc/don-doc?sua=qua_han_2").text
    bad = post(browser, "/danh-muc/don-doc", {"viec": "sua_bac", "muc": "qua_han_2", "so-ngay": "bốn"} | why)
    assert bad.status_code == 422 and "bằng chữ số" in bad.text
    told(
        browser,
        post(browser, "/danh-muc/don-doc", {"viec": "sua_bac", "muc": "qua_han_2", "so-ngay": "4"} | why),
    )
    assert Ladder.load().rung("qua_han_2").working_days == 4
    fields = {"viec": "sua_noi_nhan", "muc": "UBND tỉnh (b/c)", "hop-thu": "a@x.example; b@x.example"}
    assert "a@x.example, b@x.example" in told(browser, post(browser, "/danh-muc/noi-nhan", fields | why))
    fields = {"viec": "sua_nguoi_ky", "muc": "so|PHÓ GIÁM ĐỐC", "ten": "Lê Thị Sen", "tu": "01/06/2026"}
    assert "Trần Thị B → Lê Thị Sen" in told(browser, post(browser, "/danh-muc/nguoi-ky", fields | why))
    assert len(changes(opened, NOW)) == 3


def test_a_file_is_replaced_by_an_administrator_after_its_differences_were_seen(
    opened: Store, config_copy: Path
) -> None:
    operator, admin = client(lambda: Actor("an", frozenset({Right.OPERATE}))), client(lambda: Actor("an"))
    page, name = "/danh-muc/tep?ten=ladder.yaml", {"ten": "ladder.yaml"}
    before = (config_copy / "ladder.yaml").read_bytes()
    after = before.replace(b"also_within_working_days: 10", b"also_within_working_days: 12")
    upload = {"data": {}, "files": {"tep": ("bac.yaml", after)}}
    fields = {"viec": "xem_tep", "noi-dung": "Rà soát"} | name
    assert "việc của quản trị" in operator.get(page).text
    assert post(operator, page, fields, files=upload["files"]).status_code == 403
    seen = post(admin, page, fields, files=upload["files"])
    assert (
        "+ also_within_working_days: 12" in seen.text and (config_copy / "ladder.yaml").read_bytes() == before
    )
    assert "Xem khác biệt trước" in post(admin, page, {"viec": "thay_tep", "ban": "la"} | name).text
    told(admin, post(admin, page, {"viec": "thay_tep", "ban": sealed(seen)} | name))
    assert (config_copy / "ladder.yaml").read_bytes() == after
    assert admin.get("/danh-muc/tep/hien-nay?ten=ladder.yaml").content == after
    assert admin.get("/danh-muc/tep/ban-cu?ten=ladder.yaml&lan=1").content == before
    assert admin.get("/danh-muc/tep/ban-cu?ten=ladder.yaml&lan=9").status_code == 404
    assert admin.get("/danh-muc/tep/hien-nay?ten=../cai-dat.yaml").status_code == 404
    assert post(admin, page, {"viec": "thay_tep", "ban": sealed(seen)} | name).status_code == 422, "once"


def test_whoever_only_reads_gets_no_file_and_no_form(opened: Store) -> None:
    reader = client(lambda: None)
    assert reader.get("/danh-muc/tep/hien-nay?ten=department.yaml").status_code == 404
    assert 'name="viec"' not in reader.get("/danh-muc/don-vi?sua=30292").text
    assert "Sửa</a>" not in reader.get("/danh-muc/don-vi").text


def test_a_date_is_changed_after_whom_it_touches_was_seen(opened: Store) -> None:
    browser = client(lambda: Actor("an"))
    assert 'value="2026-Q3|unit_due_at"' in browser.get("/lich").text
    fields = {"viec": "xem_moc", "moc": "2026-Q3|unit_due_at", "ngay-moi": "16/09/2026"}
    assert post(browser, "/lich", fields).status_code == 422, "a reason is asked for first"
    seen = post(browser, "/lich", fields | {"noi-dung": "Tỉnh yêu cầu"})
    assert "sẽ chạm đến 122 đơn vị" in seen.text and "10/09/2026 → 09/09/2026" in seen.text
    assert Calendar.load().round("2026-Q3").unit_due_at.day == 17
    told(browser, post(browser, "/lich", {"viec": "doi_moc", "ban": sealed(seen)}))
    assert Calendar.load().round("2026-Q3").unit_due_at.day == 16


def test_a_day_off_is_added_from_the_calendar(opened: Store) -> None:
    browser = client(lambda: Actor("an"))
    fields = {"viec": "xem_ngay", "loai": "nghi", "ngay-moi": "17/09/2026", "noi-dung": "Bão"}
    assert post(browser, "/lich", fields | {"loai": "la"}).status_code == 422
    seen = post(browser, "/lich", fields)
    assert "17/09/2026, lịch làm việc: (trống) → nghỉ (Bão)" in html.unescape(seen.text)
    told(browser, post(browser, "/lich", {"viec": "doi_ngay", "ban": sealed(seen)}))
    assert Calendar.load().working_days.why_off(date(2026, 9, 17)) == "Bão"

"""Who has handed in after the due date or the lock, and waits for the department, stands apart from who has not."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from tests.board.samples import ROUND, SILENT, Province

from cchc.obligations import EventKind

DAY = "?ngay=2026-03-20"


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_who_has_handed_in_and_waits_for_us_is_told_apart_from_who_has_not(
    province: Province, browser: TestClient
) -> None:
    province.happen(SILENT, EventKind.submitted, "2026-03-19T10:00:00+07:00", submission_id="muon")
    page = browser.get(f"/dot/{ROUND}{DAY}").text
    text = words(page)
    assert "Đơn vị quá hạn chưa xong (1) Sở Tài chính quá 3 ngày làm việc" in text
    assert (
        "1 đơn vị đã nộp, chờ Sở quyết định" in text
        and "Đã nộp, chờ Sở quyết định trễ 2 ngày làm việc" in text
    )
    assert '<rect class="waiting"' in page and "1 đã nộp, chờ sở quyết định" in text
    chosen = browser.get(f"/dot/{ROUND}{DAY}&trang-thai=cho-so").text.partition("<tbody>")[2]
    assert set(re.findall(r"/don-vi/([\w-]+)", chosen)) == {SILENT}
    year, today = (words(browser.get(f"{path}{DAY}").text) for path in ("/nam", "/"))
    assert "1 đã nộp, chờ sở quyết định" in year and "1 đã nộp, chờ sở quyết định" in today
    csv = browser.get(f"/ty-le/danh-sach.csv{DAY}").content.decode("utf-8-sig")
    assert "Sở, ban, ngành;2;0;0;0;1;1;0;0" in csv


def test_what_was_handed_in_in_time_and_waits_is_not_late(province: Province, browser: TestClient) -> None:
    province.happen(SILENT, EventKind.submitted, "2026-03-13T10:00:00+07:00", submission_id="kip")
    row = words(browser.get(f"/dot/{ROUND}{DAY}&trang-thai=cho-so").text.partition("<tbody>")[2])
    assert "Đã nộp, chờ Sở quyết định" in row and "trễ" not in row

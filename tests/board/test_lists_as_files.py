"""Lists of the board taken away as files show what the page shows."""

from __future__ import annotations

import io
import re
from datetime import datetime

import openpyxl
import pytest
from fastapi.testclient import TestClient
from tests.board.samples import EXCUSED, FAULTY, GOOD, LATE, ROUND, SILENT, Province

from cchc.mail.department import Account, Department
from cchc_board.desk import RequestView

DAY = "?ngay=2026-03-20"


def sheet_of(content: bytes) -> list[tuple[object, ...]]:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return list(sheet.iter_rows(values_only=True))


def test_the_units_of_a_round_are_taken_away_as_a_workbook(province: Province, browser: TestClient) -> None:
    answer = browser.get(f"/dot/{ROUND}/danh-sach.xlsx{DAY}")
    assert (
        answer.headers["content-disposition"] == f'attachment; filename="danh-sach-{ROUND}-2026-03-20.xlsx"'
    )
    heads, *rows = sheet_of(answer.content)
    assert heads[:7] == ("Mã", "Đơn vị", "Cấp", "Nội dung", "Hạn nộp", "Tình trạng", "So với hạn")
    found = {row[0]: row for row in rows}
    assert set(found) == {GOOD, LATE, SILENT, FAULTY, EXCUSED}
    late = found[LATE]
    assert late[4:8] == (datetime(2026, 3, 17, 17), "Nộp trễ", "trễ 2 ngày làm việc", "Đã tiếp nhận")
    assert (late[8], late[10]) == (None, datetime(2026, 3, 2, 7, 40))


def test_a_list_as_a_file_keeps_the_filter_and_the_day_of_the_page(
    province: Province, browser: TestClient
) -> None:
    chosen = f"/dot/{ROUND}/danh-sach.csv{DAY}&trang-thai=qua-han"
    page = browser.get(f"/dot/{ROUND}{DAY}&trang-thai=qua-han").text.replace("&amp;", "&")
    assert re.findall(r'href="([^"]*danh-sach\.csv[^"]*)"', page) == [
        f"/dot/{ROUND}/danh-sach.csv?trang-thai=qua-han&ngay=2026-03-20"
    ]
    lines = browser.get(chosen).content.decode("utf-8-sig").splitlines()
    assert {line.split(";")[0] for line in lines[1:]} == {SILENT, FAULTY}
    early = browser.get(f"/dot/{ROUND}/danh-sach.csv?ngay=2026-03-12&trang-thai=qua-han").content
    assert len(early.decode("utf-8-sig").splitlines()) == 1
    assert browser.get(f"/dot/{ROUND}/danh-sach.csv?trang-thai=la").status_code == 404
    assert browser.get(f"/dot/{ROUND}/danh-sach.exe").status_code == 404


def test_the_overdue_units_are_taken_away_with_their_days(province: Province, browser: TestClient) -> None:
    lines = browser.get(f"/don-vi/qua-han.csv{DAY}").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Mã;Đơn vị;Nội dung;Quá (ngày làm việc);Gọi điện;Đã gọi, đã gửi công văn"
    assert {line.split(";")[0]: line.split(";")[3] for line in lines[1:]} == {SILENT: "3", FAULTY: "3"}


def test_a_list_of_a_rehearsal_says_so_in_its_name(
    province: Province, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = browser.get(f"/don-vi/qua-han.xlsx{DAY}").headers["content-disposition"]
    assert "dien-tap" not in name
    monkeypatch.setattr(RequestView, "rehearsal", True)
    name = browser.get(f"/don-vi/qua-han.xlsx{DAY}").headers["content-disposition"]
    assert name == 'attachment; filename="dien-tap-qua-han-2026-03-20.xlsx"'


def test_the_reconciliation_is_a_workbook_made_when_it_is_asked_for(
    province: Province, browser: TestClient
) -> None:
    assert f"/dot/{ROUND}/doi-soat.xlsx{DAY}" in browser.get(f"/dot/{ROUND}{DAY}").text
    answer = browser.get(f"/dot/{ROUND}/doi-soat.xlsx{DAY}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="doi-soat-2026-Q1.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[0] == "Đối soát"
    assert browser.get("/dot/2026-NAM/doi-soat.xlsx").status_code == 404


def test_the_units_of_a_round_are_those_of_an_officer_on_the_page_and_in_its_file(
    province: Province, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    department = Department.load()
    given = {"cb1": Account(name="Chuyên viên", role="van-hanh", units=(LATE, SILENT))}
    changed = department.model_copy(update={"accounts": department.accounts | given})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    page = browser.get(f"/dot/{ROUND}{DAY}&can-bo=cb1").text
    assert '<option value="cb1" selected>Chuyên viên (cb1)</option>' in page and "Tất cả <b>2</b>" in page
    assert "can-bo=cb1" in re.findall(r'href="[^"]*danh-sach\.xlsx[^"]*"', page)[0]
    content = browser.get(f"/dot/{ROUND}/danh-sach.xlsx{DAY}&can-bo=cb1").content
    assert {row[0] for row in sheet_of(content)[1:]} == {LATE, SILENT}
    assert "Tất cả <b>5</b>" in browser.get(f"/dot/{ROUND}{DAY}&can-bo=la").text

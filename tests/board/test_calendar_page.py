"""Page 'Lịch': every date in order, what moved and why, files as by command, an edit applied with a reason."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import KEY, OWN, client, told

from cchc import clock
from cchc.clock import at
from cchc.obligations import EventKind, Ledger, Obligation, RoundLedger
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store
from cchc.year import Calendar
from cchc.year.ics import calendar_ics
from cchc.year.xlsx import calendar_xlsx
from cchc_board.actors import Actor
from cchc_board.genuine import new_token

NOW = at(date(2026, 3, 10), 9)
UNITS = ("so-tai-chinh", "30292")
EDIT = 'years:\n  2026:\n    Q1:\n      unit_due: {day: "%s"}\n      province_due: {day: "03-23"}'


@pytest.fixture
def opened(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Q1 of 2026 as it was opened by the shipped calendar, with two units that owe."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    round_ = Calendar.load(PROJECT_ROOT / "include" / "config").round("2026-Q1")
    moment = at(date(2026, 3, 2), 8)
    RoundLedger(store).open(round_, moment, "thu")
    owed = [
        Obligation(f"2026-Q1/{one}/bao_cao", "2026-Q1", one, "bao_cao", "", round_.title, round_.unit_due_at)
        for one in UNITS
    ]
    Ledger(store).open(owed, moment, "thu")
    return store


@pytest.fixture
def edited(config_copy: Path) -> Callable[[str], None]:
    """Another due date of Q1 in the calendar's file."""

    def edit(day: str) -> None:
        path = config_copy / "calendar.yaml"
        text = path.read_text(encoding="utf-8")
        assert "years: {}" in text
        path.write_text(text.replace("years: {}", EDIT % day), encoding="utf-8")

    return edit


def page(browser: TestClient, address: str = "/lich") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def post(browser: TestClient, **fields: str) -> Any:
    sent = {"ma": new_token(KEY, "an", NOW), "viec": "ap_dung", "nam": "2026"} | fields
    return browser.post("/lich", data=sent, headers=OWN)


def dues(store: Store) -> set[datetime]:
    return {state.due_at for _, state in Ledger(store).states(clock.END)}


def test_every_date_of_the_year_stands_in_order_and_what_comes_next_first(opened: Store) -> None:
    shown = page(client(lambda: None))
    coming, _, whole = words(shown).partition("Mọi mốc của năm")
    assert "Sắp tới thứ Bảy 14/03/2026 : Chốt số liệu" in coming, "what is past comes no more"
    first = shown[shown.index("Mọi mốc") :]
    days = [
        (year, month, day)
        for day, month, year in re.findall(
            r'class="when">[^<]*?(\d\d)/(\d\d)/(\d{4})', first.split("<details>")[0]
        )
    ]
    assert len(days) > 30 and days == sorted(days)
    assert "Họp hội đồng thẩm định" in whole and "Báo cáo của đoàn" in whole
    assert 'href="/dot/2026-Q1"' in shown and 'href="/dot/2026-Q3"' not in shown, "not open, no page"


def test_days_that_moved_say_why(opened: Store) -> None:
    shown = words(page(client(lambda: None)))
    assert "20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026" in shown
    assert "làm bù cho ngày nghỉ 31/08/2026" in shown


def test_files_are_those_of_the_command(opened: Store) -> None:
    browser, calendar = client(lambda: None), Calendar.load()
    ics = browser.get("/lich/lich.ics?nam=2026")
    assert ics.headers["content-disposition"] == 'attachment; filename="lich-2026.ics"'
    assert ics.content == calendar_ics(calendar, 2026)
    assert browser.get("/lich/lich.xlsx?nam=2026").content == calendar_xlsx(calendar, 2026)


@pytest.mark.parametrize("year", ["1999", "2045", "x", "٢٠٢٦", "2" * 5000])
def test_a_year_without_a_calendar_is_refused_in_words(opened: Store, year: str) -> None:
    assert client(lambda: None).get("/lich", params={"nam": year}).status_code == 404


def test_an_edit_of_the_calendar_is_shown_with_whom_it_touches_and_applied_with_a_reason(
    opened: Store, edited: Callable[[str], None]
) -> None:
    browser = client(lambda: Actor("an"))
    assert "chưa áp dụng" not in page(browser), "nothing moved"
    edited("03-19")
    shown = words(page(browser))
    assert "17 giờ 00 ngày 17/03/2026 (thứ Ba) 17 giờ 00 ngày 19/03/2026 (thứ Năm)" in shown
    assert "2 đơn vị còn nợ" in shown and "Sở Tài chính" in shown
    assert 'value="ap_dung"' not in page(client(lambda: None)), "who only looks applies nothing"
    refused = post(browser)
    assert refused.status_code == 422 and "Chưa ghi nội dung hoặc lý do" in html.unescape(refused.text)
    assert dues(opened) == {at(date(2026, 3, 17), 17)}
    answer = post(browser, **{"noi-dung": "Công văn hỏa tốc"})
    assert "đã dời 2 nghĩa vụ đến 17 giờ 00 ngày 19/03/2026" in told(browser, answer)
    assert dues(opened) == {at(date(2026, 3, 19), 17)}
    event = Ledger(opened).history("2026-Q1/30292/bao_cao")[-1]
    assert (event.kind, event.actor, event.reason) == (EventKind.rescheduled, "an", "Công văn hỏa tốc")
    again = post(browser, **{"noi-dung": "Công văn hỏa tốc"})
    assert again.status_code == 422 and "Không có hạn nộp nào phải dời" in html.unescape(again.text)


def test_a_due_date_that_has_passed_is_never_applied(opened: Store, edited: Callable[[str], None]) -> None:
    edited("03-09")
    refused = post(client(lambda: Actor("an")), **{"noi-dung": "Nhầm"})
    assert refused.status_code == 422 and "đã qua" in html.unescape(refused.text)
    assert dues(opened) == {at(date(2026, 3, 17), 17)}

"""Figures that somebody follows: marked with a note, listed everywhere, taken off with a word, the record kept."""

from __future__ import annotations

import html
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import GOOD, ROUND, Province, build
from tests.board.test_acts import KEY, NOW, OWN, client, told

from cchc import clock
from cchc.errors import RuleRefused
from cchc.figures.followed import PROVINCE, follow, followed, release
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_board.actors import Actor
from cchc_board.genuine import new_token


def build_run(instance: Instance, store: Store) -> Run:
    build(instance, store)
    return Run(store, instance, NOW, ROUND, actor="an")


def test_a_mark_holds_with_its_note_until_somebody_takes_it_off_and_the_past_keeps_it(
    instance: Instance, any_store: Store
) -> None:
    run = build_run(instance, any_store)
    follow(run, "T06.8", GOOD, "Quá hạn tăng")
    follow(run, "T06.8", PROVINCE, "Cả tỉnh tăng")
    follow(replace(run, as_of=NOW + timedelta(hours=1)), "T06.8", GOOD, "Vẫn tăng")
    later = NOW + timedelta(hours=2)
    assert [(one.unit_code, one.note) for one in followed(any_store, later)] == [
        (PROVINCE, "Cả tỉnh tăng"),
        (GOOD, "Vẫn tăng"),
    ]
    release(replace(run, as_of=later, actor="binh"), "T06.8", GOOD, "Đã giải trình")
    assert [one.unit_code for one in followed(any_store, later)] == [PROVINCE]
    assert {one.note for one in followed(any_store, NOW)} == {"Quá hạn tăng", "Cả tỉnh tăng"}
    with pytest.raises(RuleRefused, match="không có gì để bỏ"):
        release(replace(run, as_of=later), "T06.8", GOOD, "Lần nữa")


def test_marks_that_are_set_at_once_all_count(instance: Instance, any_store: Store) -> None:
    run, start = build_run(instance, any_store), Barrier(8)

    def mark(number: int) -> None:
        start.wait()
        for turn in range(3):
            follow(run, "T06.8", GOOD, f"{number}/{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(mark, range(8)))
    with any_store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT seq FROM figure_marks ORDER BY seq").scalars()
        assert list(rows) == list(range(1, 25))


def test_what_nobody_can_follow_is_refused_in_words(instance: Instance, store: Store) -> None:
    run = build_run(instance, store)
    for wrong, said in (
        (lambda: follow(run, "T06.8", GOOD, " "), "Ghi vì sao"),
        (lambda: follow(replace(run, actor=""), "T06.8", GOOD, "Vì"), "ai theo dõi"),
        (lambda: follow(run, "T06.8", "khong-co", "Vì"), "không có đơn vị"),
        (lambda: follow(run, "X.1", GOOD, "Vì"), "không hỏi chỉ tiêu X.1"),
        (lambda: follow(replace(run, round_id="2026-Q3"), "T06.8", GOOD, "Vì"), "chưa mở"),
    ):
        with pytest.raises(RuleRefused, match=said):
            wrong()
    assert followed(store, NOW) == []


def test_a_figure_is_followed_from_its_page_and_told_where_people_look(
    instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    province: Province = build(instance, store)
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    browser: TestClient = client(lambda: Actor("an"))
    page = f"/chi-tieu/T06.8/don-vi/{GOOD}?dot={ROUND}"
    fields = {"ma": new_token(KEY, "an", NOW), "chi-tieu": "T06.8", "don-vi": GOOD, "dot": ROUND}

    def send(act: str, note: str) -> str:
        return told(browser, browser.post(page, data=fields | {"viec": act, "noi-dung": note}, headers=OWN))

    assert "Theo dõi số này" in browser.get(page).text
    assert "Đang theo dõi T06.8, UBND phường Bình Đức" in send("theo_doi", "Xem quý sau")
    for address in ("/", f"/chi-tieu?dot={ROUND}", f"/don-vi/{GOOD}", page):
        assert "Xem quý sau" in html.unescape(browser.get(address).text), address
    send("thoi_theo_doi", "Đã rõ")
    assert "Xem quý sau" not in browser.get("/").text

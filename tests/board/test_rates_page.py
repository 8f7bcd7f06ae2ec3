"""Page 'Tỷ lệ báo cáo': expected, received, on time by tier and round; a whole is added from its parts."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from tests.board.samples import Province, build

from cchc.obligations import RoundSummary
from cchc.paths import Instance
from cchc.store import Store
from cchc_board.rounds.rates_page import RateLine, added

DAY = "?ngay=2026-03-20"
COUNTS = st.lists(st.integers(0, 200), min_size=5, max_size=5)


@pytest.fixture
def province(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    return build(instance, store)


def summary(on_time: int, late: int, missing: int, pending: int, waived: int = 0) -> RoundSummary:
    return RoundSummary(
        on_time + late + missing + pending, on_time, late, missing, pending, 0, 0, 0, waived, 0
    )


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_tiers_of_a_round_are_counted_apart_and_their_rates_follow_from_their_parts(
    province: Province, browser: TestClient
) -> None:
    csv = browser.get(f"/ty-le/danh-sach.csv{DAY}").content.decode("utf-8-sig").splitlines()
    found = {tuple(line.split(";")[:2]): line.split(";")[2:] for line in csv[1:]}
    first = next(title for title, _ in found if "quý I " in title or title.endswith("quý I"))
    assert found[first, "Sở, ban, ngành"] == ["2", "0", "0", "0", "0", "2", "0", "0", "0,0", "0,0"]
    assert found[first, "Xã, phường, đặc khu"] == ["2", "2", "1", "1", "0", "0", "0", "0", "100,0", "50,0"]
    assert found[first, "Không có trong danh mục"] == ["0", "0", "0", "0", "0", "0", "0", "1", "", ""], (
        "excused"
    )
    assert found[first, "Mọi khối"] == ["4", "2", "1", "1", "0", "2", "0", "1", "50,0", "25,0"]
    assert found["Cả năm", "Mọi khối"] == found[first, "Mọi khối"]


def test_the_page_agrees_with_the_year_and_shows_the_parts(province: Province, browser: TestClient) -> None:
    shown = words(browser.get(f"/ty-le{DAY}").text)
    assert "25% 1/4" in shown and "50% 2/4" in shown
    year = browser.get(f"/nam{DAY}").text
    assert "25,0%" in words(year) and 'href="/ty-le?nam=2026' in year


def test_a_round_that_is_not_open_has_no_figures_and_no_noughts(
    province: Province, browser: TestClient
) -> None:
    lines = browser.get(f"/ty-le/danh-sach.csv{DAY}").content.decode("utf-8-sig").splitlines()
    (third,) = [line for line in lines if "quý III" in line]
    assert third.endswith(";" * 11)
    assert "Chưa mở; mở ngày" in words(browser.get(f"/ty-le{DAY}").text)
    before = words(browser.get(f"/ty-le{DAY}&nam=2025").text)
    assert "chưa có tỷ lệ" in before and "%" not in before


@given(st.lists(COUNTS, max_size=5))
def test_a_whole_is_added_from_its_parts_and_no_mean_of_rates(parts: list[list[int]]) -> None:
    whole = RateLine("", added(summary(*one) for one in parts))
    for name in ("received_rate", "on_time_rate"):
        own = [RateLine("so", summary(*one)).parts[name] for one in parts]
        part, of = sum(one for one, _ in own), sum(of for _, of in own)
        assert whole.parts[name] == (part, of)
        assert (whole.rates[name] is None) == (of == 0)
    assert whole.counts["received"] <= whole.counts["obliged"]


def test_who_is_not_due_yet_is_not_late() -> None:
    line = RateLine("xa", summary(on_time=3, late=0, missing=0, pending=7))
    assert line.parts == {"received_rate": (3, 10), "on_time_rate": (3, 3)}

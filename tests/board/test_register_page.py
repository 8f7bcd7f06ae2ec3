"""Page 'Văn bản': the year's papers are found, opened and taken away; filters, pages and file agree."""

from __future__ import annotations

import html
import io
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient
from tests.board.test_acts import moment
from tests.documents.test_handing_out import issue, run
from tests.support.waiting_draft import put_up

from cchc.run import Run
from cchc_board.papers import register_page

__all__ = ["moment", "run"]


@pytest.fixture
def ids(run: Run, moment: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", run.store.url)
    return [*put_up(run), *issue(run, signed=False)]


def page(browser: TestClient, query: str = "") -> str:
    answer = browser.get(f"/so-van-ban{query}")
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def test_every_paper_of_the_year_is_listed_with_its_state_and_can_be_opened(
    ids: list[str], browser: TestClient
) -> None:
    shown = page(browser)
    assert "4 văn bản" in shown and "12/BC-UBND" in shown and "ban hành 19/03/2026" in shown
    assert "Chờ bản đã ký" in shown and "Dự thảo 1" in shown and "Mã nguồn: " in shown
    for one in ids:
        assert f'href="/van-ban/{one}"' in shown and browser.get(f"/van-ban/{one}").status_code == 200
    assert 'href="/so-van-ban"' in browser.get("/nam").text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("trang-thai=du-thao", 2),
        ("trang-thai=cho-ky", 1),
        ("loai=phu_luc", 1),
        ("tim=bao+cao", 2),
        ("tim=12/bc", 2),
        ("dot=2026-Q1", 4),
        ("dot=2026-6T", 0),
        ("nam=2025", 0),
        ("ngay=18/03/2026", 0),
    ],
)
def test_a_filter_and_the_file_of_it_hold_the_same_papers(
    ids: list[str], browser: TestClient, query: str, count: int
) -> None:
    assert f"{count} văn bản" in page(browser, f"?{query}")
    content = browser.get(f"/so-van-ban/danh-sach.xlsx?{query}").content
    assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row == count + 1


def test_a_long_book_is_read_page_by_page(
    ids: list[str], browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_page, "SHOWN", 3)
    first = page(browser, "?nam=2026&trang-thai=")
    assert "Trang 1/2" in first and "Trang sau" in first and "Trang trước" not in first
    last = page(browser, "?nam=2026&trang=2")
    assert last.count("<details>") == 1 and "Trang trước" in last


@pytest.mark.parametrize("query", ["nam=hai", "nam=1999"])
def test_a_year_that_is_none_is_refused(ids: list[str], browser: TestClient, query: str) -> None:
    assert browser.get(f"/so-van-ban?{query}").status_code == 404


def test_an_installation_without_a_store_has_an_empty_book(
    browser: TestClient, run: Run, monkeypatch: Any
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(run.instance.root / "moi"))
    monkeypatch.delenv("CCHC_STORE_URL", raising=False)
    assert "Không có văn bản nào như thế" in page(browser)

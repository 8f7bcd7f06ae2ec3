"""The menu: every page that needs nothing but its address is found in it, and it says where one is."""

from __future__ import annotations

import re

from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from cchc.texts import table
from cchc_board.app import create_app
from cchc_board.menu import menu

OF_ONE_THING = {"/danh-muc/tep"}  # which one is asked for behind the address


def entries() -> list[str]:
    return [one for code in table("board.menu_areas") for one in table(f"board.menu_pages.{code}")]


def test_every_page_without_a_name_in_its_address_is_in_the_menu_once() -> None:
    pages = {
        route.path  # type: ignore[attr-defined]
        for route in create_app(lambda: None, str).routes
        if getattr(route, "response_class", None) is HTMLResponse and "{" not in route.path  # type: ignore[attr-defined]
    }
    assert sorted(entries()) == sorted(pages - OF_ONE_THING)


def test_the_menu_says_in_which_area_and_on_which_page_one_is() -> None:
    found = menu("/cho-ky")
    assert [one.current for one in found.areas if one.current] == ["true"]
    assert [(one.address, one.current) for one in found.pages] == [("/so-van-ban", ""), ("/cho-ky", "page")]
    inner = menu("/dot/2026-Q1/don-vi/30292")
    assert {one.name: one.current for one in inner.areas}["Đợt báo cáo"] == "true"
    assert {one.address: one.current for one in inner.pages}["/nam"] == "true"
    assert menu("/").areas[0].current == "page" and not menu("/").pages
    assert [one.address for one in menu("/don-vi/30292").areas if one.current] == ["/don-vi"]


def test_a_page_that_is_closed_to_somebody_is_not_offered_and_its_area_leads_to_the_next() -> None:
    found = menu("/thu/hom-nay", {"/thu"})
    assert "/thu" not in {one.address for one in [*found.areas, *found.pages]}
    assert "/thu/hom-nay" in {one.address for one in found.areas}


def test_the_menu_keeps_the_day_that_is_looked_at(browser: TestClient) -> None:
    page = browser.get("/nam?ngay=2026-03-20").text
    links = re.findall(r'<li><a href="([^"]+)"(?: aria-current="(\w+)")?>', page)
    assert links and all(address.endswith("?ngay=2026-03-20") for address, _ in links)
    assert [address for address, current in links if current == "page"] == ["/nam?ngay=2026-03-20"] * 2

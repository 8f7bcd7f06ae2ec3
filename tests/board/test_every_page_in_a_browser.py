"""Every page in a real Chromium, on a telephone and on a desk, by day and by night: axe finds nothing (WCAG 2.2 AA),
nothing leaves the screen, nothing is fetched from elsewhere, and the keyboard finds its way."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from pypdfium2 import PdfDocument
from selenium import webdriver
from tests.board.every_page import any_store, board, reporting
from tests.e2e.browser import browsing

__all__ = ["any_store", "board", "reporting"]  # fixtures
pytestmark = pytest.mark.slow
TALLEST = 12_000  # px on a telephone: what one thumb still scrolls through
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SMALL, DESK = 360, 1280
RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, arguments[0]).then(
  found => done(found.violations.map(one => one.id + ": " + one.help + " | " +
    one.nodes.slice(0, 3).map(node => node.target.join(" ") + " " + node.html.slice(0, 160)).join(" | "))),
  error => done(["axe broke: " + error]));
"""
SIZES = (
    "return [document.documentElement.scrollWidth, window.innerWidth, document.documentElement.scrollHeight]"
)
WIDE = """
return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(one => one.outerHTML.slice(0, 160))
"""
UNITS_OF_A_PROVINCE = 124
GROWN = """
const rows = document.querySelector("table.sheet tbody"), own = [...rows.children];
while (rows.children.length < arguments[0]) rows.append(own[rows.children.length % own.length].cloneNode(true));
"""
FOCUS = """
const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
return [one.className, box.left >= 0 && box.width > 0, style.outlineStyle !== 'none']
"""


def axe_source() -> str:
    """axe-core as the package of `requirements-axe.txt` brings it. In CI it must be there."""
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("axe is not installed; ./cchc test installs requirements-axe.txt")
        pytest.skip("needs axe: .venv/bin/pip install --no-deps --require-hashes -r requirements-axe.txt")
    (folder,) = found.submodule_search_locations or []
    return (Path(folder) / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def served(board: tuple[FastAPI, dict[str, str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Address of a server of the board, and of its pages."""
    app, addresses = board
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", addresses
    finally:
        server.should_exit = True
        thread.join(30)


def screen(driver: webdriver.Chrome, width: int, scheme: str) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def violations(driver: webdriver.Chrome, *only: str) -> list[str]:
    chosen: dict[str, Any] = {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES}
    options = {"runOnly": chosen, "resultTypes": ["violations"], "elementRef": False}
    return list(driver.execute_async_script(RUN, options))


def of_one_page(driver: webdriver.Chrome, axe: str) -> dict[str, list[str]]:
    """What is wrong with the page that is open: all rules on the desk, then those that another screen changes."""
    found: dict[str, list[str]] = {}
    screen(driver, DESK, "light")
    driver.execute_script(axe)
    found["desk"] = violations(driver)
    screen(driver, DESK, "dark")
    found["desk, dark"] = violations(driver, "color-contrast")
    screen(driver, SMALL, "light")
    found["telephone"] = violations(driver, "color-contrast", "target-size", "scrollable-region-focusable")
    wide, room, tall = driver.execute_script(SIZES)
    if wide > room:
        found["telephone"].append(f"{wide} px wide: {driver.execute_script(WIDE)}")
    if tall > TALLEST:
        found["telephone"].append(f"{tall} px tall")
    screen(driver, SMALL, "dark")
    found["telephone, dark"] = violations(driver, "color-contrast")
    return {name: faults for name, faults in found.items() if faults}


def fetched(driver: webdriver.Chrome) -> set[str]:
    """Addresses that the browser asked for since this was called last."""
    events = [json.loads(one["message"])["message"] for one in driver.get_log("performance")]
    return {
        str(one["params"]["request"]["url"]) for one in events if one["method"] == "Network.requestWillBeSent"
    }


def test_axe_finds_nothing_on_any_page_on_any_screen(served: tuple[str, dict[str, str]]) -> None:
    axe, (base, addresses) = axe_source(), served
    with browsing(base, log_requests=True) as person:
        driver, found = person.driver, {}
        driver.set_script_timeout(120)
        driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})  # axe is none of the page's scripts
        for path, address in (addresses | {"an error": addresses["/"] + "khong-co"}).items():
            driver.get(base + address)
            if faults := of_one_page(driver, axe):
                found[path] = faults
            asked = fetched(driver)
            assert asked and {one for one in asked if not one.startswith(base)} == set(), path
        assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)
        screen(driver, DESK, "light")
        driver.get(base + addresses["/dot/{round_id}"])
        driver.execute_script(GROWN, UNITS_OF_A_PROVINCE)
        printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"]
        sheets = PdfDocument(base64.b64decode(printed))
        words = sheets[0].get_textpage().get_text_range()
        assert len(sheets) == 1 and "Quá hạn" in words and "Ghi cuộc gọi" not in words, (
            "a round fits one sheet"
        )
        driver.get(base + addresses["/"])
        tab = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        for kind in ("rawKeyDown", "keyUp"):
            driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": kind} | tab)
        assert driver.execute_script(FOCUS) == ["skip", True, True], "the first stop leads to the content"

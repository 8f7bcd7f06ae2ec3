"""What holds for every page of the board: it stays on its own machine and below its prefix, and is written as people
here write; a page that nobody listed is found."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.board.every_page import MOUNTED, PREFIX, any_store, board, reporting

from cchc.paths import TEMPLATE_DIR

__all__ = ["any_store", "board", "reporting"]  # fixtures
Pages = dict[str, BeautifulSoup]
ISO_DAY = re.compile(r"(?<![\w/-])20\d\d-\d\d-\d\d(?![\w-])")
LEADS = {
    "a": "href",
    "link": "href",
    "form": "action",
    "img": "src",
    "script": "src",
    "iframe": "src",
    "use": "href",
}


def read(board: tuple[FastAPI, dict[str, str]]) -> Pages:
    app, addresses = board
    client = TestClient(app)
    found = {}
    for path, address in addresses.items():
        answer = client.get(address)
        assert answer.status_code == 200, (path, answer.text)
        assert "http-equiv" not in answer.text and "style=" not in answer.text
        found[path] = BeautifulSoup(answer.text, "html.parser")
    return found


def faults_of(page: BeautifulSoup) -> list[str]:
    """What every page needs, by the words of the rule."""
    found = []
    for tag, name in LEADS.items():
        for one in page.find_all(tag, attrs={name: True}):
            found += [f"leads away: {one[name]}"] if not _is_own(str(one[name])) else []
    found += [
        f"field of the browser's own language: {one}"
        for one in page.select("input[type=date], input[type=time]")
    ]
    words = page.get_text(" ")
    found += [f"a day as machines write it: {one}" for one in ISO_DAY.findall(words)]
    if len(page.find_all("h1")) != 1:
        found.append("not one h1")
    links = page.find_all("a")
    if not links or links[0].get("class") != ["skip"] or not page.select(links[0]["href"]):
        found.append("the first link does not lead to the content")
    if len(page.select("nav.menu:not(.inner) a[aria-current]")) != 1:
        found.append("the menu does not say where one is")
    for table in page.find_all("table"):
        if table.caption is None or any(not one.get("scope") for one in table.find_all("th")):
            found.append(f"a table without caption or scope: {table.get_text(' ', strip=True)[:40]}")
    identities = [one["id"] for one in page.find_all(id=True)]
    if len(identities) != len(set(identities)):
        found.append("an id twice")
    return found


def _is_own(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme:
        return parts.scheme in ("tel", "mailto")
    path, below = parts.path, (f"{PREFIX}{MOUNTED}/", f"{PREFIX}/dags/", f"{PREFIX}/api/v2/auth/logout")
    return not parts.netloc and (not path or path.startswith(below))


def test_every_page_keeps_to_its_machine_its_prefix_and_the_ways_of_the_house(
    board: tuple[FastAPI, dict[str, str]],
) -> None:
    pages = read(board)
    assert {path: faults for path, page in pages.items() if (faults := faults_of(page))} == {}
    client = TestClient(board[0])
    for link in {str(one["href"]) for page in pages.values() for one in page.select("head link, nav.menu a")}:
        assert client.get(link).status_code == 200, link


def test_every_table_of_the_templates_says_what_its_columns_and_rows_are() -> None:
    """Also of those that no page happens to show here."""
    for path in sorted((TEMPLATE_DIR / "board").rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(r"<th(?![^>]* scope=)[ >]", text), path
        assert text.count("<table") == text.count("<caption"), path


def test_a_page_that_breaks_the_rules_would_be_found() -> None:
    bad = """<a class="skip" href="#x">x</a><a href="/cchc/nam">x</a><form action="https://elsewhere.example"></form>
    <h1>x</h1><input type="date"><p>2026-03-20</p><table><tr><th>x</th></tr></table>"""
    found = " ".join(faults_of(BeautifulSoup(bad, "html.parser")))
    for words in (
        "/cchc/nam",
        "elsewhere.example",
        "own language",
        "2026-03-20",
        "lead to the content",
        "scope",
        "where one is",
    ):
        assert words in found


def test_a_form_comes_back_below_the_prefix(board: tuple[FastAPI, dict[str, str]]) -> None:
    app, addresses = board
    client = TestClient(app, follow_redirects=False)
    page = BeautifulSoup(client.get(addresses["/thu"]).text, "html.parser")
    token = page.select("input[name=ma]")[0]["value"]
    sent = {"ma": token, "viec": "tam_dung", "noi-dung": "Máy chủ bảo trì"}
    answer = client.post(addresses["/thu"], data=sent, headers={"Origin": "http://testserver"})
    assert answer.status_code == 303 and answer.headers["location"].startswith(f"{PREFIX}{MOUNTED}/thu?")
    moved = client.get(f"{PREFIX}{MOUNTED}/don-doc")
    assert moved.status_code == 308 and moved.headers["location"] == "./"

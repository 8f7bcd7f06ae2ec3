"""Airflow's own pages in Vietnamese: every text of the installed Airflow, its programs, and the middleware before it.

After an upgrade of Airflow the first tests name what came, went or moved.
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from cchc.paths import TEXT_DIR
from cchc_airflow.interface import middleware, page, program, served
from cchc_airflow.interface.middleware import VietnameseInterface

OWN = TEXT_DIR / "interface"
NAMESPACES = sorted(path.stem for path in served.CATALOGUES.glob("*.json"))
COMMON = "/static/i18n/locales/en/common.json"
(PROGRAM,) = (served.UI / "assets").glob("index-*.js")
(LOGIN_PROGRAM,) = (served.LOGIN_UI / "assets").glob("index-*.js")
# What must stand in a text as it stands in the English one.
KEPT = re.compile(r"\{\{[^}]*\}\}|\$t\([^)]*\)|</?\w+/?>|\n|^\s|\s$")
# Names and single keys, the same in both languages.
SAME = {"Dag", "XCom", "API", "+K", "d", "e", "s", "t", "w"}


def flat(node: dict[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, inner in node.items():
        if isinstance(inner, dict):
            yield from flat(inner, f"{above}{key}/")
        else:
            yield above + key, inner


def english(namespace: str) -> dict[str, str]:
    path = served.CATALOGUES / f"{namespace}.json"
    return dict(flat(json.loads(path.read_text(encoding="utf-8"))))


def vietnamese(namespace: str) -> dict[str, str]:
    path = OWN / f"{namespace}.yaml"
    return dict(flat(yaml.safe_load(path.read_bytes()))) if path.exists() else {}


def test_every_catalogue_of_the_installed_airflow_has_ours_and_no_other() -> None:
    assert sorted(path.stem for path in OWN.glob("*.yaml")) == NAMESPACES
    assert sum(len(english(one)) for one in NAMESPACES) > 900, "the catalogues moved"


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_text_of_the_installed_airflow_is_translated(namespace: str) -> None:
    theirs, ours = english(namespace), vietnamese(namespace)
    assert sorted(theirs.keys() - ours.keys()) == [], "new or moved in Airflow: translate them"
    assert sorted(ours.keys() - theirs.keys()) == [], "no longer in Airflow: delete or move them"


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_translation_keeps_what_airflow_fills_in(namespace: str) -> None:
    ours = vietnamese(namespace)
    for key, text in english(namespace).items():
        own = ours.get(key, text)
        assert isinstance(own, str) and own.strip(), key
        assert unicodedata.is_normalized("NFC", own), key
        assert sorted(KEPT.findall(own)) == sorted(KEPT.findall(text)), key
        assert own != text or own in SAME or not re.sub(r"\{\{.*?\}\}", "", own).strip(" v"), (
            f"{key}: still English"
        )


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_no_text_stands_twice_under_one_key(namespace: str) -> None:
    def look(node: yaml.Node) -> None:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), sorted(keys)
            for _, inner in node.value:
                look(inner)

    look(yaml.compose((OWN / f"{namespace}.yaml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("path", "replacements"),
    [(PROGRAM, program.PAGES), (LOGIN_PROGRAM, program.LOGIN)],
    ids=["pages", "login"],
)
def test_every_replacement_fits_the_installed_program(
    path: Path, replacements: tuple[program.Replacement, ...]
) -> None:
    code = path.read_bytes()
    unfit = {one.found: code.count(one.found.encode()) for one in replacements}
    assert {one.found: one.times for one in replacements} == unfit, (
        "Airflow changed: look at its program again"
    )


def test_what_a_form_sends_stays_as_airflow_reads_it() -> None:
    """The start form puts its logical date together by the pattern that pages were shown in."""
    body = served.program(PROGRAM, program.PAGES)
    assert body is not None
    assert body.count(b"logicalDate:i?``:(0,EV.default)().format(OV)") == 2
    assert b"OV=`YYYY-MM-DD HH:mm:ss`" in body


def test_a_program_that_does_not_fit_is_left_as_it_is_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "index-x.js"
    path.write_text("children:`Sign in`", encoding="utf-8")
    assert served.program(path, program.LOGIN) is None
    assert "Sign into Airflow" in caplog.text


def test_a_text_that_is_missing_stays_english_and_one_too_many_is_left_out() -> None:
    english = {"nav": {"home": "Home", "new": "New"}, "total": "Total"}
    ours = {"nav": {"home": "Trang chủ", "old": "Cũ"}, "total": {"of": "Tổng"}}
    assert served.overlaid(english, ours) == {"nav": {"home": "Trang chủ", "new": "New"}, "total": "Total"}


def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.method} {request.url.path}")


def own_page(_: Request) -> HTMLResponse:
    return HTMLResponse((served.UI / "index.html").read_text(encoding="utf-8"))


def other_page(_: Request) -> HTMLResponse:
    return HTMLResponse('<html lang="en"><head></head></html>')


ROUTES = [
    Route("/cchc/", other_page),
    Route("/api/v2/{rest:path}", echo, methods=["GET", "POST", "PATCH", "DELETE"]),
    Mount("/static", StaticFiles(directory=served.UI, html=True)),
    Mount("/auth/static", StaticFiles(directory=served.LOGIN_UI, html=True)),
    Route("/{rest:path}", own_page),
]


@pytest.fixture
def client() -> TestClient:
    """What stands before the routes of Airflow, over its own files; the whole server: `tests/e2e`."""
    return TestClient(Starlette(routes=ROUTES, middleware=[Middleware(VietnameseInterface)]))


def test_catalogues_and_programs_are_answered_in_vietnamese(client: TestClient) -> None:
    answer = client.get(COMMON, params={"v": "3.3.2"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["nav"]["home"] == "Trang chủ"
    assert answer.json().keys() == json.loads((served.CATALOGUES / "common.json").read_bytes()).keys()
    login = client.get(f"/auth/static/assets/{LOGIN_PROGRAM.name}")
    assert login.headers["content-type"].startswith("text/javascript")
    assert "Đăng nhập" in login.text


def test_behind_a_prefix_too() -> None:
    app = Starlette(routes=[Mount("/cong-viec", routes=ROUTES)], middleware=[Middleware(VietnameseInterface)])
    client = TestClient(app, root_path="/cong-viec")
    assert client.get(f"/cong-viec{COMMON}").json()["nav"]["home"] == "Trang chủ"


def test_a_browser_asks_again_and_is_sent_a_file_only_when_it_changed(client: TestClient) -> None:
    first = client.get(COMMON)
    assert first.headers["cache-control"] == "no-cache"
    for tag in (first.headers["etag"], f'"khac", W/{first.headers["etag"]}'):
        again = client.get(COMMON, headers={"If-None-Match": tag})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(COMMON, headers={"If-None-Match": '"khac"'}).status_code == 200
    head = client.head(COMMON)
    assert (head.content, head.headers["content-length"]) == (b"", str(len(first.content)))


@pytest.mark.parametrize(
    "path",
    [
        "/static/pin_32.png",
        "/static/i18n/locales/de/common.json",
        "/static/i18n/locales/en/absent.json",
        "/static/i18n/locales/en/..%2fde%2fcommon.json",
        "/api/v2/static/i18n/locales/en/common.json",
        "/cchc/",
    ],
)
def test_nothing_else_is_touched(client: TestClient, path: str) -> None:
    bare = TestClient(Starlette(routes=ROUTES)).get(path)
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (bare.status_code, bare.content)
    assert answer.headers == bare.headers


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_no_act_is_touched(client: TestClient, method: str) -> None:
    assert client.request(method, "/api/v2/dags").text == f"{method} /api/v2/dags"
    assert client.request(method, COMMON).status_code == 405


def test_a_fault_leaves_airflow_as_it_is_and_is_logged_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("hỏng")

    monkeypatch.setattr(served, "served", broken)
    monkeypatch.setattr(page, "with_additions", broken)
    monkeypatch.setattr(middleware, "_told", set())
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            assert client.get(COMMON).json()["nav"]["home"] == "Home"
            assert 'lang="en"' in client.get("/dags").text
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


class Manager:
    """Rights by what may be deleted; `thẻ` is signed in."""

    def __init__(self, *may: str) -> None:
        self.may = may

    async def get_user_from_token(self, token: str) -> str:
        from jwt import InvalidTokenError

        if token != "the":
            raise InvalidTokenError
        return "người dùng"

    def __getattr__(self, name: str) -> Any:
        def allowed(*, method: str, user: str, access_entity: Any = None) -> bool:
            assert (method, user) == ("DELETE", "người dùng")
            return name.removeprefix("is_authorized_") in self.may

        return allowed


EVERYTHING = ("dag", "connection", "pool", "variable", "asset")
COOKIE = {"Cookie": "_token=the"}


@pytest.mark.parametrize("may", [(), ("dag",), EVERYTHING])
def test_delete_buttons_are_hidden_from_whoever_may_not_delete(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, may: tuple[str, ...]
) -> None:
    monkeypatch.setattr("airflow.api_fastapi.app.get_auth_manager", lambda: Manager(*may))
    answer = client.get("/dags", headers=COOKIE)
    assert 'lang="vi"' in answer.text and PROGRAM.name in answer.text
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == "private, no-cache"
    hidden = {
        kind
        for kind, buttons in page.BUTTONS.items()
        if f'"{page.button_name(*buttons[0])}"' in answer.text or ":is(button," in answer.text
    }
    of_dags = {"dag", "run", "task", "xcom"}
    expected = {kind for kind in page.BUTTONS if ("dag" if kind in of_dags else kind) not in may}
    assert hidden == expected


def test_the_login_form_of_many_machines_is_vietnamese_in_however_many_parts_it_comes() -> None:
    parts = [
        '<html lang="en"><div class="panel-title">Sign In</div><form name="lo',
        'gin"><div>Enter your login and password below:</div><label>Username:</label>',
        '<label>Password:</label><input name="username"><input type="submit" value="Sign In"></form></html>',
    ]
    routes = [
        Route(path, lambda _: StreamingResponse(parts, media_type="text/html"))
        for path in ("/auth/login/", "/x")
    ]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(VietnameseInterface)]))
    answer = client.get("/auth/login/")
    assert re.findall(r">([^<>]+)<", answer.text) == [
        "Đăng nhập", "Ghi tên đăng nhập và mật khẩu:", "Tên đăng nhập:", "Mật khẩu:",
    ]  # fmt: skip
    assert (
        'lang="vi"' in answer.text and 'value="Đăng nhập"' in answer.text and 'name="username"' in answer.text
    )
    assert client.get("/x").text == "".join(parts)


@pytest.mark.parametrize("headers", [{}, {"Cookie": "_token=khac"}])
def test_nothing_is_hidden_from_whoever_goes_to_the_login(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    monkeypatch.setattr("airflow.api_fastapi.app.get_auth_manager", lambda: Manager())
    answer = client.get("/", headers=headers)
    assert "<style>" not in answer.text and 'lang="vi"' in answer.text

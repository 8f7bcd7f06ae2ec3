"""Every route of the unit's page, by every kind of link and method: the expected answers as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from tests.board.unit_page.samples import ADDRESS, NOW, link_of
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.unit_page.link import UnitLink, sign
from cchc.unit_page.uses import revoke
from cchc_board.genuine import new_token
from cchc_board.unit_page.app import create_app
from cchc_board.unit_page.limits import USUAL, Allowed, RateLimits

# Whose link: the own one of another unit opens that unit's page; one signed with another key, over, revoked, of an
# address that was never made, and while the page is off. A form without a token: nothing is done. HEAD as GET.
TABLE = """
route                    | good | other's | another key | over | revoked | never | off
GET /                    | 200  | 200     | 200         | 200  | 200     | 200   | 200
GET /tinh/board.css      | 200  | 200     | 200         | 200  | 200     | 200   | 200
GET /v/{signed}          | 200  | 200     | 404         | 410  | 410     | 404   | 404
GET /v/{signed}/tep/1    | 200  | 200     | 404         | 410  | 410     | 404   | 404
GET /v/{signed}/tep/9    | 404  | 404     | 404         | 410  | 410     | 404   | 404
POST /v/{signed}         | 403  | 403     | 404         | 410  | 410     | 404   | 404
PUT /v/{signed}          | 405  | 405     | 405         | 405  | 405     | 405   | 405
PATCH /v/{signed}        | 405  | 405     | 405         | 405  | 405     | 405   | 405
DELETE /v/{signed}       | 405  | 405     | 405         | 405  | 405     | 405   | 405
OPTIONS /v/{signed}      | 405  | 405     | 405         | 405  | 405     | 405   | 405
POST /v/{signed}/tep/1   | 405  | 405     | 405         | 405  | 405     | 405   | 405
POST /                   | 405  | 405     | 405         | 405  | 405     | 405   | 405
GET /v/{signed}/..%2f..  | 404  | 404     | 404         | 404  | 404     | 404   | 404
GET /v/%00               | 404  | 404     | 404         | 404  | 404     | 404   | 404
GET /docs                | 404  | 404     | 404         | 404  | 404     | 404   | 404
GET /cchc/don-vi         | 404  | 404     | 404         | 404  | 404     | 404   | 404
"""


def links(page: Province) -> dict[str, str]:
    """By its column, a link without the path before it."""
    own, over = link_of(page), link_of(page, given=NOW - timedelta(days=90))
    far = UnitLink(UNIT, ROUND, 0, (NOW + timedelta(days=30)).date())
    made = {"good": own, "other's": link_of(page, OTHER), "over": over, "off": own}
    named = {name: one.removeprefix("/v/") for name, one in made.items()}
    return named | {"another key": sign(b"k" * 32, far), "never": "khong-co"}


@pytest.fixture
def browser(page: Province) -> TestClient:
    seldom = RateLimits(lambda: 0.0, dict.fromkeys(USUAL, Allowed(10_000, 1)))
    return TestClient(create_app(seldom), base_url=ADDRESS, follow_redirects=False)


def test_every_route_answers_every_kind_of_link_as_the_table_says(
    page: Province, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    (_, *kinds), *rows = ([one.strip() for one in line.split("|")] for line in TABLE.strip().splitlines())
    known, before = links(page), (page.submissions(), page.mails(), page.status(), page.status(OTHER))
    found = {}
    for kind in kinds:
        if kind == "revoked":
            known[kind] = known["good"]
            revoke(page.store, UNIT, "", NOW, actor="Chuyên viên", reason="lộ")
        if kind == "off":
            monkeypatch.delenv("CCHC_UNIT_PAGE_URL")
        for asked, *_ in rows:
            method, path = asked.replace("{signed}", known[kind]).split()
            answer = browser.request(method, path, headers={"Origin": ADDRESS})
            found[kind, asked] = answer.status_code
            assert "set-cookie" not in answer.headers and "location" not in answer.headers
            if method == "GET" and "/tep/" not in asked and "/docs" not in asked:
                assert browser.head(path).status_code == answer.status_code, (kind, asked)
    expected = {
        (kind, asked): int(status)
        for asked, *statuses in rows
        for kind, status in zip(kinds, statuses, strict=True)
    }
    assert found == expected
    assert (page.submissions(), page.mails(), page.status(), page.status(OTHER)) == before


def test_the_table_is_of_every_route_there_is(browser: TestClient) -> None:
    routes = {(method, route.path) for route in browser.app.routes for method in route.methods}  # type: ignore[attr-defined]
    listed = {tuple(line.split("|")[0].split()) for line in TABLE.strip().splitlines()[1:]}
    listed = {(method, path.replace("/tep/1", "/tep/{number}")) for method, path in listed}
    assert {one for one in routes if one[0] != "HEAD"} <= listed


def test_a_login_of_the_board_or_its_forms_open_nothing_here(page: Province, browser: TestClient) -> None:
    """Tokens of other keys and of other links, sent with the own link."""
    link = link_of(page)
    for token in (new_token(b"k" * 32, link.removeprefix("/v/"), NOW), new_token(b"k" * 32, "quan-tri", NOW)):
        fields = {"ma": token, "viec": "khong_phat_sinh", "xac-nhan": "co"}
        answer = browser.post(link, data=fields, headers={"Origin": ADDRESS, "Cookie": "_token=x"})
        assert answer.status_code == 403 and page.status() == "open"

"""The board as Airflow serves it behind an address prefix, with its real login: everybody asks for every route.

The argument is JSON: `logins`, `looks` (addresses), `acts` (pairs of address and word), `first` (pairs that everybody
tries), `odd` (addresses that nobody's link has). Prints statuses, and whether the store stayed as it was.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
from airflow.api_fastapi.app import create_app, get_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.utils.db import initdb
from fastapi.testclient import TestClient
from tests.board.samples import ROUND, build
from tests.inspection.scene import Scene
from tests.support.answers import tell
from tests.support.appraised import opened
from tests.support.waiting_draft import put_up

from cchc import clock
from cchc.airflow_env import password_file
from cchc.identity import settle
from cchc.paths import current_instance
from cchc.run import Run
from cchc.store import Store, upgrade
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put
from cchc_board.auth import form_key
from cchc_board.genuine import new_token
from cchc_board.mount import _application

PREFIX, HOST = "/cong-viec", "http://testserver"
BOARD = f"{PREFIX}/cchc"
OURS = {"Origin": HOST}
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
KEPT_HEADERS = ("content-security-policy", "x-content-type-options", "referrer-policy", "cache-control")


class Office:
    """The store, and browsers that are signed in."""

    def __init__(self, app: Any) -> None:
        self.app, self.store = app, Store(current_instance().store_url)
        self.tokens: dict[str, str] = {}

    def fill(self) -> str:
        """One of everything that has a page; the number of a letter that waits."""
        instance = current_instance()
        settle(upgrade(self.store), instance, clock.now())
        province = build(instance, self.store)
        run = Run(self.store, instance, clock.from_text("2026-03-20T10:00:00+07:00"), ROUND)
        put_up(run)
        Scene.made(self.store, instance, ["30292", "30301"])
        opened(self.store, instance)
        item = SetAside(Channel.MAILBOX, "x", "Thư lạ", "hop-thu", run.as_of, "Không rõ đơn vị")
        (kept,) = put(replace(run, as_of=province.rounds.states(clock.END)[ROUND].since), [item])
        return kept.item_id

    def digest(self) -> str:
        """Of everything that is in the store."""
        with self.store.read() as tx:
            raw: Any = tx.connection.connection.dbapi_connection
            return hashlib.sha256("\n".join(raw.iterdump()).encode()).hexdigest()

    def browser(self, token: str = "") -> TestClient:
        cookies = {"_token": token} if token else {}
        return TestClient(self.app, base_url=HOST, cookies=cookies, follow_redirects=False)

    def signed_in(self, login: str) -> TestClient:
        if login not in self.tokens:
            passwords = json.loads(password_file(current_instance()).read_text(encoding="utf-8"))
            asked = {"username": login, "password": passwords[login]}
            given = self.browser().post(f"{PREFIX}/auth/token", json=asked)
            self.tokens[login] = given.json()["access_token"]
        return self.browser(self.tokens[login])


def false_logins(own: str) -> dict[str, str]:
    """Tokens that were never given, or not any more, by what is wrong with them."""
    claims, manager = jwt.decode(own, options={"verify_signature": False}), get_auth_manager()
    head, body, seal = own.split(".")
    user = SimpleAuthManagerUser(username="quan-tri", role="admin")
    return {
        "none": "",
        "expired": manager.generate_jwt(user, expiration_time_in_seconds=-600),
        "nobody's": manager.generate_jwt(SimpleAuthManagerUser(username="ai-do", role="admin")),
        "another secret": jwt.encode(claims, "k" * 64, "HS512"),
        "no algorithm": jwt.encode(claims, None, algorithm="none"),
        "changed": ".".join((head, body[:-4] + "AAAA", seal)),
        "nonsense": "khong-phai-ma",
    }


def tried(office: Office, token: str, asked: dict[str, Any]) -> list[list[int]]:
    """All statuses of looking with a token as a cookie, of looking with it as a header, and of acting."""
    form = {"ma": new_token(form_key(), "quan-tri", clock.now())}
    bearer, browser = {"Authorization": f"Bearer {token}"} if token else {}, office.browser(token)
    answers = (
        [browser.get(f"{BOARD}{one}") for one in asked["looks"]],
        [office.browser().get(f"{BOARD}{one}", headers=bearer) for one, _ in asked["first"]],
        [
            browser.post(f"{BOARD}{one}", data=form | {"viec": word}, headers=OURS)
            for one, word in asked["first"]
        ],
    )
    return [sorted({one.status_code for one in own}) for own in answers]


def forms_of(office: Office, address: str, word: str) -> dict[str, int]:
    """What becomes of a form of an operator's, by what is wrong with it or with where it comes from."""
    browser, key, now = office.signed_in("van-hanh"), form_key(), clock.now()
    own = new_token(key, "van-hanh", now)
    elsewhere = "https://ke-gian.example"
    tries: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "own": (OURS, {"ma": own}),
        "by referer": ({"Referer": f"{HOST}{BOARD}/"}, {"ma": own}),
        "no token": (OURS, {}),
        "token of another": (OURS, {"ma": new_token(key, "quan-tri", now)}),
        "token of yesterday": (OURS, {"ma": new_token(key, "van-hanh", now - timedelta(hours=13))}),
        "token of tomorrow": (OURS, {"ma": new_token(key, "van-hanh", now + timedelta(hours=13))}),
        "token of another key": (OURS, {"ma": new_token(b"k" * 32, "van-hanh", now)}),
        "origin elsewhere": ({"Origin": elsewhere}, {"ma": own}),
        "origin null": ({"Origin": "null"}, {"ma": own}),
        "origin alike": ({"Origin": f"{HOST}.ke-gian.example"}, {"ma": own}),
        "referer elsewhere": ({"Referer": f"{elsewhere}/{HOST}"}, {"ma": own}),
        "from nowhere": ({}, {"ma": own}),
        "cross-site": (OURS | {"Sec-Fetch-Site": "cross-site"}, {"ma": own}),
        "same-site": (OURS | {"Sec-Fetch-Site": "same-site"}, {"ma": own}),
        "forwarded host": ({"Origin": elsewhere, "X-Forwarded-Host": "ke-gian.example"}, {"ma": own}),
        "nul": (OURS, {"ma": own, "noi-dung": "a\0b"}),
    }
    found = {
        what: browser.post(f"{BOARD}{address}", data=fields | {"viec": word}, headers=headers).status_code
        for what, (headers, fields) in tries.items()
    }
    asked = json.dumps({"ma": own, "viec": word})
    for kind in ("application/json", "text/plain"):
        sent = browser.post(f"{BOARD}{address}", content=asked, headers=OURS | {"Content-Type": kind})
        found[kind] = sent.status_code
    found["by address"] = browser.get(f"{BOARD}{address}", params={"ma": own, "viec": word}).status_code
    return found


def acts_of(office: Office, login: str, acts: list[list[str]]) -> dict[str, int]:
    """Status of each act without its fields, from the own page."""
    token, browser = new_token(form_key(), login, clock.now()), office.signed_in(login)
    return {
        f"{address} {word}": browser.post(
            f"{BOARD}{address}", data={"ma": token, "viec": word}, headers=OURS
        ).status_code
        for address, word in acts
    }


def main() -> None:
    asked = json.loads(sys.argv[1])
    initdb()
    app = create_app(apps="core")
    office = Office(app)
    item = office.fill()
    text = json.dumps(asked).replace("MUC", item)
    asked, told = json.loads(text), dict[str, Any]()
    told["routes"] = sorted(route.path for route in _application().routes)
    before = office.digest()
    told["looks"] = {}
    for login in asked["logins"]:
        browser = office.signed_in(login)
        answers = {one: browser.get(f"{BOARD}{one}") for one in asked["looks"]}
        told["looks"][login] = {one: answer.status_code for one, answer in answers.items()}
        told["headers"] = {
            one: [answer.headers.get(name, "") for name in KEPT_HEADERS] for one, answer in answers.items()
        }
    own = office.tokens["quan-tri"]
    told["methods"] = {
        one: [browser.request(method, f"{BOARD}{one}").status_code for method in METHODS]
        for one in asked["looks"]
    }
    told["false"] = {what: tried(office, token, asked) for what, token in false_logins(own).items()}
    told["page"] = office.browser().get(f"{BOARD}/nam").text
    told["acts"] = {login: acts_of(office, login, asked["first"]) for login in asked["logins"]}
    told["looking"] = sorted(set(acts_of(office, "xem", asked["acts"]).values()))
    told["forms"] = {f"{one} {word}": forms_of(office, one, word) for one, word in asked["forms"]}
    told["odd"] = {}
    for one in asked["odd"]:
        answer = office.signed_in("quan-tri").get(f"{BOARD}{one}")
        told["odd"][one] = [
            answer.status_code,
            bool(re.search(r"<script|<svg on", answer.text)),
            answer.headers.get("location", ""),
        ]
    told["unchanged"] = office.digest() == before
    tell(told)


if __name__ == "__main__":
    main()

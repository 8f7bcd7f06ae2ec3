"""What strangers and units put into names, subjects and reasons stays text on every page and in every file; faults tell
nothing; no answer leads elsewhere."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, GOOD, LATE, ROUND, SILENT, Province, build
from tests.board.test_acts import KEY, NOW, OWN, client, told
from tests.board.test_scope_routes import rows
from tests.board.test_today import keep_late
from tests.inspection.scene import Scene
from tests.support.mailing import a_mail, settle

from cchc import clock
from cchc.chasing.by_hand import hold
from cchc.chasing.holds import HoldKind
from cchc.mail.mail import enqueue
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put
from cchc_board.actors import Actor
from cchc_board.genuine import new_token
from cchc_board.today import today_page

BREAKS_OUT = '"><img src=x onerror=alert(1)>'
EVIL = f"{ATTACK}{BREAKS_OUT}"


@pytest.fixture
def home(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The small province in which everybody writes what a page must not run."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settle(instance, "dry_run")
    province = build(instance, store)
    run = Run(store, instance, NOW, ROUND, actor=EVIL)
    keep_late(province, f"{EVIL}'; ../x", LATE)
    Scene.made(store, instance, [GOOD, LATE])
    put(run, [SetAside(Channel.MAILBOX, EVIL, EVIL, EVIL, NOW, EVIL)])
    hold(run, [SILENT], HoldKind.MUTED, date(2026, 3, 31), EVIL)
    with store.write() as tx:
        enqueue(tx, a_mail("thu-1", subject=EVIL, unit_code=SILENT, plain=EVIL))
    return province


def test_what_anybody_wrote_is_shown_as_text_on_every_page(home: Province) -> None:
    browser, seen = client(lambda: Actor("an")), set()
    (item,) = (row["item_id"] for row in home.store.query("submissions.set_aside_unsettled", as_of="9"))
    own = [one.replace("/can-xem-lai/1", f"/can-xem-lai/{item}") for _, one, *_ in rows()]
    for address in (*own, f"/don-vi/{SILENT}", f"/dot/{ROUND}/don-vi/{SILENT}", f"/don-vi?tim={EVIL}"):
        answer = browser.get(address)
        if "text/html" in answer.headers.get("content-type", ""):
            assert ATTACK not in answer.text and "<img src=x" not in answer.text, address
            seen |= {address} if html.escape(ATTACK) in answer.text else set()
    assert {"/", f"/don-vi/{LATE}", f"/don-vi/{SILENT}", f"/can-xem-lai/{item}", "/thu"} <= seen


def test_the_name_of_a_file_that_came_is_but_a_name(home: Province) -> None:
    name = 'x.html\r\nSet-Cookie: a=b";\n<script>'
    path = home.instance.data / "bai.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(ATTACK, encoding="utf-8")
    keep_late(home, "mau", SILENT)
    with home.store.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE submissions SET file_name = ?, stored_path = ? WHERE submission_id = 'mau'",
            (name, "bai.html"),
        )
    answer = client(lambda: Actor("an")).get("/bai-nop/mau")
    assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert re.fullmatch(
        r"attachment; filename\*=utf-8''[A-Za-z0-9.%_-]+", answer.headers["content-disposition"]
    )
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_a_fault_that_nobody_foresaw_is_told_without_what_it_says(
    home: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise OSError("mật khẩu-trong-lỗi")

    monkeypatch.setattr(today_page, "piles", fault)
    app = client(lambda: Actor("an")).app
    answer = TestClient(app, raise_server_exceptions=False).get("/")
    assert answer.status_code == 500 and "Phần mềm gặp lỗi" in answer.text
    assert "mật khẩu" not in answer.text and "Traceback" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "address", ["/don-vi/", "//ke-gian.example/", "/thu/?here=//ke-gian.example", "/nam/"]
)
def test_no_answer_leads_to_a_host_that_a_request_names(home: Province, address: str) -> None:
    """An address with a slash too many was led to whatever the request's Host said."""
    browser = client(lambda: Actor("an"))
    for headers in (
        {"Host": "ke-gian.example"},
        {"X-Forwarded-Host": "ke-gian.example", "X-Forwarded-Prefix": "//x"},
    ):
        answer = browser.get(f"http://testserver{address}", headers=headers)
        assert answer.status_code == 404 and "location" not in answer.headers
        assert "ke-gian" not in answer.text


def test_where_a_form_leads_is_the_page_itself_whatever_it_carries(home: Province) -> None:
    fields = {
        "viec": "goi",
        "don-vi": SILENT,
        "noi-dung": "Đã gọi",
        "here": "//ke-gian.example",
        "next": "//x",
    }
    sent = fields | {"ma": new_token(KEY, "an", NOW)}
    headers = OWN | {"X-Forwarded-Host": "ke-gian.example", "X-Forwarded-Proto": "https"}
    answer = client(lambda: Actor("an")).post("/?next=//ke-gian.example", data=sent, headers=headers)
    assert answer.headers["location"].startswith("/?next=%2F%2Fke-gian.example&da-lam=")
    assert "Đã ghi cuộc gọi" in told(client(lambda: Actor("an")), answer)

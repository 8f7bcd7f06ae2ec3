"""Every page of the board with something on it: one round of each kind under way, letters, papers, scores, a visit.

`ADDRESSES` has one address for each route of a page; whoever adds a page adds it there (`test_every_page.py` says so),
and its looks, words and links are tested with those of all others.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from tests.board.test_scoring_pages import CODE, GROUP
from tests.figures.test_reconciliation import drafted, figure, systems
from tests.inspection.scene import Scene
from tests.support.appraised import DURING, SCORED, UNITS, opened, proven, said
from tests.support.mailing import a_mail
from tests.support.reports import Reporting, reporting
from tests.support.signed import pdf_of
from tests.support.waiting_draft import form_of, put_up

from cchc import clock
from cchc.chasing.holds import Hold, HoldKind, put_hold
from cchc.documents.decision_form import DecisionForm
from cchc.mail.bounces import Bounce, put_bounces
from cchc.mail.mail import enqueue
from cchc.obligations import Event, EventKind, Ledger
from cchc.run import Run
from cchc.scores import Stage
from cchc.sources import ONE_STOP
from cchc.store import Store
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put
from cchc_board.actors import Actor
from cchc_board.airflow_side import AirflowSide, FailedRun
from cchc_board.app import create_app

__all__ = ["any_store", "board", "reporting"]  # fixtures
PREFIX, MOUNTED = "/tinh", "/cchc"
LONG_WORD = "bao-cao-ket-qua-thuc-hien-cong-tac-cai-cach-hanh-chinh-quy-mot-nam-2026-lan-hai-da-sua.xlsx"
SILENT, OFF = "so-cong-thuong", "so-dan-toc-ton-giao"
ADDRESSES = {
    "/": "/",
    "/nam": "/nam",
    "/ty-le": "/ty-le",
    "/lich": "/lich",
    "/dot/{round_id}": "/dot/2026-Q1",
    "/dot/{round_id}/don-vi/{code}": "/dot/2026-Q1/don-vi/{unit}",
    "/dot/{round_id}/doi-soat": "/dot/2026-Q1/doi-soat",
    "/dot/{round_id}/loi-cua-so": "/dot/2026-Q1/loi-cua-so",
    "/don-vi": "/don-vi",
    "/don-vi/{code}": "/don-vi/{unit}",
    "/chi-tieu": "/chi-tieu?dot=2026-Q1",
    "/chi-tieu/{code}": "/chi-tieu/T06.1?dot=2026-Q1",
    "/chi-tieu/{code}/don-vi/{unit}": "/chi-tieu/T06.1/don-vi/{unit}?dot=2026-Q1",
    "/so-van-ban": "/so-van-ban?nam=2026",
    "/cho-ky": "/cho-ky",
    "/phe-duyet/{round_id}": "/phe-duyet/2026-Q1",
    "/thu": "/thu",
    "/thu/hom-nay": "/thu/hom-nay",
    "/thu/nhac": "/thu/nhac?ngay=2026-12-31",
    "/can-xem-lai/{item_id}": "/can-xem-lai/{item}",
    "/kiem-tra": "/kiem-tra",
    "/kiem-tra/{round_id}": "/kiem-tra/2026-KT",
    "/cham-diem": "/cham-diem",
    "/cham-diem/{round_id}": "/cham-diem/2026-CD",
    "/cham-diem/{round_id}/nhom/{group}": f"/cham-diem/2026-CD/nhom/{GROUP}",
    "/cham-diem/{round_id}/don-vi/{code}": f"/cham-diem/2026-CD/don-vi/{SCORED}",
    "/suc-khoe": "/suc-khoe",
    "/nguon": "/nguon",
    "/danh-muc": "/danh-muc",
    "/danh-muc/{code}": "/danh-muc/don-vi",
    "/danh-muc/tep": "/danh-muc/tep?ten=ladder.yaml",
    "/nguoi-dung": "/nguoi-dung",
    "/viec-can-lam": "/viec-can-lam",
}

# The same with something being done on them.
STATES = {"a row being changed": "/danh-muc/don-vi?sua={unit}&tim={unit}"}


def routes(app: FastAPI) -> list[str]:
    """Addresses of all pages, as the application knows them."""
    found = {
        route.path  # type: ignore[attr-defined]
        for route in app.routes
        if getattr(route, "response_class", None) is HTMLResponse and "GET" in route.methods  # type: ignore[attr-defined]
    }
    return sorted(found)


@pytest.fixture
def any_store(store: Store) -> Store:
    """One engine: what is read is tried on both in the tests of each page."""
    return store


@pytest.fixture
def board(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> tuple[FastAPI, dict[str, str]]:
    """The board under a prefix as Airflow serves it, for somebody who may do everything; an address of each page."""
    store, instance = reporting.store, reporting.instance
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    unit, item, forms = _fill(reporting)
    monkeypatch.setattr(clock, "now", lambda: DURING)
    failed = [FailedRun("Tiếp nhận báo cáo", DURING - timedelta(hours=3), "/dags/tiep_nhan_bao_cao/runs/x")]
    side = AirflowSide(failures=lambda _since: failed, forms=lambda: forms)
    inner = create_app(lambda: None, str, lambda: Actor("tp1"), b"k" * 32, airflow=side)
    outer = FastAPI(root_path=PREFIX)
    outer.mount(MOUNTED, inner)
    known = {
        path: address.replace("{unit}", unit).replace("{item}", item) for path, address in ADDRESSES.items()
    }
    also = {state: address.replace("{unit}", unit) for state, address in STATES.items()}
    assert set(known) ^ set(routes(inner)) == set(), "one address for each page stands in ADDRESSES"
    return outer, {path: f"{PREFIX}{MOUNTED}{address}" for path, address in (known | also).items()}


def _fill(reporting: Reporting) -> tuple[str, str, list[DecisionForm]]:
    """Returns a unit with everything about it, something that was set aside, and the form of a waiting draft."""
    store, instance, when = reporting.store, reporting.instance, reporting.round_.unit_due_at
    silent, off, late, *same = reporting.units
    reporting.report(off, {"T06.1": figure("T06.1", "1090", explanation="Số của ấp chưa nhập")})
    for one in same:
        reporting.report(one, {"T06.1": figure("T06.1", "20")})
    reporting.report(late, {"T06.1": figure("T06.1", "21")}, when + timedelta(days=2))
    systems(reporting, ONE_STOP, {(one.code, "T06.1"): figure("T06.1", "20") for one in reporting.units})
    drafted(reporting)
    plea = {"plea": "xin-1", "wanted": "2026-03-27", "thread": ""}
    asked = when - timedelta(hours=3)
    Ledger(store).record(
        Event(reporting.obligation(silent), EventKind.time_asked, asked, asked, "tiep_nhan", None, plea)
    )
    run = Run(store, instance, when + timedelta(days=4), "2026-Q1", actor="van-hanh")
    ids = put_up(run, pdf_of("Dự thảo"))
    put_hold(
        store, Hold(off.code, "", HoldKind.POSTPONED, DURING.date(), "Đang sáp nhập", "van-hanh", DURING)
    )
    item = SetAside(
        Channel.FOLDER, f"2026-Q1/{LONG_WORD}", LONG_WORD, f"hop-nhan/{LONG_WORD}", DURING, "Đọc quá lâu."
    )
    put(run, [item])
    with store.write() as tx:
        bounce = Bounce(
            f"{'van-thu.' * 6}@angiang.example", silent.code, "5.1.1", "550 User unknown", None, DURING
        )
        put_bounces(tx, "m", [bounce], DURING)
        for number in range(3):
            moment = DURING - timedelta(hours=number + 1)
            mail = a_mail(
                f"thu/{number}", as_of=moment, subject=f"Nhắc nộp báo cáo ({number})", plain=LONG_WORD
            )
            enqueue(tx, mail)
        tx.query("mail.claim", mail_key="thu/1", claimed_at=clock.to_text(DURING), mode="live")
        answer = {"server_answer": "550 User unknown", "sent_at": None, "delivered": "[]", "attempts": 1}
        tx.execute("mail.mark", mail_key="thu/1", state="dead", **answer)
    Scene.made(store, instance, [same[0].code, same[1].code])
    scoring = opened(store, instance)
    for code in UNITS:
        proven(scoring, code, CODE)
    said(scoring, SCORED, CODE, Stage.CLAIM, "1")
    said(scoring, SCORED, CODE, Stage.COMPUTED, "1")
    return silent.code, item.item_id, [form_of(ids)]

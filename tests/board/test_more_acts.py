"""Acts that once were commands alone: a waiver taken back, a letter on paper, a file that came earlier, words for a
figure beyond its bound, and whose figure is taken."""

from __future__ import annotations

import html
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import GOOD, ROUND, SILENT, Province, build
from tests.board.test_acts import KEY, NOW, OWN, client, told

from cchc import clock
from cchc.figures import bound_review, settling
from cchc.obligations import EventKind
from cchc.paths import Instance
from cchc.store import Store
from cchc_board.actors import Actor
from cchc_board.genuine import new_token


@pytest.fixture
def province(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return build(instance, store)


@pytest.fixture
def browser(province: Province) -> TestClient:
    return client(lambda: Actor("an"))


def post(browser: TestClient, page: str, **fields: str) -> Any:
    sent = {"ma": new_token(KEY, "an", NOW)} | {
        name.replace("_", "-"): value for name, value in fields.items()
    }
    return browser.post(page, data=sent, headers=OWN)


def kinds(province: Province, unit: str) -> list[EventKind]:
    return [one.kind for one in province.ledger.history(f"{ROUND}/{unit}/bao_cao")]


def test_a_waiver_is_taken_back_on_the_units_page_with_a_round_and_a_reason(
    province: Province, browser: TestClient
) -> None:
    page, fields = f"/don-vi/{SILENT}", {"viec": "mo_lai", "don_vi": SILENT}
    province.happen(SILENT, EventKind.waived, "2026-03-19T09:00:00+07:00", "Sáp nhập")
    assert "Thôi miễn, thu lại" in browser.get(page).text
    assert "Thôi miễn, thu lại" not in browser.get(f"/don-vi/{GOOD}").text
    assert post(browser, page, **fields, noi_dung="Tách lại").status_code == 422, "a round is needed"
    assert "Đã mở lại 1 nghĩa vụ" in told(
        browser, post(browser, page, **fields, dot=ROUND, noi_dung="Tách lại")
    )
    state = {one.unit_code: own for one, own in province.ledger.states(NOW, round_id=ROUND)}[SILENT]
    assert state.owed


def test_a_letter_on_paper_is_noted_with_number_and_day(province: Province, browser: TestClient) -> None:
    page, fields = f"/don-vi/{SILENT}", {"viec": "cong_van", "don_vi": SILENT}
    assert post(browser, page, **fields, ngay_ky="20/03/2026").status_code == 422, "without its number"
    assert "1 nghĩa vụ" in told(
        browser, post(browser, page, **fields, so="15/SNV-CCHC", ngay_ky="20/03/2026")
    )
    assert EventKind.letter in kinds(province, SILENT)
    assert "15/SNV-CCHC" in browser.get(page).text


def test_a_letter_is_noted_once_and_never_before_its_day(province: Province, browser: TestClient) -> None:
    page, fields = f"/don-vi/{SILENT}", {"viec": "cong_van", "don_vi": SILENT, "so": "15/SNV-CCHC"}
    early = post(browser, page, **fields, ngay_ky="20/03/2027")
    assert early.status_code == 422 and "20/03/2027 chưa đến" in html.unescape(early.text)
    told(browser, post(browser, page, **fields, ngay_ky="20-03-2026"))
    again = told(browser, post(browser, page, **fields, ngay_ky="20/3/26", noi_dung="Nhắc lần hai"))
    assert "Không ghi thêm gì" in again and "chỉ ghi một lần" in again
    assert kinds(province, SILENT).count(EventKind.letter) == 1


def test_a_file_that_came_earlier_needs_a_moment_that_can_be_read(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(
        "cchc_board.units.acts.record_earlier_receipt",
        lambda run, submission, received, reason: bool(seen.append((submission, received, reason))) or True,
    )
    page, fields = f"/don-vi/{GOOD}", {"viec": "nhan_som", "bai_nop": f"{GOOD}-1", "noi_dung": "Nộp tại Sở"}
    bad = post(browser, page, **fields, luc="hôm qua")
    assert bad.status_code == 422 and "hôm qua" in html.unescape(bad.text)
    told(browser, post(browser, page, **fields, luc="11/03/2026 16:30"))
    assert seen == [(f"{GOOD}-1", clock.from_text("2026-03-11T16:30:00+07:00"), "Nộp tại Sở")]


def test_figures_beyond_their_bounds_are_explained_on_the_page_of_the_round(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [type("Broken", (), {"place": "mot-xa/I.5.1"})()]
    said: list[Any] = []
    monkeypatch.setattr(bound_review, "unexplained", lambda *_: broken)
    monkeypatch.setattr(bound_review, "line_of", lambda one: f"{one.place}: 300.000")
    monkeypatch.setattr(
        bound_review, "explain", lambda run, places, reason: said.append((places, reason)) or broken
    )
    page = f"/dot/{ROUND}"
    assert 'name="muc" value="mot-xa/I.5.1"' in browser.get(page).text
    assert post(browser, page, viec="giai_trinh", noi_dung="Đúng").status_code == 422, "nothing ticked"
    words = told(
        browser, post(browser, page, viec="giai_trinh", muc="mot-xa/I.5.1", noi_dung="Có đợt lấy phiếu")
    )
    assert "Đã ghi giải trình 1 số" in words and said == [(["mot-xa/I.5.1"], "Có đợt lấy phiếu")]


def test_whose_figure_is_taken_is_decided_on_the_units_figure(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Any] = []
    monkeypatch.setattr(
        settling, "settle", lambda _store, round_id, figures, witness, reason, actor, _at: taken.append(
            (round_id, figures, witness, reason, actor)
        )
    )  # fmt: skip
    page = f"/chi-tieu/T06.8/don-vi/{GOOD}?dot={ROUND}"
    fields = {"viec": "lay_so", "chi_tieu": "T06.8", "don_vi": GOOD, "dot": ROUND, "noi_dung": "Đã kiểm"}
    assert post(browser, page, **fields | {"noi_dung": ""}, nguon="self").status_code == 422
    for witness in ("self", "rule"):
        told(browser, post(browser, page, **fields, nguon=witness))
    figures = [(GOOD, "T06.8")]
    assert taken == [
        (ROUND, figures, "self", "Đã kiểm", "an"),
        (ROUND, figures, None, "Đã kiểm", "an"),
    ]

"""The unit's own page: what it shows through a link, and what it says to whoever has none that counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from tests.board.unit_page.samples import ADDRESS, NOW, Caller, link_of
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.obligations import Event, EventKind
from cchc.unit_page.uses import revoke, uses_of
from cchc_board.unit_page.app import HEADERS, create_app
from cchc_board.unit_page.limits import USUAL, Allowed, Counted, RateLimits


def test_it_shows_what_is_owed_by_when_with_the_form_and_whom_to_call(page: Province, caller: Caller) -> None:
    shown = caller.opens(link_of(page)).text
    due = page.run.round.unit_due_at
    assert f"Hạn: {due:%H:%M} {vn_date(due.date())} (còn " in shown
    assert f"{ROUND}_{UNIT}.xlsx" in shown and 'href="tel:' in shown
    assert "Chưa nhận được tệp nào" in shown
    assert shown.count("<h1") == 1 and "<script" not in shown


def test_it_shows_nothing_of_other_units_and_no_note_of_officials(page: Province, caller: Caller) -> None:
    page.run.ledger.record(
        Event(f"{ROUND}/{UNIT}/bao_cao", EventKind.phoned, NOW, NOW, "Bà Năm", "Gọi anh Tư, hẹn mai")
    )
    shown = caller.opens(link_of(page)).text
    assert page.run.units.get(UNIT).name in shown
    others = {one.name for one in page.run.units.all if one.code != UNIT and one.name in shown}
    assert others <= {"Sở Nội vụ"}, "the department itself stands on the page"
    assert OTHER not in shown and "Bà Năm" not in shown and "anh Tư" not in shown


def test_the_form_that_is_downloaded_is_the_one_that_was_sent(page: Province, caller: Caller) -> None:
    link = link_of(page)
    answer = caller.browser.get(f"{link}/tep/1")
    assert answer.status_code == 200 and answer.content == page.form()
    assert "attachment" in answer.headers["content-disposition"]
    for number in ("0", "2", "-1", "../1"):
        assert caller.browser.get(f"{link}/tep/{number}").status_code == 404


def test_looking_changes_nothing_but_the_count_of_openings(page: Province, caller: Caller) -> None:
    """Mail gateways open every link, by GET or HEAD."""
    link = link_of(page)
    before = page.run.ledger.history(f"{ROUND}/{UNIT}/bao_cao"), page.mails(), page.submissions()
    assert caller.browser.get(link).status_code == 200
    assert caller.browser.head(link).status_code == 200
    after = page.run.ledger.history(f"{ROUND}/{UNIT}/bao_cao"), page.mails(), page.submissions()
    assert before == after
    assert [(one.kind.value, one.times) for one in uses_of(page.store, UNIT)] == [("opened", 2)]


def test_every_answer_forbids_keeping_framing_and_outside_content(page: Province, caller: Caller) -> None:
    link = link_of(page)
    for address in (link, f"{link}x", "/", "/gi-do", "/tinh/board.css", f"{link}/tep/1"):
        answer = caller.browser.get(address)
        kept = {name: answer.headers.get(name) for name in HEADERS}
        if address.endswith(".css"):
            kept["Cache-Control"] = "no-store"
        assert kept == HEADERS, address
        assert "set-cookie" not in answer.headers


def other_sign(link: str) -> str:
    """The link with another letter in it, whatever stood there."""
    return f"{link[:-2]}{'B' if link[-2] == 'A' else 'A'}{link[-1]}"


@pytest.mark.parametrize("spoil", [other_sign, lambda one: one + "A", lambda one: one[:40]])
def test_a_link_that_was_never_made_is_answered_as_one_of_nobody(
    page: Province, caller: Caller, spoil
) -> None:
    answers = [caller.browser.get(one) for one in (spoil(link_of(page)), "/v/khong-co")]
    assert {one.status_code for one in answers} == {404}
    assert answers[0].text == answers[1].text and "Liên kết không đúng" in answers[0].text
    assert page.run.units.get(UNIT).name not in answers[0].text
    assert not uses_of(page.store, UNIT)


def test_one_that_is_over_or_revoked_says_whom_to_call(page: Province, caller: Caller) -> None:
    over = link_of(page, given=NOW - timedelta(days=61))
    revoked = link_of(page)
    revoke(page.store, UNIT, "", NOW, actor="Chuyên viên", reason="lộ")
    for link, words in ((over, "hết hạn"), (revoked, "thu hồi")):
        answer = caller.browser.get(link)
        # Over and revoked at once, it is revoked.
        assert answer.status_code == 410 and "điện thoại" in answer.text
        assert words in answer.text or link is over
        assert caller.posts(link, viec="khong_phat_sinh").status_code == 410
    assert caller.browser.get(link_of(page)).status_code == 200


def test_while_the_page_is_off_no_link_opens(
    page: Province, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(page)
    monkeypatch.delenv("CCHC_UNIT_PAGE_URL")
    answer = caller.browser.get(link)
    assert answer.status_code == 404 and "đang tắt" in answer.text


def test_a_unit_that_the_register_no_longer_has_is_told_whom_to_call(
    page: Province, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(page)

    def gone(self: object, code: str) -> None:
        raise CchcError(f"Không có đơn vị {code}")

    monkeypatch.setattr(type(page.run.units), "get", gone)
    answer = caller.browser.get(link)
    assert answer.status_code == 404 and "Không có đơn vị" in answer.text and "điện thoại" in answer.text


def test_whoever_comes_too_often_waits_and_then_comes_in_again(page: Province) -> None:
    clock = [1000.0]
    bounds = {**USUAL, Counted.LINK: Allowed(3, 60)}
    browser = TestClient(create_app(RateLimits(lambda: clock[0], bounds)), base_url=ADDRESS)
    link = link_of(page)
    assert [browser.get(link).status_code for _ in range(5)] == [200] * 3 + [429] * 2
    waiting = browser.get(link)
    assert "Đợi 60 giây" in waiting.text and waiting.headers["retry-after"] == "60"
    assert browser.get(link_of(page, OTHER)).status_code == 200, "another link is another count"
    clock[0] += 61
    assert browser.get(link).status_code == 200


def test_whoever_guesses_links_is_soon_let_in_no_more(page: Province) -> None:
    clock = [0.0]
    browser = TestClient(create_app(RateLimits(lambda: clock[0])), base_url=ADDRESS)
    answers = [browser.get(f"/v/{'a' * number}").status_code for number in range(30, 52)]
    assert answers == [404] * 20 + [429] * 2
    assert browser.get(link_of(page)).status_code == 429
    clock[0] += 601
    assert browser.get(link_of(page)).status_code == 200


def test_only_so_many_callers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cchc_board.unit_page.limits.MOST_KEYS", 3)
    limits = RateLimits(lambda: 0.0)
    for number in range(10):
        assert limits.wait(Counted.WRONG, str(number)) == 0
    assert len(limits._seen) == 3

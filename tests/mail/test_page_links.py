"""The link to a unit's page is in the mail that leaves, and nowhere that people look at mails."""

from __future__ import annotations

import email
from datetime import date, timedelta
from typing import Any

import pytest
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.chasing.attachments import forms_of
from cchc.chasing.by_hand import extend, remind_now
from cchc.chasing.decide import decide_reminders
from cchc.chasing.ladder import Ladder
from cchc.clock import at
from cchc.mail.department import Department
from cchc.mail.message import build
from cchc.mail.page_links import PageLinks, rounds_of
from cchc.mail.render import CONTACT
from cchc.stages.handing_in import hand_in
from cchc.submissions.arrivals import Channel
from cchc.submissions.handed import HandedFile
from cchc.submissions.pleas import asks_for_time
from cchc.submissions.returning import send_back
from cchc.unit_page.uses import LinkState, examine, revoke

ADDRESS = "https://don-vi.cchc.example"
OPENED, NOW = at(date(2026, 3, 2), 8), at(date(2026, 3, 10), 9)


@pytest.fixture
def house(province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", ADDRESS)
    set_mode(province, "live")
    run = province.at(OPENED)
    decide_reminders(run, rungs=Ladder.load().opening_codes, forms_of=forms_of(run), round_id=ROUND)
    return province


def set_mode(house: Province, mode: str) -> None:
    house.instance.settings_file.write_text(
        f"mail_mode: {mode}\nredirect_to: thu@nghiem.example\nrehearsal: true\n", encoding="utf-8"
    )


def texts(house: Province, mail: dict[str, Any]) -> tuple[str, str]:
    return PageLinks(house.store, house.instance).put_into(mail)


def newest(house: Province, kind: str, unit: str = UNIT) -> dict[str, Any]:
    return max(
        (one for one in house.mails() if one["kind"] == kind and one["unit_code"] == unit),
        key=lambda one: one["decided_at"],
    )


def signed_in(text: str) -> str:
    return text.partition(f"{ADDRESS}/v/")[2].split('"')[0].split()[0]


def test_a_request_carries_the_link_of_its_unit_in_both_texts_and_the_outbox_does_not(
    house: Province,
) -> None:
    mail = newest(house, "yeu_cau")
    assert "/v/" not in mail["html"] + mail["plain"]
    html, plain = texts(house, mail)
    signed = signed_in(html)
    state, link = examine(house.store, house.instance, signed, OPENED)
    assert state is LinkState.GOOD and link is not None
    assert (link.unit_code, link.round_id, link.last_day) == (UNIT, ROUND, OPENED.date() + timedelta(days=60))
    assert signed in plain and "01/05/2026" in plain and plain.rpartition(CONTACT)[1], (
        "the contact stays last"
    )
    assert plain.index(signed) < plain.index(CONTACT) and "<!--trang-don-vi" not in html
    assert signed_in(texts(house, newest(house, "yeu_cau", OTHER))[0]) != signed
    assert texts(house, mail) == (html, plain), "the same on every attempt"


def test_nothing_that_looks_like_a_link_leaves_while_the_page_is_off(
    house: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CCHC_UNIT_PAGE_URL")
    mail = newest(house, "yeu_cau")
    html, plain = texts(house, mail)
    assert plain == mail["plain"] and "Trang riêng" not in html and "<!--trang" not in html


@pytest.mark.parametrize("mode", ["dry_run", "redirect"])
def test_a_mail_that_does_not_reach_the_unit_carries_words_in_its_place(house: Province, mode: str) -> None:
    set_mode(house, mode)
    for text in texts(house, newest(house, "yeu_cau")):
        assert "/v/" not in text and "thư gửi thật mang liên kết" in text


def test_what_is_sent_again_after_a_revocation_carries_a_link_that_counts(house: Province) -> None:
    mail = newest(house, "yeu_cau")
    old = signed_in(texts(house, mail)[0])
    revoke(house.store, UNIT, "", NOW, actor="Chuyên viên", reason="lộ")
    new = signed_in(texts(house, mail)[0])
    assert examine(house.store, house.instance, old, NOW)[0] is LinkState.REVOKED
    assert examine(house.store, house.instance, new, NOW)[0] is LinkState.GOOD


def test_only_mails_that_ask_something_lead_to_the_page(house: Province) -> None:
    run = house.at(NOW, actor="Chuyên viên")
    for content, leads in ((house.faulty(), True), (house.filled(figure=3), False)):
        hand_in(run, UNIT, [HandedFile("bieu.xlsx", content)], Channel.BY_HAND)
        mails = [one for one in house.mails() if one["kind"] == "bien_nhan"]
        assert [rounds_of(one["html"]) for one in mails if ("Chưa nhận" in one["subject"]) == leads] == [
            (ROUND,) if leads else ()
        ]
    counted = house.submissions()[-1]["submission_id"]
    send_back(
        house.at(NOW + timedelta(hours=1), actor="Chuyên viên"), counted, date(2026, 3, 20), "Thiếu mục II"
    )
    assert rounds_of(newest(house, "tra_loi_thu")["html"]) == (ROUND,), "returned"
    later = house.at(NOW + timedelta(hours=2), actor="Chuyên viên")
    extend(later, [OTHER], at(date(2026, 3, 25), 17), "Mất điện")
    assert rounds_of(newest(house, "tra_loi_thu", OTHER)["html"]) == (ROUND,), "extended"
    remind_now(later, [OTHER])
    assert rounds_of(newest(house, "don_doc", OTHER)["html"]) == (ROUND,), "reminded"


def test_our_own_words_are_no_plea_when_a_letter_quotes_them(house: Province) -> None:
    _, plain = texts(house, newest(house, "yeu_cau"))
    block = plain.partition("TRANG RIÊNG")[2].partition(CONTACT)[0]
    assert block and not asks_for_time(f"Re: báo cáo\nXin gửi báo cáo. {block}")


def test_the_message_on_the_wire_holds_it(house: Province) -> None:
    mail = newest(house, "yeu_cau")
    envelope = build(
        mail,
        instance=house.instance,
        settings=house.instance.settings,
        department=Department.load(),
        sender="cchc@sonoivu.angiang.example",
        sent_at=OPENED,
        links=PageLinks(house.store, house.instance),
    )
    parts = email.message_from_bytes(envelope.content).walk()
    bodies = [part.get_payload(decode=True) for part in parts if part.get_content_maintype() == "text"]
    assert sum(b"/v/" in body for body in bodies if isinstance(body, bytes)) == 2

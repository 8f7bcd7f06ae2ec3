"""Pages 'Thư' and of one thing under 'Cần xem lại': seen whole, decided there, and nothing of a stranger's is run."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK, SILENT, Province, build
from tests.board.test_acts import KEY, NOW, OWN, client, told
from tests.stages.test_showing import letter
from tests.support.mailing import a_mail, settle

from cchc import clock
from cchc.chasing.foreseeing import foresee_day
from cchc.mail.bounces import Bounce, put_bounces
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.mail import enqueue
from cchc.mail.modes import mode_changes
from cchc.mail.outbox import send_pending
from cchc.mail.stops import current_stop
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import showing
from cchc.stages.showing import letter_text
from cchc.store import Store
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside, put, waiting
from cchc.units import UnitRegister
from cchc_board.actors import Actor, Right
from cchc_board.genuine import new_token
from cchc_board.letters.outbox_page import SHOWN


@pytest.fixture
def home(instance: Instance, store: Store, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The small province on SQLite, mails in preview, now."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settle(instance, "dry_run")
    return build(instance, store)


@pytest.fixture
def operator(home: Province) -> TestClient:
    return client(lambda: Actor("an"))


def post(browser: TestClient, path: str, **fields: Any) -> Any:
    return browser.post(path, data={"ma": new_token(KEY, "an", NOW)} | fields, headers=OWN)


def page(browser: TestClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


def mails(home: Province, *states: str) -> list[str]:
    """One mail of each state, the first the newest; returns their keys."""
    keys = []
    with home.store.write() as tx:
        for number, state in enumerate(states):
            key = f"thu/{number}"
            moment = NOW - timedelta(hours=number + 1)
            enqueue(tx, a_mail(key, as_of=moment, subject=f"Thư số {number}", plain=f"Lời {number} {ATTACK}"))
            if state != "decided":
                at = clock.to_text(moment)
                tx.query("mail.claim", mail_key=key, claimed_at=at, mode="live")
                values = {"sent_at": at if state == "sent" else None, "delivered": "[]", "attempts": 1}
                tx.execute(
                    "mail.mark", mail_key=key, state=state, server_answer=f"550 lời {number}", **values
                )
            keys.append(key)
    return keys


def test_what_did_not_arrive_comes_first_with_its_words_and_the_outbox_with_its_text(
    home: Province, operator: TestClient
) -> None:
    mails(home, "sent", "held", "dead", "decided")
    raw = operator.get("/thu").text
    assert ATTACK not in raw
    shown = html.unescape(raw)
    assert "Thư chưa tới nơi (2)" in shown
    assert shown.index("550 lời 1") < shown.index("550 lời 2") < shown.index('id="hop-di"')
    for state in ("đã gửi (1)", "chờ quyết định (1)", "không gửi được (1)", "chờ gửi (1)"):
        assert state in shown
    only = page(operator, "/thu?trang-thai=sent")
    assert "Lời 0" in only and "Lời 3" not in only
    assert "Lời 2" in page(operator, "/thu?khoa=thu/2")
    for bad in ("/thu?trang-thai=x", "/thu?trang=0", "/thu?trang=²"):
        assert operator.get(bad).status_code == 404


def test_the_outbox_and_what_was_set_aside_are_read_alike_on_both_engines(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    browser, (sent, *_) = client(lambda: Actor("an")), mails(province, "sent", "held", "dead", "failed")
    row = province.store.one("mail.mail", mail_key=sent)
    assert row is not None
    with province.store.write() as tx:
        put_bounces(tx, "m", [Bounce("x@b.example", SILENT, "5.1.1", "no", row["message_id"], NOW)], NOW)
    shown = page(browser, "/thu?trang-thai=sent")
    assert "Thư chưa tới nơi (3)" in shown and "Địa chỉ hỏng (1)" in shown and "Lời 0 " in shown
    one = SetAside(Channel.EXPORT, "x.csv", "x.csv", "tha-tep/x.csv", NOW, "Hỏng.")
    put(Run(province.store, province.instance, NOW), [one])
    assert "Hỏng." in page(browser, f"/can-xem-lai/{one.item_id}")


def test_the_outbox_goes_on_page_by_page(home: Province, operator: TestClient) -> None:
    mails(home, *["sent"] * (SHOWN + 2))
    first, second = page(operator, "/thu"), page(operator, "/thu?trang=2")
    assert "Cũ hơn" in first and f"Lời {SHOWN} " not in first
    assert f"Lời {SHOWN + 1} " in second and "Lời 0 " not in second and "Cũ hơn" not in second


def test_several_are_sent_again_or_given_up_for_one_reason_and_each_refusal_is_told(
    home: Province, operator: TestClient
) -> None:
    held, dead, waits = mails(home, "held", "dead", "decided")
    assert 'href="/thu?khoa=thu%2F0"' in page(operator, "/"), "page 'Hôm nay' lists what waits for a person"
    refused = post(operator, "/thu", viec="thoi", **{"noi-dung": "x"})
    assert refused.status_code == 422 and "Chưa đánh dấu thư nào" in html.unescape(refused.text)
    answer = post(operator, "/thu", viec="thoi", khoa=[held, dead], **{"noi-dung": "Đã có bản giấy"})
    shown = told(operator, answer)
    assert "1 thư không gửi lại" in shown and "không chờ ai quyết định" in shown
    assert home.store.query("mail.held") == [] and "Thư chưa tới nơi (1)" in shown, "settled is no trouble"
    answer = post(operator, "/thu", viec="gui_lai", khoa=[dead, waits], **{"noi-dung": "Đã sửa địa chỉ"})
    shown = told(operator, answer)
    assert "1 thư gửi lại đã vào hộp đi" in shown and "sẽ tự gửi" in shown
    assert outbox_by_state(home.store)["bien_nhan"] == {"dead": 1, "decided": 2}


def test_an_address_that_failed_stands_with_the_mail_that_came_back(
    home: Province, operator: TestClient
) -> None:
    (key,) = mails(home, "sent")
    row = home.store.one("mail.mail", mail_key=key)
    assert row is not None
    bounce = Bounce("xa@angiang.example", SILENT, "5.1.1", "no such user", row["message_id"], NOW)
    with home.store.write() as tx:
        put_bounces(tx, "m", [bounce], NOW)
    shown = page(operator, "/thu")
    assert "Địa chỉ hỏng (1)" in shown and "no such user" in shown
    assert f'name="khoa" value="{key}" aria-label="Thư số 0 xa@angiang.example"' in shown


def test_all_sending_rests_at_a_button_and_goes_on_at_another(home: Province, operator: TestClient) -> None:
    mails(home, "decided")
    assert post(operator, "/thu", viec="tam_dung", **{"noi-dung": ""}).status_code == 422
    shown = told(operator, post(operator, "/thu", viec="tam_dung", **{"noi-dung": "Biểu sai"}))
    assert "an tạm dừng gửi mọi thư" in shown and "Cho gửi tiếp" in shown
    assert 'value="tam_dung"' not in shown
    assert "tạm dừng gửi mọi thư" in page(operator, "/"), "page 'Hôm nay' tells it"
    assert send_pending(home.store, home.instance, None, NOW).stopped
    told(operator, post(operator, "/thu", viec="tiep_tuc"))
    assert current_stop(home.store, NOW) is None
    assert send_pending(home.store, home.instance, None, NOW).previewed == 1


def test_the_mode_is_switched_in_two_steps_and_real_mail_needs_the_departments_name(
    home: Province, operator: TestClient
) -> None:
    mails(home, "decided")
    assert post(operator, "/thu", viec="doi_che_do", ten=Department.load().name).status_code == 422
    looked = post(operator, "/thu", viec="xem_che_do", **{"che-do": "redirect", "den": "thu@sonv.example"})
    assert looked.status_code == 200
    assert "1 thư đang chờ" in html.unescape(looked.text) and mode_changes(home.store) == []
    (sealed,) = [part.split('"')[0] for part in looked.text.split('name="ban" value="')[1:]]
    shown = told(operator, post(operator, "/thu", viec="doi_che_do", ban=sealed))
    assert "Mọi thư về thu@sonv.example" in shown
    assert [(one.mode, one.actor) for one in mode_changes(home.store)] == [("redirect", "an")]


def test_real_mail_is_refused_with_what_is_missing_and_nothing_is_switched(
    home: Province, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cchc_board.letters.acts.told_faults", list)  # which asks a program of its own
    looked = post(operator, "/thu", viec="xem_che_do", **{"che-do": "live"})
    shown = html.unescape(looked.text)
    assert "Còn thiếu trước khi gửi thật" in shown and Department.load().name in shown
    (sealed,) = [part.split('"')[0] for part in looked.text.split('name="ban" value="')[1:]]
    for name, words in (("Sở khác", "gõ đúng tên cơ quan"), (Department.load().name, "mẫu")):
        answer = post(operator, "/thu", viec="doi_che_do", ban=sealed, ten=name)
        assert answer.status_code == 422 and words in html.unescape(answer.text)
    assert mode_changes(home.store) == [] and home.instance.settings.mail_mode == "dry_run"


def test_who_is_no_administrator_does_not_switch_and_who_only_looks_has_no_form(home: Province) -> None:
    officer = client(lambda: Actor("an", frozenset({Right.OPERATE})))
    assert 'value="xem_che_do"' not in page(officer, "/thu") and 'value="tam_dung"' in page(officer, "/thu")
    refused = post(officer, "/thu", viec="xem_che_do", **{"che-do": "redirect", "den": "a@b.example"})
    assert refused.status_code == 403
    viewer = client(lambda: None)
    mails(home, "held")
    assert 'method="post"' not in page(viewer, "/thu")
    assert post(viewer, "/thu", viec="tam_dung", **{"noi-dung": "x"}).status_code == 403


def test_what_goes_out_today_is_what_the_daily_run_decides_and_looking_writes_nothing(
    home: Province, operator: TestClient
) -> None:
    ahead = foresee_day(Run(home.store, home.instance, NOW))
    assert ahead.planned
    shown = page(operator, "/thu/hom-nay")
    assert f"{len(ahead.planned)} thư nhắc" in shown
    for one in ahead.planned:
        assert f'href="/don-vi/{one.unit.code}"' in shown and one.lines[0].rung is not None
        assert one.lines[0].rung.name in shown
    assert outbox_by_state(home.store) == {}
    assert "thứ Bảy" in page(operator, "/thu/hom-nay?ngay=14/03/2026")


def aside(home: Province, name: str, content: bytes) -> SetAside:
    path: Path = home.instance.inbox / "_can-xem-lai" / "2026-Q1" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    held_in = path.relative_to(home.instance.root).as_posix()
    one = SetAside(Channel.FOLDER, f"2026-Q1/{name}", name, held_in, NOW, "Đọc quá lâu.")
    put(Run(home.store, home.instance, NOW), [one])
    return one


def test_a_thing_set_aside_is_read_on_its_page_and_settled_there(
    home: Province, operator: TestClient
) -> None:
    """The letter is read in the process of its own, once in these tests."""
    one = aside(home, "thu.eml", letter(f"Xã hỏi {ATTACK}\n"))
    address = f"/can-xem-lai/{one.item_id}"
    assert address in page(operator, "/"), "page 'Hôm nay' leads here"
    raw = operator.get(address).text
    assert ATTACK not in raw
    shown = html.unescape(raw)
    for words in ("Xã hỏi", "cong-van.pdf", "5 KB", "mailto:xa@xa.example", one.held_in, "Đọc quá lâu."):
        assert words in shown
    assert post(operator, address, viec="bo_qua", muc=one.item_id, **{"noi-dung": ""}).status_code == 422
    shown = told(
        operator, post(operator, address, viec="doc_lai", muc=one.item_id, **{"noi-dung": "Thử lại"})
    )
    assert "chờ lần tiếp nhận tới" in shown and [each.wanted for each in waiting(home.store)] == [True]
    shown = told(
        operator, post(operator, address, viec="bo_qua", muc=one.item_id, **{"noi-dung": "Không cần"})
    )
    assert "không còn chờ ai" in shown and "Không cần" in shown and 'value="bo_qua"' not in shown
    assert waiting(home.store) == []


def test_a_letter_is_answered_on_its_page_after_a_look_at_what_would_leave(
    home: Province, operator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "_letter", lambda raw: letter_text(None, raw))
    one = aside(home, "thu.eml", b"Message-ID: <x1@x.example>\n" + letter())
    address, typed = f"/can-xem-lai/{one.item_id}", {"thu": f"Biểu 02 để trống.\r\n\r\n{ATTACK}"}
    assert "xa@xa.example) không có trong danh mục" in page(operator, address)
    for fields, said in (
        ({"thu": " "}, "Chưa có nội dung trả lời"),
        (typed, "Chọn đơn vị nhận trả lời"),
        (typed | {"don-vi": SILENT, "viec": "gui_tra_loi"}, "Chưa xem thư trước khi gửi"),
    ):
        refused = post(operator, address, **({"viec": "xem_tra_loi"} | fields))
        assert refused.status_code == 422 and said in html.unescape(refused.text)
        typed_again = fields["thu"].strip().replace("\r\n", "\n")
        assert "viec" in fields or typed_again in html.unescape(refused.text), "what was typed stays"
        assert ATTACK not in refused.text
    looked = post(operator, address, viec="xem_tra_loi", **typed, **{"don-vi": SILENT})
    assert looked.status_code == 200 and ATTACK not in looked.text
    mailbox = UnitRegister.load().get(SILENT).mailboxes[0]
    for words in (mailbox, "Trả lời thư gửi", "Biểu 02 để trống.", "Chế độ thư: "):
        assert words in html.unescape(looked.text)
    assert len(waiting(home.store)) == 1, "to look sends nothing"
    sealed = re.search('name="ban" value="([^"]+)"', looked.text)
    assert sealed is not None
    other = client(lambda: Actor("binh"))
    stolen = other.post(
        address,
        data={"ma": new_token(KEY, "binh", NOW), "viec": "gui_tra_loi", "ban": sealed[1]},
        headers=OWN,
    )
    assert stolen.status_code == 422, "what one looked at is sent by nobody else"
    shown = told(operator, post(operator, address, viec="gui_tra_loi", ban=sealed[1]))
    assert f"Thư trả lời {mailbox}" in shown and "không còn chờ ai" in shown
    assert waiting(home.store) == []
    assert "Trả lời thư của đơn vị (chờ gửi)" in page(operator, f"/don-vi/{SILENT}")


def test_a_letter_without_mailbox_is_told_and_an_unknown_number_is_no_page(
    home: Province, operator: TestClient
) -> None:
    one = SetAside(Channel.MAILBOX, "hop/7/1", "Thư nhận lúc 9 giờ", "Can-xem-lai", NOW, "Hỏi.", "", "a" * 64)
    put(Run(home.store, home.instance, NOW), [one])
    assert "cchc_imap" in page(operator, f"/can-xem-lai/{one.item_id}")
    answer = operator.get("/can-xem-lai/khong-co")
    assert answer.status_code == 404 and "Không có mục khong-co" in html.unescape(answer.text)
    assert 'method="post"' not in page(client(lambda: None), f"/can-xem-lai/{one.item_id}")

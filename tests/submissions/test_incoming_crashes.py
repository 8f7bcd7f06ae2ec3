"""A mail that is met again, after a crash, a move or a second sending: nothing is done twice or by half."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.province import MORNING, OTHER, UNIT, read_mail

from cchc.errors import RuleRefused
from cchc.mail.mailbox import MailboxDown
from cchc.stages import receiving
from cchc.store import fingerprint


def test_a_file_that_was_sent_before_is_answered_and_changes_nothing(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read_mail(province, account)
    later = MORNING + timedelta(hours=3)
    again = compose(("bieu.xlsx", province.filled()), message_id="<lan-hai@dv.example>")
    account.deliver(again.as_bytes(), later)
    assert read_mail(province, account, later) == {"again": 1}
    assert len(province.submissions()) == 1
    newest = max(province.mails(), key=lambda mail: mail["as_of"])
    assert "giống hệt bài đã nhận lúc" in newest["plain"]
    assert newest["in_reply_to"].startswith("<lan-hai@dv.example>")


def test_a_second_mail_with_the_same_file_in_the_same_second_has_its_own_answer(
    province, account, compose
) -> None:
    for number in ("mot", "hai"):
        mail = compose(("bieu.xlsx", province.filled()), message_id=f"<{number}@dv.example>")
        account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"accepted": 1, "again": 1}
    assert len(province.submissions()) == 1
    threads = sorted(str(mail["in_reply_to"]).split()[0] for mail in province.mails())
    assert threads == ["<hai@dv.example>", "<mot@dv.example>"]


def test_a_crash_between_the_store_and_the_mailbox_repeats_nothing(
    province, account, compose, monkeypatch
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)

    def power_cut(*_arguments: object, **_options: object) -> None:
        raise MailboxDown("mất điện")

    with monkeypatch.context() as broken:
        broken.setattr(receiving.Mailbox, "put_away", power_cut)
        with pytest.raises(MailboxDown):
            read_mail(province, account)
    assert len(account.lying_in("INBOX")) == 1
    before = fingerprint(province.store)
    assert read_mail(province, account, MORNING + timedelta(minutes=30)) == {"repeated": 1}
    assert fingerprint(province.store) == before
    assert account.lying_in("INBOX") == []


def test_a_crash_inside_the_store_leaves_nothing_half_done(province, account, compose, monkeypatch) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    before = fingerprint(province.store)

    def power_cut(*_arguments: object, **_options: object) -> None:
        raise OSError("mất điện")

    with monkeypatch.context() as broken:
        broken.setattr("cchc.submissions.judging.enqueue", power_cut)
        with pytest.raises(OSError, match="mất điện"):
            read_mail(province, account)
    assert fingerprint(province.store) == before
    assert read_mail(province, account) == {"accepted": 1}


def test_a_message_that_turns_up_at_another_place_is_known(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read_mail(province, account)
    account.move_back("Da-xu-ly")
    before = fingerprint(province.store)
    assert read_mail(province, account, MORNING + timedelta(hours=1)) == {"repeated": 1}
    assert fingerprint(province.store) == before


def test_a_message_that_the_store_refuses_is_set_aside_and_the_others_are_done(
    province, account, compose, monkeypatch
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    other = compose(
        ("bieu.xlsx", province.filled(OTHER)),
        sender=province.mailbox_of[OTHER],
        message_id="<kia@dv.example>",
    )
    account.deliver(other.as_bytes(), MORNING)
    real = receiving.write

    def refuse_one(run, tx, verdict):
        if verdict.filled.identity.unit_code == UNIT:
            raise RuleRefused("locked", "Số liệu vừa bị khóa")
        real(run, tx, verdict)

    with monkeypatch.context() as moved_on:
        moved_on.setattr(receiving, "write", refuse_one)
        assert read_mail(province, account) == {"accepted": 1, "set_aside": 1}
    assert province.status(OTHER) == "accepted"
    assert len(account.lying_in("Can-xem-lai")) == 1
    (alarm,) = [mail for mail in province.mails() if "can-xem-lai/" in mail["mail_key"]]
    assert "Số liệu vừa bị khóa" in alarm["plain"]
    account.move_back("Can-xem-lai")  # which is how a person has it read again
    assert read_mail(province, account) == {"accepted": 1}


def test_a_mailbox_that_was_made_anew_under_the_same_numbers_hides_no_mail(
    province, account, compose
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read_mail(province, account)
    with province.store.write() as tx:  # the next message gets the number at which another one once lay
        tx.connection.exec_driver_sql("UPDATE mailbox_messages SET uid = uid + 1")
    other = compose(
        ("bieu.xlsx", province.filled(OTHER)), sender=province.mailbox_of[OTHER], message_id="<2@x.example>"
    )
    account.deliver(other.as_bytes(), MORNING)
    assert read_mail(province, account, MORNING + timedelta(minutes=30)) == {"accepted": 1}
    assert province.status(OTHER) == "accepted"
    account.deliver(other.as_bytes(), MORNING)
    assert read_mail(province, account, MORNING + timedelta(minutes=60)) == {"repeated": 1}


def test_two_letters_under_one_message_id_are_two(province, account, compose) -> None:
    for words in ("Hỏi về chỉ tiêu I.1.1", "Hỏi về chỉ tiêu I.2.3"):
        mail = compose()
        mail.set_content(words)
        account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"answered": 2}

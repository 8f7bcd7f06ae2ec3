"""Who a mail comes from: the unit, another one, a stranger, a machine, ourselves, a forger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.letters import sent_to
from tests.support.province import MORNING, OTHER, UNIT, read_mail, the_answer

from cchc.mail.bounces import bad_addresses, mend_address
from cchc.stages import chasing, receiving


def test_another_units_form_is_refused_and_only_the_sender_is_told(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled(OTHER))).as_bytes(), MORNING)
    assert read_mail(province, account) == {"refused": 1}
    assert province.submissions() == []
    mail = the_answer(province)
    assert mail["unit_code"] == UNIT
    assert province.mailbox_of[OTHER] not in mail["recipients"]
    assert province.run.units.get(OTHER).name in mail["plain"]


def test_an_unknown_sender_learns_nothing_about_units_and_is_forgotten_once_answered(
    province, account, compose
) -> None:
    private = "chi.lan.1980@gmail.example"
    account.deliver(
        compose(("bieu.xlsx", province.filled()), sender=f"Chị Lan <{private}>").as_bytes(), MORNING
    )
    assert read_mail(province, account) == {"stranger": 1}
    assert province.submissions() == []
    to_stranger, to_unit = sorted(province.mails(), key=lambda mail: mail["unit_code"] or "")
    unit = province.run.units.get(UNIT)
    assert unit.name not in to_stranger["plain"] and UNIT not in to_stranger["plain"]
    assert private in to_stranger["recipients"] and "\n" + private not in to_unit["plain"]
    assert to_unit["unit_code"] == UNIT and to_unit["in_reply_to"] is None
    chasing.send(province.at(MORNING))
    everything = province.store.engine.connect().connection.driver_connection.iterdump()
    assert private not in "\n".join(everything)
    previews = list((province.instance.root / "thu-xem-truoc").glob("*.eml"))
    assert len(previews) == 1 and all(private.encode() not in path.read_bytes() for path in previews)


def test_an_unknown_sender_is_answered_once_a_day_however_often_they_write(
    province, account, compose
) -> None:
    for number in range(3):
        mail = compose(("a.pdf", b"%PDF-1"), sender="la@x.example", message_id=f"<la-{number}@x.example>")
        account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"stranger": 3}
    answer, alarm = sorted(province.mails(), key=lambda mail: mail["kind"] == "su_co")
    assert answer["mail_key"].startswith("ngoai/")
    assert alarm["mail_key"].startswith("su_co/can-xem-lai/"), "what was not answered lies before a person"


def test_advertising_is_not_answered(province, account, compose) -> None:
    mail = compose(sender="ban-hang@x.example", References="<khac@y.example>")
    account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"nobody": 1}
    assert province.mails() == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<ds.example>"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Subject": "Automatic reply: Đề nghị gửi báo cáo"},
        {"Subject": "Trả lời tự động: Tôi đi công tác"},
        {"From": "MAILER-DAEMON@angiang.example"},
    ],
)
def test_a_machine_is_never_answered(province, account, compose, headers) -> None:
    account.deliver(compose(**headers).as_bytes(), MORNING)
    assert read_mail(province, account) == {"machine": 1}
    assert province.mails() == []
    assert account.lying_in("INBOX") == []


def test_an_address_that_bounces_is_on_the_list_until_an_operator_mends_it(province, account) -> None:
    address = province.mailbox_of[UNIT]
    ours = sent_to(province, address)
    raw = (
        "From: MAILER-DAEMON@angiang.example\r\nSubject: Undelivered\r\nMessage-ID: <tra-lai-2@x.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nkhong den\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        "Final-Recipient: rfc822; nguoi-la@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
    )
    account.deliver(raw.encode(), MORNING)
    assert read_mail(province, account) == {"bounced": 1}
    assert len(province.mails()) == 1
    (bad,) = bad_addresses(province.store, MORNING + timedelta(days=1))
    assert (bad.address, bad.unit_code, bad.status, bad.words) == (address, UNIT, "5.1.1", "550 User unknown")
    assert bad_addresses(province.store, MORNING - timedelta(days=1)) == [], "not known before"
    later = MORNING + timedelta(days=2)
    mend_address(province.store, address, later, "Đơn vị đã mở lại hộp thư", "chuyên viên")
    assert bad_addresses(province.store, later) == []
    assert bad_addresses(province.store, MORNING + timedelta(days=1)) == [bad]


def test_a_bounce_is_left_for_a_person_and_not_answered(province, account) -> None:
    bounce = (
        b"From: may-thu@angiang.example\r\nSubject: Undelivered\r\nMessage-ID: <tra-lai@x.example>\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nkhong den\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Action: failed\r\n--b--\r\n"
    )
    account.deliver(bounce, MORNING)
    assert read_mail(province, account) == {"machine": 1}
    assert province.mails() == []
    assert len(account.lying_in("Can-xem-lai")) == 1


def test_our_own_mail_that_comes_back_is_not_answered(province, account, compose) -> None:
    account.deliver(compose(sender="cchc@sonoivu.angiang.example").as_bytes(), MORNING)
    mail = compose(message_id="<cchc.abcd@sonoivu.angiang.example>")
    account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"own": 2}
    (alarm,) = province.mails()
    assert alarm["mail_key"].startswith("su_co/can-xem-lai/"), (
        "the operators are told, and nobody is answered"
    )


def test_a_forged_sender_is_not_believed_where_the_server_proves_senders(province, account, compose) -> None:
    good = compose(("bieu.xlsx", province.filled()), Authentication_Results="mx.angiang.example; dmarc=pass")
    forged = compose(
        ("bieu.xlsx", province.filled(figure=9)),
        message_id="<gia@x.example>",
        Authentication_Results="mx.angiang.example; dmarc=fail",
    )
    account.deliver(good.as_bytes(), MORNING)
    account.deliver(forged.as_bytes(), MORNING)
    config = account.config(authserv_id="mx.angiang.example")
    assert receiving.receive_mail(province.at(MORNING), config) == {"accepted": 1, "nobody": 1}
    alarm, receipt = sorted(province.mails(), key=lambda mail: "/can-xem-lai/" not in mail["mail_key"])
    assert "Máy chủ thư không xác nhận" in alarm["plain"]
    assert receipt["subject"].startswith("Đã nhận")
    assert replace(config, authserv_id=None).authserv_id is None

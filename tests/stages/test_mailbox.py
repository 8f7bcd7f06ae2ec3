"""The mailbox over a real IMAP server: what becomes of each mail that a unit, or somebody else, may send."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.intake.mailbox import MailboxDown
from cchc.reminders import bad_addresses, mend_address
from cchc.stages import chasing, mailbox
from cchc.store import fingerprint

from .conftest import OTHER, UNIT

MORNING = at(date(2026, 3, 10), 9)


def read(province, account, moment=MORNING):
    return mailbox.receive_mail(province.at(moment), account.config())


def the_answer(province):
    """The one mail that was decided, with its recipients."""
    (mail,) = province.mails()
    return mail


def test_a_reply_with_the_workbook_is_taken_in_and_answered_in_its_thread(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}
    (kept,) = province.submissions()
    assert (kept["channel"], kept["sender_unit"], kept["outcome"]) == ("hop-thu", UNIT, "accepted")
    assert kept["received_at"] == "2026-03-10T09:00:00+07:00"
    mail = the_answer(province)
    assert kept["file_sha256"] in mail["plain"]
    assert "9 giờ 00 ngày 10/03/2026" in mail["plain"]
    assert mail["in_reply_to"].split() == [
        "<thu-1@may-cua-don-vi.example>",
        "<cchc.0123@sonoivu.angiang.example>",
    ]
    assert province.mailbox_of[UNIT] in mail["recipients"]
    assert province.status() == "accepted"
    assert account.lying_in("INBOX") == []
    assert len(account.lying_in("Da-xu-ly")) == 1
    assert account.flags_in("Da-xu-ly") == [("\\Recent",)] or "\\Seen" not in account.flags_in("Da-xu-ly")[0]


def test_a_refused_workbook_comes_back_with_its_cells_named(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.faulty())).as_bytes(), MORNING)
    assert read(province, account) == {"rejected": 1}
    mail = the_answer(province)
    assert "mười hai" in mail["plain"] and "ô " in mail["plain"]
    assert "can-xem-lai" in mail["attachments"]
    assert province.status() == "rejected"


def test_the_last_valid_version_counts_and_every_version_is_kept(province, account, compose) -> None:
    for number, content in enumerate(
        [province.filled(figure=3), province.filled(figure=5), province.faulty()]
    ):
        mail = compose(("bieu.xlsx", content), message_id=f"<thu-{number}@dv.example>")
        account.deliver(mail.as_bytes(), MORNING + timedelta(minutes=number))
    assert read(province, account, MORNING + timedelta(hours=1)) == {"accepted": 2, "rejected": 1}
    assert [one["outcome"] for one in province.submissions()] == ["accepted", "accepted", "rejected"]
    from cchc.intake import latest_values

    assert latest_values(province.store, "2026-Q1")[UNIT]["I.1.1"].value == 5
    assert len(province.mails()) == 3


def test_a_forwarded_mail_is_searched_and_counts_as_sent_by_the_forwarder(province, account, compose) -> None:
    inner = compose(
        ("bieu.xlsx", province.filled()), sender="nguoi.la@gmail.example", message_id="<goc@x.example>"
    )
    outer = EmailMessage(policy=SMTP)
    outer["From"] = province.mailbox_of[UNIT]
    outer["To"] = "cchc@sonoivu.angiang.example"
    outer["Subject"] = "Fwd: báo cáo"
    outer["Message-ID"] = "<chuyen-tiep@dv.example>"
    outer.set_content("Chuyển tiếp")
    outer.add_attachment(inner)
    account.deliver(outer.as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}
    assert the_answer(province)["in_reply_to"] == "<chuyen-tiep@dv.example>"


def test_documents_in_the_mail_are_kept_beside_the_submission_and_the_rest_is_named(
    province, account, compose
) -> None:
    files = [
        ("bieu.xlsx", province.filled()),
        ("15-BC.pdf", b"%PDF-1.4 ban quet"),
        ("ghi chu.txt", b"ghi chu"),
        ("anh.jpg", b"\xff\xd8\xff\xe0 anh"),
    ]
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}
    (kept,) = province.submissions()
    rows = province.store.query("intake.enclosures_of_submission", submission_id=kept["submission_id"])
    assert [row["file_name"] for row in rows] == ["15-BC.pdf", "ghi chu.txt"]
    assert (province.instance.data / rows[0]["stored_path"]).read_bytes() == b"%PDF-1.4 ban quet"
    plain = the_answer(province)["plain"]
    assert "15-BC.pdf" in plain and "Không giữ" in plain and "anh.jpg" in plain


def test_claims_of_a_document_in_the_mail_stand_on_the_receipt(province, account, compose) -> None:
    report = "Đã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ).".encode()
    account.deliver(compose(("bieu.xlsx", province.filled()), ("bao cao.txt", report)).as_bytes(), MORNING)
    assert read(province, account) == {"warned": 1}
    plain = the_answer(province)["plain"]
    assert "bao cao.txt" in plain and "54.639" in plain


def test_two_different_versions_in_one_mail_are_not_guessed_at(province, account, compose) -> None:
    files = [("moi.xlsx", province.filled(figure=1)), ("cu.xlsx", province.filled(figure=2))]
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read(province, account) == {"answered": 1}
    assert province.submissions() == []
    assert "moi.xlsx" in the_answer(province)["plain"]
    assert len(account.lying_in("Can-xem-lai")) == 1


def test_the_same_file_twice_in_one_mail_is_one(province, account, compose) -> None:
    files = [("a.xlsx", province.filled()), ("b.xlsx", province.filled())]
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}


def test_another_units_form_is_refused_and_only_the_sender_is_told(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled(OTHER))).as_bytes(), MORNING)
    assert read(province, account) == {"refused": 1}
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
    assert read(province, account) == {"stranger": 1}
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
    assert read(province, account) == {"stranger": 3}
    assert len(province.mails()) == 1


def test_advertising_is_not_answered(province, account, compose) -> None:
    mail = compose(sender="ban-hang@x.example", References="<khac@y.example>")
    account.deliver(mail.as_bytes(), MORNING)
    assert read(province, account) == {"nobody": 1}
    assert province.mails() == []


@pytest.mark.parametrize(
    ("files", "subject"),
    [
        ([], "Thư chưa kèm biểu báo cáo"),
        ([("scan.jpg", b"\xff\xd8\xff\xe0 anh chup")], "Cần biểu Excel, không phải bản chụp"),
        ([("bao cao.pdf", b"%PDF-1.7 quet")], "Cần biểu Excel, không phải văn bản"),
        ([("winmail.dat", b"\x78\x9f\x3e\x22 goi")], "Tệp kèm thư bị gói trong winmail.dat"),
        ([("bieu.xlsx", b"khong phai xlsx")], "Tệp kèm thư bị hỏng"),
        ([("bieu.rar", b"Rar!\x1a\x07 nen")], "Không có biểu báo cáo trong thư"),
    ],
)
def test_a_mail_without_a_workbook_is_told_what_is_wanted(province, account, compose, files, subject) -> None:
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read(province, account) == {"answered": 1}
    mail = the_answer(province)
    assert mail["subject"] == subject
    assert mail["in_reply_to"].startswith("<thu-1@may-cua-don-vi.example>")
    assert "riêng tư" not in mail["plain"], "the words of a mail are not repeated"
    assert province.submissions() == []


def test_a_workbook_in_a_zip_is_unpacked_and_a_locked_one_is_asked_for_openly(
    province, account, compose
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Thư mục/biểu quý I.xlsx", province.filled())
        archive.writestr("__MACOSX/._bieu.xlsx", b"rac")
    account.deliver(compose(("bieu.zip", packed.getvalue())).as_bytes(), MORNING)
    locked = bytearray(packed.getvalue())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := locked.find(signature, start)) >= 0:
            locked[start + offset] |= 1
            start += 4
    account.deliver(compose(("khoa.zip", bytes(locked)), message_id="<khoa@x.example>").as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1, "answered": 1}
    assert province.submissions()[0]["file_name"] == "biểu quý I.xlsx"
    assert any(mail["subject"] == "Tệp kèm thư đặt mật khẩu" for mail in province.mails())


def test_a_renamed_workbook_is_told_by_its_bytes(province, account, compose) -> None:
    account.deliver(compose(("bao cao.dat", province.filled())).as_bytes(), MORNING)
    assert read(province, account) == {"accepted": 1}


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
    assert read(province, account) == {"machine": 1}
    assert province.mails() == []
    assert account.lying_in("INBOX") == []


def test_an_address_that_bounces_is_on_the_list_until_an_operator_mends_it(province, account) -> None:
    address = province.mailbox_of[UNIT]
    raw = (
        "From: MAILER-DAEMON@angiang.example\r\nSubject: Undelivered\r\nMessage-ID: <tra-lai-2@x.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nkhong den\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 User unknown\r\n\r\n"
        "Final-Recipient: rfc822; nguoi-la@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    account.deliver(raw.encode(), MORNING)
    assert read(province, account) == {"bounced": 1}
    assert province.mails() == []
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
    assert read(province, account) == {"machine": 1}
    assert province.mails() == []
    assert len(account.lying_in("Can-xem-lai")) == 1


def test_our_own_mail_that_comes_back_is_not_answered(province, account, compose) -> None:
    account.deliver(compose(sender="cchc@sonoivu.angiang.example").as_bytes(), MORNING)
    mail = compose(message_id="<cchc.abcd@sonoivu.angiang.example>")
    account.deliver(mail.as_bytes(), MORNING)
    assert read(province, account) == {"own": 2}
    assert province.mails() == []


def test_a_mail_of_huge_size_is_not_downloaded(province, account, compose, monkeypatch) -> None:
    monkeypatch.setattr(mailbox, "LARGEST_MAIL", 50_000)
    account.deliver(compose(("bieu.xlsx", province.filled() + b"\x00" * 200_000)).as_bytes(), MORNING)
    assert read(province, account) == {"answered": 1}
    assert the_answer(province)["subject"] == "Thư hoặc tệp quá lớn"
    assert province.submissions() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00\xff\xfe khong phai thu",
        b"",
        b"From: <<<>>\r\nSubject: =?utf-8?B?!!!?=\r\n\r\nx",
        b"From: a@b@c\r\nContent-Type: multipart/mixed\r\n\r\n--x\r\n",
        b"Subject: khong co nguoi gui\r\n\r\n",
    ],
)
def test_a_broken_mail_stops_nobody(province, account, compose, raw) -> None:
    account.deliver(raw + b"\r\n", MORNING)
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    assert read(province, account) == {"nobody": 1, "accepted": 1}


def test_an_attachment_that_lost_its_end_is_named_as_broken(province, account, compose) -> None:
    whole = compose(("bieu.xlsx", province.filled())).as_bytes()
    account.deliver(whole[: len(whole) // 2], MORNING)
    counts = read(province, account)
    assert counts in ({"answered": 1}, {"unreadable": 1})
    assert province.submissions() == []
    assert province.mails()


def test_an_encrypted_mail_is_asked_for_openly(province, account, compose) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = province.mailbox_of[UNIT]
    mail["Message-ID"] = "<kin@dv.example>"
    mail.set_content(b"0\x80\x06", maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    account.deliver(mail.as_bytes(), MORNING)
    assert read(province, account) == {"answered": 1}
    assert the_answer(province)["subject"] == "Thư mã hóa không đọc được"


def test_a_mail_of_a_later_hour_waits_for_its_run(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING + timedelta(minutes=5))
    assert read(province, account) == {}
    assert read(province, account, MORNING + timedelta(minutes=30)) == {"accepted": 1}


def test_the_time_that_counts_is_the_servers_not_the_one_the_mail_claims(province, account, compose) -> None:
    mail = compose(("bieu.xlsx", province.filled()), Date="Sun, 01 Mar 2026 08:00:00 +0700")
    account.deliver(mail.as_bytes(), at(date(2026, 3, 18), 8))
    assert read(province, account, at(date(2026, 3, 18), 9)) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-18T08:00:00+07:00"


def test_a_file_that_was_sent_before_is_answered_and_changes_nothing(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read(province, account)
    later = MORNING + timedelta(hours=3)
    again = compose(("bieu.xlsx", province.filled()), message_id="<lan-hai@dv.example>")
    account.deliver(again.as_bytes(), later)
    assert read(province, account, later) == {"again": 1}
    assert len(province.submissions()) == 1
    newest = max(province.mails(), key=lambda mail: mail["as_of"])
    assert "giống hệt bài đã nhận lúc" in newest["plain"]
    assert newest["in_reply_to"].startswith("<lan-hai@dv.example>")


def test_a_crash_between_the_store_and_the_mailbox_repeats_nothing(
    province, account, compose, monkeypatch
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)

    def power_cut(*_arguments: object, **_options: object) -> None:
        raise MailboxDown("mất điện")

    with monkeypatch.context() as broken:
        broken.setattr(mailbox.Mailbox, "put_away", power_cut)
        with pytest.raises(MailboxDown):
            read(province, account)
    assert len(account.lying_in("INBOX")) == 1
    before = fingerprint(province.store)
    assert read(province, account, MORNING + timedelta(minutes=30)) == {"repeated": 1}
    assert fingerprint(province.store) == before
    assert account.lying_in("INBOX") == []


def test_a_crash_inside_the_store_leaves_nothing_half_done(province, account, compose, monkeypatch) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    before = fingerprint(province.store)

    def power_cut(*_arguments: object, **_options: object) -> None:
        raise OSError("mất điện")

    with monkeypatch.context() as broken:
        broken.setattr("cchc.stages.judging.enqueue", power_cut)
        with pytest.raises(OSError, match="mất điện"):
            read(province, account)
    assert fingerprint(province.store) == before
    assert read(province, account) == {"accepted": 1}


def test_a_message_that_turns_up_at_another_place_is_known(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    read(province, account)
    account.move_back("Da-xu-ly")
    before = fingerprint(province.store)
    assert read(province, account, MORNING + timedelta(hours=1)) == {"repeated": 1}
    assert fingerprint(province.store) == before


def test_a_store_that_refuses_one_message_keeps_it_and_does_the_others(
    province, account, compose, monkeypatch
) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    other = compose(
        ("bieu.xlsx", province.filled(OTHER)),
        sender=province.mailbox_of[OTHER],
        message_id="<kia@dv.example>",
    )
    account.deliver(other.as_bytes(), MORNING)
    real = mailbox.write

    def refuse_one(run, tx, verdict):
        if verdict.filled.identity.unit_code == UNIT:
            raise RuleRefused("locked", "Số liệu vừa bị khóa")
        real(run, tx, verdict)

    with monkeypatch.context() as moved_on:
        moved_on.setattr(mailbox, "write", refuse_one)
        with pytest.raises(CchcError, match="Có 1 thư chưa ghi nhận được"):
            read(province, account)
    assert province.status(OTHER) == "accepted"
    assert len(account.lying_in("INBOX")) == 1
    assert read(province, account) == {"accepted": 1}


def test_a_wrong_password_or_certificate_is_told_without_the_password(province, account) -> None:
    with pytest.raises(MailboxDown) as refused:
        mailbox.receive_mail(province.at(MORNING), account.config(password="sai-mat-khau"))
    assert "sai-mat-khau" not in str(refused.value)
    with pytest.raises(MailboxDown, match=r"CERTIFICATE|certificate"):
        mailbox.receive_mail(province.at(MORNING), account.config(ca_file=None))


def test_starttls_reaches_the_same_mailbox(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    config = account.config(security="starttls", port=account.port)
    assert mailbox.receive_mail(province.at(MORNING), config) == {"accepted": 1}


def test_a_password_never_crosses_a_network_in_the_clear(province) -> None:
    from cchc.intake.mailbox import MailboxConfig

    config = MailboxConfig("192.0.2.1", 143, "u", "p", security="none")
    with pytest.raises(RuleRefused, match="không mã hóa"):
        mailbox.receive_mail(province.at(MORNING), config)


def test_a_rehearsal_does_not_empty_a_real_mailbox(province) -> None:
    from cchc.intake.mailbox import MailboxConfig

    province.instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    with pytest.raises(RuleRefused, match="diễn tập"):
        mailbox.receive_mail(province.at(MORNING), MailboxConfig("192.0.2.1", 993, "u", "p"))


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
    assert mailbox.receive_mail(province.at(MORNING), config) == {"accepted": 1, "nobody": 1}
    assert len(province.mails()) == 1
    assert replace(config, authserv_id=None).authserv_id is None

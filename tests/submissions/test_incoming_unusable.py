"""Mails without a workbook that can be read: each sender is told what is wanted, and nobody else waits."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from tests.support.province import MORNING, UNIT, minutes, read_mail, the_answer

from cchc.mail.mailbox_limits import MailboxLimits
from cchc.stages import receiving


@pytest.mark.parametrize(
    ("files", "subject"),
    [
        ([], "Thư chưa kèm biểu báo cáo"),
        ([("scan.jpg", b"\xff\xd8\xff\xe0 anh chup")], "Cần biểu Excel, không phải bản chụp"),
        ([("bao cao.pdf", b"%PDF-1.7 quet")], "Cần biểu Excel, không phải văn bản"),
        ([("winmail.dat", b"\x78\x9f\x3e\x22 goi")], "Tệp kèm thư bị gói trong winmail.dat"),
        ([("bieu.xlsx", b"PK\x03\x04 khong phai xlsx")], "Tệp kèm thư bị hỏng"),
        ([("bieu.rar", b"Rar!\x1a\x07 nen")], "Không có biểu báo cáo trong thư"),
    ],
)
def test_a_mail_without_a_workbook_is_told_what_is_wanted(province, account, compose, files, subject) -> None:
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read_mail(province, account) == {"answered": 1}
    (mail,) = (one for one in province.mails() if one["in_reply_to"])  # our own people may be told besides
    assert mail["subject"] == subject
    assert mail["in_reply_to"].startswith("<thu-1@may-cua-don-vi.example>")
    assert "riêng tư" not in mail["plain"], "the words of a mail are not repeated"
    assert province.submissions() == []


def test_a_mail_of_huge_size_is_not_downloaded(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled() + b"\x00" * 1_200_000)).as_bytes(), MORNING)
    config = account.config(limits=MailboxLimits(20, most_bytes=1024 * 1024))
    assert receiving.receive_mail(province.at(MORNING + minutes(30)), config) == {"answered": 1}
    answer = the_answer(province)
    assert answer["subject"] == "Thư hoặc tệp quá lớn" and "thư 1 MB" in answer["plain"]
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
    assert read_mail(province, account) == {"nobody": 1, "accepted": 1}


def test_an_attachment_that_lost_its_end_is_named_as_broken(province, account, compose) -> None:
    whole = compose(("bieu.xlsx", province.filled())).as_bytes()
    account.deliver(whole[: len(whole) // 2], MORNING)
    counts = read_mail(province, account)
    assert counts in ({"answered": 1}, {"unreadable": 1})
    assert province.submissions() == []
    assert province.mails()


def test_an_encrypted_mail_is_asked_for_openly(province, account, compose) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = province.mailbox_of[UNIT]
    mail["Message-ID"] = "<kin@dv.example>"
    mail.set_content(b"0\x80\x06", maintype="application", subtype="pkcs7-mime", filename="smime.p7m")
    account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"answered": 1}
    assert the_answer(province)["subject"] == "Thư mã hóa không đọc được"

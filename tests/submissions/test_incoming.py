"""The mailbox over a real IMAP server: a workbook that a unit sends is taken in and answered."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from email.message import EmailMessage
from email.policy import SMTP

from tests.support.province import MORNING, UNIT, read_mail, the_answer

from cchc.clock import at


def test_a_reply_with_the_workbook_is_taken_in_and_answered_in_its_thread(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    assert read_mail(province, account) == {"accepted": 1}
    (kept,) = province.submissions()
    assert (kept["channel"], kept["sender_unit"], kept["outcome"]) == ("hop-thu", UNIT, "accepted")
    assert kept["received_at"] == "2026-03-10T09:00:00+07:00"
    mail = the_answer(province)
    assert kept["file_sha256"] not in mail["plain"] + mail["html"], "a hash tells a unit nothing"
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
    assert read_mail(province, account) == {"rejected": 1}
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
    assert read_mail(province, account, MORNING + timedelta(hours=1)) == {"accepted": 2, "rejected": 1}
    assert [one["outcome"] for one in province.submissions()] == ["accepted", "accepted", "rejected"]
    from cchc.submissions.kept import latest_values

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
    assert read_mail(province, account) == {"accepted": 1}
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
    assert read_mail(province, account) == {"accepted": 1}
    (kept,) = province.submissions()
    rows = province.store.query("submissions.enclosures_of_submission", submission_id=kept["submission_id"])
    assert [row["file_name"] for row in rows] == ["15-BC.pdf", "ghi chu.txt"]
    assert (province.instance.data / rows[0]["stored_path"]).read_bytes() == b"%PDF-1.4 ban quet"
    plain = the_answer(province)["plain"]
    assert "15-BC.pdf" in plain and "Không giữ" in plain and "anh.jpg" in plain


def test_claims_of_a_document_in_the_mail_stand_on_the_receipt(province, account, compose) -> None:
    report = "Đã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ).".encode()
    account.deliver(compose(("bieu.xlsx", province.filled()), ("bao cao.txt", report)).as_bytes(), MORNING)
    assert read_mail(province, account) == {"warned": 1}
    plain = the_answer(province)["plain"]
    assert "bao cao.txt" in plain and "54.639" in plain


def test_two_different_versions_in_one_mail_are_not_guessed_at(province, account, compose) -> None:
    files = [("moi.xlsx", province.filled(figure=1)), ("cu.xlsx", province.filled(figure=2))]
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read_mail(province, account) == {"answered": 1}
    assert province.submissions() == []
    assert "moi.xlsx" in the_answer(province)["plain"]
    assert len(account.lying_in("Can-xem-lai")) == 1


def test_the_same_file_twice_in_one_mail_is_one(province, account, compose) -> None:
    files = [("a.xlsx", province.filled()), ("b.xlsx", province.filled())]
    account.deliver(compose(*files).as_bytes(), MORNING)
    assert read_mail(province, account) == {"accepted": 1}


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
    assert read_mail(province, account) == {"accepted": 1, "answered": 1}
    assert province.submissions()[0]["file_name"] == "biểu quý I.xlsx"
    assert any(mail["subject"] == "Tệp kèm thư đặt mật khẩu" for mail in province.mails())


def test_a_renamed_workbook_is_told_by_its_bytes(province, account, compose) -> None:
    account.deliver(compose(("bao cao.dat", province.filled())).as_bytes(), MORNING)
    assert read_mail(province, account) == {"accepted": 1}


def test_a_mail_of_a_later_hour_waits_for_its_run(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING + timedelta(minutes=5))
    assert read_mail(province, account) == {}
    assert read_mail(province, account, MORNING + timedelta(minutes=30)) == {"accepted": 1}


def test_the_time_that_counts_is_the_servers_not_the_one_the_mail_claims(province, account, compose) -> None:
    mail = compose(("bieu.xlsx", province.filled()), Date="Sun, 01 Mar 2026 08:00:00 +0700")
    account.deliver(mail.as_bytes(), at(date(2026, 3, 18), 8))
    assert read_mail(province, account, at(date(2026, 3, 18), 9)) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-18T08:00:00+07:00"

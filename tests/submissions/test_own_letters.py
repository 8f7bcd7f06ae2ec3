"""Letters of the department that lie in the mailbox again are never silent: each is told, or answered by somebody."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest
from tests.mail.test_delivery_report import group, report
from tests.support.letters import dealt_with
from tests.support.province import MORNING, Province, minutes, read_mail

from cchc.mail.department import Department
from cchc.mail.mail import DIGEST, REPLY, SUMMARY, Mail, enqueue
from cchc.submissions.replies import OUTSIDERS
from cchc.submissions.set_aside import dismiss, waiting

LATER = MORNING + minutes(30)


def sent(province: Province, kind: str, key: str = "1", to: str = "nguoi@angiang.example") -> str:
    """A mail that we sent; its Message-ID."""
    mail = Mail(key, kind, MORNING, None, None, (to,), (), "Đôn đốc ngày 10/03/2026", "<p></p>", "x")
    with province.store.write() as tx:
        assert enqueue(tx, mail)
        tx.connection.exec_driver_sql(f"UPDATE mails SET state = 'sent' WHERE mail_key = '{key}'")
    return next(str(one["message_id"]) for one in province.mails() if one["mail_key"] == key)


def back(message_id: str, **headers: str) -> EmailMessage:
    """The very mail, as a rule of a mail server puts it back."""
    mail = EmailMessage()
    mail["From"], mail["To"] = f"CCHC <{Department.load().reply_to}>", "nguoi@angiang.example"
    mail["Subject"], mail["Message-ID"] = "Đôn đốc ngày 10/03/2026", message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("x")
    return mail


def reported(message_id: str, address: str) -> bytes:
    """A mail server's report that a mail did not arrive."""
    return report(group(address), original=f"Message-ID: {message_id}\n").encode()


def test_digests_that_a_rule_sends_back_are_one_thing_a_day_and_kind_with_what_to_do(
    province: Province, account: Any
) -> None:
    ids = [sent(province, DIGEST, str(number)) for number in range(3)]
    for message_id in (*ids, sent(province, SUMMARY, "tong-hop")):
        account.deliver(back(message_id).as_bytes(), MORNING)
    assert read_mail(province, account) == {"own": 4}
    found = waiting(province.store)
    assert sorted(one.name.partition(": ")[2] for one in found) == ["thư tổng hợp ngày", "thư đôn đốc"]
    assert all("quy tắc chuyển tiếp" in one.reason and one.held_in == "Can-xem-lai" for one in found)
    alarms = [one for one in province.mails() if "can-xem-lai" in one["mail_key"]]
    assert len(alarms) == 1 and "quay về" in alarms[0]["plain"]
    dismiss(province.at(LATER, actor="thu"), found[0].item_id, "đã bỏ quy tắc")
    account.deliver(back(sent(province, DIGEST, "nua")).as_bytes(), MORNING)
    account.deliver(back(sent(province, SUMMARY, "nua-nua")).as_bytes(), MORNING)
    read_mail(province, account, LATER)
    assert len(waiting(province.store)) == 1, "nobody is told a second time that day"


def test_a_person_who_writes_with_the_account_of_the_machine_is_read_by_a_person(province: Province) -> None:
    dealt = dealt_with(province, back("<tay@outlook.example>"))
    assert (dealt.words, dealt.told, dealt.came_back) == (("own",), "own_other", "")


def test_an_approver_who_is_away_is_told(province: Province, compose: Any) -> None:
    approver = Department.load().approver_mailboxes()[0]
    dealt = dealt_with(province, compose(sender=approver, Auto_Submitted="auto-replied"))
    assert (dealt.words, dealt.told, dealt.mails) == (("machine",), "away", ())


@pytest.mark.parametrize(
    ("address", "told"),
    [(Department.load().reply_to, "report"), ("la@noi-khac.example", "report")],
    ids=["our own mailbox", "an address that nobody knows"],
)
def test_a_report_about_a_mail_of_ours_that_no_address_explains_is_told(
    province: Province, address: str, told: str
) -> None:
    message_id = sent(province, SUMMARY, to=address)
    dealt = dealt_with(province, reported(message_id, address))
    assert dealt.words in (("machine",), ("bounced",)) and dealt.told == told


def test_a_report_about_an_answer_to_a_stranger_or_about_no_mail_of_ours_is_nobodys_affair(
    province: Province,
) -> None:
    outsider = sent(province, REPLY, f"{OUTSIDERS}abc/2026-03-10/{REPLY}", "la@noi-khac.example")
    assert dealt_with(province, reported(outsider, "la@noi-khac.example")).told == ""
    assert dealt_with(province, reported("<bia@noi-khac.example>", "x@noi-khac.example"), LATER).told == ""


def test_a_stranger_who_answers_a_mail_of_ours_again_the_same_day_is_read_by_a_person(
    province: Province, account: Any
) -> None:
    for number in (1, 2):
        mail = back(f"<{number}@gmail.example>", References=sent(province, DIGEST, str(number)))
        mail.replace_header("From", "Ai Đó <ai.do@gmail.example>")
        account.deliver(mail.as_bytes(), MORNING)
        read_mail(province, account, MORNING + minutes(10 * number))
    answers = [one for one in province.mails() if one["mail_key"].startswith(OUTSIDERS)]
    assert len(answers) == 1
    found = waiting(province.store)
    assert len(found) == 1 and "hôm nay không được trả lời" in found[0].reason

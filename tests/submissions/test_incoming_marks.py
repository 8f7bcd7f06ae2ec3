"""What a mail holds counts before how it looks: marks of lists, machines and gateways cost no unit its report."""

from __future__ import annotations

import pytest
from tests.support.letters import dealt_with
from tests.support.province import MORNING, OTHER, UNIT, minutes, read_mail

from cchc.mail.department import Department

MARKS = {
    "bulk": {"Precedence": "bulk"},
    "a list": {"Precedence": "list", "List_Id": "<van-thu.phuong.example>"},
    "a list that can be left": {"List_Unsubscribe": "<mailto:bo@x.example>"},
    "sent by a machine": {"Auto_Submitted": "auto-generated"},
    "sent on by a machine": {"Auto_Submitted": "auto-forwarded (rule)"},
    "answered by a machine": {"Auto_Submitted": "auto-replied"},
    "says that it is no automatic answer": {"X_Autoreply": "no"},
    "says that it is an automatic answer": {"X_Autoreply": "yes", "X_Autorespond": "yes"},
    "no way back": {"Return_Path": "<>"},
    "urgent": {"Priority": "urgent", "X_Priority": "1 (Highest)", "Importance": "high"},
    "out of office": {"Subject": "Automatic reply: Đề nghị gửi báo cáo"},
    "out of office in Vietnamese": {"Subject": "Trả lời tự động: Báo cáo quý I"},
    "undelivered, by its subject": {"Subject": "Undelivered: báo cáo"},
    "spam, by a filter": {"X_Spam_Flag": "YES", "Subject": "[SPAM] báo cáo"},
}


@pytest.mark.parametrize("headers", MARKS.values(), ids=MARKS.keys())
def test_a_form_from_a_registered_mailbox_is_taken_in_whatever_marks_it_carries(
    province, compose, headers
) -> None:
    mail = compose(("bieu.xlsx", province.filled()), **headers)
    assert dealt_with(province, mail).words == ("accepted",)
    (answer,) = province.mails()
    assert province.mailbox_of[UNIT] in answer["recipients"]


def test_a_mail_of_a_list_is_taken_in_from_a_real_mailbox(province, account, compose) -> None:
    mail = compose(("bieu.xlsx", province.filled()), **MARKS["a list"])
    account.deliver(mail.as_bytes(), MORNING)
    assert read_mail(province, account) == {"accepted": 1}
    assert len(account.lying_in("Da-xu-ly")) == 1


@pytest.mark.parametrize("name", ["answered by a machine", "out of office", "a list"])
@pytest.mark.parametrize("files", [(), (("anh.jpg", b"\xff\xd8\xff anh"),)], ids=["no file", "a picture"])
def test_what_a_machine_writes_without_a_form_is_put_before_a_person_and_not_answered(
    province, compose, name, files
) -> None:
    dealt = dealt_with(province, compose(*files, **MARKS[name]))
    assert (dealt.words, dealt.review) == (("machine",), True)
    assert province.mails() == []


def test_a_machine_that_sends_our_own_workbook_back_starts_no_circle(province, compose) -> None:
    dealt_with(province, compose(("bieu.xlsx", province.faulty())))
    (answer,) = province.mails()
    (returned,) = province.instance.root.rglob("*can-xem-lai*.xlsx")
    echo = compose(
        (returned.name, returned.read_bytes()),
        message_id="<tu-dong@x.example>", **MARKS["answered by a machine"],
    )  # fmt: skip
    assert dealt_with(province, echo, MORNING + minutes(30)).words == ("machine",)
    assert province.mails() == [answer]


def test_our_own_mail_under_a_units_name_is_ours_and_a_form_in_it_still_counts(province, compose) -> None:
    ours = "<cchc.0123456789abcdef0123456789abcdef@sonoivu.angiang.example>"
    assert dealt_with(province, compose(("bieu.xlsx", province.form()), message_id=ours)).words[0] in (
        "own", "rejected"
    )  # fmt: skip
    filled = compose(("bieu.xlsx", province.filled()), message_id=ours)
    assert dealt_with(province, filled).words == ("accepted",)


@pytest.mark.parametrize(
    "address", ["operators", "failure_recipients", "committee_mailbox", "contact", "approver"]
)
def test_people_of_the_department_are_no_strangers_and_their_mail_waits_for_a_person(
    province, compose, address
) -> None:
    department = Department.load()
    found = {
        "operators": department.operators[0],
        "failure_recipients": department.failure_recipients[0],
        "committee_mailbox": department.committee_mailbox,
        "contact": department.contact.mailbox,
        "approver": department.approver_mailboxes()[0],
    }[address]
    for number, files in enumerate([(), (("bieu.xlsx", province.filled(OTHER)),)]):
        dealt = dealt_with(
            province, compose(*files, sender=found, message_id=f"<so-{number}@sonoivu.angiang.example>")
        )
        assert (dealt.words, dealt.review) == (("staff",), True)
    assert province.mails() == []


def test_the_sample_has_an_address_for_machines_and_another_for_people() -> None:
    department = Department.load()
    people = {*department.operators, *department.failure_recipients, department.contact.mailbox}
    assert department.reply_to not in people

"""One message that a server does not hand out or move stops no other, and is named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.province import MORNING, OTHER, UNIT
from tests.support.scripted_imap import ImapScript, scripted

from cchc.errors import CchcError
from cchc.mail.mailbox import MailboxConfig
from cchc.stages import receiving
from cchc.submissions.set_aside import ask_again, waiting

LATER = MORNING + timedelta(hours=1)


def mails(province, compose) -> dict[int, bytes]:
    first = compose(("bieu.xlsx", province.filled()), message_id="<mot@dv.example>")
    second = compose(
        ("bieu.xlsx", province.filled(OTHER)),
        sender=province.mailbox_of[OTHER],
        message_id="<hai@dv.example>",
    )
    return {1: first.as_bytes(), 2: second.as_bytes()}


def read(province, box: MailboxConfig, moment=MORNING) -> dict[str, int]:
    return receiving.receive_mail(province.at(moment), box)


def alarms(province) -> list[str]:
    return [mail["plain"] for mail in province.mails() if "/can-xem-lai/" in mail["mail_key"]]


@pytest.mark.parametrize("odd", ["no", "nil", "empty", "no facts", "nil facts", "empty facts"])
def test_a_message_that_the_server_does_not_hand_out_is_named_once_and_the_next_is_read(
    province, compose, odd: str
) -> None:
    script = ImapScript(mails(province, compose), odd={1: odd})
    with scripted(script) as box:
        assert read(province, box) == {"accepted": 1, "set_aside": 1}
        assert (province.status(UNIT), province.status(OTHER)) == ("open", "accepted")
        (found,) = waiting(province.store)
        assert "Máy chủ thư không đưa được thư số 1 ra đọc" in found.reason
        assert read(province, box, LATER) == {}, "told once"
        assert len(alarms(province)) == 1

        script.odd.clear()  # the server was mended
        assert read(province, box, LATER + timedelta(minutes=30)) == {"accepted": 1}
        assert waiting(province.store) == []
        assert script.inbox == {}


@pytest.mark.parametrize(
    ("move", "told"),
    [("full", "Hộp thư đầy"), ("no room", "Hộp thư đầy"), ("denied", "không cho chuyển thư")],
)
def test_messages_that_cannot_be_moved_are_all_read_once_and_the_reason_is_told(
    province, compose, move: str, told: str
) -> None:
    script = ImapScript(mails(province, compose), move=move)
    with scripted(script) as box:
        for moment in (MORNING, LATER):
            with pytest.raises(CchcError, match=told):
                read(province, box, moment)
        assert (province.status(UNIT), province.status(OTHER)) == ("accepted", "accepted")
        assert (len(province.submissions()), len(province.mails())) == (2, 2)
        script.move = "ok"
        assert read(province, box, LATER + timedelta(minutes=30)) == {"repeated": 2}
        assert script.inbox == {}


PAPER = ("to-trinh.txt", b"Kinh gui So Noi vu")


@pytest.mark.parametrize(
    ("headers", "sender"),
    [({"Auto-Submitted": "auto-replied"}, None), ({}, "nguoi.la@example.org, ai.do@example.org")],
    ids=["an answer of a machine with a file", "two senders"],
)
def test_a_mail_that_only_a_person_can_answer_waits_for_one_and_can_be_read_anew(
    province, account, compose, headers, sender
) -> None:
    """What was decided about it before does not stand in the way of the other reading."""
    account.deliver(compose(PAPER, sender=sender, **headers).as_bytes(), MORNING)
    receiving.receive_mail(province.at(MORNING), account.config())
    assert len(account.lying_in("Can-xem-lai")) == 1
    (found,) = waiting(province.store)
    assert len(alarms(province)) == 1

    ask_again(province.at(LATER, actor="an"), found.item_id, "đã xem")
    receiving.receive_mail(province.at(LATER + timedelta(minutes=30)), account.config())
    (again,) = waiting(province.store)
    assert (again.item_id == found.item_id) or again.file_sha256 == found.file_sha256
    assert (again.wanted, again.received_at) == (False, MORNING)
    assert len(alarms(province)) == 2
    assert len(province.mails()) == 2

"""The mail server of machines without Dovecot answers a reader as a Dovecot does."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.clock import at
from cchc.mail.mailbox import Mailbox
from cchc_rehearsal.dovecot import Dovecot
from cchc_rehearsal.plain_imap import running_in_memory

MOMENT = at(date(2026, 3, 10), 9, 30)
RAW = b'From: a@b.example\r\nSubject: thu\r\nX-So: 17\r\n\r\nnoi dung ("x") {5}\r\n'


def conversation(server: Dovecot) -> list[object]:
    """What a reader sees and what lies where afterwards."""
    account = server.account()
    account.deliver(RAW, MOMENT)
    account.deliver(RAW.replace(b"17", b"18"), MOMENT)
    with Mailbox(account.config(port=account.port, security="none", ca_file=None)) as box:
        seen: list[object] = []
        for message in box.waiting():
            seen.append((message.size, message.received_at, box.read(message)))
            seen.append(box.read(message, headers_only=True))
            box.put_away(message.uid, review=len(seen) > 2)
    seen.append(sorted(account.headers("X-So")))
    account.move_back("Can-xem-lai")
    seen += [account.lying_in("INBOX"), account.lying_in("Da-xu-ly"), account.lying_in("khong-co")]
    return seen


def test_the_server_in_memory_and_a_real_one_say_the_same(dovecot: Dovecot) -> None:
    with running_in_memory() as small:
        assert conversation(small) == conversation(dovecot)


def test_the_server_in_memory_keeps_the_bytes_and_the_moment() -> None:
    with running_in_memory() as small:
        (size, moment, raw), *_rest = conversation(small)
    assert (size, moment, raw) == (len(RAW), MOMENT, RAW)


@pytest.mark.parametrize("users", [2])
def test_each_user_has_a_mailbox_of_its_own(users: int) -> None:
    with running_in_memory() as small:
        accounts = [small.account() for _ in range(users)]
        accounts[0].deliver(RAW, MOMENT)
        assert [len(one.lying_in("INBOX")) for one in accounts] == [1, 0]

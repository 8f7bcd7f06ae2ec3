"""Mailboxes as they are: odd answers, lies, dropped lines, other names; nothing is skipped for ever, all is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from tests.support.scripted_imap import PASSWORD, ImapScript, scripted

from cchc.clock import TZ
from cchc.mail.mailbox import Mailbox, MailboxDown, MessageNotMoved, MessageNotRead
from cchc.mail.mailbox_limits import MailboxLimits

FIRST = b"From: a@x.example\r\nSubject: mot\r\n\r\n" + b"x" * 300
SECOND = b"From: b@x.example\r\nSubject: hai\r\n\r\n" + b"y" * 300


def two(**more) -> ImapScript:
    return ImapScript({1: FIRST, 2: SECOND}, **more)


def read_all(config, most_bytes: int = 100_000) -> dict[int, bytes | str]:
    """What was read of every message, or why it was not; those that were read are put away."""
    found: dict[int, bytes | str] = {}
    bounded = replace(config, limits=replace(config.limits, most_bytes=most_bytes))
    with Mailbox(bounded) as box:
        for message in box.waiting():
            try:
                raw = box.read(message, headers_only=message.size > most_bytes)
            except MessageNotRead as error:
                found[message.uid] = str(error)
            else:
                assert raw is not None
                found[message.uid] = raw
                box.put_away(message.uid, review=False)
        found |= box.not_told
    return found


@pytest.mark.parametrize("odd", ["no", "nil", "empty", "drop", "flood"])
def test_one_message_that_is_not_handed_out_is_named_and_the_next_is_read(odd) -> None:
    script = two(odd={1: odd})
    with scripted(script) as config:
        found = read_all(config)
        assert isinstance(found[1], str) and "thư số 1" in found[1]
        assert found[2] == SECOND
        assert sorted(script.inbox) == [1], "it waits for the next run"
        script.odd.clear()
        assert read_all(config) == {1: FIRST}, "which reads it when it can be read"


def test_a_line_that_drops_once_costs_no_message() -> None:
    script = two(odd={1: "drop once"})
    with scripted(script) as config:
        assert read_all(config) == {1: FIRST, 2: SECOND}
    assert script.logins == 2


@pytest.mark.parametrize("claim", [0, 5, 10**12])
def test_a_size_that_is_claimed_and_not_true_changes_nothing(claim) -> None:
    with scripted(two(claims={1: claim})) as config:
        assert read_all(config) == {1: FIRST, 2: SECOND}


def test_a_message_without_a_size_is_read() -> None:
    with scripted(two(odd={1: "no size"})) as config:
        assert read_all(config) == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize("whole_only", [False, True], ids=["parts", "whole messages only"])
@pytest.mark.parametrize("claim", [5, 900])
def test_of_a_message_that_is_too_large_only_the_headers_are_taken(claim, whole_only) -> None:
    script = two(claims={1: claim}, whole_only=whole_only)
    script.inbox[1] = FIRST + b"z" * 8000
    with scripted(script) as config:
        found = read_all(config, most_bytes=700)
    assert found[2] == SECOND
    assert found[1] == b"From: a@x.example\r\nSubject: mot\r\n\r\n"


def test_a_line_that_drips_is_cut_and_the_next_message_is_read() -> None:
    with scripted(two(odd={1: "drip"}), limits=MailboxLimits(5, message_seconds=1)) as config:
        found = read_all(config)
    assert isinstance(found[1], str) and found[2] == SECOND


def test_a_session_ends_when_its_time_is_over_and_the_rest_waits() -> None:
    script = two(odd={1: "drip"})
    with scripted(script, limits=MailboxLimits(5, message_seconds=30, session_seconds=2)) as config:
        with pytest.raises(MailboxDown, match="lượt sau"):
            read_all(config)
        assert sorted(script.inbox) == [1, 2]
        script.odd.clear()
        assert read_all(config) == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize("move", ["unknown", "bad"])
@pytest.mark.parametrize("capabilities", ["IMAP4rev1 UIDPLUS MOVE", "IMAP4rev1 MOVE"])
def test_a_move_that_is_announced_and_not_known_becomes_a_copy(move, capabilities) -> None:
    script = two(move=move, capabilities=capabilities)
    with scripted(script) as config:
        assert read_all(config) == {1: FIRST, 2: SECOND}
    assert script.inbox == {} and script.folders["Da-xu-ly"] == [1, 2]


def test_without_move_a_message_is_copied_and_removed() -> None:
    script = two(capabilities="IMAP4rev1")
    with scripted(script) as config:
        read_all(config)
    assert script.inbox == {} and script.folders["Da-xu-ly"] == [1, 2]
    assert not any("MOVE" in line for line in script.log)


@pytest.mark.parametrize(("move", "words"), [("full", "Hộp thư đầy"), ("denied", "không cho chuyển")])
@pytest.mark.parametrize("capabilities", ["IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS MOVE"])
def test_a_message_that_cannot_be_moved_says_what_to_do_and_stays(move, words, capabilities) -> None:
    script = two(move=move, capabilities=capabilities)
    with scripted(script) as config, Mailbox(config) as box:
        for message in box.waiting():
            assert box.read(message)
            with pytest.raises(MessageNotMoved, match=words):
                box.put_away(message.uid, review=False)
    assert sorted(script.inbox) == [1, 2]


@pytest.mark.parametrize(
    ("prefix", "separator", "made"),
    [
        ("INBOX.", ".", ["INBOX.Bao-cao.Xong", "INBOX.Can-xem-lai"]),
        ("INBOX/", "/", ["INBOX/Bao-cao/Xong", "INBOX/Can-xem-lai"]),
        ("", ".", ["Bao-cao.Xong", "Can-xem-lai"]),
    ],
    ids=["Courier", "Cyrus", "no prefix"],
)
def test_folders_are_made_and_found_as_the_server_calls_them(prefix, separator, made) -> None:
    script = two(prefix=prefix, separator=separator, capabilities="IMAP4rev1 NAMESPACE MOVE")
    with scripted(script, done_folder="Bao-cao/Xong") as config:
        read_all(config)
        script.inbox[3] = FIRST
        read_all(config)
    assert sorted(script.folders) == made
    assert script.folders[made[0]] == [1, 2, 3]
    assert sum(line.startswith("CREATE") for line in script.log) == 2


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with scripted(two()) as config:
        pass
    with pytest.raises(MailboxDown) as down, Mailbox(config):
        pass
    assert PASSWORD not in str(down.value)


def test_no_more_messages_are_read_in_one_run_than_may_be_and_the_next_reads_the_rest() -> None:
    script = two()
    with scripted(script, limits=MailboxLimits(5, most_messages=1)) as config:
        with Mailbox(config) as box:
            assert [one.uid for one in box.waiting()] == [1] and box.left == 1
            box.put_away(1, review=False)
        with Mailbox(config) as box:
            assert [one.uid for one in box.waiting()] == [2] and box.left == 0


def test_a_message_is_found_by_what_it_is_and_stays_where_it_lies() -> None:
    script = two(odd={2: "no"})
    came = datetime(2026, 3, 10, 8, 1, tzinfo=TZ)
    with scripted(script) as config, Mailbox(config) as box:
        assert box.find(config.review_folder, came, lambda raw: raw == FIRST) == FIRST
        assert box.find(config.review_folder, came, lambda raw: raw == SECOND) is None, "it is not handed out"
        small = replace(config, limits=replace(config.limits, most_bytes=100))
        with Mailbox(small) as bounded:
            assert bounded.find(config.folder, came, lambda raw: True) is None, "too large to be taken"
    assert sorted(script.inbox) == [1, 2]
    searches = [one for one in script.log if "SEARCH" in one]
    assert all("SINCE 9-Mar-2026" in one and "BEFORE 12-Mar-2026" in one for one in searches), searches

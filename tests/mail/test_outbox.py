"""What enters the outbox leaves it once, in the mode of the day, to the right people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.mailing import row, states

from cchc.chasing.sending import send_current
from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import MailServerDown
from cchc.mail.modes import set_mode
from cchc.mail.outbox import PREVIEW_FOLDER, SendResult, send_pending
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.store import Store

Put, Make, Serve, SetTo = (
    Callable[..., None],
    Callable[..., Mail],
    Callable[..., Any],
    Callable[..., Instance],
)


LATER = timedelta(hours=1)


def test_a_key_enters_the_outbox_once_and_a_second_text_changes_nothing(
    store: Store, put: Put, make_mail: Make
) -> None:
    put()
    before = dict(row(store))
    with store.write() as tx:
        assert not enqueue(tx, make_mail(subject="khác"))
    assert dict(row(store)) == before


def test_a_mail_is_sent_once_however_often_the_outbox_is_emptied(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put()
    assert send_pending(store, live, config, now) == SendResult(sent=1)
    assert send_pending(store, live, config, now) == SendResult()
    assert len(script.taken) == 1
    assert row(store)["state"] == "sent"
    assert row(store)["sent_at"] == to_text(now)


def test_preview_writes_a_file_and_talks_to_nobody(
    store: Store, instance: Instance, put: Put, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put()
    assert send_pending(store, instance, config, now) == SendResult(previewed=1)
    assert not script.greetings
    (file,) = (instance.root / PREVIEW_FOLDER).glob("*.eml")
    assert b"Auto-Submitted" in file.read_bytes()


def test_what_was_previewed_does_not_go_out_when_live_is_switched_on(
    store: Store, instance: Instance, put: Put, serve: Serve, set_to: SetTo, now: Any
) -> None:
    script, config = serve()
    put()
    send_pending(store, instance, None, now)
    assert send_pending(store, set_to(instance, "live", rehearsal=True), config, now) == SendResult()
    assert not script.taken


def test_in_redirect_nobody_but_the_redirect_address_gets_anything(
    store: Store, instance: Instance, put: Put, serve: Serve, set_to: SetTo, make_mail: Make, now: Any
) -> None:
    script, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",), copies=("c@d.example",)) for n in range(5)))
    send_pending(store, set_to(instance, "redirect", redirect_to="thu@nghiem.example"), config, now)
    assert {to for to, _ in script.taken} == {("thu@nghiem.example",)}
    assert len(script.taken) == 5


def test_a_rehearsal_refuses_a_foreign_server(store: Store, live: Instance, put: Put, now: Any) -> None:
    put()
    config = SmtpConfig("192.0.2.7", 25, None, None, "none", "a@b.example")
    with pytest.raises(RuleRefused) as refusal:
        send_pending(store, live, config, now)
    assert refusal.value.rule == "rehearsal-loopback-only"
    assert states(store) == {"decided": 1}


def test_live_without_a_server_is_an_error_not_a_silence(
    store: Store, live: Instance, put: Put, now: Any
) -> None:
    put()
    with pytest.raises(RuleRefused) as refusal:
        send_pending(store, live, None, now)
    assert refusal.value.rule == "no-mail-server"


def test_a_server_that_is_down_leaves_every_mail_as_it_was(
    store: Store, live: Instance, put: Put, now: Any
) -> None:
    put()
    with pytest.raises(MailServerDown):
        send_pending(store, live, SmtpConfig("127.0.0.1", 1, None, None, "none", "a@b.example"), now)
    assert states(store) == {"decided": 1}
    assert row(store)["attempts"] == 0


def test_one_bad_address_stops_none_of_the_others(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.rcpt["khong-co@b.example"] = "550 5.1.1 no such mailbox"
    put(
        make_mail("1", recipients=("khong-co@b.example",)),
        make_mail("2", recipients=("hỏng hẳn",)),
        make_mail("3", recipients=("khong-co@b.example", "tot@b.example")),
        make_mail("4", recipients=("tot@b.example",)),
    )
    assert send_pending(store, live, config, now) == SendResult(sent=2, dead=2)
    assert "no such mailbox" in row(store, "1")["server_answer"]
    assert "hỏng hẳn" in row(store, "2")["server_answer"]
    assert "khong-co@b.example" in row(store, "3")["server_answer"]
    assert [to for to, _ in script.taken] == [("tot@b.example",), ("tot@b.example",)]


def test_a_refusal_for_now_is_tried_at_the_next_run_and_then_goes(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.data.append("451 4.3.0 try later")
    put()
    first = send_pending(store, live, config, now)
    assert first == SendResult(failed=1)
    assert "451 4.3.0 try later" in first.stopped
    assert row(store)["server_answer"] == "451 4.3.0 try later"
    assert send_pending(store, live, config, now + LATER) == SendResult(sent=1)
    assert row(store)["attempts"] == 2
    assert len(script.taken) == 1


def test_each_refusal_makes_the_next_try_wait_twice_as_long_and_others_do_not_wait(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.rcpt["ban@b.example"] = ["450 busy"] * 3
    put(make_mail("ban", recipients=("ban@b.example",)))
    first = OutboxRules.load().retry_after_minutes
    moment, waits = now, []
    for _ in range(3):
        assert send_pending(store, live, config, moment) == SendResult(failed=1)
        wait = first * 2 ** len(waits)
        put(make_mail(f"khac{len(waits)}"))
        just_before = moment + timedelta(minutes=wait) - timedelta(seconds=1)
        assert send_pending(store, live, config, just_before) == SendResult(sent=1), "only the other mail"
        moment += timedelta(minutes=wait)
        waits.append(wait)
    assert waits == [first, 2 * first, 4 * first]
    assert send_pending(store, live, config, moment) == SendResult(sent=1)


def test_who_has_the_mail_already_does_not_get_it_again_when_the_rest_is_retried(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.rcpt["cham@b.example"] = ["451 greylisted"]
    put(make_mail("k", recipients=("nhanh@b.example", "cham@b.example")))
    assert send_pending(store, live, config, now) == SendResult(failed=1)
    assert send_pending(store, live, config, now + LATER) == SendResult(sent=1)
    assert [to for to, _ in script.taken] == [("nhanh@b.example",), ("cham@b.example",)]


def test_after_so_many_refusals_a_person_is_asked_with_the_servers_words(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    script, config = serve()
    most = OutboxRules.load().max_attempts
    script.data += ["451 never"] * (most + 5)
    put()
    results = [send_pending(store, live, config, now + n * 5 * LATER) for n in range(most + 1)]
    assert results[:-2] == [SendResult(failed=1)] * (most - 1)
    assert results[-2:] == [SendResult(held=1), SendResult()]
    assert "451 never" in row(store)["server_answer"]


def test_a_missing_attachment_waits_and_says_which_file(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    _, config = serve()
    put(make_mail("k", attachments=("ket-qua/bieu.xlsx",)))
    assert send_pending(store, live, config, now) == SendResult(failed=1)
    assert "bieu.xlsx" in row(store, "k")["server_answer"]
    (live.root / "ket-qua").mkdir()
    (live.root / "ket-qua" / "bieu.xlsx").write_bytes(b"PK")
    assert send_pending(store, live, config, now + LATER) == SendResult(sent=1)


def test_a_limit_sends_the_oldest_first_and_leaves_the_rest(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put(
        *(
            make_mail(f"k{n}", as_of=now + timedelta(minutes=n), recipients=(f"xa{n}@b.example",))
            for n in (2, 0, 1)
        )
    )
    assert send_pending(store, live, config, now, limit=2) == SendResult(sent=2)
    assert [to[0] for to, _ in script.taken] == ["xa0@b.example", "xa1@b.example"]


def test_yesterdays_unsent_digest_is_not_sent_today(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put(make_mail("30292/2026-03-10/don_doc", kind="don_doc"))
    tomorrow = at(now.date() + timedelta(days=1), 8)
    assert send_current(store, live, config, tomorrow) == SendResult()
    assert not script.taken
    assert states(store) == {"withdrawn": 1}


def test_yesterdays_unsent_receipt_is_sent_today(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    _, config = serve()
    put()
    assert send_pending(store, live, config, now + timedelta(days=1)) == SendResult(sent=1)


def test_real_mail_carries_the_real_time_and_a_rehearsal_the_replayed_one(
    store: Store, instance: Instance, put: Put, make_mail: Make, serve: Serve, set_to: SetTo, now: Any,
    own_addresses: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    script, config = serve()
    real = now + timedelta(hours=3, minutes=7)
    monkeypatch.setattr("cchc.clock.now", lambda: real)
    put(make_mail("1"))
    send_pending(store, set_to(instance, "live", rehearsal=True), config, now)
    put(make_mail("2"))
    set_mode(store, instance, "live", actor="quản trị", at=now, typed_name=Department.load().name)
    send_pending(store, set_to(instance, "live"), config, now)
    dates = [
        line for _, content in script.taken for line in content.split(b"\r\n") if line.startswith(b"Date:")
    ]
    assert dates == [b"Date: Tue, 10 Mar 2026 08:00:00 +0700", b"Date: Tue, 10 Mar 2026 11:07:00 +0700"]
    assert row(store, "2")["sent_at"] == to_text(real)

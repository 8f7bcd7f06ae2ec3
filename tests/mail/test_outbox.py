from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from cchc.chasing.sending import send_current
from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.mail import outbox
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import Mailer, MailServerDown
from cchc.mail.modes import set_mode
from cchc.mail.outbox import PREVIEW_FOLDER, SendResult, send_pending
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.mail.stops import current_stop, lift_stop, tell_administrators
from cchc.paths import Instance
from cchc.store import Store

Put, Make, Serve, SetTo = (
    Callable[..., None],
    Callable[..., Mail],
    Callable[..., Any],
    Callable[..., Instance],
)


LATER = timedelta(hours=1)


def states(store: Store) -> Counter[str]:
    return Counter(
        state for kinds in outbox_by_state(store).values() for state, n in kinds.items() for _ in range(n)
    )


def row(store: Store, key: str = "30292/2026-03-10/bien_nhan") -> Any:
    return store.one("mail.mail", mail_key=key)


@pytest.fixture
def now(make_mail: Make) -> Any:
    return make_mail().as_of


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


class Crash(BaseException):
    """The process is gone: nothing after this point runs."""


def test_a_crash_between_send_and_mark_repeats_that_one_mail_with_the_same_identity(
    store: Store,
    live: Instance,
    put: Put,
    make_mail: Make,
    serve: Serve,
    now: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(3)))
    send = Mailer.send

    def send_and_die(self: Mailer, envelope: Any) -> Any:
        send(self, envelope)
        raise Crash

    monkeypatch.setattr(Mailer, "send", send_and_die)
    with pytest.raises(Crash):
        send_pending(store, live, config, now)
    monkeypatch.undo()
    assert states(store) == {"claimed": 1, "decided": 2}
    assert send_pending(store, live, config, now + timedelta(minutes=5)) == SendResult(sent=2)
    assert send_pending(store, live, config, now + timedelta(hours=1)) == SendResult(sent=1)
    assert states(store) == {"sent": 3}
    assert Counter(to[0] for to, _ in script.taken) == {
        "xa0@b.example": 2,
        "xa1@b.example": 1,
        "xa2@b.example": 1,
    }
    repeats = [content for to, content in script.taken if to == ("xa0@b.example",)]
    assert {line for part in repeats for line in part.split(b"\r\n") if line.startswith(b"Message-ID")} == {
        b"Message-ID: " + row(store, "k0")["message_id"].encode()
    }


def test_whatever_the_server_has_taken_is_marked_before_it_takes_another(
    any_store: Store, live: Instance, make_mail: Make, serve: Serve, now: Any
) -> None:
    """At most one mail is claimed, whenever somebody pulls the plug, and none is sent and not marked besides."""
    seen: list[tuple[int, Counter[str]]] = []

    script, config = serve()
    kind: Any = type(script)

    class Watching(kind):  # type: ignore[misc]  # the class of a fixture's value
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # as in aiosmtpd
            seen.append((len(self.taken), states(any_store)))
            return await super().handle_DATA(server, session, envelope)

    script, config = serve(Watching())
    with any_store.write() as tx:
        for number in range(8):
            assert enqueue(tx, make_mail(f"k{number}", recipients=(f"xa{number}@b.example",)))
    assert send_pending(any_store, live, config, now) == SendResult(sent=8)
    for taken, counted in seen:
        assert counted["sent"] == taken
        assert counted["claimed"] == 1
    assert len(seen) == 8


def test_a_mail_is_not_sent_when_the_one_before_cannot_be_marked(
    store: Store,
    live: Instance,
    put: Put,
    make_mail: Make,
    serve: Serve,
    now: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    script, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(3)))
    mark = outbox._mark

    def full(*_: Any, **__: Any) -> str:
        raise Crash

    monkeypatch.setattr(outbox, "_mark", full)
    with pytest.raises(Crash):
        send_pending(store, live, config, now)
    assert [to[0] for to, _ in script.taken] == ["xa0@b.example"], "the second mail must not be sent"
    monkeypatch.setattr(outbox, "_mark", mark)
    send_pending(store, live, config, now + timedelta(hours=1))
    assert Counter(to[0] for to, _ in script.taken) == {
        "xa0@b.example": 2, "xa1@b.example": 1, "xa2@b.example": 1,
    }  # fmt: skip


def test_a_server_that_goes_away_leaves_the_mail_at_hand_to_the_next_try(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.mail = ["250 OK", "550 sender unknown"]
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(4)))
    with pytest.raises(MailServerDown):
        send_pending(store, live, config, now)
    assert states(store)["sent"] == 1
    assert states(store)["claimed"] == 0
    assert send_pending(store, live, config, now + timedelta(hours=1)) == SendResult(sent=3)
    assert len(script.taken) == 4


def test_a_crash_before_sending_loses_nothing(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, config = serve()
    put()

    def die(self: Mailer, envelope: Any) -> Any:
        raise Crash

    monkeypatch.setattr(Mailer, "send", die)
    with pytest.raises(Crash):
        send_pending(store, live, config, now)
    monkeypatch.undo()
    assert send_pending(store, live, config, now + timedelta(hours=1)) == SendResult(sent=1)
    assert len(script.taken) == 1


def test_an_answer_that_never_came_counts_as_a_crash(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.hang_up_after_taking = 1
    put()
    assert send_pending(store, live, config, now) == SendResult(unknown=1)
    assert send_pending(store, live, config, now) == SendResult()
    assert send_pending(store, live, config, now + timedelta(hours=1)) == SendResult(sent=1)
    assert len({content for _, content in script.taken}) == 2
    assert len(script.taken) == 2


def test_two_workers_at_once_send_every_mail_once(
    any_store: Store, live: Instance, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    script.delay = 0.002
    with any_store.write() as tx:
        for n in range(60):
            assert enqueue(tx, make_mail(f"k{n:02}", recipients=(f"xa{n}@b.example",)))
    results: list[SendResult] = []
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        results.append(send_pending(any_store, live, config, now))

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Counter(to[0] for to, _ in script.taken) == {f"xa{n}@b.example": 1 for n in range(60)}
    assert sum(result.sent for result in results) == 60
    assert sum(result.sent > 0 for result in results) > 1, "the workers did not work at the same time"


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


REFUSALS_OF_OUR_ACCOUNT = [
    ("data", "550 5.4.5 Daily user sending limit exceeded. For more information go to support - gsmtp"),
    ("data", "452 4.3.1 Insufficient system storage"),
    ("data", "554 5.7.1 Message rejected due to policy"),
    ("data", "451 4.7.0 try again later"),
    ("rcpt", "550 5.4.5 Daily sending quota exceeded"),
    ("rcpt", "554 5.7.1 Relay access denied"),
    ("rcpt", "452 4.5.3 too many recipients this hour"),
    ("rcpt", "550 5.7.1 Sender's rate limit exceeded"),
    ("rcpt", "530 5.5.1 Authentication required"),
    ("rcpt", "421 4.7.0 too many messages"),
    ("mail", "452 4.5.3 message quota exceeded"),
    ("mail", "421 4.7.28 unusual rate of mail"),
]


@pytest.mark.parametrize(("step", "words"), REFUSALS_OF_OUR_ACCOUNT)
def test_what_is_said_of_our_account_ends_no_mail_and_stops_the_batch(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any, step: str, words: str
) -> None:
    """The account may send three mails; the others wait, and go once the limit is lifted."""
    addresses = [f"xa{n:02}@b.example" for n in range(12)]
    script, config = serve()
    put(*(make_mail(f"k{n:02}", recipients=(address,)) for n, address in enumerate(addresses)))
    if step == "rcpt":
        script.rcpt = dict.fromkeys(addresses[3:], words)
    else:
        setattr(script, step, ["250 OK"] * 3 + [words] * 1000)
    result = send_pending(store, live, config, now)
    assert result == SendResult(sent=3, failed=1)
    assert words[:3] in result.stopped
    greetings = script.greetings
    resting = send_pending(store, live, config, now + timedelta(minutes=4))
    assert resting == SendResult() and resting.stopped == result.stopped
    assert script.greetings == greetings, "a server that refuses us is left alone"
    for hours in range(1, 40):
        assert send_pending(store, live, config, now + hours * LATER).dead == 0
    script.rcpt, script.data, script.mail = {}, [], []
    send_pending(store, live, config, now + 60 * LATER)
    assert states(store) == {"sent": 12}
    assert Counter(to[0] for to, _ in script.taken) == dict.fromkeys(addresses, 1)


def test_stops_in_a_row_last_twice_as_long_each_and_a_mail_that_gets_through_ends_the_row(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(9)))
    script.data = ["452 4.3.1 quota"] * 4
    moment, waits = now, []
    for _ in range(4):
        assert send_pending(store, live, config, moment).failed == 1
        stop = current_stop(store, moment)
        assert stop is not None
        waits.append((stop.rest_until - moment) // timedelta(minutes=1))
        moment = stop.rest_until
    assert waits == [5, 10, 20, 40]
    script.data = ["250 OK", "452 4.3.1 quota"]
    assert send_pending(store, live, config, moment).sent == 1
    stop = current_stop(store, moment)
    assert stop is not None
    assert stop.rest_until - moment == timedelta(minutes=5)


def test_administrators_are_told_once_for_a_row_of_stops_and_sending_can_be_lifted(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(4)))
    assert not tell_administrators(store, now)
    script.mail = ["550 5.7.60 not allowed to send as this address"] * 2
    for hour in range(2):
        with pytest.raises(MailServerDown):
            send_pending(store, live, config, now + hour * LATER)
        assert tell_administrators(store, now + hour * LATER) is (hour == 0)
    assert outbox_by_state(store)["su_co"] == {"decided": 1}
    with pytest.raises(RuleRefused, match="--nguoi"):
        lift_stop(store, now + LATER, " ")
    lift_stop(store, now + LATER, "quản trị viên")
    assert send_pending(store, live, config, now + LATER).sent >= 4
    with pytest.raises(RuleRefused) as refused:
        lift_stop(store, now + LATER, "quản trị viên")
    assert refused.value.rule == "nothing-rests"


def test_a_refused_login_stops_the_batch_and_is_not_repeated_at_every_run(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any
) -> None:
    tried: list[object] = []

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        tried.append(data)
        return AuthResult(success=False, handled=False, message="535 5.7.8 bad credentials")

    _, config = serve(user="a", password="b", authenticator=check, auth_required=True, auth_require_tls=False)
    put()
    with pytest.raises(MailServerDown):
        send_pending(store, live, config, now)
    logins = len(tried)
    assert send_pending(store, live, config, now).stopped
    assert len(tried) == logins
    assert states(store) == {"decided": 1}


def test_many_refusals_in_a_row_stop_the_batch_whatever_they_say(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    most = OutboxRules.load().refused_in_a_row
    addresses = [f"xa{n:02}@b.example" for n in range(3 * most)]
    script, config = serve()
    script.rcpt = dict.fromkeys(addresses, "550 rejected")
    put(*(make_mail(f"k{n:02}", recipients=(address,)) for n, address in enumerate(addresses)))
    result = send_pending(store, live, config, now)
    assert result == SendResult(failed=most)
    assert result.stopped
    script.rcpt = {}
    assert send_pending(store, live, config, now + LATER) == SendResult(sent=3 * most)


def test_a_mail_that_is_refused_each_time_is_tried_after_the_others(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    script, config = serve()
    put(make_mail("a", recipients=("la@b.example",)), make_mail("b"), make_mail("c"))
    script.rcpt = {"la@b.example": "554 5.7.1 blocked by policy"}
    assert send_pending(store, live, config, now) == SendResult(failed=1)
    assert send_pending(store, live, config, now + LATER) == SendResult(sent=2, failed=1)


@pytest.mark.parametrize("trouble", ["slow", "cut"])
def test_a_mail_of_unknown_fate_is_repeated_once_then_a_person_is_asked(
    store: Store,
    live: Instance,
    put: Put,
    make_mail: Make,
    serve: Serve,
    now: Any,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    """Slowness is no loss: never eight copies, and never called dead."""
    script, config = serve()
    addresses = [f"xa{n}@b.example" for n in range(6)]
    put(*(make_mail(f"k{n}", recipients=(address,)) for n, address in enumerate(addresses)))
    if trouble == "slow":
        monkeypatch.setattr(outbox, "Mailer", lambda smtp, *_: Mailer(smtp, 5, 0.1))
        script.delay = 0.4
    else:
        script.hang_up_after_taking = 1000
    first = send_pending(store, live, config, now)
    assert first == SendResult(unknown=1)
    assert first.stopped
    for hour in range(1, 40):
        send_pending(store, live, config, now + hour * LATER)
    counted = states(store)
    assert counted["dead"] == 0
    assert counted["held"] == 6
    if trouble == "slow":
        threading.Event().wait(0.5)
    copies = Counter(to[0] for to, _ in script.taken)
    assert max(copies.values()) == 2
    assert "gui-lai" in row(store, "k0")["server_answer"]


def test_a_worker_that_dies_twice_over_one_mail_leaves_it_to_a_person(
    store: Store, live: Instance, put: Put, serve: Serve, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, config = serve()
    put()
    send = Mailer.send

    def send_and_die(self: Mailer, envelope: Any) -> Any:
        send(self, envelope)
        raise Crash

    monkeypatch.setattr(Mailer, "send", send_and_die)
    for hour in range(2):
        with pytest.raises(Crash):
            send_pending(store, live, config, now + hour * LATER)
    monkeypatch.undo()
    assert send_pending(store, live, config, now + 2 * LATER) == SendResult(held=1)
    assert len(script.taken) == 2

"""No mail is lost, and none is sent twice without need, whatever dies, hangs or answers too late."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.support.mailing import row, states

from cchc.mail import outbox
from cchc.mail.mail import Mail, enqueue
from cchc.mail.mailer import Mailer, MailServerDown
from cchc.mail.outbox import SendResult, send_pending
from cchc.paths import Instance
from cchc.store import Store

Put, Make, Serve = Callable[..., None], Callable[..., Mail], Callable[..., Any]
LATER = timedelta(hours=1)


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

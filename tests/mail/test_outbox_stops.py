"""What a server says about our account stops the batch and ends no mail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from tests.support.mailing import states

from cchc.errors import RuleRefused
from cchc.mail.counts import outbox_by_state
from cchc.mail.mail import Mail
from cchc.mail.mailer import MailServerDown, StopCause
from cchc.mail.outbox import SendResult, send_pending
from cchc.mail.rules import OutboxRules
from cchc.mail.stops import current_stop, lift_stop, pause_sending, stop_sending, tell_administrators
from cchc.paths import Instance
from cchc.store import Store

Put, Make, Serve = Callable[..., None], Callable[..., Mail], Callable[..., Any]
LATER = timedelta(hours=1)


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


@pytest.mark.parametrize("mode", ["live", "dry_run"])
def test_what_a_person_lets_rest_rests_until_a_person_lets_it_go_on(
    store: Store, instance: Instance, set_to: Any, put: Put, serve: Serve, now: Any, mode: str
) -> None:
    home = set_to(instance, mode, rehearsal=True)
    script, config = serve()
    put()
    pause_sending(store, now, actor="chị Lan", reason="Biểu sai")
    far = now + 4000 * LATER
    for moment in (now, now - 2 * LATER, far):  # nor does a clock that runs behind let it go on
        result = send_pending(store, home, config, moment)
        assert result == SendResult() and "chị Lan" in result.stopped and "Biểu sai" in result.stopped
    assert states(store) == {"decided": 1} and script.taken == []
    assert not tell_administrators(store, far), "whoever let it rest knows"
    lift_stop(store, far, "anh Tư")
    assert sum(send_pending(store, home, config, far).counts.values()) == 1


def test_no_other_stop_takes_the_place_of_a_persons_word(store: Store, now: Any) -> None:
    with pytest.raises(RuleRefused, match="lý do"):
        pause_sending(store, now, actor="chị Lan", reason=" ")
    stop_sending(store, OutboxRules.load(), StopCause.LIMIT, "452 quota", now)
    pause_sending(store, now, actor="chị Lan", reason="Biểu sai")
    stop_sending(store, OutboxRules.load(), StopCause.LIMIT, "452 quota", now)
    stop = current_stop(store, now + 100 * LATER)
    assert stop is not None and (stop.cause, stop.actor, stop.words) == ("paused", "chị Lan", "Biểu sai")
    with pytest.raises(RuleRefused, match="đang dừng rồi"):
        pause_sending(store, now, actor="anh Tư", reason="Khác")


def test_a_pause_ends_a_batch_that_is_under_way(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: Any
) -> None:
    _, config = serve()
    put(*(make_mail(f"k{n}", recipients=(f"xa{n}@b.example",)) for n in range(3)))

    def meanwhile(row: Any) -> str:
        if current_stop(store, now) is None:
            pause_sending(store, now, actor="chị Lan", reason="Biểu sai")
        return ""

    result = send_pending(store, live, config, now, kept_back=meanwhile)
    assert result.sent == 1 and "chị Lan" in result.stopped
    assert states(store) == {"sent": 1, "decided": 2}

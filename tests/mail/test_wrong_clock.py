"""A clock that ran a day ahead and was put right holds no mail back, and loses no limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.support.mailing import row, states

from cchc.mail.mail import Mail
from cchc.mail.mailer import Mailer, StopCause
from cchc.mail.outbox import SendResult, send_pending, take_turn
from cchc.mail.rules import OutboxRules
from cchc.mail.stops import current_stop, stop_sending
from cchc.paths import Instance
from cchc.store import Store

Put, Make, Serve = Callable[..., None], Callable[..., Mail], Callable[..., Any]
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MOMENT = 1_773_100_000_000


class Crash(BaseException):
    """The process is gone."""


def die_while_sending(monkeypatch: pytest.MonkeyPatch, sending: Callable[[], object]) -> None:
    def die(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(Mailer, "send", die)
        with pytest.raises(Crash):
            sending()


def test_a_mail_claimed_by_a_worker_that_died_a_day_ahead_goes_as_soon_as_the_clock_is_right(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _, config = serve()
    put(make_mail("k1"))
    die_while_sending(monkeypatch, lambda: send_pending(store, live, config, now + DAY))
    assert states(store) == {"claimed": 1}
    assert send_pending(store, live, config, now) == SendResult(sent=1)


def test_a_claim_of_a_machine_whose_clock_is_minutes_ahead_is_respected(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    _, config = serve()
    put(make_mail("k1"))
    die_while_sending(monkeypatch, lambda: send_pending(store, live, config, now + 10 * MINUTE))
    assert send_pending(store, live, config, now) == SendResult(), "somebody is sending it"


def test_a_mail_refused_for_now_a_day_ahead_is_tried_again_at_once(
    store: Store, live: Instance, put: Put, make_mail: Make, serve: Serve, now: datetime
) -> None:
    script, config = serve()
    put(make_mail("k1", recipients=("a@b.example",)))
    script.rcpt["a@b.example"] = ["451 4.3.0 mailbox busy"]
    assert send_pending(store, live, config, now + DAY).failed == 1
    assert row(store, "k1")["claimed_at"] > now.isoformat()
    assert send_pending(store, live, config, now) == SendResult(sent=1)


def test_a_stop_of_a_day_ahead_is_over_when_the_clock_is_right(store: Store, now: datetime) -> None:
    rules = OutboxRules.load()
    stop_sending(store, rules, StopCause.LIMIT, "452", now + DAY)
    assert current_stop(store, now + DAY) is not None
    assert current_stop(store, now) is None
    stop_sending(store, rules, StopCause.LIMIT, "452", now)
    assert current_stop(store, now - 2 * MINUTE) is not None, "another machine may be minutes behind"


def test_turns_given_while_a_clock_ran_ahead_keep_nobody_waiting_and_the_limit_holds_again(
    any_store: Store,
) -> None:
    ahead = [take_turn(any_store, 60, MOMENT + 86_400_000) for _ in range(3)]
    assert ahead[0] == MOMENT + 86_400_000
    turns = [take_turn(any_store, 60, MOMENT) for _ in range(50)]
    assert turns == [MOMENT + 1000 * number for number in range(50)]


def test_a_long_line_of_workers_is_no_wrong_clock(any_store: Store) -> None:
    turns = [take_turn(any_store, 1, MOMENT) for _ in range(60)]
    assert turns == [MOMENT + 60_000 * number for number in range(60)]

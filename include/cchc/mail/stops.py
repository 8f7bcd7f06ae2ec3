"""Sending that rests: the server refused our account, nobody knew what it did with a mail, or a person wants it so.

Each stop in a row lasts twice as long as the one before, at most four hours; a mail that gets through ends the row.
The administrators are told of each row once, and of each new cause in it. What rests until a person lets it go on,
nothing else lets go on, and no other stop takes its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc.clock import END, from_text, to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.mail.failure import TaskFailure, failure_mail
from cchc.mail.mailer import StopCause
from cchc.mail.resending import check_said
from cchc.mail.restored import hold_waiting
from cchc.mail.rules import OutboxRules
from cchc.store import Store, Transaction
from cchc.texts import t

LIFTED = "lifted"
ACTOR = "he-thong"
AHEAD = timedelta(hours=1)  # by which clocks of several machines may differ
UNTIL_LIFTED = (StopCause.RESTORED, StopCause.PAUSED)  # a person lets sending go on, and no time does


@dataclass(frozen=True)
class Stop:
    """One stop. `words`: the server's, or the person's."""

    stopped_at: datetime
    rest_until: datetime
    cause: str
    words: str
    actor: str

    @property
    def told(self) -> str:
        """Why nothing is sent, until when, and what to do, in words."""
        return t(
            f"mail.stop.{self.cause}",
            words=self.words,
            until=vn_instant(self.rest_until),
            actor=self.actor,
            since=vn_instant(self.stopped_at),
        )


def current_stop(store: Store | Transaction, instant: datetime) -> Stop | None:
    """The stop in force at that moment. One from a time to come was made while a clock ran ahead, and holds nothing."""
    last = next(reversed(_stops(store)), None)
    if last is None or last.cause == LIFTED or last.rest_until <= instant:
        return None
    return last if last.cause in UNTIL_LIFTED or last.stopped_at <= instant + AHEAD else None


def stop_sending(store: Store, rules: OutboxRules, cause: StopCause, words: str, instant: datetime) -> Stop:
    """Let all sending rest for a while; returns the stop in force, which is a person's where there is one."""
    stop = Stop(instant, instant + rules.wait_after(len(_row(store)) + 1), str(cause), words, ACTOR)
    with store.write() as tx:
        standing = current_stop(tx, instant)
        if standing is not None and standing.cause in UNTIL_LIFTED:
            return standing
        _add(tx, stop)
    return stop


def pause_in_force(store: Store, instant: datetime) -> Stop | None:
    """The stop of a person who lets all sending rest; None when nobody does."""
    stop = current_stop(store, instant)
    return stop if stop is not None and stop.cause == StopCause.PAUSED else None


def pause_sending(store: Store, instant: datetime, *, actor: str, reason: str) -> Stop:
    """A person's word that nothing is sent until somebody lets it go on (`lift_stop`); what waits goes then.

    RuleRefused('rests-already') while it rests until a person's word already.
    """
    check_said(actor, reason)
    stop = Stop(instant, END, str(StopCause.PAUSED), reason.strip(), actor.strip())
    with store.write() as tx:
        standing = current_stop(tx, instant)
        if standing is not None and standing.cause in UNTIL_LIFTED:
            raise RuleRefused("rests-already", t("mail.stop.rests_already", told=standing.told))
        _add(tx, stop)
    return stop


def tell_administrators(store: Store, instant: datetime) -> bool:
    """Put an alarm about the stop in force into the outbox, once for each cause in a row; whether it is new."""
    if (stop := current_stop(store, instant)) is None or stop.cause == StopCause.PAUSED:
        return False  # whoever let it rest knows
    first = next((one for one in _row(store) if one.cause == stop.cause), stop)
    failure = TaskFailure(
        dag=t("mail.stop.alarm.what"),
        task=t("mail.stop.alarm.step"),
        run_id=f"{stop.cause}/{to_text(first.stopped_at)}",
        error=stop.words or t("mail.stop.alarm.no_words"),
        advice=stop.told,
    )
    return failure_mail(store, failure, instant)


def lift_stop(store: Store, instant: datetime, actor: str) -> Stop:
    """An administrator's word that sending may go on at once. RuleRefused('nothing-rests') when it does anyway."""
    if not actor.strip():
        raise RuleRefused("lift-needs-actor", t("chasing.refused.actor"))
    stop = current_stop(store, instant)
    if stop is None:
        raise RuleRefused("nothing-rests", t("mail.stop.nothing_rests"))
    with store.write() as tx:
        if stop.cause == StopCause.RESTORED:
            hold_waiting(tx, stop.words)
        _add(tx, Stop(instant, instant, LIFTED, "", actor.strip()))
    return stop


def _row(store: Store) -> list[Stop]:
    """The stops since a mail last got through, or since somebody lifted one."""
    last_sent = store.query("mail.last_sent")[0]["sent_at"]
    row: list[Stop] = []
    for stop in _stops(store):
        if stop.cause == LIFTED:
            row = []
        elif last_sent is None or stop.stopped_at >= from_text(last_sent):
            row.append(stop)
    return row


def _stops(store: Store | Transaction) -> list[Stop]:
    return [
        Stop(
            from_text(row["stopped_at"]),
            from_text(row["rest_until"]),
            row["cause"],
            row["words"],
            row["actor"],
        )
        for row in store.query("mail.stops")
    ]


def _add(tx: Transaction, stop: Stop) -> None:
    tx.add_numbered(
        "mail.add_stop",
        stopped_at=to_text(stop.stopped_at),
        rest_until=to_text(stop.rest_until),
        cause=stop.cause,
        words=stop.words,
        actor=stop.actor,
    )

"""Operators send again: one mail, or a rung of the ladder to units of a round, with what that rung carries.

What never arrived goes as it was; a reminder that did leave is composed anew, with today's words and today's addresses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass

from cchc.chasing.attachments import forms_of
from cchc.chasing.by_hand import check_working_day, owing
from cchc.chasing.decide import decide_reminders
from cchc.chasing.ladder import Ladder, Rung
from cchc.chasing.plan import ByHand
from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.mail.mail import DIGEST, REQUEST
from cchc.mail.resending import NOT_ARRIVED, check_said, find_mail, send_again
from cchc.obligations import Event, EventKind
from cchc.run import Run
from cchc.store import Row
from cchc.texts import t

WAITING = ("decided", "failed", "claimed")


@dataclass(frozen=True)
class SentAgain:
    """Mails put into the outbox; `waiting`: units whose mail still waits there, which get no second one."""

    mails: int = 0
    waiting: int = 0


def resend_mail(run: Run, key: str, reason: str) -> SentAgain:
    """Send one mail again, of any kind. RuleRefused as `send_again` raises it, and when nothing is owed any more."""
    check_said(run.actor, reason)
    with run.store.read() as tx:
        row = find_mail(tx, key)
    rungs = run.store.query("chasing.reminders_of_mail", mail_key=row["mail_key"])
    stale = row["kind"] == DIGEST and row["as_of"] < to_text(at(run.today))
    if rungs and (row["state"] not in (*NOT_ARRIVED, *WAITING) or stale):
        ladder, codes = Ladder.load(), {one["rung"] for one in rungs}
        rung = [one for one in ladder.rungs if one.code in codes][-1]
        rounds = {one["round_id"] for one in rungs}
        return _compose(run, rung, frozenset({row["unit_code"]}), rounds, reason)
    _put_back(run, [row], reason)
    return SentAgain(1)


def resend_rung(
    run: Run, unit_codes: Collection[str] | None, rung_code: str | None, reason: str
) -> SentAgain:
    """Send a rung (None: the request) to units of the run's round that still owe; None: to all of them."""
    check_said(run.actor, reason)
    round_id, ladder = run.round.round_id, Ladder.load()
    code = rung_code or next(iter(sorted(ladder.opening_codes)))
    if code not in ladder.codes:
        raise RuleRefused("unknown-rung", t("chasing.unknown_rung", rung=code, known=", ".join(ladder.codes)))
    wanted = {obligation.unit_code for obligation, _ in owing(run, unit_codes)}
    last: dict[str, Row] = {}
    for row in run.store.query("chasing.mails_of_rung", rung=code, round_id=round_id):
        last[row["unit_code"]] = row
    known = {unit: row for unit, row in last.items() if unit in wanted}
    waiting = {unit for unit, row in known.items() if row["state"] in WAITING}
    back = [row for row in known.values() if row["state"] in NOT_ARRIVED and row["kind"] == REQUEST]
    rest = frozenset(wanted - waiting - {row["unit_code"] for row in back})
    composed = _compose(run, ladder.rung(code), rest, {round_id}, reason) if rest else SentAgain()
    _put_back(run, back, reason)
    return SentAgain(composed.mails + len(back), len(waiting))


def _compose(run: Run, rung: Rung, units: frozenset[str], rounds: set[str], reason: str) -> SentAgain:
    """New mails on that rung, with today's words and what the rung carries."""
    check_working_day(run)
    occasion = f"gui-lai/{to_text(run.as_of)}/{run.actor.strip()}"
    decision = decide_reminders(
        run,
        forms_of=forms_of(run),
        round_id=next(iter(rounds)) if len(rounds) == 1 else None,
        by_hand=ByHand(rung, units),
        occasion=occasion,
    )
    if not decision.mails:
        raise RuleRefused("owes-nothing", t("mail.again.owes_nothing"))
    rows = run.store.query("chasing.reminders_of_occasion", occasion=occasion)
    _note(run, ((row["obligation_id"], row["mail_key"]) for row in rows), reason)
    return SentAgain(decision.mails)


def _put_back(run: Run, rows: Collection[Row], reason: str) -> None:
    """The very mails again, to the addresses that their units have today."""
    noted = []
    for row in rows:
        unit = row["unit_code"] if row["kind"] in (REQUEST, DIGEST) else None
        with run.store.write() as tx:
            key = send_again(
                tx,
                find_mail(tx, row["mail_key"]),
                run.as_of,
                actor=run.actor,
                reason=reason,
                recipients=run.units.get(unit).mailboxes if unit else None,
            )
        reminders = run.store.query("chasing.reminders_of_mail", mail_key=row["mail_key"])
        noted += [(one["obligation_id"], key) for one in reminders]
    _note(run, noted, reason)


def _note(run: Run, pairs: Iterable[tuple[str, str]], reason: str) -> None:
    """On each obligation that the mail is about."""
    for obligation_id, key in pairs:
        event = Event(
            obligation_id=obligation_id,
            kind=EventKind.resent,
            happened_at=run.as_of,
            recorded_at=run.as_of,
            actor=run.actor.strip(),
            reason=reason.strip(),
            detail={"mail_key": key},
            key=f"{key}:resent:{to_text(run.as_of)}:{obligation_id}",
        )
        with suppress(RuleRefused):  # waived meanwhile: the mail's own record stands
            run.ledger.record(event)

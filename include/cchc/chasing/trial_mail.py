"""From trial to live: receipts, answers, letters and issued documents that went out in a trial have reached nobody.

Requests and reminders are decided afresh by the ladder (`plan.trial_mails`); what is told here would never be sent
again by itself. A person has it sent, or settles that it is not: a trial may have played with forms of its own. What
is true on its day only, or told anew each day, is left alone.
"""

from __future__ import annotations

from collections import Counter

from cchc.chasing.letters import late
from cchc.errors import RuleRefused
from cchc.mail.mail import ISSUED, RECEIPT, REPLY, URGING
from cchc.mail.resending import check_said, leave_trial, send_again
from cchc.obligations import Phase
from cchc.run import Run
from cchc.store import Row
from cchc.texts import t

LASTING = (RECEIPT, REPLY, URGING, ISSUED)


def left_of_trial(run: Run) -> dict[str, int]:
    """How many mails of each kind are still to go to whom they were meant for; none unless mail is live."""
    return dict(sorted(Counter(row["kind"] for row in _left(run)).items()))


def send_left(run: Run, reason: str = "") -> int:
    """Put them into the outbox, to the addresses that units have today, each once; returns how many."""
    why = reason.strip() or t("chasing.trial_mail.sent_reason")
    rows = _to_settle(run, why)
    with run.store.write() as tx:
        for row in rows:
            known = row["unit_code"] in run.units if row["unit_code"] else False
            send_again(
                tx,
                row,
                run.as_of,
                actor=run.actor,
                reason=why,
                recipients=run.units.get(row["unit_code"]).mailboxes if known else None,
            )
    return len(rows)


def drop_left(run: Run, reason: str) -> int:
    """Settle, for a reason, that none of them is sent; they stay on record. Returns how many."""
    rows = _to_settle(run, reason)
    with run.store.write() as tx:
        for row in rows:
            leave_trial(tx, row, run.as_of, actor=run.actor, reason=reason)
    return len(rows)


def _to_settle(run: Run, reason: str) -> list[Row]:
    check_said(run.actor, reason)
    rows = _left(run)
    if not rows:
        raise RuleRefused("no-trial-mail", t("chasing.trial_mail.none"))
    return rows


def _left(run: Run) -> list[Row]:
    if run.instance.settings.mail_mode != "live":
        return []
    receipt, reply, urging, issued = LASTING
    rows = run.store.query(
        "chasing.lasting_trial_mails", receipt=receipt, reply=reply, urging=urging, issued=issued
    )
    if not rows:
        return []
    newest = {
        (row["kind"], row["round_id"], row["unit_code"]): row["mail_key"]
        for row in run.store.query("chasing.mails_by_age", receipt=receipt, urging=urging)
    }
    issued_rounds = {
        round_id for round_id, state in run.rounds.states(run.as_of).items() if state.phase is Phase.ISSUED
    }
    late_rounds = {obligation.round_id for obligation, _ in late(run)}

    def holds(row: Row) -> bool:
        if row["kind"] == ISSUED:
            return True
        if row["kind"] == URGING and row["round_id"] not in late_rounds:
            return False  # everybody has answered since
        if row["round_id"] in issued_rounds:
            return False
        place = (row["kind"], row["round_id"], row["unit_code"])
        return bool(
            newest.get(place, row["mail_key"]) == row["mail_key"]
        )  # a later one says what is true now

    return [row for row in rows if holds(row)]

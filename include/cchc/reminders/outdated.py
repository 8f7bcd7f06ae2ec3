"""Reminders that could not be sent and are no longer true are put aside, and decided afresh or not at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cchc.clock import TZ, at, from_text, to_text, vn_date
from cchc.reminders.mail import APPROVAL, DIGEST
from cchc.store import Row, Store, Transaction
from cchc.texts import t


def has_older_reminders(store: Store, as_of: datetime) -> bool:
    """Whether reminders decided before this very run still wait in the outbox."""
    return bool(
        store.query("reminders.unsent_before", as_of=to_text(as_of), digest=DIGEST, approval=APPROVAL)
    )


def put_aside_outdated(store: Store, as_of: datetime, still_owed: Collection[str]) -> int:
    """Withdraw waiting reminders of earlier days, and those whose unit has answered since; returns how many.

    A withdrawn one frees its rungs: it was never sent, so today's decision may say the same with today's
    numbers. One that was in flight when a worker died may have arrived: it keeps its rungs, is repeated with
    its own Message-ID while it is still owed, and is given up when it is not.
    """
    day_start = to_text(at(as_of.astimezone(TZ).date()))
    count = 0
    with store.write() as tx:
        for row in tx.query(
            "reminders.unsent_before", as_of=to_text(as_of), digest=DIGEST, approval=APPROVAL
        ):
            count += _judge(tx, row, day_start, frozenset(still_owed))
    return count


def _judge(tx: Transaction, row: Row, day_start: str, still_owed: frozenset[str]) -> int:
    key, day = row["mail_key"], vn_date(from_text(row["as_of"]).date())
    obligations = {r["obligation_id"] for r in tx.query("reminders.reminders_of_mail", mail_key=key)}
    if row["state"] == "claimed":
        if row["claimed_at"] >= day_start or obligations & still_owed:
            return 0
        reason = t("reminders.doubtful", day=day)
        return tx.execute(
            "reminders.give_up_doubtful", mail_key=key, claimed_at=row["claimed_at"], reason=reason
        )
    if row["as_of"] >= day_start and obligations <= still_owed:
        return 0
    withdrawn = tx.execute("reminders.withdraw", mail_key=key, reason=t("reminders.withdrawn", day=day))
    if withdrawn:
        tx.execute("reminders.forget_reminders_of", mail_key=key)
    return withdrawn

"""Reminders that could not be sent and are no longer true are put aside, and decided afresh or not at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from cchc.clock import TZ, at, from_text, to_text, vn_date
from cchc.mail.mail import APPROVAL, DIGEST
from cchc.store import Row, Store, Transaction
from cchc.texts import t


class Fate(StrEnum):
    """What becomes of a reminder that is no longer true."""

    WITHDRAWN = "withdrawn"  # surely not sent; its rungs are free again
    GIVEN_UP = "given_up"  # nobody knows whether it arrived; its rungs stay taken


def has_older_reminders(store: Store, as_of: datetime) -> bool:
    """Whether reminders decided before this very run still wait in the outbox."""
    return bool(store.query("chasing.unsent_before", as_of=to_text(as_of), digest=DIGEST, approval=APPROVAL))


def put_aside_outdated(store: Store, as_of: datetime, still_owed: Collection[str]) -> int:
    """Withdraw waiting reminders of earlier days, and those whose unit has answered since; returns how many.

    A withdrawn one frees its rungs: it was never sent, so today's decision may say the same with today's
    numbers. One that was in flight when a worker died may have arrived: it keeps its rungs, is repeated with
    its own Message-ID while it is still owed, and is given up when it is not.
    """
    count = 0
    with store.write() as tx:
        for row, fate in _judged(tx, as_of, still_owed):
            key, day = row["mail_key"], vn_date(from_text(row["as_of"]).date())
            if fate is Fate.GIVEN_UP:
                count += tx.execute(
                    "chasing.give_up_doubtful",
                    mail_key=key,
                    claimed_at=row["claimed_at"],
                    reason=t("chasing.doubtful", day=day),
                )
                continue
            withdrawn = tx.execute("chasing.withdraw", mail_key=key, reason=t("chasing.withdrawn", day=day))
            if withdrawn:
                tx.execute("chasing.forget_reminders_of", mail_key=key)
            count += withdrawn
    return count


def outdated(store: Store, as_of: datetime, still_owed: Collection[str]) -> dict[str, Fate]:
    """What `put_aside_outdated` would put aside at that moment, by the mail's key; reading only."""
    with store.read() as tx:
        return {row["mail_key"]: fate for row, fate in _judged(tx, as_of, still_owed)}


def _judged(tx: Transaction, as_of: datetime, still_owed: Collection[str]) -> list[tuple[Row, Fate]]:
    day_start, owed = to_text(at(as_of.astimezone(TZ).date())), frozenset(still_owed)
    rows = tx.query("chasing.unsent_before", as_of=to_text(as_of), digest=DIGEST, approval=APPROVAL)
    told: dict[str, set[str]] = {row["mail_key"]: set() for row in rows}
    for one in tx.query("chasing.reminders_of_mails", mails=sorted(told)):
        told[one["mail_key"]].add(one["obligation_id"])
    found = ((row, _fate(row, told[row["mail_key"]], day_start, owed)) for row in rows)
    return [(row, fate) for row, fate in found if fate is not None]


def _fate(row: Row, obligations: set[str], day_start: str, still_owed: frozenset[str]) -> Fate | None:
    if row["state"] == "held":
        return None if row["as_of"] >= day_start else Fate.GIVEN_UP
    if row["state"] == "claimed":
        return None if row["claimed_at"] >= day_start or obligations & still_owed else Fate.GIVEN_UP
    return None if row["as_of"] >= day_start and obligations <= still_owed else Fate.WITHDRAWN

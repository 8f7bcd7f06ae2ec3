"""Addresses of ours that mail servers reported as undeliverable, until an operator says that they work again.

Only addresses of the register and of the department are kept: a report may name anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import from_text, to_text
from cchc.errors import RuleRefused
from cchc.store import Store, Transaction
from cchc.texts import t


@dataclass(frozen=True)
class Bounce:
    """One address of one report. `status`: RFC 3463, such as 5.1.1; `words`: the server's, without line breaks."""

    address: str
    unit_code: str | None
    status: str
    words: str
    message_id: str | None
    bounced_at: datetime


def put_bounces(tx: Transaction, mark: str, bounces: Iterable[Bounce], recorded_at: datetime) -> int:
    """Keep the bounces of one report, once; returns how many were new."""
    return sum(
        tx.execute(
            "mail.add_bounce",
            message_mark=mark,
            address=one.address,
            unit_code=one.unit_code,
            status=one.status,
            words=one.words,
            message_id=one.message_id,
            bounced_at=to_text(one.bounced_at),
            recorded_at=to_text(recorded_at),
        )
        for one in bounces
    )


def bad_addresses(store: Store, as_of: datetime) -> list[Bounce]:
    """Of each address its last bounce, oldest first; none that was mended since."""
    last: dict[str, Bounce] = {}
    for row in store.query("mail.bounces", as_of=to_text(as_of)):
        last.pop(row["address"], None)
        last[row["address"]] = Bounce(
            row["address"],
            row["unit_code"],
            row["status"],
            row["words"],
            row["message_id"],
            from_text(row["bounced_at"]),
        )
    return list(last.values())


def mend_address(store: Store, address: str, at: datetime, reason: str, actor: str) -> None:
    """Record that an address works again. RuleRefused('address-not-bad') when it is not on the list."""
    if not actor.strip():
        raise RuleRefused("mend-needs-actor", t("chasing.refused.actor"))
    if not reason.strip():
        raise RuleRefused("mend-needs-reason", t("chasing.refused.reason"))
    if address.strip().lower() not in {one.address for one in bad_addresses(store, at)}:
        raise RuleRefused("address-not-bad", t("chasing.refused.address", address=address))
    with store.write() as tx:
        tx.execute(
            "mail.mend_address",
            address=address.strip().lower(),
            recorded_at=to_text(at),
            actor=actor.strip(),
            reason=reason.strip(),
        )

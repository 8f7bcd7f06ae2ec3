"""Counting mails for summaries and the board."""

from __future__ import annotations

from collections import defaultdict

from cchc.store import Store


def sent_by_rung(store: Store, year: int) -> dict[str, dict[str, int]]:
    """Mails really handed to a server, by round of the year and rung.

    A digest that holds two rungs, or two rounds, counts once under each.
    """
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.query("mail.sent_by_rung", year_prefix=f"{year}-%"):
        counted[row["round_id"]][row["rung"]] = int(row["mails"])
    return dict(counted)


def outbox_by_state(store: Store) -> dict[str, dict[str, int]]:
    """Mails in the outbox by kind and state."""
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.query("mail.outbox_by_state"):
        counted[row["kind"]][row["state"]] = int(row["mails"])
    return dict(counted)

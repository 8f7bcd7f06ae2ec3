"""A person sends a mail again, or settles that it is not sent again; who, when and why is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.mail import message_id
from cchc.store import Row, Store, Transaction
from cchc.texts import t

AGAIN, LEFT = "gui_lai", "thoi"
NOT_ARRIVED = (
    "held",
    "dead",
)  # may go again as the very same mail, so that a copy that did arrive is known by its id
GONE = ("sent", "previewed")


def find_mail(tx: Transaction, key: str) -> Row:
    """The mail with this key. RuleRefused('unknown-mail') when there is none."""
    row = tx.one("mail.mail", mail_key=key.strip())
    if row is None:
        raise RuleRefused("unknown-mail", t("mail.again.unknown", key=key))
    return row


def send_again(
    tx: Transaction,
    row: Row,
    at: datetime,
    *,
    actor: str,
    reason: str,
    recipients: Sequence[str] | None = None,
) -> str:
    """Put a mail into the outbox again, to today's `recipients` if given; returns its key.

    One that never arrived is the same mail; one that was sent before goes under a new key and a new Message-ID, which
    no server takes for the copy it has. RuleRefused('still-waiting') while it goes by itself, 'withdrawn' when what it
    says is no longer true.
    """
    check_said(actor, reason)
    key = str(row["mail_key"])
    to = json.dumps(list(recipients), ensure_ascii=False) if recipients else row["recipients"]
    if row["state"] in NOT_ARRIVED:
        again = key
        tx.execute("mail.again", mail_key=key, recipients=to)
        tx.execute("mail.forget_tries", mail_key=key)
    elif row["state"] in GONE:
        again = _free_key(tx, key)
        tx.execute(
            "mail.copy_mail",
            mail_key=key,
            new_key=again,
            recipients=to,
            message_id=message_id(again, Department.load().mail_domain),
            decided_at=to_text(at),
        )
    elif row["state"] == "withdrawn":
        raise RuleRefused("withdrawn", t("mail.again.withdrawn", subject=row["subject"]))
    else:
        raise RuleRefused("still-waiting", t("mail.again.still_waiting", subject=row["subject"]))
    _record(tx, key, at, AGAIN, again, actor, reason)
    return again


def leave(store: Store, key: str, at: datetime, *, actor: str, reason: str) -> None:
    """Settle that a mail that waits for a person is not sent again. RuleRefused('not-held') for any other."""
    check_said(actor, reason)
    with store.write() as tx:
        row = find_mail(tx, key)
        words = t("mail.again.left", actor=actor.strip(), reason=reason.strip())
        if not tx.execute("mail.leave", mail_key=row["mail_key"], words=words):
            raise RuleRefused("not-held", t("mail.again.not_held", subject=row["subject"]))
        _record(tx, row["mail_key"], at, LEFT, row["mail_key"], actor, reason)


def leave_trial(tx: Transaction, row: Row, at: datetime, *, actor: str, reason: str) -> None:
    """Settle that a mail which went out in a trial only is not sent to whom it was meant for; it stays on record."""
    check_said(actor, reason)
    words = t("mail.again.left", actor=actor.strip(), reason=reason.strip())
    tx.execute("mail.leave", mail_key=row["mail_key"], words=words)
    _record(tx, row["mail_key"], at, LEFT, row["mail_key"], actor, reason)


def held_mails(store: Store) -> list[Row]:
    """Mails that wait for a person's decision, oldest first."""
    return store.query("mail.held")


def check_said(actor: str, reason: str) -> None:
    """Whoever acts says who and why."""
    if not actor.strip():
        raise RuleRefused("act-needs-actor", t("chasing.refused.actor"))
    if not reason.strip():
        raise RuleRefused("act-needs-reason", t("chasing.refused.reason"))


def _free_key(tx: Transaction, key: str) -> str:
    for number in count(1):
        again = f"{key}/gui-lai/{number}"
        if tx.one("mail.mail", mail_key=again) is None:
            return again
    raise AssertionError("count never ends")


def _record(tx: Transaction, key: str, at: datetime, act: str, new_key: str, actor: str, reason: str) -> None:
    tx.execute(
        "mail.add_act",
        mail_key=key,
        recorded_at=to_text(at),
        act=act,
        new_key=new_key,
        actor=actor.strip(),
        reason=reason.strip(),
    )

"""The outbox of a restored store: what left after the backup does not leave again, and what may have left waits.

Until a person lets sending go on (`lift_stop`) nothing is sent at all. What waits then is held for a decision: the
restored store cannot know which of it the lost one had sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cchc.clock import END, to_text, vn_instant
from cchc.mail.mail import APPROVAL, FAILURE, SUMMARY
from cchc.mail.mailer import StopCause
from cchc.mail.resending import AGAIN
from cchc.store import Store, Transaction
from cchc.texts import t


def rest_after_restore(
    store: Store, taken_at: datetime, restored_at: datetime, sent: Mapping[str, tuple[str, str]], actor: str
) -> None:
    """Note what left since the backup, and let sending rest.

    sent: Message-ID -> (ISO text of when it left, or of when that was found; where that was found).
    """
    words = t("mail.restored.words", taken=vn_instant(taken_at))
    with store.write() as tx:
        for identity, (sent_at, told_by) in sorted(sent.items()):
            tx.execute(
                "mail.add_sent_before",
                message_id=identity,
                sent_at=sent_at,
                recorded_at=to_text(restored_at),
                told_by=told_by,
            )
        tx.add_numbered(
            "mail.add_stop",
            stopped_at=to_text(restored_at),
            rest_until=to_text(END),
            cause=str(StopCause.RESTORED),
            words=words,
            actor=actor,
        )


def take_known_as_sent(store: Store, mode: str) -> int:
    """Mails in the outbox that are known to have left before the restore are sent ones; returns how many.

    What a person sent again since then goes.
    """
    keys = [row["mail_key"] for row in store.query("mail.waiting_sent_before", again=AGAIN)]
    if not keys:
        return 0
    with store.write() as tx:
        words = t("mail.restored.sent_before")
        return sum(tx.execute("mail.take_as_sent", mail_key=key, mode=mode, words=words) for key in keys)


def hold_waiting(tx: Transaction, words: str) -> int:
    """Whatever waits and is not about the system itself is held for a person's decision; returns how many."""
    held = t("mail.held.restored", words=words)
    return tx.execute("mail.hold_waiting", words=held, failure=FAILURE, approval=APPROVAL, summary=SUMMARY)


def known_as_sent(store: Store) -> frozenset[str]:
    """Message-IDs of all mails that this store knows to have left."""
    return frozenset(str(row["message_id"]) for row in store.query("mail.known_as_sent"))

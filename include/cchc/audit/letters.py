"""The outbox against what was decided to be sent."""

from __future__ import annotations

import json

from cchc.audit.inquiry import Inquiry

_WAITS = ("decided", "claimed", "failed", "held")


def outbox(inquiry: Inquiry) -> None:
    """Every reminder has its mail, and what a mail that still waits is to carry lies there."""
    run = inquiry.run
    rows = run.store.query("audit.reminders")
    inquiry.looked(len(rows))
    for row in rows:
        if row["found"] is None:
            inquiry.found("reminder", row["obligation_id"], rung=row["rung"])
    with run.store.read() as tx:
        for row in tx.each("audit.mails"):
            inquiry.looked()
            if row["state"] not in _WAITS:
                continue
            for name in json.loads(row["attachments"]):
                if not (run.instance.root / name).is_file():
                    inquiry.found("attachment_gone", name, mail=row["mail_key"])

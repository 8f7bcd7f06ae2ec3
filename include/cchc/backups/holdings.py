"""What a store held, in a few lines: enough to tell an older set what it lacks and what was sent since."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cchc.clock import to_text
from cchc.store import Store

RECENT = timedelta(days=60)


def holdings(store: Store, moment: datetime) -> dict[str, Any]:
    """Counts, and the mails and submissions of the last 60 days: ids, unit, round and time, nobody's address."""
    since = to_text(moment - RECENT)
    with store.read() as tx:
        counts = tx.one("backups.contents") or {}
        mails = tx.query("backups.mails_sent_since", since=since)
        submissions = tx.query("backups.submissions_since", since=since)
    return {
        **dict(counts),
        "since": since,
        "mails_sent": [dict(row) for row in mails],
        "submissions_taken": [dict(row) for row in submissions],
    }

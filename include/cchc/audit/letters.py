"""The outbox against what was decided to be sent."""

from __future__ import annotations

from cchc.audit.inquiry import Inquiry


def reminders(inquiry: Inquiry) -> None:
    """Every reminder has its mail."""
    rows = inquiry.run.store.query("audit.reminders")
    inquiry.looked(len(rows))
    for row in rows:
        if row["found"] is None:
            inquiry.found("reminder", row["obligation_id"], rung=row["rung"])

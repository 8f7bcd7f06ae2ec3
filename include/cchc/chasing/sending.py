"""Empties the outbox of what still holds: reminders that are no longer true are put aside before, and what carries a
document that nobody has signed yet waits for a person."""

from __future__ import annotations

from datetime import datetime

from cchc.chasing.outdated import has_older_reminders, put_aside_outdated
from cchc.documents.signed_copies import kept_back
from cchc.mail.outbox import SendResult, send_pending
from cchc.mail.server import SmtpConfig
from cchc.obligations import Ledger
from cchc.paths import Instance
from cchc.store import Store


def send_current(store: Store, instance: Instance, smtp: SmtpConfig | None, as_of: datetime) -> SendResult:
    """Send what is decided and still true; reminders of earlier days are left to the next decision.

    Raises RuleRefused and MailServerDown as `send_pending` does.
    """
    if has_older_reminders(store, as_of):
        owed = Ledger(store).states(as_of, only_owed=True)
        put_aside_outdated(store, as_of, {obligation.obligation_id for obligation, _ in owed})
    return send_pending(store, instance, smtp, as_of, kept_back=lambda row: kept_back(store, instance, row))

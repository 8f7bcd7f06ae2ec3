"""Claim, send, mark: a crash anywhere loses nothing and repeats at most the one mail in flight.

The claim is one conditional UPDATE, so of two workers one gets the mail. A mail whose fate is unknown (the
process died, or the line broke before the server's answer) stays claimed, and is sent again with the same
Message-ID once the claim has grown stale.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cchc import clock
from cchc.clock import TZ, from_text, to_text
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.obligations import Ledger
from cchc.paths import Instance, InstanceSettings
from cchc.reminders.department import Department
from cchc.reminders.ladder import Ladder, OutboxRules
from cchc.reminders.mail import APPROVAL, DIGEST, addresses_of
from cchc.reminders.mailer import Answer, Mailer, MailServerDown, Outcome, SmtpConfig
from cchc.reminders.message import Envelope, build
from cchc.reminders.modes import check_confirmed, check_server, is_real
from cchc.reminders.outdated import has_older_reminders, put_aside_outdated
from cchc.store import Row, Store
from cchc.texts import t

PREVIEW_FOLDER = "thu-xem-truoc"


@dataclass(frozen=True)
class SendResult:
    """Mails by what became of them in one batch; `failed` are tried again, `dead` never.

    `unknown`: the line broke before the server's answer; they stay claimed and are repeated when stale.
    """

    sent: int = 0
    failed: int = 0
    dead: int = 0
    previewed: int = 0
    unknown: int = 0

    def plus(self, **more: int) -> SendResult:
        return replace(self, **{name: getattr(self, name) + number for name, number in more.items()})


@dataclass(frozen=True)
class _Batch:
    store: Store
    instance: Instance
    settings: InstanceSettings
    department: Department
    rules: OutboxRules
    sender: str
    instant: Callable[[], datetime]

    @property
    def stale_before(self) -> str:
        return to_text(self.instant() - timedelta(minutes=self.rules.stale_after_minutes))


def send_pending(
    store: Store, instance: Instance, smtp: SmtpConfig | None, as_of: datetime, limit: int | None = None
) -> SendResult:
    """Send what is decided, in the instance's mail mode; `limit` bounds the number of mails.

    Reminders of earlier days are left to the next decision. Raises RuleRefused when the mode forbids the
    server, MailServerDown when the server is not to be had: nothing is lost by either.
    """
    settings = instance.settings
    check_server(settings, smtp)
    check_confirmed(store, settings)
    if has_older_reminders(store, as_of):
        owed = Ledger(store).states(as_of, only_owed=True)
        put_aside_outdated(store, as_of, {obligation.obligation_id for obligation, _ in owed})
    department = Department.load()
    batch = _Batch(
        store=store,
        instance=instance,
        settings=settings,
        department=department,
        rules=Ladder.load().outbox,
        sender=smtp.sender if smtp else department.reply_to,
        # Claims are judged by age between processes, and people read the Date: real mail has the real time.
        instant=clock.now if is_real(settings) else lambda: as_of,
    )
    day_start = to_text(clock.at(as_of.astimezone(TZ).date()))
    keys = [
        row["mail_key"]
        for row in store.query(
            "reminders.sendable",
            day_start=day_start,
            stale_before=batch.stale_before,
            digest=DIGEST,
            approval=APPROVAL,
        )
        if not _rests(batch, row)
    ][:limit]
    if not keys:
        return SendResult()
    if settings.mail_mode == "dry_run" or smtp is None:
        return _send_all(batch, keys, None)
    with Mailer(smtp, batch.rules.timeout_seconds) as mailer:
        return _send_all(batch, keys, mailer)


def _rests(batch: _Batch, row: Row) -> bool:
    """Whether a mail that was refused for now is not to be tried again yet."""
    if row["state"] != "failed":
        return False
    return from_text(row["claimed_at"]) + batch.rules.wait_after(row["attempts"]) > batch.instant()


def _send_all(batch: _Batch, keys: list[str], mailer: Mailer | None) -> SendResult:
    result = SendResult()
    pause = 60 / batch.rules.per_minute if batch.rules.per_minute and is_real(batch.settings) else 0.0
    for key in keys:
        row = _claim(batch, key)
        if row is None:  # another worker was faster
            continue
        state = _send_one(batch, row, mailer)
        result = result.plus(**{state: 1})
        if pause:
            time.sleep(pause)
    return result


def _claim(batch: _Batch, key: str) -> Row | None:
    with batch.store.write() as tx:
        claimed = tx.execute(
            "reminders.claim",
            mail_key=key,
            claimed_at=to_text(batch.instant()),
            stale_before=batch.stale_before,
            mode=batch.settings.mail_mode,
        )
        return tx.one("reminders.mail", mail_key=key) if claimed else None


def _send_one(batch: _Batch, row: Row, mailer: Mailer | None) -> str:
    """Build, send, mark one claimed mail; returns the field of SendResult to count it under."""
    try:
        envelope = build(
            row,
            instance=batch.instance,
            settings=batch.settings,
            department=batch.department,
            sender=batch.sender,
            sent_at=batch.instant(),
        )
    except FileNotFoundError as error:
        words = t("reminders.attachment_gone", path=Path(str(error.filename)).name)
        return _mark(batch, row, Answer(Outcome.TEMPORARY, words))
    except RuleRefused as refusal:
        return _mark(batch, row, Answer(Outcome.PERMANENT, str(refusal)))
    if mailer is None:
        _preview(batch, row, envelope)
        return "previewed"
    try:
        answer = mailer.send(envelope)
    except MailServerDown as down:
        _mark(batch, row, Answer(Outcome.TEMPORARY, str(down)))
        raise
    unusable = "; ".join(envelope.unusable.values())
    return _mark(batch, row, replace(answer, words="; ".join(filter(None, (answer.words, unusable)))))


def _mark(batch: _Batch, row: Row, answer: Answer) -> str:
    """Write down what became of a claimed mail. The attempt's number keeps a slow worker from overwriting."""
    spent = row["attempts"] >= batch.rules.max_attempts
    if answer.outcome is Outcome.UNKNOWN and not spent:
        return "unknown"
    if answer.outcome is Outcome.SENT:
        state = "sent"
    elif answer.outcome is Outcome.PERMANENT or spent:
        state = "dead"
    else:
        state = "failed"
    # A redirected mail was not delivered to anybody it was meant for.
    taken = answer.taken if batch.settings.mail_mode == "live" else ()
    _write_mark(batch, row, state, answer.words, taken)
    return state


def _preview(batch: _Batch, row: Row, envelope: Envelope) -> None:
    write_atomic(preview_path(batch.instance, row["message_id"]), envelope.content)
    _write_mark(batch, row, "previewed", "", ())


def _write_mark(batch: _Batch, row: Row, state: str, words: str, taken: tuple[str, ...]) -> None:
    delivered = dict.fromkeys((*addresses_of(row, "delivered"), *taken))
    with batch.store.write() as tx:
        tx.execute(
            "reminders.mark",
            mail_key=row["mail_key"],
            attempts=row["attempts"],
            state=state,
            sent_at=to_text(batch.instant()) if state == "sent" else None,
            server_answer=words or None,
            delivered=json.dumps(list(delivered)),
        )


def preview_path(instance: Instance, message_id: str) -> Path:
    """Where a mail is written in preview mode; the same mail always to the same file."""
    return instance.root / PREVIEW_FOLDER / f"{sha256_bytes(message_id.encode())[:24]}.eml"

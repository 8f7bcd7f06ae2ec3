"""Claim, send, mark: a crash anywhere loses nothing and repeats at most the one mail in flight.

The claim is one conditional UPDATE, so of two workers one gets the mail. A mail whose fate is unknown (the
process died, or the line broke before the server's answer) stays claimed, and is sent again with the same
Message-ID once the claim has grown stale.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from cchc import clock
from cchc.clock import TZ, from_text, now_ms, to_text
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.mail.department import Department
from cchc.mail.mail import APPROVAL, DIGEST, addresses_of
from cchc.mail.mailer import Mailer, MailOutcome, MailServerDown, ServerAnswer
from cchc.mail.message import build
from cchc.mail.modes import check_confirmed, check_server, is_real
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance, InstanceSettings
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
        return _stale_before(self.rules, self.instant())


def send_pending(
    store: Store, instance: Instance, smtp: SmtpConfig | None, as_of: datetime, limit: int | None = None
) -> SendResult:
    """Send what is decided, in the instance's mail mode; `limit` bounds the number of mails.

    Whether a letter still holds is not asked here: `chasing.sending` puts aside first what is no longer true.
    Raises RuleRefused when the mode forbids the server, MailServerDown when the server is not to be had: nothing is
    lost by either.
    """
    settings = instance.settings
    check_server(settings, smtp)
    check_confirmed(store, settings)
    department = Department.load()
    batch = _Batch(
        store=store,
        instance=instance,
        settings=settings,
        department=department,
        rules=OutboxRules.load(),
        sender=smtp.sender if smtp else department.reply_to,
        # Claims are judged by age between processes, and people read the Date: real mail has the real time.
        instant=clock.now if is_real(settings) else lambda: as_of,
    )
    keys = leaving(store, batch.rules, as_of, batch.instant())[:limit]
    if not keys:
        return SendResult()
    if settings.mail_mode == "dry_run" or smtp is None:
        return _send_each(batch, keys, None)
    with Mailer(smtp, batch.rules.timeout_seconds) as mailer:
        return _send_each(batch, keys, mailer)


def leaving(store: Store, rules: OutboxRules, as_of: datetime, instant: datetime) -> list[str]:
    """Keys of the waiting mails that a batch of the day `as_of` sends at `instant`, in their order; reading only."""
    rows = store.query(
        "mail.sendable",
        day_start=to_text(clock.at(as_of.astimezone(TZ).date())),
        stale_before=_stale_before(rules, instant),
        digest=DIGEST,
        approval=APPROVAL,
    )
    return [row["mail_key"] for row in rows if not _rests(rules, row, instant)]


def _stale_before(rules: OutboxRules, instant: datetime) -> str:
    return to_text(instant - timedelta(minutes=rules.stale_after_minutes))


def _rests(rules: OutboxRules, row: Row, instant: datetime) -> bool:
    """Whether a mail that was refused for now is not to be tried again yet."""
    if row["state"] != "failed":
        return False
    return from_text(row["claimed_at"]) + rules.wait_after(row["attempts"]) > instant


def _send_each(batch: _Batch, keys: Sequence[str], mailer: Mailer | None) -> SendResult:
    """One mail after the other: at any moment at most one of this worker's is claimed, or sent and not marked."""
    result = SendResult()
    per_minute = batch.rules.per_minute if is_real(batch.settings) else 0
    for key in keys:
        if per_minute:
            wait_for_turn(batch.store, per_minute)
        row = _claim(batch, key)
        if row is not None:
            result = result.plus(**{_deliver(batch, row, mailer): 1})
    return result


def _claim(batch: _Batch, key: str) -> Row | None:
    """The mail's row, or None when another worker has it."""
    with batch.store.write() as tx:
        claimed = tx.query(
            "mail.claim",
            mail_key=key,
            claimed_at=to_text(batch.instant()),
            stale_before=batch.stale_before,
            mode=batch.settings.mail_mode,
        )
    return claimed[0] if claimed else None


def _deliver(batch: _Batch, row: Row, mailer: Mailer | None) -> str:
    """Build, send and mark a claimed mail. Its state then; 'unknown' when it stays claimed."""
    try:
        envelope = build(
            row,
            instance=batch.instance,
            settings=batch.settings,
            department=batch.department,
            sender=batch.sender,
            sent_at=batch.instant(),
        )
    except OSError as error:
        words = t("mail.attachment_gone", path=Path(str(error.filename)).name)
        return _judge(batch, row, ServerAnswer(MailOutcome.TEMPORARY, words))
    except RuleRefused as refusal:
        return _judge(batch, row, ServerAnswer(MailOutcome.PERMANENT, str(refusal)))
    if mailer is None:
        write_atomic(preview_path(batch.instance, row["message_id"]), envelope.content)
        return _mark(batch, row, "previewed", ServerAnswer(MailOutcome.SENT, ""))
    try:
        answer = mailer.send(envelope)
    except MailServerDown as down:  # surely not sent, so it is tried again later
        _judge(batch, row, ServerAnswer(MailOutcome.TEMPORARY, str(down)))
        raise
    words = "; ".join(filter(None, (answer.words, *envelope.unusable.values())))
    return _judge(batch, row, replace(answer, words=words))


def _judge(batch: _Batch, row: Row, answer: ServerAnswer) -> str:
    """Write the state that follows from the server's answer; a mail whose fate nobody knows stays claimed."""
    spent = row["attempts"] >= batch.rules.max_attempts
    if answer.outcome is MailOutcome.UNKNOWN and not spent:
        return "unknown"
    if answer.outcome is MailOutcome.SENT:
        state = "sent"
    elif answer.outcome is MailOutcome.PERMANENT or spent:
        state = "dead"
    else:
        state = "failed"
    return _mark(batch, row, state, answer)


def _mark(batch: _Batch, row: Row, state: str, answer: ServerAnswer) -> str:
    """The attempt's number keeps a slow worker from overwriting what a later one wrote."""
    # A redirected mail was not delivered to anybody it was meant for.
    taken = answer.taken if batch.settings.mail_mode == "live" else ()
    with batch.store.write() as tx:
        tx.execute(
            "mail.mark",
            mail_key=row["mail_key"],
            attempts=row["attempts"],
            state=state,
            sent_at=to_text(batch.instant()) if state == "sent" else None,
            server_answer=answer.words or None,
            delivered=json.dumps(list(dict.fromkeys((*addresses_of(row, "delivered"), *taken)))),
        )
    return state


def preview_path(instance: Instance, message_id: str) -> Path:
    """Where a mail is written in preview mode; the same mail always to the same file."""
    return instance.root / PREVIEW_FOLDER / f"{sha256_bytes(message_id.encode())[:24]}.eml"


def wait_for_turn(store: Store, per_minute: int) -> None:
    """Sleep until this worker may send one mail."""
    moment = now_ms()
    time.sleep(max(0, take_turn(store, per_minute, moment) - moment) / 1000)


def take_turn(store: Store, per_minute: int, moment: int) -> int:
    """When the next mail may leave, not before `moment`; both in milliseconds since 1970.

    Each turn is given once, whoever asks, and turns lie a `per_minute`-th of a minute apart. A turn whose worker
    dies is lost, which only leaves a gap.
    """
    gap = -(-60_000 // per_minute)
    with store.write() as tx:
        return int(tx.query("mail.take_turn", moment=moment, gap=gap)[0]["turn"])

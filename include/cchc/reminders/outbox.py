"""Claim, send, mark: a crash anywhere loses nothing and repeats at most the one mail in flight.

The claim is one conditional UPDATE, so of two workers one gets the mail. A mail whose fate is unknown (the
process died, or the line broke before the server's answer) stays claimed, and is sent again with the same
Message-ID once the claim has grown stale.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
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
from cchc.reminders.mailer import Answer, Mailer, MailServerDown, Outcome
from cchc.reminders.message import Envelope, build
from cchc.reminders.modes import check_confirmed, check_server, is_real
from cchc.reminders.outdated import has_older_reminders, put_aside_outdated
from cchc.reminders.pace import wait_for_turn
from cchc.reminders.server import SmtpConfig
from cchc.store import Row, Store, Transaction
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
        return _Line(batch, keys, None).send_all()
    with Mailer(smtp, batch.rules.timeout_seconds) as mailer:
        return _Line(batch, keys, mailer).send_all()


def _rests(batch: _Batch, row: Row) -> bool:
    """Whether a mail that was refused for now is not to be tried again yet."""
    if row["state"] != "failed":
        return False
    return from_text(row["claimed_at"]) + batch.rules.wait_after(row["attempts"]) > batch.instant()


@dataclass(frozen=True)
class _Mark:
    """What became of a claimed mail, to be written; `state` None: nobody knows, so it stays claimed."""

    row: Row
    state: str | None
    words: str = ""
    taken: tuple[str, ...] = ()

    @property
    def counted_as(self) -> str:
        return self.state or "unknown"


@dataclass(frozen=True)
class _Ready:
    """A claimed mail: built (`envelope`), or already judged (`mark`) because it cannot be."""

    row: Row
    envelope: Envelope | None = None
    mark: _Mark | None = None


class _Line:
    """One mail after the other, the next one made ready while the server is busy with the one before.

    The mark of a mail and the claim of the one after the next are one transaction, done while the server answers to the
    sender's name of the next one and before it is given that one: at any moment at most one mail is sent and not
    marked, at one commit a mail. A crash also delays the mail that was claimed ahead, and never repeats it.
    """

    def __init__(self, batch: _Batch, keys: Sequence[str], mailer: Mailer | None) -> None:
        self._batch, self._mailer, self._keys = batch, mailer, deque(keys)
        self._per_minute = batch.rules.per_minute if is_real(batch.settings) else 0
        self._unwritten: _Mark | None = None  # of the mail sent last
        self._claimed: Row | None = None  # the mail after the one at hand
        self._built: _Ready | None = None  # the same, once it is built

    def send_all(self) -> SendResult:
        """Until no mail is left. MailServerDown goes through; what was claimed by then is tried again later."""
        result = SendResult()
        while (current := self._next()) is not None:
            try:
                mark = current.mark or self._send(current)
            except MailServerDown as down:
                self._give_back([current.row, self._claimed], str(down))
                raise
            result = result.plus(**{mark.counted_as: 1})
            self._unwritten = mark
        return result

    def _next(self) -> _Ready | None:
        """The mail made ready meanwhile, else the next one that nobody else has; None when there is none."""
        if self._per_minute:
            self._settle(ahead=False)
            if self._keys:
                wait_for_turn(self._batch.store, self._per_minute)
        if self._built is None:
            self._settle()
            self._build()
        found, self._built, self._claimed = self._built, None, None
        return found

    def _send(self, current: _Ready) -> _Mark:
        assert current.envelope is not None
        if self._mailer is None:
            path = preview_path(self._batch.instance, current.row["message_id"])
            write_atomic(path, current.envelope.content)
            return _Mark(current.row, "previewed")
        ahead = not self._per_minute
        answer = self._mailer.send(
            current.envelope, first=lambda: self._settle(ahead=ahead), meanwhile=self._build
        )
        unusable = "; ".join(current.envelope.unusable.values())
        words = "; ".join(filter(None, (answer.words, unusable)))
        return _judged(self._batch, current.row, replace(answer, words=words))

    def _settle(self, *, ahead: bool = True) -> None:
        """Write what became of the mail sent last and, `ahead`, claim another; nothing when both are done already."""
        mark, batch = self._unwritten, self._batch
        claims = ahead and self._claimed is None and bool(self._keys)
        if not claims and (mark is None or mark.state is None):
            return
        with batch.store.write() as tx:
            if mark is not None and mark.state is not None:
                _write(batch, tx, mark, mark.state)
            # One that another worker has is passed over.
            while claims and self._keys and self._claimed is None:
                self._claimed = _claim(batch, tx, self._keys.popleft())
        self._unwritten = None

    def _build(self) -> None:
        if self._claimed is not None and self._built is None:
            self._built = _built(self._batch, self._claimed)

    def _give_back(self, rows: Sequence[Row | None], words: str) -> None:
        """Mails that were claimed and surely not sent are tried again later."""
        self._settle(ahead=False)
        with self._batch.store.write() as tx:
            for row in rows:
                if row is not None:
                    mark = _judged(self._batch, row, Answer(Outcome.TEMPORARY, words))
                    _write(self._batch, tx, mark, mark.counted_as)


def _claim(batch: _Batch, tx: Transaction, key: str) -> Row | None:
    """The mail's row, or None when another worker has it."""
    claimed = tx.query(
        "reminders.claim",
        mail_key=key,
        claimed_at=to_text(batch.instant()),
        stale_before=batch.stale_before,
        mode=batch.settings.mail_mode,
    )
    return claimed[0] if claimed else None


def _built(batch: _Batch, row: Row) -> _Ready:
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
        words = t("reminders.attachment_gone", path=Path(str(error.filename)).name)
        return _Ready(row, mark=_judged(batch, row, Answer(Outcome.TEMPORARY, words)))
    except RuleRefused as refusal:
        return _Ready(row, mark=_judged(batch, row, Answer(Outcome.PERMANENT, str(refusal))))
    return _Ready(row, envelope)


def _judged(batch: _Batch, row: Row, answer: Answer) -> _Mark:
    """The state that follows from the server's answer."""
    spent = row["attempts"] >= batch.rules.max_attempts
    if answer.outcome is Outcome.UNKNOWN and not spent:
        return _Mark(row, None)
    if answer.outcome is Outcome.SENT:
        state = "sent"
    elif answer.outcome is Outcome.PERMANENT or spent:
        state = "dead"
    else:
        state = "failed"
    # A redirected mail was not delivered to anybody it was meant for.
    taken = answer.taken if batch.settings.mail_mode == "live" else ()
    return _Mark(row, state, answer.words, taken)


def _write(batch: _Batch, tx: Transaction, mark: _Mark, state: str) -> None:
    """The attempt's number keeps a slow worker from overwriting what a later one wrote."""
    row = mark.row
    delivered = dict.fromkeys((*addresses_of(row, "delivered"), *mark.taken))
    tx.execute(
        "reminders.mark",
        mail_key=row["mail_key"],
        attempts=row["attempts"],
        state=state,
        sent_at=to_text(batch.instant()) if state == "sent" else None,
        server_answer=mark.words or None,
        delivered=json.dumps(list(delivered)),
    )


def preview_path(instance: Instance, message_id: str) -> Path:
    """Where a mail is written in preview mode; the same mail always to the same file."""
    return instance.root / PREVIEW_FOLDER / f"{sha256_bytes(message_id.encode())[:24]}.eml"

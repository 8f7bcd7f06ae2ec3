"""Claim, send, mark: a crash anywhere loses nothing and repeats at most the one mail in flight.

The claim is one conditional UPDATE, so of two workers one gets the mail. A mail whose fate is unknown (the
process died, or the line broke before the server's answer) stays claimed, and is sent again once, with the same
Message-ID, when the claim has grown stale; after a second time a person is asked. What the server says about our
account stops the batch (`stops`) and is no mail's fault.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from cchc import clock
from cchc.clock import TZ, from_text, now_ms, to_text
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.mail.department import Department
from cchc.mail.mail import APPROVAL, DIGEST, addresses_of
from cchc.mail.mailer import AccountRefused, Mailer, MailOutcome, MailServerDown, ServerAnswer, StopCause
from cchc.mail.message import build
from cchc.mail.modes import check_confirmed, check_server, is_real
from cchc.mail.page_links import PageLinks
from cchc.mail.restored import take_known_as_sent
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.mail.stops import current_stop, pause_in_force, stop_sending
from cchc.paths import Instance, InstanceSettings
from cchc.store import Row, Store
from cchc.texts import t

PREVIEW_FOLDER = "thu-xem-truoc"
MOST_WAITING, SHORTEST_QUEUE_MS = 100, 600_000  # further ahead than so many workers wait no turn is given
MOST_UNKNOWN = 2  # times that nobody could know whether a mail arrived, before a person is asked


@dataclass(frozen=True)
class SendResult:
    """Mails by what became of them in one batch; `failed` are tried again, `dead` never, `held` when a person says so.

    `unknown`: the line broke before the server's answer; they stay claimed and are repeated when stale.
    `stopped`: why nothing more is sent for a while, and until when; empty when nothing rests.
    """

    sent: int = 0
    failed: int = 0
    dead: int = 0
    previewed: int = 0
    unknown: int = 0
    held: int = 0
    stopped: str = field(default="", compare=False)

    def plus(self, state: str) -> SendResult:
        """One more mail of that state."""
        return replace(self, **{state: getattr(self, state) + 1})

    @property
    def counts(self) -> dict[str, int]:
        return {name: number for name, number in asdict(self).items() if name != "stopped"}


@dataclass(frozen=True)
class _Batch:
    store: Store
    instance: Instance
    settings: InstanceSettings
    department: Department
    rules: OutboxRules
    sender: str
    instant: Callable[[], datetime]
    kept_back: Callable[[Row], str]
    links: PageLinks

    @property
    def stale_before(self) -> str:
        return _stale_before(self.rules, self.instant())


def send_pending(
    store: Store,
    instance: Instance,
    smtp: SmtpConfig | None,
    as_of: datetime,
    limit: int | None = None,
    *,
    kept_back: Callable[[Row], str] = lambda _row: "",
) -> SendResult:
    """Send what is decided, in the instance's mail mode; `limit` bounds the number of mails.

    `kept_back`: why a mail (a row of `mails`) may not leave, '' when it may; it is held for a person then.

    Whether a letter still holds is not asked here: `chasing.sending` puts aside first what is no longer true.
    While sending rests nothing is tried. Raises RuleRefused when the mode forbids the server, MailServerDown when the
    server is not to be had or refuses our login or sender: nothing is lost by either.
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
        instant=lambda: sending_moment(settings, as_of),
        kept_back=kept_back,
        links=PageLinks(store, instance),
    )
    if is_real(settings) or settings.mail_mode == "redirect":
        take_known_as_sent(store, settings.mail_mode)
    keys = leaving(store, batch.rules, as_of, batch.instant())[:limit]
    if not keys:
        return SendResult()
    stop, in_preview = current_stop(store, batch.instant()), settings.mail_mode == "dry_run" or smtp is None
    if stop is not None and (not in_preview or stop.cause == StopCause.PAUSED):
        return SendResult(stopped=stop.told)
    if in_preview or smtp is None:
        return _send_each(batch, keys, None)
    rules = batch.rules
    try:
        with Mailer(smtp, rules.timeout_seconds, rules.answer_seconds) as mailer:
            return _send_each(batch, keys, mailer)
    except AccountRefused as refused:
        stop_sending(store, rules, StopCause.ACCOUNT, str(refused), batch.instant())
        raise


def sending_moment(settings: InstanceSettings, as_of: datetime) -> datetime:
    """What a batch for `as_of` takes for now: the clock when mail is real, else the moment that is replayed."""
    return clock.now() if is_real(settings) else as_of


def leaving(store: Store, rules: OutboxRules, as_of: datetime, instant: datetime) -> list[str]:
    """Keys of the waiting mails that a batch of the day `as_of` sends at `instant`, in their order; reading only."""
    rows = store.query(
        "mail.sendable",
        day_start=to_text(clock.at(as_of.astimezone(TZ).date())),
        stale_before=_stale_before(rules, instant),
        ahead=_ahead(rules, instant),
        digest=DIGEST,
        approval=APPROVAL,
    )
    return [row["mail_key"] for row in rows if not _rests(rules, row, instant)]


def _stale_before(rules: OutboxRules, instant: datetime) -> str:
    return to_text(instant - timedelta(minutes=rules.stale_after_minutes))


def _ahead(rules: OutboxRules, instant: datetime) -> str:
    """What was claimed later than this was claimed while a clock ran ahead: nobody is about it any more."""
    return to_text(instant + timedelta(minutes=rules.stale_after_minutes))


def _rests(rules: OutboxRules, row: Row, instant: datetime) -> bool:
    """Whether a mail that was refused for now is not to be tried again yet."""
    if row["state"] != "failed" or row["claimed_at"] > _ahead(rules, instant):
        return False
    return from_text(row["claimed_at"]) + rules.wait_after(row["refused"]) > instant


def _send_each(batch: _Batch, keys: Sequence[str], mailer: Mailer | None) -> SendResult:
    """One mail after the other: at any moment at most one of this worker's is claimed, or sent and not marked.

    The first answer that concerns more than its own mail ends the batch, and so do many refusals in a row, and a
    person who lets sending rest meanwhile.
    """
    result, in_a_row = SendResult(), 0
    per_minute = batch.rules.per_minute if is_real(batch.settings) else 0
    for key in keys:
        if per_minute:
            wait_for_turn(batch.store, per_minute)
        if (pause := pause_in_force(batch.store, batch.instant())) is not None:
            return replace(result, stopped=pause.told)
        row = _claim(batch, key)
        if row is None:
            continue
        state, answer = _deliver(batch, row, mailer)
        result = result.plus(state)
        cause = answer.stop
        if answer.refused:
            in_a_row += 1
        elif answer.taken:
            in_a_row = 0
        if cause is None and in_a_row >= batch.rules.refused_in_a_row:
            cause = StopCause.IN_A_ROW
        if cause is not None:
            stop = stop_sending(batch.store, batch.rules, cause, answer.words, batch.instant())
            return replace(result, stopped=stop.told)
    return result


def _claim(batch: _Batch, key: str) -> Row | None:
    """The mail's row, or None when another worker has it. A claim that grew stale is one more unknown fate."""
    values = {
        "mail_key": key,
        "claimed_at": to_text(batch.instant()),
        "mode": batch.settings.mail_mode,
    }
    with batch.store.write() as tx:
        ahead = _ahead(batch.rules, batch.instant())
        stale = tx.query("mail.claim_stale", stale_before=batch.stale_before, ahead=ahead, **values)
        if stale:
            tx.execute("mail.count_try", mail_key=key, refused=0, unknown=1)
        claimed = stale or tx.query("mail.claim", **values)
        if not claimed:
            return None
        tries = tx.one("mail.tries", mail_key=key)
    found = dict(tries) if tries else {"refused": 0, "unknown": 0}
    return {**claimed[0], **found}


def _deliver(batch: _Batch, row: Row, mailer: Mailer | None) -> tuple[str, ServerAnswer]:
    """Build, send and mark a claimed mail. Its state then ('unknown' when it stays claimed), and the answer."""
    if row["unknown"] >= MOST_UNKNOWN:
        return _settled(batch, row, "held", ServerAnswer(MailOutcome.UNKNOWN, t("mail.held.unknown")))
    if why := batch.kept_back(row):
        return _settled(batch, row, "held", ServerAnswer(MailOutcome.PERSON, why))
    try:
        envelope = build(
            row,
            instance=batch.instance,
            settings=batch.settings,
            department=batch.department,
            sender=batch.sender,
            sent_at=batch.instant(),
            links=batch.links,
        )
    except OSError as error:
        words = t("mail.attachment_gone", path=Path(str(error.filename)).name)
        return _judge(batch, row, ServerAnswer(MailOutcome.TEMPORARY, words))
    except RuleRefused as refusal:
        return _judge(batch, row, ServerAnswer(MailOutcome.PERMANENT, str(refusal)))
    if mailer is None:
        write_atomic(preview_path(batch.instance, row["message_id"]), envelope.content)
        return _settled(batch, row, "previewed", ServerAnswer(MailOutcome.SENT, ""))
    try:
        answer = mailer.send(envelope)
    except MailServerDown as down:  # surely not sent, and not for a reason of this mail
        _mark(batch, row, "failed", ServerAnswer(MailOutcome.TEMPORARY, str(down)))
        raise
    words = "; ".join(filter(None, (answer.words, *envelope.unusable.values())))
    return _judge(batch, row, replace(answer, words=words))


def _judge(batch: _Batch, row: Row, answer: ServerAnswer) -> tuple[str, ServerAnswer]:
    """Write the state that follows from the server's answer; a mail whose fate nobody knows stays claimed once."""
    if answer.outcome is MailOutcome.SENT:
        return _settled(batch, row, "sent", answer)
    if answer.outcome is MailOutcome.PERMANENT:
        return _settled(batch, row, "dead", answer)
    if answer.outcome is MailOutcome.PERSON:
        return _settled(batch, row, "held", replace(answer, words=t("mail.held.refused", words=answer.words)))
    if answer.outcome is MailOutcome.UNKNOWN:
        if row["unknown"] + 1 < MOST_UNKNOWN:
            return "unknown", answer
        return _settled(batch, row, "held", replace(answer, words=t("mail.held.unknown")))
    # A limit on our account says nothing of this mail, however often it is met.
    counts = answer.stop is not StopCause.LIMIT
    if counts and row["refused"] + 1 >= batch.rules.max_attempts:
        words = t("mail.held.often", count=batch.rules.max_attempts, words=answer.words)
        return _settled(batch, row, "held", replace(answer, words=words))
    return _settled(batch, row, "failed", answer, counts=counts)


def _settled(
    batch: _Batch, row: Row, state: str, answer: ServerAnswer, *, counts: bool = False
) -> tuple[str, ServerAnswer]:
    _mark(batch, row, state, answer, counts=counts)
    return state, answer


def _mark(batch: _Batch, row: Row, state: str, answer: ServerAnswer, *, counts: bool = False) -> None:
    """The attempt's number keeps a slow worker from overwriting what a later one wrote."""
    # A redirected mail was not delivered to anybody it was meant for.
    taken = answer.taken if batch.settings.mail_mode == "live" else ()
    with batch.store.write() as tx:
        marked = tx.execute(
            "mail.mark",
            mail_key=row["mail_key"],
            attempts=row["attempts"],
            state=state,
            sent_at=to_text(batch.instant()) if state == "sent" else None,
            server_answer=answer.words or None,
            delivered=json.dumps(list(dict.fromkeys((*addresses_of(row, "delivered"), *taken)))),
        )
        if marked and counts:
            tx.execute("mail.count_try", mail_key=row["mail_key"], refused=1, unknown=0)


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
    dies is lost, which only leaves a gap. A line that lies further ahead than any number of workers would make it was
    made while a clock ran ahead, and begins anew.
    """
    gap = -(-60_000 // per_minute)
    furthest = moment + max(SHORTEST_QUEUE_MS, MOST_WAITING * gap)
    with store.write() as tx:
        return int(tx.query("mail.take_turn", moment=moment, gap=gap, furthest=furthest)[0]["turn"])

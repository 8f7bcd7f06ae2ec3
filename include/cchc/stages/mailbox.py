"""Tiếp nhận từ hộp thư: each message is dealt with once, stored with its answer in one transaction, then put away.

A crash between the store and the mailbox repeats nothing: the message is known by its place, and by a mark over its
Message-ID and files should it turn up at another place. Two readers at once: the store lets one in. Of the mail itself
only what was taken in is kept; its words, and the address of somebody unknown, are not.
"""

from __future__ import annotations

from collections import Counter

from cchc.checks import Rules
from cchc.clock import to_text
from cchc.errors import CchcError, RuleRefused
from cchc.intake.letter import Letter, read_letter
from cchc.intake.mailbox import LARGEST_MAIL, Mailbox, MailboxConfig, MailboxDown, Waiting
from cchc.reminders import enqueue, put_bounces
from cchc.reminders.modes import is_loopback
from cchc.stages.judging import write
from cchc.stages.letters import Dealt, deal_with
from cchc.stages.run import Run
from cchc.texts import t


def receive_mail(run: Run, config: MailboxConfig) -> dict[str, int]:
    """Read the mailbox; returns counts by what became of the messages and the files in them.

    Besides the words of `receiving.receive`: answered (nothing could be taken in), machine, bounced, own, nobody,
    stranger.
    Messages that came after the run's own time wait for the next run. Raises MailboxDown, and CchcError naming the
    messages that could not be stored (they stay in the mailbox; the others are done).
    """
    _check(run, config)
    rules = Rules.load()
    counts: Counter[str] = Counter()
    failed: list[str] = []
    with Mailbox(config) as box:
        for message in box.waiting():
            if message.received_at > run.as_of:
                continue
            try:
                counts.update(_take(run, rules, box, message))
            except MailboxDown:
                raise
            except CchcError as error:
                failed.append(t("mailbox.failed_line", uid=message.uid, why=error))
    if failed:
        raise CchcError(t("mailbox.some_failed", count=len(failed), list="\n".join(failed)))
    return dict(counts)


def _check(run: Run, config: MailboxConfig) -> None:
    """A rehearsal must not empty a real mailbox; a password must not cross a network in the clear."""
    here = is_loopback(config.host)
    if run.instance.settings.rehearsal and not here:
        raise RuleRefused("rehearsal-loopback-only", t("mailbox.rehearsal_loopback", host=config.host))
    if config.security == "none" and not here:
        raise RuleRefused("imap-security", t("mailbox.plain_only_here", host=config.host))


def _take(run: Run, rules: Rules, box: Mailbox, message: Waiting) -> tuple[str, ...]:
    place = {"mailbox": box.config.name, "uid_validity": message.uid_validity, "uid": message.uid}
    known = run.store.one("intake.message_by_place", **place)
    if known is None:
        too_large = message.size > LARGEST_MAIL
        raw = box.read(message, headers_only=too_large)
        if raw is None:  # moved away by somebody while we were reading
            return ()
        letter = read_letter(raw)
        known = run.store.one("intake.message_by_mark", message_mark=letter.mark)
        if known is None:
            dealt = deal_with(run, rules, letter, message.received_at, box.config, too_large=too_large)
            if _store(run, letter, message, place, dealt):
                box.put_away(message.uid, review=dealt.review)
                return dealt.words
            known = {"review": dealt.review}
    box.put_away(message.uid, review=bool(known["review"]))
    return ("repeated",)


def _store(run: Run, letter: Letter, message: Waiting, place: dict[str, object], dealt: Dealt) -> bool:
    """Everything in one transaction; False, and no change, when another reader has dealt with the message."""
    with run.store.write() as tx:
        added = tx.execute(
            "intake.insert_message",
            message_mark=letter.mark,
            received_at=to_text(min(message.received_at, run.as_of)),
            recorded_at=to_text(run.as_of),
            verdict=dealt.words[0],
            review=int(dealt.review),
            unit_code=dealt.unit_code,
            **place,
        )
        if not added:
            return False
        for verdict in dealt.verdicts:
            write(run, tx, verdict)
        for mail in dealt.mails:
            enqueue(tx, mail)
        put_bounces(tx, letter.mark, dealt.bounces, run.as_of)
    return True

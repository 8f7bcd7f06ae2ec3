"""Tiếp nhận từ hộp thư: each message is dealt with once, stored with its answer in one transaction, then put away.

A crash between the store and the mailbox repeats nothing: the message is known by its place, and by a mark over its
Message-ID and files should it turn up at another place. Two readers at once: the store lets one in. Of the mail itself
only what was taken in is kept; its words, and the address of somebody unknown, are not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from cchc.clock import to_text, vn_instant
from cchc.errors import CchcError, RuleRefused
from cchc.intake.mailbox import LARGEST_MAIL, Mailbox, MailboxConfig, MailboxDown, Waiting
from cchc.isolation import Session
from cchc.reminders import enqueue, put_bounces
from cchc.reminders.modes import is_loopback
from cchc.stages.arrivals import Channel
from cchc.stages.judging import write
from cchc.stages.letters import Dealt
from cchc.stages.reading import deal_with_mail, reading
from cchc.stages.run import Run
from cchc.stages.set_aside import SetAside, is_of_the_item, reason_of, tell
from cchc.texts import t

UNUSED = "-"  # whoever reads a mail needs no password of its mailbox


def receive_mail(run: Run, config: MailboxConfig) -> dict[str, int]:
    """Read the mailbox; returns counts by what became of the messages and the files in them.

    Besides the words of `receiving.receive`: answered (nothing could be taken in), machine, bounced, own, nobody,
    stranger.
    Messages that came after the run's own time wait for the next run. A message whose reading breaks off is moved to
    the folder for review. Raises MailboxDown, and CchcError naming the messages that stay in the mailbox because they
    could not be fetched, stored or moved (the others are done).
    """
    _check(run, config)
    counts: Counter[str] = Counter()
    failed: list[str] = []
    aside: list[SetAside] = []
    try:
        with Mailbox(config) as box, reading(run) as readers:
            for message in box.waiting():
                if message.received_at > run.as_of:
                    continue
                try:
                    counts.update(_take(run, readers, box, message))
                except MailboxDown:
                    raise
                except Exception as error:
                    if is_of_the_item(error):
                        aside.append(_set_aside(box, message, error))
                        counts["set_aside"] += 1
                    elif isinstance(error, CchcError):
                        failed.append(t("mailbox.failed_line", uid=message.uid, why=error))
                    else:
                        raise
    finally:
        tell(run, aside)
    if failed:
        raise CchcError(t("mailbox.some_failed", count=len(failed), list="\n".join(failed)))
    return dict(counts)


def _set_aside(box: Mailbox, message: Waiting, error: Exception) -> SetAside:
    """The message goes where people look; put back into the folder in which mail arrives, it is read again."""
    box.put_away(message.uid, review=True)
    why, fault = reason_of(error)
    name = t("set_aside.mail", moment=vn_instant(message.received_at))
    return SetAside(Channel.MAILBOX, name, why, box.config.review_folder, fault)


def _check(run: Run, config: MailboxConfig) -> None:
    """A rehearsal must not empty a real mailbox; a password must not cross a network in the clear."""
    here = is_loopback(config.host)
    if run.instance.settings.rehearsal and not here:
        raise RuleRefused("rehearsal-loopback-only", t("mailbox.rehearsal_loopback", host=config.host))
    if config.security == "none" and not here:
        raise RuleRefused("imap-security", t("mailbox.plain_only_here", host=config.host))


def _take(run: Run, readers: Session, box: Mailbox, message: Waiting) -> tuple[str, ...]:
    place = {"mailbox": box.config.name, "uid_validity": message.uid_validity, "uid": message.uid}
    known = run.store.one("intake.message_by_place", **place)
    if known is None:
        too_large = message.size > LARGEST_MAIL
        raw = box.read(message, headers_only=too_large)
        if raw is None:  # moved away by somebody while we were reading
            return ()
        config = replace(box.config, password=UNUSED)
        question = (deal_with_mail, raw, message.received_at, config, too_large)
        mark, dealt = readers.ask(*question)
        try:
            stored = dealt is not None and _store(run, mark, message, place, dealt)
        except RuleRefused:  # the ledger moved on in between
            mark, dealt = readers.ask(*question)
            stored = dealt is not None and _store(run, mark, message, place, dealt)
        if dealt is not None and stored:
            box.put_away(message.uid, review=dealt.review)
            words: tuple[str, ...] = dealt.words
            return words
        known = run.store.one("intake.message_by_mark", message_mark=mark) or {"review": True}
    box.put_away(message.uid, review=bool(known["review"]))
    return ("repeated",)


def _store(run: Run, mark: str, message: Waiting, place: dict[str, object], dealt: Dealt) -> bool:
    """Everything in one transaction; False, and no change, when another reader has dealt with the message."""
    with run.store.write() as tx:
        added = tx.execute(
            "intake.insert_message",
            message_mark=mark,
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
        put_bounces(tx, mark, dealt.bounces, run.as_of)
    return True

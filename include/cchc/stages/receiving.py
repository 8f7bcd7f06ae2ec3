"""Tiếp nhận từ thư mục: each file of a round's folder becomes a submission with its receipt, is refused with reasons,
or is set aside for a person; whatever one file does, the next is read in the same run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cchc.clock import TZ, to_text, vn_instant
from cchc.errors import CchcError, RuleRefused
from cchc.files import held_name, shown_name, write_atomic
from cchc.isolation.session import Session
from cchc.mail.bounces import put_bounces
from cchc.mail.mail import enqueue
from cchc.mail.mailbox import LARGEST_MAIL, Mailbox, MailboxConfig, MailboxDown, WaitingMessage
from cchc.mail.modes import is_loopback
from cchc.obligations import append
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.incoming import Dealt
from cchc.submissions.judging import write
from cchc.submissions.reading import deal_with_mail, judge_file, reading
from cchc.submissions.replies import OUTSIDERS
from cchc.submissions.set_aside import SetAside, is_of_the_item, reason_of, tell
from cchc.texts import t
from cchc.workbooks.forms import NotAForm

UNREADABLE = "_khong-tiep-nhan"
REVIEW = "_can-xem-lai"
LARGEST = 25 * 1024 * 1024  # bytes; a filled form has about 100 KB


def pending(run: Run) -> list[str]:
    """Files that wait in the inbox (`<round>/<file>`), in the order in which they arrived.

    CchcError when the inbox itself is gone: units may be sending to a share that is not connected.

    Only what had arrived by the run's own time counts, so that a replayed run sees what it saw then.
    """
    inbox = run.instance.inbox
    if not inbox.is_dir():
        raise CchcError(t("stages.no_folder", folder=inbox))
    waiting = [
        (path.stat().st_mtime, str(path.relative_to(inbox)))
        for path in inbox.glob("*/*")
        if path.is_file()
        and not path.name.startswith((".", "~$"))
        and path.parent.name not in (UNREADABLE, REVIEW)
    ]
    return [name for moment, name in sorted(waiting) if moment <= run.as_of.timestamp()]


def receive(run: Run, names: Sequence[str]) -> dict[str, int]:
    """Take in each file; returns counts by what became of them.

    accepted, warned, rejected, nothing, late (kept after the lock), again (known already), repeated (by an
    interrupted run), refused, unreadable, set_aside (a person has to look at it). A file that the installation
    fails, for want of room or of rights, stays where it is; CchcError names those when the others are done.
    """
    outcomes: Counter[str] = Counter()
    aside: list[SetAside] = []
    left: list[str] = []
    try:
        with reading(run) as readers:
            for name in names:
                path = run.instance.inbox / name
                if not path.exists():  # another attempt of this run took it in already
                    continue
                try:
                    found = _take_in(run, readers, path)
                except OSError as error:
                    left.append(
                        t(
                            "submissions.set_aside.left_line",
                            file=shown_name(name),
                            why=error.strerror or error,
                        )
                    )
                    continue
                if isinstance(found, SetAside):
                    aside.append(found)
                    outcomes["set_aside"] += 1
                else:
                    outcomes.update(found)
    finally:
        tell(run, aside)
    if left:
        raise CchcError(t("submissions.set_aside.left", count=len(left), list="\n".join(left)))
    return dict(outcomes)


def _take_in(run: Run, readers: Session, path: Path) -> list[str] | SetAside:
    """Store first, then remove the file: a crash in between finds it again and changes nothing."""
    try:
        verdicts = _stored(run, readers, path)
    except Exception as error:
        if not is_of_the_item(error):
            raise
        return _set_aside(run, path, error)
    refused = [one for one in verdicts if one.refusal is not None and one.word != "again"]
    if refused:
        _put_away_refused(run, path, refused)
    else:
        path.unlink()
    return [verdict.word for verdict in verdicts]


def _stored(run: Run, readers: Session, path: Path) -> list[Verdict]:
    """Judge a file and write what was decided; once more when the ledger moved on in between."""
    for attempt in (1, 2):
        verdicts = _verdicts(run, readers, path)
        try:
            with run.store.write() as tx:
                for verdict in verdicts:
                    write(run, tx, verdict)
        except RuleRefused:
            if attempt == 2:
                raise
        else:
            return verdicts
    raise AssertionError("the second attempt returns or raises")


def _verdicts(run: Run, readers: Session, path: Path) -> list[Verdict]:
    status = path.stat()
    moment = min(datetime.fromtimestamp(status.st_mtime, TZ).replace(microsecond=0), run.as_of)
    small = status.st_size <= LARGEST
    arrival = Arrival(
        file_name=shown_name(path.name),
        content=path.read_bytes() if small else b"",
        received_at=moment,
        channel=Channel.FOLDER,
        round_id=path.parent.name,
        occasion=to_text(moment),
    )
    if not small:
        return [_too_large(arrival)]
    found: list[Verdict] = readers.ask(judge_file, arrival)
    return found


def _too_large(arrival: Arrival) -> Verdict:
    """A file that is not even opened."""
    limit = LARGEST // (1024 * 1024)
    refusal = NotAForm(t("stages.file_too_large", file=arrival.file_name, limit=limit))
    return Verdict("unreadable", arrival, refusal=refusal)


def _put_away_refused(run: Run, path: Path, refused: Sequence[Verdict]) -> None:
    """Keep a file that cannot be taken in, with the reasons beside it, for an operator to look at.

    Of a file with macros the copy without them is kept.
    """
    folder = run.instance.inbox / UNREADABLE / path.parent.name
    _write_reason(folder, path.name, [str(one.refusal) for one in refused])
    cleaned = [one.arrival for one in refused if one.arrival.notes]
    if cleaned:
        for one in cleaned:
            write_atomic(folder / held_name(one.file_name), one.content)
        path.unlink()
    else:
        path.replace(folder / held_name(path.name))


def _set_aside(run: Run, path: Path, error: Exception) -> SetAside:
    """Move a file whose reading broke off to where a person looks at it; the reason lies beside it."""
    why, fault = reason_of(error)
    folder = run.instance.inbox / REVIEW / path.parent.name
    _write_reason(folder, path.name, [t("submissions.set_aside.file_reason", why=why), fault])
    target = folder / held_name(path.name)
    path.replace(target)
    where = target.parent.relative_to(run.instance.root).as_posix()
    return SetAside(Channel.FOLDER, shown_name(path.name), why, where, fault)


def _write_reason(folder: Path, name: str, lines: Sequence[str]) -> None:
    suffix = ".ly-do.txt"
    write_atomic(
        folder / f"{held_name(name, room=len(suffix))}{suffix}",
        "".join(f"{line}\n" for line in lines if line),
    )


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
        with Mailbox(config, LARGEST_MAIL) as box, reading(run) as readers:
            for message in box.waiting():
                if message.received_at > run.as_of:
                    continue
                try:
                    counts.update(_take(run, readers, box, message))
                except MailboxDown:
                    raise
                except Exception as error:
                    if is_of_the_item(error):
                        aside.append(_set_aside_of_mailbox(box, message, error))
                        counts["set_aside"] += 1
                    elif isinstance(error, CchcError):
                        failed.append(t("stages.mailbox.failed_line", uid=message.uid, why=error))
                    else:
                        raise
    finally:
        tell(run, aside)
    if failed:
        raise CchcError(t("stages.mailbox.some_failed", count=len(failed), list="\n".join(failed)))
    return dict(counts)


def _set_aside_of_mailbox(box: Mailbox, message: WaitingMessage, error: Exception) -> SetAside:
    """The message goes where people look; put back into the folder in which mail arrives, it is read again."""
    box.put_away(message.uid, review=True)
    why, fault = reason_of(error)
    name = t("submissions.set_aside.mail", moment=vn_instant(message.received_at))
    return SetAside(Channel.MAILBOX, name, why, box.config.review_folder, fault)


def _check(run: Run, config: MailboxConfig) -> None:
    """A rehearsal must not empty a real mailbox; a password must not cross a network in the clear."""
    here = is_loopback(config.host)
    if run.instance.settings.rehearsal and not here:
        raise RuleRefused("rehearsal-loopback-only", t("stages.mailbox.rehearsal_loopback", host=config.host))
    if config.security == "none" and not here:
        raise RuleRefused("imap-security", t("stages.mailbox.plain_only_here", host=config.host))


def _take(run: Run, readers: Session, box: Mailbox, message: WaitingMessage) -> tuple[str, ...]:
    """A message is known by what it is, never by its place: a mailbox that was made anew counts from one again."""
    place = {"mailbox": box.config.name, "uid_validity": message.uid_validity, "uid": message.uid}
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
    known = run.store.one("submissions.message_by_mark", message_mark=mark) or {"review": True}
    box.put_away(message.uid, review=bool(known["review"]))
    return ("repeated",)


def _store(run: Run, mark: str, message: WaitingMessage, place: dict[str, object], dealt: Dealt) -> bool:
    """Everything in one transaction; False, and no change, when another reader has dealt with the message."""
    with run.store.write() as tx:
        tx.execute("stages.vacate_place", message_mark=mark, **place)
        added = tx.execute(
            "stages.insert_message",
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
        append(tx, dealt.events)
        for message_id in dealt.unreached:
            tx.execute("submissions.outsider_not_reached", message_id=message_id, prefix=OUTSIDERS)
        for mail in dealt.mails:
            enqueue(tx, mail)
        put_bounces(tx, mark, dealt.bounces, run.as_of)
    return True

"""Tiếp nhận: each file of the inbox and each mail becomes a submission with its receipt, is refused with reasons, or is
set aside for a person; whatever one of them does, the next is read in the same run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cchc.clock import to_text, vn_instant
from cchc.errors import CchcError, RuleRefused
from cchc.files import remove, sha256_bytes, shown_name
from cchc.isolation.session import Session
from cchc.mail.bounces import put_bounces
from cchc.mail.mail import enqueue
from cchc.mail.mailbox import (
    Mailbox,
    MailboxConfig,
    MailboxDown,
    MessageNotRead,
    WaitingMessage,
)
from cchc.mail.modes import is_loopback
from cchc.obligations import append
from cchc.run import Run
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.inbox import (
    Sighting,
    forget,
    in_place,
    is_held,
    look,
    odd_time,
    place_of,
    sighting_of,
)
from cchc.submissions.incoming import QUESTION, Dealt
from cchc.submissions.judging import write
from cchc.submissions.ours import came_back
from cchc.submissions.reading import deal_with_mail, judge_file, reading
from cchc.submissions.replies import OUTSIDERS
from cchc.submissions.review_folder import (
    bring_back,
    known_by,
    name_strays,
    name_wrong,
    of_folder,
    put_away_refused,
    set_aside_file,
)
from cchc.submissions.set_aside import SetAside, is_of_the_item, put, reason_of, settle, waiting
from cchc.texts import t
from cchc.workbooks.forms import NotAForm

LARGEST = 25 * 1024 * 1024  # bytes; a filled form has about 100 KB


def pending(run: Run) -> list[str]:
    """Files that wait in the inbox (`<round>/<file>`), in the order in which they arrived.

    CchcError when the inbox itself is gone: units may be sending to a share that is not connected. What a person
    wants read again is put back first; what is still being copied waits for the next run.
    """
    bring_back(run)
    name_strays(run)
    return look(run).files


def receive(run: Run, names: Sequence[str]) -> dict[str, int]:
    """Take in each file; returns counts by what became of them.

    accepted, warned, rejected, nothing, late (kept after the lock), again (known already), repeated (by an
    interrupted run), refused, unreadable, set_aside (a person has to look at it), waiting (still being written),
    wrong (lies where nobody reads it, told for the first time). A file that the installation fails, for want of room
    or of rights, stays where it is; CchcError names those when the others are done.
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
                    if path.exists():  # nobody took it away in this moment
                        why = error.strerror or error
                        left.append(t("submissions.set_aside.left_line", file=shown_name(name), why=why))
                    continue
                except Exception as error:
                    if not is_of_the_item(error):
                        raise
                    found = in_place(
                        run, path, t("submissions.set_aside.where_it_lies", why=reason_of(error)[0])
                    )
                if isinstance(found, SetAside):
                    aside.append(found)
                    outcomes["set_aside"] += 1
                else:
                    outcomes.update(found)
    finally:
        put(run, aside)  # before a look forgets when they were seen
        outcomes["wrong"] += name_wrong(run, look(run), aside)
    outcomes = +outcomes
    if left:
        raise CchcError(t("submissions.set_aside.left", count=len(left), list="\n".join(left)))
    return dict(outcomes)


def _take_in(run: Run, readers: Session, path: Path) -> list[str] | SetAside:
    """Store first, then remove the file: a crash in between finds it again and changes nothing."""
    seen = sighting_of(run, path)
    held = is_held(path)
    if held:
        return ["waiting"]
    arrival = _arrival(run, path, seen)
    if isinstance(arrival, SetAside) or arrival is None:
        return arrival or ["waiting"]
    try:
        verdicts = stored(run, readers, arrival, wait=held is None and not seen.steady)
    except Exception as error:
        if not is_of_the_item(error):
            raise
        return set_aside_file(run, path, error, seen)
    if not verdicts:
        return ["waiting"]
    refused = [one for one in verdicts if one.refusal is not None and one.word != "again"]
    try:
        if refused:
            put_away_refused(run, path, refused)
        else:
            remove(path)
    except PermissionError as error:
        return in_place(run, path, t("submissions.inbox.not_removed", why=error.strerror))
    forget(run, path)
    place, digest = place_of(run, path), "" if arrival.too_large else sha256_bytes(arrival.content)
    done = [
        one.item_id
        for one in of_folder(run)
        if one.origin == place or (one.file_sha256 and one.file_sha256 == digest)
    ]
    settle(run, done, t("submissions.set_aside.taken_in"))
    return [verdict.word for verdict in verdicts]


def _arrival(run: Run, path: Path, seen: Sighting) -> Arrival | SetAside | None:
    """The file as it lies there; None while it changes. A file that is too large is not opened."""
    try:
        before = path.stat()
        content = path.read_bytes() if before.st_size <= LARGEST else b""
        after = path.stat()
    except OSError as error:
        return in_place(run, path, t("submissions.inbox.denied", why=error.strerror or error))
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        return None
    odd = odd_time(run, path, seen.first_seen)
    known = known_by(run, sha256_bytes(content)) if content else None
    return Arrival(
        file_name=shown_name(path.name),
        content=content,
        received_at=known.received_at if known else seen.first_seen,
        came_after=(known.came_after if known else None) or seen.came_after,
        channel=Channel.FOLDER,
        round_id=path.parent.name,
        notes=(odd,) if odd else (),
        occasion=to_text(seen.first_seen),
        too_large=before.st_size > LARGEST,
    )


def stored(run: Run, readers: Session, arrival: Arrival, *, wait: bool) -> list[Verdict]:
    """Judge a file and write what was decided. `wait`: nobody knows whether it is whole; then nothing is decided about
    one that cannot be read."""

    def judged() -> list[Verdict]:
        verdicts: list[Verdict] = (
            [_too_large(arrival)] if arrival.too_large else readers.ask(judge_file, arrival)
        )
        return [] if wait and any(one.word == "unreadable" for one in verdicts) else verdicts

    return put_down(run, judged)


def put_down(run: Run, judged: Callable[[], list[Verdict]]) -> list[Verdict]:
    """Write what `judged` decides, all of it or nothing; once more when the ledger moved on in between."""
    for attempt in (1, 2):
        verdicts = judged()
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


def _too_large(arrival: Arrival) -> Verdict:
    """A file that is not even opened."""
    limit = LARGEST // (1024 * 1024)
    refusal = NotAForm(t("stages.file_too_large", file=arrival.file_name, limit=limit))
    return Verdict("unreadable", arrival, refusal=refusal)


UNUSED = "-"  # whoever reads a mail needs no password of its mailbox


def receive_mail(run: Run, config: MailboxConfig) -> dict[str, int]:
    """Read the mailbox; returns counts by what became of the messages and the files in them.

    Besides the words of `receive`: answered (nothing could be taken in), plea, confirmed, machine, bounced, own, staff,
    nobody, stranger; left (more lie there than one run reads). Messages that came after the run's own time wait for the
    next run. A message whose reading breaks off is moved to the folder for review, and so is one that only a person can
    answer; one that the server does not hand out is named and tried again by every run. Raises MailboxDown, and
    CchcError naming the messages that could not be stored or moved (the others are done).
    """
    check_mailbox(run, config)
    counts: Counter[str] = Counter()
    failed: list[str] = []
    aside: list[SetAside] = []
    waits = [one for one in waiting(run.store) if one.channel is Channel.MAILBOX]
    try:
        with Mailbox(config) as box, reading(run) as readers:
            _bring_back(box, waits)
            for message in box.waiting():
                if message.received_at > run.as_of:
                    continue
                try:
                    words, silent = _take(run, readers, box, message, waits)
                    counts.update(words)
                    aside += silent
                except MailboxDown:
                    raise
                except MessageNotRead as error:
                    aside.append(_of_message(box, message, str(error), "", box.config.folder))
                except Exception as error:
                    if is_of_the_item(error):
                        why, fault = reason_of(error)
                        aside.append(_of_message(box, message, why, fault, box.config.review_folder, waits))
                        box.put_away(message.uid, review=True)
                        counts["set_aside"] += 1
                    elif isinstance(error, CchcError):
                        failed.append(t("stages.mailbox.failed_line", uid=message.uid, why=error))
                    else:
                        raise
            aside += [_not_told(run, box, uid, words) for uid, words in box.not_told.items()]
            counts["left"] = box.left
    finally:
        new = put(run, aside)
    counts["set_aside"] += sum(one.held_in == config.folder for one in new)
    counts = +counts
    if failed:
        raise CchcError(t("stages.mailbox.some_failed", count=len(failed), list="\n".join(failed)))
    return dict(counts)


def check_mailbox(run: Run, config: MailboxConfig) -> None:
    """A rehearsal must not empty a real mailbox; a password must not cross a network in the clear."""
    here = is_loopback(config.host)
    if run.instance.settings.rehearsal and not here:
        raise RuleRefused("rehearsal-loopback-only", t("stages.mailbox.rehearsal_loopback", host=config.host))
    if config.security == "none" and not here:
        raise RuleRefused("imap-security", t("stages.mailbox.plain_only_here", host=config.host))


def _bring_back(box: Mailbox, waits: Sequence[SetAside]) -> None:
    """Put the messages that a person wants read again into the folder in which mail arrives."""
    wanted = {one.file_sha256 for one in waits if one.wanted and one.file_sha256}
    if wanted:
        box.bring_back(lambda raw: sha256_bytes(raw) in wanted)


def _of_message(
    box: Mailbox,
    message: WaitingMessage,
    why: str,
    fault: str,
    held_in: str,
    waits: Sequence[SetAside] = (),
) -> SetAside:
    """A message that a person has to look at; it is known again by its bytes. `waits`: what waited before."""
    try:
        raw = box.read(message) or b""
    except MessageNotRead:
        raw = b""
    digest = sha256_bytes(raw) if raw else ""
    # Read again at a person's wish, and in vain, it is the same thing as before, although the server numbers it anew.
    known = next((one for one in waits if one.wanted and digest and one.file_sha256 == digest), None)
    return SetAside(
        Channel.MAILBOX,
        known.origin if known else _origin(box, message.uid_validity, message.uid),
        t("submissions.set_aside.mail", moment=vn_instant(message.received_at)),
        held_in,
        message.received_at,
        why,
        fault,
        digest,
    )


def _not_told(run: Run, box: Mailbox, uid: int, words: str) -> SetAside:
    """A message of which the server does not even say when it came."""
    name, folder = t("submissions.set_aside.mail_number", uid=uid), box.config.folder
    return SetAside(Channel.MAILBOX, _origin(box, box.uid_validity, uid), name, folder, run.as_of, words)


def _origin(box: Mailbox, uid_validity: int, uid: int) -> str:
    return f"{box.config.name}/{uid_validity}/{uid}"


def _take(
    run: Run, readers: Session, box: Mailbox, message: WaitingMessage, waits: Sequence[SetAside]
) -> tuple[tuple[str, ...], list[SetAside]]:
    """What became of a message; and the message, when a person is to look at it.

    It is known by what it is, never by its place: a mailbox that was made anew counts from one again.
    """
    place = {"mailbox": box.config.name, "uid_validity": message.uid_validity, "uid": message.uid}
    too_large = message.size > box.config.limits.most_bytes
    raw = box.read(message, headers_only=too_large)
    if raw is None:  # moved away by somebody while we were reading
        return (), []
    digest, origin = sha256_bytes(raw), _origin(box, message.uid_validity, message.uid)
    mine = [one for one in waits if (one.file_sha256 or one.origin) in (digest, origin)]
    again = any(one.wanted for one in mine)
    config = replace(box.config, password=UNUSED)
    question = (deal_with_mail, raw, message.received_at, config, too_large, again)
    mark, dealt = readers.ask(*question)
    try:
        stored = dealt is not None and _store(run, mark, message, place, dealt, again=again)
    except RuleRefused:  # the ledger moved on in between
        mark, dealt = readers.ask(*question)
        stored = dealt is not None and _store(run, mark, message, place, dealt, again=again)
    settle(run, [one.item_id for one in mine], t("submissions.set_aside.taken_in"))
    known = run.store.one("submissions.message_by_mark", message_mark=mark) or {"review": True}
    words, told = tuple[str, ...](("repeated",)), ""
    if dealt is not None and stored:  # whoever is answered by a mail needs no person, but for a question
        words, told = dealt.words, "" if dealt.mails and dealt.told != QUESTION else dealt.told
    why = t(f"submissions.mailbox.told.{told}") if told else ""
    silent = [_of_message(box, message, why, "", box.config.review_folder)] if why else []
    if told and dealt is not None and dealt.came_back:
        held_in = box.config.review_folder
        silent = [came_back(dealt.came_back, box.config.name, held_in, message.received_at)]
    box.put_away(message.uid, review=bool(known["review"]))
    return words, silent


def _store(
    run: Run, mark: str, message: WaitingMessage, place: dict[str, object], dealt: Dealt, *, again: bool
) -> bool:
    """Everything in one transaction; False, and no change, when another reader has dealt with the message and nobody
    wants it read `again`."""
    values = {
        "message_mark": mark,
        "recorded_at": to_text(run.as_of),
        "verdict": dealt.words[0],
        "review": int(dealt.review),
        "unit_code": dealt.unit_code,
        **place,
    }
    with run.store.write() as tx:
        tx.execute("stages.vacate_place", message_mark=mark, **place)
        came = to_text(min(message.received_at, run.as_of))
        added = tx.execute("stages.insert_message", received_at=came, **values)
        if not added and not (again and tx.execute("stages.deal_with_message_again", **values)):
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

"""What was set aside, as text that a person reads before deciding: nothing of it is run, moved or kept.

A letter is fetched from the mailbox as it lies there and read apart, like everything that strangers sent; of a file the
first lines are shown when it is text, else its name and size alone.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from cchc.errors import CchcError
from cchc.files import sha256_bytes
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.mail.incoming import read_letter
from cchc.mail.mailbox import Mailbox, MailboxConfig
from cchc.mail.parts import looks_like_mail
from cchc.run import Run
from cchc.stages.receiving import LARGEST, check_mailbox
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside
from cchc.texts import t
from cchc.unit_page.link import masked

LIMITS = ReadingLimits(seconds=20, processor_seconds=15, memory=512 * 1024 * 1024)
MOST_FILES, MOST_TEXT, MOST_LINES, LONGEST_LINE = 40, 4000, 60, 300
_HEAD = 64 * 1024  # bytes of a file that are looked at
_PATIENCE = {
    "timeout_seconds": 10,
    "message_seconds": 15,
    "session_seconds": 30,
}  # of whoever waits for a page


@dataclass(frozen=True)
class ShownText:
    """What can be read of a thing set aside. why: why there is nothing, in words; sender, subject: of a letter; thread:
    the Message-IDs that an answer refers to; cut: a part is left out; files: (name, bytes) of what came with the
    letter, or of the file itself."""

    why: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""
    cut: bool = False
    files: tuple[tuple[str, int], ...] = ()
    thread: str = ""

    @property
    def letter(self) -> tuple[str, str, str]:
        """(sender, subject, thread) of a letter; empty for what is none."""
        return self.sender, self.subject, self.thread


def shown_text(run: Run, item: SetAside, mailbox: MailboxConfig | None) -> ShownText:
    """The text of `item`; what keeps it from being read is told in `why`, never raised. Reads only."""
    try:
        if item.channel is Channel.MAILBOX:
            return _of_mailbox(run, item, mailbox)
        return _of_file(run, item)
    except CchcError as error:
        return ShownText(why=str(error))


def _of_mailbox(run: Run, item: SetAside, mailbox: MailboxConfig | None) -> ShownText:
    if mailbox is None:
        return ShownText(why=t("stages.showing.no_mailbox"))
    if not item.file_sha256:
        return ShownText(why=t("stages.showing.no_single_letter", folder=item.held_in))
    check_mailbox(run, mailbox)
    limits = mailbox.limits
    patience = {name: min(most, getattr(limits, name)) for name, most in _PATIENCE.items()}
    with Mailbox(replace(mailbox, limits=replace(limits, **patience))) as box:
        for folder in dict.fromkeys(
            (item.held_in, mailbox.folder)
        ):  # it was put back where a person wants it read
            raw = box.find(folder, item.received_at, lambda raw: sha256_bytes(raw) == item.file_sha256)
            if raw is not None:
                return _letter(raw)
    return ShownText(why=t("stages.showing.not_in_mailbox", folder=item.held_in))


def _of_file(run: Run, item: SetAside) -> ShownText:
    root = run.instance.root
    path = root / item.held_in
    if not path.parent.resolve().is_relative_to(root.resolve()):
        return ShownText(why=t("stages.showing.not_there", place=item.held_in))
    try:
        # Neither a link that leads elsewhere nor a pipe that nobody writes to.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as handle:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return ShownText(why=t("stages.showing.not_there", place=item.held_in))
            head = handle.read(_HEAD)
            is_letter = looks_like_mail(head) and status.st_size <= LARGEST
            raw = head + handle.read(LARGEST) if is_letter else b""
    except OSError as error:
        return ShownText(why=t("stages.showing.denied", place=item.held_in, why=error.strerror or error))
    if is_letter:
        return _letter(raw)
    text = _plain(head)
    name, cut = (Path(item.name).name, status.st_size), status.st_size > len(head)
    if text is None:
        return ShownText(why=t("stages.showing.no_text"), files=(name,))
    lines = text.splitlines()
    kept = [line[:LONGEST_LINE] for line in lines[:MOST_LINES]]
    return ShownText(text=_printable("\n".join(kept)), cut=cut or kept != lines, files=(name,))


def _plain(head: bytes) -> str | None:
    """The beginning of a file as text; None when it is none."""
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(
            head
        )  # a letter may be cut in two at its end
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _letter(raw: bytes) -> ShownText:
    with Session(LIMITS, _nothing) as reader:
        found: ShownText = reader.ask(letter_text, raw)
    return found


def _nothing() -> None:
    """A reader of letters needs nothing but the letter."""


def letter_text(_state: None, raw: bytes) -> ShownText:
    """What a letter says, without what it quotes of earlier ones; names and sizes of its files."""
    letter = read_letter(raw)
    subject, _, words = letter.words.partition("\n")
    return ShownText(
        why=t("stages.showing.sealed") if letter.sealed else "",
        sender=_printable(letter.sender),
        subject=" ".join(_printable(subject).split()),
        text=_printable(words.strip())[:MOST_TEXT],
        cut=len(words) >= MOST_TEXT or len(letter.attached) > MOST_FILES,
        files=tuple((_printable(one.name), len(one.content)) for one in letter.attached[:MOST_FILES]),
        thread=letter.thread or "",
    )


def _printable(text: Iterable[str]) -> str:
    """Without signs that turn the direction of writing or command a screen, and without links to a unit's page."""
    return masked("".join(one for one in text if one.isprintable() or one in "\n\t"))

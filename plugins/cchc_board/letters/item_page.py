"""Page of one thing under 'Cần xem lại': where it came from and lies, its text, to whom an answer would go, and what
became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from cchc.errors import CchcError
from cchc.mail.mailbox import MailboxConfig
from cchc.run import Run
from cchc.stages.showing import ShownText, shown_text
from cchc.submissions.set_aside import AGAIN, WAITS, SetAside, SetAsideStep, story
from cchc.submissions.written_answers import LONGEST, Addressee, addressee
from cchc.texts import vietnamese_order
from cchc.units import Unit
from cchc_board.door import Asked
from cchc_board.letters.answer_acts import AnswerSeen

MailboxOf = Callable[[], MailboxConfig | None]
_mailbox: list[MailboxOf] = []


def read_mail(mailbox: MailboxOf) -> None:
    """Which mailbox letters are read from; without it only where they lie is told."""
    _mailbox[:] = [mailbox]


@dataclass(frozen=True)
class ItemPage:
    """What the template shows. to: whom an answer from here reaches; unit: of whom it is; units: to choose from where
    nobody knows; reply: address that begins an answer in the reader's own mail program; longest: letters of an
    answer."""

    item: SetAside
    steps: list[SetAsideStep]
    shown: ShownText
    to: Addressee
    unit: Unit | None
    units: list[Unit]
    reply: str
    longest: int = LONGEST

    @property
    def waits(self) -> bool:
        return self.steps[-1].kind in (WAITS, AGAIN)

    @property
    def is_letter(self) -> bool:
        return bool(self.shown.sender or self.shown.thread)


def item_page(asked: Asked) -> ItemPage:
    """Raises CchcError for a number that was never given."""
    run = asked.run()
    item, steps = story(run.store, asked.path["item_id"], run.as_of)
    seen = asked.step.seen if asked.step else None
    shown = seen.shown if isinstance(seen, AnswerSeen) else letter_shown(run, item)
    to = addressee(run, shown.sender, shown.thread)
    subject = quote(f"Re: {shown.subject}"[:200])
    reply = f"mailto:{quote(shown.sender, safe='@')}?subject={subject}" if shown.sender else ""
    return ItemPage(
        item=item,
        steps=steps,
        shown=shown,
        to=to,
        unit=run.units.get(to.unit_code) if to.unit_code else None,
        units=[] if to.is_sender else _writable(run),
        reply="" if to.is_sender else reply,
    )


def letter_shown(run: Run, item: SetAside) -> ShownText:
    """Its text as far as it can be had; why not is told in it."""
    try:
        mailbox = _mailbox[0]() if _mailbox else None
    except CchcError as error:  # an option of the connection that is unknown
        return ShownText(why=str(error))
    return shown_text(run, item, mailbox)


def letter_of_item(run: Run, item_id: str) -> ShownText:
    """The same by number."""
    return letter_shown(run, story(run.store, item_id, run.as_of)[0])


def _writable(run: Run) -> list[Unit]:
    """Units of today that have a mailbox, in the order of their names."""
    found = [one for one in run.units.all if one.mailboxes and one.valid_on(run.today)]
    return sorted(found, key=lambda one: vietnamese_order(one.name))

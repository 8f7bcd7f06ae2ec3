"""Page of one thing under 'Cần xem lại': where it came from and lies, its text, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from cchc.errors import CchcError
from cchc.mail.mailbox import MailboxConfig
from cchc.stages.showing import ShownText, shown_text
from cchc.submissions.set_aside import AGAIN, WAITS, SetAside, SetAsideStep, story
from cchc_board.door import Asked

MailboxOf = Callable[[], MailboxConfig | None]
_mailbox: list[MailboxOf] = []


def read_mail(mailbox: MailboxOf) -> None:
    """Which mailbox letters are read from; without it only where they lie is told."""
    _mailbox[:] = [mailbox]


@dataclass(frozen=True)
class ItemPage:
    """What the template shows. reply: address that begins an answer in the reader's own mail program."""

    item: SetAside
    steps: list[SetAsideStep]
    shown: ShownText
    reply: str

    @property
    def waits(self) -> bool:
        return self.steps[-1].kind in (WAITS, AGAIN)


def item_page(asked: Asked) -> ItemPage:
    """Raises CchcError for a number that was never given."""
    run = asked.run()
    item, steps = story(run.store, asked.path["item_id"], run.as_of)
    try:
        mailbox = _mailbox[0]() if _mailbox else None
    except CchcError as error:  # an option of the connection that is unknown
        shown = ShownText(why=str(error))
    else:
        shown = shown_text(run, item, mailbox)
    subject = quote(f"Re: {shown.subject}"[:200])
    reply = f"mailto:{quote(shown.sender, safe='@')}?subject={subject}" if shown.sender else ""
    return ItemPage(item, steps, shown, reply)

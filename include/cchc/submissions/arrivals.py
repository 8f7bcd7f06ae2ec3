"""A file that has arrived, by whichever way; and what was decided about it, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cchc.errors import CchcError
from cchc.mail.mail import Mail
from cchc.obligations import Event
from cchc.submissions.kept import Enclosure, SubmissionOutcome
from cchc.workbooks.forms import CheckFinding, FilledForm


class Channel(StrEnum):
    """By which way a file came; kept with the submission."""

    FOLDER = "thu-muc"
    MAILBOX = "hop-thu"


@dataclass(frozen=True)
class Arrival:
    """A file as it came. `received_at` is when it came, never later than the run.

    round_id: the round whose folder it lay in. senders: the units from whose mailbox it came (one mailbox may serve
    several). thread: the
    Message-IDs of the mail to answer. notes: sentences about the file that the receipt repeats. occasion: what tells
    two arrivals of the same bytes apart. proven: our mail server proved the sender.
    """

    file_name: str
    content: bytes = field(repr=False)
    received_at: datetime
    channel: Channel
    round_id: str | None = None
    senders: tuple[str, ...] = ()
    thread: str | None = None
    notes: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    occasion: str = ""
    proven: bool = False

    def sender_of(self, unit_code: str | None) -> str | None:
        """The sender's unit: the one a form names if the mailbox serves it, else the first; None for a folder."""
        return unit_code if unit_code in self.senders else next(iter(self.senders), None)


@dataclass(frozen=True)
class Kept:
    """What is written for one obligation: the submission's outcome and the events, in their order."""

    obligation_id: str
    outcome: SubmissionOutcome
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Verdict:
    """What became of an arrival. `word` is what runs count by; nothing is kept of what is refused."""

    word: str
    arrival: Arrival
    filled: FilledForm | None = None
    findings: tuple[CheckFinding, ...] = ()
    kept: tuple[Kept, ...] = ()
    mails: tuple[Mail, ...] = ()
    refusal: CchcError | None = None

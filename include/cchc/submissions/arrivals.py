"""A file that has arrived, by whichever way; and what was decided about it, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cchc.clock import vn_instant
from cchc.errors import CchcError
from cchc.mail.mail import Mail
from cchc.obligations import Event
from cchc.submissions.evidence_files import EvidenceFile
from cchc.submissions.kept import Enclosure, SubmissionOutcome
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledForm


class Channel(StrEnum):
    """By which way a thing came; kept with the submission."""

    FOLDER = "thu-muc"
    MAILBOX = "hop-thu"
    EXPORT = "trich-xuat"
    TEAM = "doan-kiem-tra"
    BY_HAND = "nop-ho"  # an official handed it in for the unit
    LINK = "trang-don-vi"  # the unit itself, on its own page


@dataclass(frozen=True)
class Arrival:
    """A file as it came. `received_at` is when it came, never later than the run.

    round_id: the round whose folder it lay in. senders: the units from whose mailbox it came (one mailbox may serve
    several). thread: the Message-IDs of the mail to answer. notes: sentences about the file that the receipt repeats.
    evidence: the files beside a form that names evidence.
    occasion: what tells two arrivals of the same bytes apart. cleaned: macros were taken out of it. too_large: it was
    not opened. came_after: the last look that did not see it, where we look ourselves. proven: our mail server proved
    the sender.
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
    evidence: tuple[EvidenceFile, ...] = ()
    occasion: str = ""
    proven: bool = False
    cleaned: bool = False
    too_large: bool = False
    came_after: datetime | None = None

    def counts_from(self, due_at: datetime) -> datetime:
        """When it counts as arrived for what was due at a moment. How long nobody looked is our affair: what may have
        come in time has come in time (see `submissions.inbox`)."""
        maybe_in_time = self.came_after is not None and self.came_after < due_at < self.received_at
        return due_at if maybe_in_time else self.received_at

    def sender_of(self, unit_code: str | None) -> str | None:
        """The sender's unit: the one a form names if the mailbox serves it, else the first; None for a folder."""
        return unit_code if unit_code in self.senders else next(iter(self.senders), None)


def in_time_reason(arrival: Arrival, due_at: datetime) -> str | None:
    """Why it counts as come in time although it was seen after the due moment; None when it does not."""
    if arrival.came_after is None or arrival.counts_from(due_at) == arrival.received_at:
        return None
    return t(
        "submissions.inbox.in_time",
        before=vn_instant(arrival.came_after),
        seen=vn_instant(arrival.received_at),
        due=vn_instant(due_at),
    )


@dataclass(frozen=True)
class Kept:
    """What is written for one obligation: the submission's outcome and the events, in their order.

    newer_came_at: when the version came that was sent after this one and counts on; None when there is none.
    """

    obligation_id: str
    outcome: SubmissionOutcome
    events: tuple[Event, ...]
    newer_came_at: datetime | None


@dataclass(frozen=True)
class Verdict:
    """What became of an arrival. `word` is what runs count by; nothing is kept of what is refused. pleas: for more
    time, in rows of an item form that say when instead of what."""

    word: str
    arrival: Arrival
    filled: FilledForm | None = None
    findings: tuple[CheckFinding, ...] = ()
    kept: tuple[Kept, ...] = ()
    mails: tuple[Mail, ...] = ()
    refusal: CchcError | None = None
    pleas: tuple[Event, ...] = ()

"""Obligations, the events that happen to them, and the state that the events add up to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from cchc.clock import to_text
from cchc.year import Product


@dataclass(frozen=True)
class Obligation:
    """One unit owes one product of one round by one due date.

    product: one of `year.Product`. item names one of several of the same product ('' else).
    due_at is the due date at opening; what moves it later is an event.
    """

    obligation_id: str
    round_id: str
    unit_code: str
    product: str
    item: str
    title: str
    due_at: datetime

    @property
    def is_duty(self) -> bool:
        """Whether not to answer is a fault: to explain oneself is a right, and counts in no rate."""
        return self.product != Product.EXPLANATION


class EventKind(StrEnum):
    """What can happen to an obligation. *Locked* and *submitted* are different facts."""

    opened = "opened"  # again after a waiver: the obligation stands as it did before
    requested = "requested"
    submitted = "submitted"
    rejected = "rejected"  # by the checks
    accepted = "accepted"
    returned = "returned"  # by a person, with a reason and a due date for the correction
    extended = "extended"  # more time for one unit
    rescheduled = "rescheduled"  # the calendar's own due date moved, for everybody
    nothing_to_report = "nothing_to_report"
    locked = "locked"
    unlocked = "unlocked"
    waived = "waived"
    phoned = "phoned"
    letter = "letter"
    resent = "resent"  # a mail about it, by a person
    figures_unproven = "figures_unproven"  # changed by a mail whose sender nobody proves
    figures_confirmed = (
        "figures_confirmed"  # by the unit, from its known address, or by a person who asked it
    )
    time_asked = "time_asked"  # the unit pleads for a later due date
    time_declined = "time_declined"  # and does not get it
    received_earlier = "received_earlier"  # than we saw it: a person's word, with the reason


@dataclass(frozen=True)
class Event:
    """A fact: who, why, when it happened and when we learned it. Never changed once recorded.

    detail: `due_at` (ISO text) for extended, rescheduled and returned; `submission_id` for submissions and
    their verdicts. key: the same key is the same fact; by default it follows from what happened and when,
    so that one fact reported twice is one, whoever reports it and whenever it is learned.
    """

    obligation_id: str
    kind: EventKind
    happened_at: datetime
    recorded_at: datetime
    actor: str
    reason: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""

    @property
    def event_key(self) -> str:
        if self.key:
            return self.key
        detail = json.dumps(dict(self.detail), sort_keys=True)
        parts = (self.obligation_id, self.kind, to_text(self.happened_at), detail)
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


OWED = frozenset({"open", "rejected", "returned"})
FULFILLED = frozenset({"accepted", "nothing_to_report"})
STATUSES = OWED | FULFILLED | {"submitted", "waived"}


@dataclass(frozen=True)
class ObligationState:
    """What the events known so far add up to. All instants are None until the thing has happened.

    status: open, submitted, rejected, accepted, returned, nothing_to_report or waived.
    due_at: the due date in force for the first fulfilment: the later of `calendar_due_at` (what the calendar
        says now) and `extended_to` (what this unit was granted).
    standing: accepted or nothing_to_report while that counts, also while a newer version waits for its
        verdict; None when nothing was accepted or it was returned since.
    fulfilled_at: when the first thing that was accepted arrived (a submission, or a declaration of nothing).
        A later return does not undo it.
    correction_due_at: by when a returned report must come back; None again once it is corrected.
    turned_back_at: when we recorded the return or rejection that the unit still has to answer.
    last_submitted_at, last_submission_id: the newest version, the one that a verdict can be about.
    accepted_came_at: when the version arrived that was accepted last and counts, if nothing was returned since.
    after_lock: something arrived after the lock; it is kept, and an operator decides.
    pleaded_at: when the unit asked for more time, while nobody has decided on it.
    waived_from: the status before the waiver, to which a reopening goes back.
    """

    status: str
    due_at: datetime
    opened_at: datetime
    calendar_due_at: datetime
    extended_to: datetime | None = None
    locked: bool = False
    requested_at: datetime | None = None
    first_submitted_at: datetime | None = None
    last_submitted_at: datetime | None = None
    last_submission_id: str | None = None
    accepted_submission_id: str | None = None
    accepted_came_at: datetime | None = None
    standing: str | None = None
    fulfilled_at: datetime | None = None
    correction_due_at: datetime | None = None
    turned_back_at: datetime | None = None
    return_reason: str | None = None
    after_lock: bool = False
    submissions: int = 0
    rejections: int = 0
    pleaded_at: datetime | None = None
    waived_from: str | None = None

    @property
    def owed(self) -> bool:
        """Whether the unit still has to send something."""
        return self.status in OWED

    @property
    def fulfilled(self) -> bool:
        """Whether something that was accepted counts, whatever else has arrived since."""
        return self.standing is not None and self.status != "waived"

    @property
    def awaits_decision(self) -> bool:
        """Whether the unit has handed in, nothing of it counts yet, and it is for us to decide on it."""
        return self.status == "submitted" and self.fulfilled_at is None

    @property
    def counted_submission_id(self) -> str | None:
        """The submission whose figures and texts count: the accepted one while it stands, none while waived."""
        return self.accepted_submission_id if self.standing == "accepted" and self.fulfilled else None

    @property
    def extended(self) -> bool:
        return self.extended_to is not None

    @property
    def current_due_at(self) -> datetime:
        """The due date in force, to chase by: of the correction while one is due, else of the obligation.

        A correction that was rejected in its turn keeps its date; what counts ends it.
        """
        return self.correction_due_at or self.due_at

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


@dataclass(frozen=True)
class Obligation:
    """One unit owes one product of one round by one due date.

    product: bao_cao, nhiem_vu, tu_cham or tra_loi. item names one of several of the same product ('' else).
    due_at is the due date at opening; what moves it later is an event.
    """

    obligation_id: str
    round_id: str
    unit_code: str
    product: str
    item: str
    title: str
    due_at: datetime


class EventKind(StrEnum):
    """What can happen to an obligation. *Locked* and *submitted* are different facts."""

    opened = "opened"
    requested = "requested"
    submitted = "submitted"
    rejected = "rejected"
    accepted = "accepted"
    returned = "returned"
    extended = "extended"
    rescheduled = "rescheduled"
    nothing_to_report = "nothing_to_report"
    locked = "locked"
    unlocked = "unlocked"
    waived = "waived"
    phoned = "phoned"
    letter = "letter"


@dataclass(frozen=True)
class Event:
    """A fact: who, why, when it happened and when we learned it. Never changed once recorded.

    detail: `due_at` (ISO text) for extended, rescheduled and returned; `submission_id` for submissions and
    their verdicts. key: the same key is the same fact; by default it follows from what happened and when.
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
        parts = (
            self.obligation_id,
            self.kind,
            to_text(self.happened_at),
            json.dumps(dict(self.detail), sort_keys=True),
        )
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


OWED = frozenset({"open", "rejected", "returned"})
FULFILLED = frozenset({"accepted", "nothing_to_report"})


@dataclass(frozen=True)
class State:
    """What the events known so far add up to.

    status: open, submitted, rejected, accepted, returned, nothing_to_report or waived.
    due_at: the effective due date of the first fulfilment, extensions included.
    fulfilled_at: arrival of the first submission that was accepted (or of the declaration of nothing).
    correction_due_at: by when a returned report must come back; the return does not undo the first timeliness.
    after_lock: something arrived after the lock; it is kept, and an operator decides.
    """

    status: str
    due_at: datetime
    opened_at: datetime
    locked: bool = False
    requested_at: datetime | None = None
    first_submitted_at: datetime | None = None
    last_submitted_at: datetime | None = None
    last_submission_id: str | None = None
    accepted_submission_id: str | None = None
    fulfilled_at: datetime | None = None
    correction_due_at: datetime | None = None
    return_reason: str | None = None
    extended: bool = False
    after_lock: bool = False
    submissions: int = 0
    rejections: int = 0
    last_event_at: datetime | None = None

    @property
    def owed(self) -> bool:
        """Whether the unit still has to send something."""
        return self.status in OWED

    @property
    def fulfilled(self) -> bool:
        return self.status in FULFILLED

    @property
    def current_due_at(self) -> datetime:
        """The date to chase by: of the correction while a report is returned, else of the obligation."""
        return self.correction_due_at if self.status == "returned" and self.correction_due_at else self.due_at

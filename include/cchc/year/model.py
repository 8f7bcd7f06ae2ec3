"""Rounds of a year as computed from the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple


class RoundKind(StrEnum):
    """The occasions of a year; the value is the tail of the round's id (`2026-Q1`)."""

    PLAN = "KH"
    Q1 = "Q1"
    H1 = "6T"
    Q3 = "Q3"
    YEAR = "NAM"
    INSPECTION = "KT"
    SCORING = "CD"


class Product(StrEnum):
    """What a unit owes in a round: the obligation's product, and the workbook in which it answers."""

    REPORT = "bao_cao"
    TASK = "nhiem_vu"
    ANSWER = "tra_loi"
    SELF_SCORE = "tu_cham"


# The years whose rounds can be computed: a year's working days reach into its neighbours.
FIRST_YEAR, LAST_YEAR = 2016, 2044

REPORT_KINDS = (RoundKind.Q1, RoundKind.H1, RoundKind.Q3, RoundKind.YEAR)

Phase = Literal["opens", "closes", "cut_off"]
PHASES: tuple[Phase, ...] = ("opens", "closes", "cut_off")


class Moment(NamedTuple):
    """Something that happens in the year: a round opens or closes, or a window's last day ends.

    Moments sort by their instant. At the same instant what ends comes before what begins, so that a day on
    which one round closes and another opens never has both open.
    """

    at: datetime
    phase: Phase
    round_id: str


@dataclass(frozen=True)
class Window:
    """First and last day that the figures of a round cover, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Explanation:
    """Why a date of a round is what it is. `plain`: simply the day of the rule, on a day that is worked."""

    text: str
    plain: bool = False


@dataclass(frozen=True)
class Round:
    """One round of one year.

    `notes` say, in Vietnamese, whatever is not simply the day of the rule: dates that moved or stayed on a
    day off, and dates that were counted. `explanations` hold the reason of every date, by the names of the
    fields (`opens_at`, `window`, `unit_due_at`, `province_due_on`, `closes_at`).
    """

    round_id: str
    year: int
    kind: RoundKind
    title: str
    opens_at: datetime
    window: Window | None
    unit_due_at: datetime
    province_due_on: date
    closes_at: datetime
    tiers: tuple[str, ...]
    notes: tuple[str, ...] = ()
    explanations: Mapping[str, Explanation] = field(default_factory=dict, compare=False, repr=False)

    @property
    def reference_day(self) -> date:
        """The day that decides who owes the round and what: the window's last day, else the opening day."""
        return self.window.last if self.window else self.opens_at.date()

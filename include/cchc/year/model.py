"""Rounds of a year as computed from the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


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
    OUTLINE = "de_cuong"  # what a unit reports before its visit, a row a field
    EXPLANATION = "giai_trinh"  # of appraised points: a right, no duty; silence lets the decision stand


# Forms of one row an obligation.
ITEM_FORMS = (Product.TASK, Product.ANSWER, Product.OUTLINE)

# The years whose rounds can be computed: a year's working days reach into its neighbours.
FIRST_YEAR, LAST_YEAR = 2016, 2044

REPORT_KINDS = (RoundKind.Q1, RoundKind.H1, RoundKind.Q3, RoundKind.YEAR)

PHASES = ("opens", "closes", "cut_off")
"""What happens to a round that names no moments of its own."""

MOMENTS: Mapping[RoundKind, tuple[str, ...]] = {
    RoundKind.INSPECTION: ("ke_hoach", "quyet_dinh_doan", "bat_dau", "ket_thuc", "bao_cao_doan", "dong"),
    RoundKind.SCORING: (
        "mo", "tu_cham_han", "khoa", "tham_dinh_1", "giai_trinh", "tham_dinh_2", "hoi_dong", "cong_bo", "kien_nghi",
        "dong",
    ),
}  # fmt: skip
"""The moments of the rounds that have more than an opening and a closing, in their order; each is a step of a Dag."""


class Milestones(NamedTuple):
    """Which of its moments stand for the dates that every round has."""

    opens_at: str
    unit_due_at: str
    province_due_on: str
    closes_at: str


MILESTONES: Mapping[RoundKind, Milestones] = {
    RoundKind.INSPECTION: Milestones("ke_hoach", "bao_cao_doan", "dong", "dong"),
    RoundKind.SCORING: Milestones("mo", "tu_cham_han", "cong_bo", "dong"),
}


def phases_of(kind: RoundKind) -> tuple[str, ...]:
    """What a timetable may wait for in rounds of this kind."""
    return MOMENTS.get(kind, PHASES)


class Moment(NamedTuple):
    """Something that happens in the year: a moment of a round, its opening or closing, or its window's last evening.

    Moments sort by their instant. At the same instant what ends comes before what begins, so that a day on
    which one round closes and another opens never has both open.
    """

    at: datetime
    phase: str
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

    `moments`: by name and in order where the rule has moments (see MOMENTS), else empty; they may lie in the next year.
    `notes` say, in Vietnamese, whatever is not simply the day of the rule: dates that moved or stayed on a
    day off, and dates that were counted back. `explanations` hold the reason of every date, by the names of the
    fields (`opens_at`, `window`, `unit_due_at`, `province_due_on`, `closes_at`) and of the moments.
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
    moments: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def reference_day(self) -> date:
        """The day that decides who owes the round and what: the window's last day, else the opening day.

        What is scored is the year: units that exist on its last day.
        """
        if self.kind is RoundKind.SCORING:
            return date(self.year, 12, 31)
        return self.window.last if self.window else self.opens_at.date()

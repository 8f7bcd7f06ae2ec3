"""How the units of the synthetic province behave in a round: who is early, late, wrong, silent, or has nothing.

Shares are made up, but of the size that officials tell of; every kind occurs in every round of a year.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cchc.clock import at
from cchc.year import Round, WorkingDays


class Manner(StrEnum):
    """What a unit does in one round."""

    EARLY = "som"  # days before the due day, before the cut-off: its figures are partly estimates
    ON_TIME = "dung-han"
    LATE = "tre"
    WRONG = "sai"  # a faulty workbook in time, corrected after the refusal
    SILENT = "im-lang"  # never answers
    NOTHING = "khong-phat-sinh"
    CARELESS = "lech"  # accepted with warnings: the text contradicts itself


SHARES: dict[Manner, int] = {
    Manner.EARLY: 22,
    Manner.ON_TIME: 42,
    Manner.LATE: 16,
    Manner.WRONG: 8,
    Manner.CARELESS: 7,
    Manner.SILENT: 3,
    Manner.NOTHING: 2,
}


class Habit(StrEnum):
    """How a unit keeps its dates year after year: what a forecast can learn from."""

    PUNCTUAL = "dung-hen"
    USUAL = "binh-thuong"
    TARDY = "hay-tre"


HABITS: dict[Habit, int] = {Habit.PUNCTUAL: 35, Habit.USUAL: 45, Habit.TARDY: 20}
# How many times as often as the share says; over all units the shares stay about what they are.
_LATENESS: dict[Habit, float] = {Habit.PUNCTUAL: 0.25, Habit.USUAL: 0.9, Habit.TARDY: 2.6}


@dataclass(frozen=True)
class Delivery:
    """One file that a unit sends: when it arrives in the inbox and whether it is the faulty first version."""

    moment: datetime
    faulty: bool


@dataclass(frozen=True)
class Conduct:
    """A unit's conduct in a round; `deliveries` in the order in which they arrive, none for a silent unit."""

    unit_code: str
    round_id: str
    manner: Manner
    deliveries: tuple[Delivery, ...]


def seeded(seed: int, *parts: object) -> random.Random:
    """A generator that depends only on the seed and the names, not on the order of calls."""
    return random.Random(":".join([str(seed), *map(str, parts)]))  # noqa: S311 - made-up data, no secrets


def conduct(seed: int, round_: Round, unit_code: str, order: int, days: WorkingDays) -> Conduct:
    """What the unit does in the round. `order` is its place in the register: every manner occurs in each round."""
    chance = seeded(seed, round_.round_id, unit_code)
    manner = _manner(chance, seed, round_, unit_code, order)
    return Conduct(unit_code, round_.round_id, manner, tuple(_deliveries(chance, manner, round_, days)))


def _manner(chance: random.Random, seed: int, round_: Round, unit_code: str, order: int) -> Manner:
    kinds = list(Manner)
    shift = seeded(seed, round_.round_id).randrange(100)
    if (order + shift) % 17 == 0:  # walks through all manners, whatever the draw says
        return kinds[((order + shift) // 17) % len(kinds)]
    often = _LATENESS[habit(seed, unit_code)]
    weights = [
        share * often if kind in (Manner.LATE, Manner.SILENT) else share for kind, share in SHARES.items()
    ]
    return chance.choices(list(SHARES), weights=weights)[0]


def habit(seed: int, unit_code: str) -> Habit:
    """The unit's habit, the same in every round."""
    return seeded(seed, "habit", unit_code).choices(list(HABITS), weights=list(HABITS.values()))[0]


def _deliveries(chance: random.Random, manner: Manner, round_: Round, days: WorkingDays) -> list[Delivery]:
    due = round_.unit_due_at
    if manner is Manner.SILENT:
        return []
    if manner is Manner.EARLY:
        return [Delivery(_office_hour(chance, days.add(due.date(), -chance.randint(4, 7))), False)]
    if manner is Manner.LATE:
        late = days.add(due.date(), chance.choice((1, 1, 2, 2, 3, 4, 6, 8)))
        return [Delivery(_office_hour(chance, late), False)]
    if manner is Manner.WRONG:
        first = days.add(due.date(), -chance.randint(2, 4))
        second = days.add(first, chance.randint(1, 5))  # some correct in time, some too late
        return [Delivery(_office_hour(chance, first), True), Delivery(_office_hour(chance, second), False)]
    day = days.add(due.date(), -chance.randint(0, 3))
    moment = _office_hour(chance, day)
    return [Delivery(min(moment, due - timedelta(minutes=chance.randint(5, 90))), False)]


def _office_hour(chance: random.Random, day: date) -> datetime:
    return at(day, chance.randint(8, 16), chance.randrange(60))

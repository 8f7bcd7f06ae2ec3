"""A pile of what waits, told by rounds where it spans some: those under way first, then the newest; what is about
rounds that were issued is folded, with its count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc.clock import TZ
from cchc.obligations import Phase, RoundState
from cchc.year import Calendar

SHOWN = 25  # of one pile, and of each round in it: what an officer can do in a morning
AT_FIRST = 100  # of a pile that spans rounds
MOST = 300  # of a pile that is looked at alone


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits. item: what its form sends; unit: code of the unit it is about; address: of the page where
    more of it is seen; day: what its form offers as a date; round_id: of the round it is about, where its pile is told
    by rounds."""

    what: str
    unit: str = ""
    name: str = ""
    detail: str = ""
    since: datetime | None = None
    item: str = ""
    address: str = ""
    phone: str = ""
    contact: str = ""
    day: str = ""
    round_id: str = ""


@dataclass(frozen=True)
class RoundGroup:
    """Things of a pile about one round. title: of the round, empty where the pile is not told by rounds; issued: the
    day on which the round was issued, None while it is under way; count: of all, more than are shown perhaps."""

    title: str
    issued: date | None
    shown: tuple[WaitingItem, ...]
    count: int


@dataclass(frozen=True)
class Pile:
    """Things of one kind that wait. code: of its texts and its form; count: of all, more than are shown perhaps."""

    code: str
    groups: tuple[RoundGroup, ...]
    count: int
    address: str = ""

    @property
    def shown(self) -> tuple[WaitingItem, ...]:
        return tuple(one for group in self.groups for one in group.shown)


def by_rounds(
    items: Sequence[WaitingItem], calendar: Calendar, states: Mapping[str, RoundState], *, whole: bool
) -> tuple[RoundGroup, ...]:
    """The groups of a pile; within a round things stay in their order. whole: more than the first are shown.

    One group without a title when nothing is about a round, or everything about one that is under way.
    """
    ids = dict.fromkeys(one.round_id for one in items)
    if len(ids) < 2 and all(issued_on(states.get(one)) is None for one in ids):
        return (RoundGroup("", None, tuple(items[: MOST if whole else SHOWN]), len(items)),)
    rounds = sorted((calendar.round(one) for one in ids), key=lambda one: one.unit_due_at, reverse=True)
    left, found = (MOST if whole else AT_FIRST), []
    for one in sorted(rounds, key=lambda one: issued_on(states.get(one.round_id)) is not None):
        own = tuple(item for item in items if item.round_id == one.round_id)
        shown = own[: left if whole else min(left, SHOWN)]
        found.append(RoundGroup(one.title, issued_on(states.get(one.round_id)), shown, len(own)))
        left -= len(shown)
    return tuple(found)


def issued_on(state: RoundState | None) -> date | None:
    """The day on which a round was issued; None for one that is under way, again perhaps."""
    if state is None or state.phase is not Phase.ISSUED:
        return None
    last = state.last_issue
    return (last and last.issued_on) or state.since.astimezone(TZ).date()

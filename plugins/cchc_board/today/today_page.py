"""Page 'Hôm nay': rounds under way, then what waits for a person; on a quiet day what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import TZ
from cchc.errors import CchcError
from cchc.installing.readiness import last_backup
from cchc.obligations import Phase, RoundSummary, summarise
from cchc.run import Run
from cchc.texts import t
from cchc.watching import Health, State, health
from cchc.year import Round
from cchc_board.airflow_side import FailedRun
from cchc_board.desk import RequestView
from cchc_board.indicators.followed_figures import FollowedLine, followed_lines
from cchc_board.rounds.bars import Segment, segments
from cchc_board.rounds.rows import days_left
from cchc_board.rounds.standing import RoundStatus, standing
from cchc_board.rounds.year_page import counts_of, noun_of, spoken
from cchc_board.today.pile import Pile
from cchc_board.today.queue import piles

NEXT = 5  # dates that come, on a day without work
_UNDER_WAY = (Phase.OPEN, Phase.CLOSED, Phase.DRAFTED, Phase.RETURNED)


@dataclass(frozen=True)
class UnderWay:
    """A round that is neither issued nor over."""

    round: Round
    standing: RoundStatus
    summary: RoundSummary
    bar: list[Segment]
    spoken: str
    left: str


@dataclass(frozen=True)
class Coming:
    """A date of the calendar that comes."""

    when: datetime
    what: str
    round_id: str


@dataclass(frozen=True)
class TodayPage:
    """What the template shows. unwell: lines of 'Sức khỏe' that somebody should look at; followed: figures that
    somebody marked; backup: when the last one was taken that is proven."""

    rounds: list[UnderWay]
    piles: list[Pile]
    unwell: list[Health]
    coming: list[Coming]
    followed: list[FollowedLine]
    backup: datetime | None = None

    @property
    def count(self) -> int:
        return sum(one.count for one in self.piles)


def today_page(desk: RequestView, failed: Iterable[FailedRun] = (), whole: str = "") -> TodayPage:
    """An installation in which nothing was recorded yet has no work, and shows what comes. whole: as of `piles`."""
    coming = _coming(desk)
    if desk.store is None:
        return TodayPage([], [], [], coming, [])
    run = Run(desk.store, desk.instance, desk.as_of)
    unwell = [one for one in health(run, {}) if one.state is not State.WELL and one.key not in _LISTED]
    waiting = piles(run, desk.round_states, failed, desk.scope, whole)
    return TodayPage(_rounds(desk), waiting, unwell, coming, followed_lines(desk), last_backup(desk.instance))


# Lines of 'Sức khỏe' about what the piles list one by one.
_LISTED = frozenset({"set_aside", "decisions", "undelivered"})


def _rounds(desk: RequestView) -> list[UnderWay]:
    """Of this year and the one before, whose final report goes on into the new one; next due date first."""
    year, found = desk.as_of.astimezone(TZ).year, []
    for one in (year - 1, year):
        for round_id, state in desk.opened_rounds(one).items():
            if state.phase not in _UNDER_WAY:
                continue
            round_ = desk.calendar.round(round_id)
            every = desk.ledger.states(desk.as_of, round_id=round_id)
            states = [(one, own) for one, own in every if desk.sees(one.unit_code)]
            summary = summarise(states, desk.units, desk.as_of)
            found.append(
                UnderWay(
                    round_,
                    standing(round_, desk.as_of, state),
                    summary,
                    segments(counts_of(summary)),
                    spoken(summary, noun_of(round_)),
                    days_left(desk, round_.unit_due_at),
                )
            )
    return sorted(found, key=lambda one: (one.round.unit_due_at < desk.as_of, one.round.unit_due_at))


def _coming(desk: RequestView) -> list[Coming]:
    """The next openings and due dates of the calendar."""
    year, found = desk.as_of.astimezone(TZ).year, []
    for one in (year, year + 1):
        with suppress(CchcError):  # the next year's plan may not be there yet
            for round_ in desk.calendar.rounds(one):
                for kind, when in (("opens", round_.opens_at), ("due", round_.unit_due_at)):
                    if when >= desk.as_of:
                        what = t(f"board_today.coming.{kind}", round=round_.title)
                        found.append(Coming(when, what, round_.round_id))
    return sorted(found, key=lambda one: one.when)[:NEXT]

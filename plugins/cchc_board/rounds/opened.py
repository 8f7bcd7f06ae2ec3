"""Rounds of one kind that were opened, as their area lists them: how each stands, what comes next, what waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cchc.clock import TZ, vn_instant
from cchc.run import Run
from cchc.texts import t
from cchc.year import Round, RoundKind
from cchc_board.desk import RequestView
from cchc_board.rounds.year_page import RoundCard, round_card


@dataclass(frozen=True)
class ListedRound:
    """coming: the next moment of its calendar, in words, empty when all are past; waits: lines about what waits."""

    card: RoundCard
    coming: str
    waits: list[str]


def opened_of_kind(
    desk: RequestView, kind: RoundKind, waits: Callable[[Run], list[str]]
) -> list[ListedRound]:
    """The newest first. waits: what waits in a round for a person, in words."""
    if desk.store is None:
        return []
    found = []
    for round_id, state in reversed(desk.round_states.items()):
        round_ = desk.calendar.round(round_id)
        if round_.kind == kind:
            run = Run(desk.store, desk.instance, desk.as_of, round_id)
            found.append(ListedRound(round_card(desk, round_, state), _coming(desk, round_), waits(run)))
    return sorted(found, key=lambda one: one.card.round.opens_at, reverse=True)


def _coming(desk: RequestView, round_: Round) -> str:
    ahead = [(when, name) for name, when in round_.moments.items() if when > desk.as_of]
    if not ahead:
        return ""
    when, name = min(ahead)
    told = t("board.next_moment", what=t(f"year.entry.{name}"), moment=vn_instant(when))
    days = desk.calendar.working_days.between(desk.as_of.astimezone(TZ).date(), when.astimezone(TZ).date())
    return f"{told}, {t('board.days_left', days=days)}" if days else told

"""Page 'Việc nhắc': what was reminded today, missed or held, who is worth a call, and what reminding achieved."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.chasing.day_summary import LikelyLate, likely_late, reminded_today
from cchc.chasing.effect import round_effect, wait_words
from cchc.chasing.forecast import often_late, past_reports
from cchc.chasing.holds import Hold, load_holds
from cchc.chasing.ladder import Ladder
from cchc.chasing.left_out import LeftOut, left_out
from cchc.clock import TZ
from cchc.texts import t
from cchc_board.desk import RequestView
from cchc_board.door import Asked
from cchc_board.rounds.year_page import percent


@dataclass(frozen=True)
class EffectRow:
    """Answers after one rung; `width` in thousandths of the round's obligations, for the bar."""

    name: str
    answered: int
    share: str
    wait: str
    width: int


@dataclass(frozen=True)
class EffectCard:
    """One round: who answered after which reminder."""

    title: str
    obliged: int
    rows: list[EffectRow]
    wait: str


@dataclass(frozen=True)
class RemindingPage:
    """What the template shows. by_rung: reminders of the day; often: (code, name, late, of so many rounds)."""

    by_rung: dict[str, int]
    left_out: list[LeftOut]
    holds: list[tuple[str, Hold]]
    likely: list[LikelyLate]
    effects: list[EffectCard]
    often: list[tuple[str, str, int, int]]


def reminding_page(asked: Asked) -> RemindingPage:
    """Raises CchcError while nothing was ever recorded."""
    desk, run = asked.desk, asked.run()
    past = past_reports(run.store, desk.calendar, desk.units, desk.as_of)
    return RemindingPage(
        by_rung=reminded_today(run),
        left_out=left_out(run),
        holds=[
            (desk.unit_name(one.unit_code), one) for one in load_holds(run.store, run.as_of).active(run.today)
        ],
        likely=likely_late(run),
        effects=_effects(desk),
        often=[(code, desk.unit_name(code), late, of) for code, late, of in often_late(past)],
    )


def _effects(desk: RequestView) -> list[EffectCard]:
    """Rounds of the year that were open by then and have somebody to remind, newest first."""
    assert desk.store is not None
    ladder = Ladder.load()
    names = {rung.code: rung.name for rung in ladder.rungs} | {"": t("chasing.effect.before_first")}
    cards = []
    for round_id in reversed(desk.opened_rounds(desk.as_of.astimezone(TZ).year)):
        found = round_effect(desk.store, ladder, desk.units, round_id, desk.as_of)
        if not found.obliged:
            continue
        counted = [(names.get(one.rung, one.rung), one.answered, one.median_wait) for one in found.rungs]
        counted.append((t("chasing.effect.unanswered"), found.unanswered, None))
        rows = [
            EffectRow(
                name,
                count,
                percent(count, found.obliged) or "",
                wait_words(median),
                1000 * count // found.obliged,
            )
            for name, count, median in counted
        ]
        title = desk.calendar.round(round_id).title
        cards.append(EffectCard(title, found.obliged, rows, wait_words(found.median_wait)))
    return cards

"""Page 'Đôn đốc': the day as operators get it by mail, and what reminding achieved in each round of the year."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.chasing.day_summary import DaySummary, summarise_day
from cchc.chasing.effect import round_effect, wait_words
from cchc.chasing.forecast import often_late, past_reports
from cchc.chasing.ladder import Ladder
from cchc.clock import TZ
from cchc.errors import CchcError
from cchc.mail.modes import ModeChange, mode_changes
from cchc.run import Run
from cchc.texts import t
from cchc_board.chasing.acts import ActForm
from cchc_board.desk import RequestView
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
class ChasingPage:
    """What the template shows. `often`: (name, late, of so many rounds). `mode`: the last switch of the mail mode."""

    summary: DaySummary
    effects: list[EffectCard]
    often: list[tuple[str, int, int]]
    mode: ModeChange | None
    form: ActForm | None = None


def chasing_page(desk: RequestView) -> ChasingPage:
    """Raises CchcError while nothing was ever recorded."""
    if desk.store is None:
        raise CchcError(t("board.nothing_recorded"))
    past = past_reports(desk.store, desk.calendar, desk.units, desk.as_of)
    changes = [one for one in mode_changes(desk.store) if one.changed_at <= desk.as_of]
    return ChasingPage(
        summary=summarise_day(Run(desk.store, desk.instance, desk.as_of)),
        effects=_effects(desk),
        often=[(desk.unit_name(code), late, of) for code, late, of in often_late(past)],
        mode=changes[-1] if changes else None,
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

"""What reminding achieves: how many report before the first reminder, between the rungs, and after the last."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc.chasing.ladder import Ladder
from cchc.clock import from_text, to_text
from cchc.indicators import format_number
from cchc.obligations import Ledger, obliged
from cchc.store import Store
from cchc.texts import t
from cchc.units import UnitRegister


@dataclass(frozen=True)
class RungEffect:
    """Obligations answered after this rung and before the next. `rung` is '' before the first reminder."""

    rung: str
    answered: int
    median_wait: timedelta | None


@dataclass(frozen=True)
class RoundEffect:
    """Of one round: answered + unanswered = obliged. `rungs` in the ladder's order, those that were sent."""

    round_id: str
    obliged: int
    unanswered: int
    rungs: tuple[RungEffect, ...]
    median_wait: timedelta | None

    @property
    def answered(self) -> int:
        return self.obliged - self.unanswered


def round_effect(
    store: Store, ladder: Ladder, units: UnitRegister, round_id: str, as_of: datetime
) -> RoundEffect:
    """From the first arrival of each obligation of the round and the last reminder sent before it.

    The opening mail is no reminder. Medians are over obligations that were reminded
    before they were answered; None when there is none.
    """
    sent = _sent(store, ladder, round_id, as_of)
    answers: Counter[str] = Counter()
    waits: dict[str, list[timedelta]] = defaultdict(list)
    unanswered = 0
    reminded: set[str] = set()
    states = Ledger(store).states(as_of, round_id=round_id)
    owing = [pair for pair in obliged(states, units, as_of) if pair[0].is_duty]
    for obligation, state in owing:
        history = sent.get(obligation.obligation_id, [])
        reminded.update(rung for _, rung in history)
        arrived = min(filter(None, (state.first_submitted_at, state.fulfilled_at)), default=None)
        if arrived is None:
            unanswered += 1
            continue
        before = [(moment, rung) for moment, rung in history if moment <= arrived]
        if not before:
            answers[""] += 1
            continue
        moment, rung = before[-1]
        answers[rung] += 1
        waits[rung].append(arrived - moment)
    rungs = ["", *(code for code in ladder.codes if code in reminded)]
    effects = tuple(RungEffect(rung, answers[rung], _median(waits.get(rung, []))) for rung in rungs)
    return RoundEffect(
        round_id, len(owing), unanswered, effects, _median([one for ones in waits.values() for one in ones])
    )


def _sent(
    store: Store, ladder: Ladder, round_id: str, as_of: datetime
) -> dict[str, list[tuple[datetime, str]]]:
    """(when, rung) of the reminders that were sent in a round, oldest first, by obligation."""
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    opening = ladder.opening_codes
    for row in store.query("chasing.sent_reminders", round_id=round_id, as_of=to_text(as_of)):
        if row["rung"] not in opening:
            found[row["obligation_id"]].append((from_text(row["as_of"]), row["rung"]))
    return found


def _median(waits: list[timedelta]) -> timedelta | None:
    return timedelta(seconds=statistics.median(one.total_seconds() for one in waits)) if waits else None


def wait_words(value: timedelta | None) -> str:
    """`26 giờ`, `3,5 ngày`; empty when nobody was reminded."""
    if value is None:
        return ""
    hours = value.total_seconds() / 3600
    if hours < 48:
        return t("chasing.effect.hours", hours=round(hours))
    return t("chasing.effect.days", days=format_number(hours / 24, 1))

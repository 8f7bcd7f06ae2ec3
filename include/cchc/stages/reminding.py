"""The decision on reminders, asked for by whoever chases, opens a round or reminds by hand, with what a run knows."""

from __future__ import annotations

from collections.abc import Collection

from cchc.reminders import ByHand, Decision, FormsOf, Ladder, decide
from cchc.stages.run import Run


def decide_reminders(
    run: Run,
    *,
    rungs: Collection[str] | None = None,
    forms_of: FormsOf | None = None,
    round_id: str | None = None,
    by_hand: ByHand | None = None,
    occasion: str = "",
) -> Decision:
    """`cchc.reminders.decide` for the run's day, register, calendar and the ladder in force."""
    return decide(
        run.store,
        calendar=run.calendar,
        units=run.units,
        ladder=Ladder.load(),
        instance=run.instance,
        as_of=run.as_of,
        rungs=rungs,
        forms_of=forms_of,
        round_id=round_id,
        by_hand=by_hand,
        occasion=occasion,
    )

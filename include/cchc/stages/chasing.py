"""Đôn đốc: decide which rungs of the ladder are due today, then empty the outbox."""

from __future__ import annotations

from cchc.reminders import Ladder, forget_outsiders, send_pending
from cchc.reminders import decide as decide_rungs
from cchc.stages.run import Run


def decide(run: Run) -> int:
    """Decide today's reminders in one transaction; returns the number of mails. Twice a day is once."""
    decision = decide_rungs(
        run.store,
        calendar=run.calendar,
        units=run.units,
        ladder=Ladder.load(),
        instance=run.instance,
        as_of=run.as_of,
    )
    return decision.mails


def send(run: Run) -> dict[str, int]:
    """Send what the outbox holds: counts of sent, failed (tried again next time), dead and previewed."""
    try:
        result = send_pending(run.store, run.instance, run.smtp, run.as_of)
    finally:  # what did leave before the server went down is settled too
        forget_outsiders(run.store, run.instance)
    return {"sent": result.sent, "failed": result.failed, "dead": result.dead, "previewed": result.previewed}

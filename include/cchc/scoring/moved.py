"""Moments that move with a word that came late: nobody loses days because others took longer."""

from __future__ import annotations

from datetime import datetime

from cchc.clock import TZ
from cchc.run import Run


def moved(run: Run, told: str, until: str, at: datetime) -> datetime:
    """The moment `until` of the run's round, which counts from the moment `told`; that was really told at `at`.

    In time: the calendar's own. Late: as many working days after as the calendar leaves between the two, at its hour.
    """
    days, moments = run.calendar.working_days, run.round.moments
    start, end = moments[told], moments[until]
    if at <= start:
        return end
    span = days.between(start.astimezone(TZ).date(), end.astimezone(TZ).date())
    day = days.add(at.astimezone(TZ).date(), span)
    return max(end, end.replace(year=day.year, month=day.month, day=day.day))

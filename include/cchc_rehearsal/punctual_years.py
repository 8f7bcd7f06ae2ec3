"""Years of punctuality of the synthetic province, to try the forecast on: who was late in which round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cchc.chasing.forecast import Past
from cchc.units import UnitRegister
from cchc.year import REPORT_KINDS, Calendar
from cchc_rehearsal.behaviour import conduct


def past_years(seed: int, years: Iterable[int]) -> list[Past]:
    """Every report round of the years for today's units; late is what came after the due instant, or never."""
    calendar, units = Calendar.load(), UnitRegister.load().on(date(2026, 3, 1))
    found = []
    for year in years:
        for kind in REPORT_KINDS:
            round_ = calendar.round(f"{year}-{kind}")
            for order, unit in enumerate(units):
                doing = conduct(seed, round_, unit.code, order, calendar.working_days)
                good = [one.moment for one in doing.deliveries if not one.faulty]
                late = not good or min(good) > round_.unit_due_at
                found.append(Past(unit.code, unit.tier, str(kind), round_.round_id, round_.unit_due_at, late))
    return found

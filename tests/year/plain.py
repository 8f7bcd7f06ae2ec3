"""Working days once more, as plainly as can be: the tests' own reckoning, which shares nothing with the library's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import holidays

YEARS = range(2014, 2047)
_known = holidays.country_holidays("VN", years=YEARS)
ALL_DAYS = [
    date(YEARS[0], 1, 1) + timedelta(days=n)
    for n in range((date(YEARS[-1], 12, 31) - date(YEARS[0], 1, 1)).days + 1)
]


def worked(days_off: Collection[date] = (), worked_days: Collection[date] = ()) -> list[date]:
    """All days that are worked, in order."""
    weekends = {day for day in ALL_DAYS if day.isoweekday() in (6, 7)}
    off = (weekends | set(_known)) - set(_known.weekend_workdays)
    off = (off - set(worked_days)) | set(days_off)
    return [day for day in ALL_DAYS if day not in off]


def following(days: list[date], day: date) -> date:
    return min(one for one in days if one >= day)


def preceding(days: list[date], day: date) -> date:
    return max(one for one in days if one <= day)

"""Working days of Viet Nam: the package `holidays` plus what the department adds by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path

from cchc.clock import WEEKDAYS, vn_date
from cchc.errors import CchcError
from cchc.texts import t

FIRST_YEAR, LAST_YEAR = 2015, 2045
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not what its weekday says. `by_hand`: from working_days.yaml, not a known holiday."""

    day: date
    off: bool
    reason: str
    by_hand: bool


@cache
def _known() -> tuple[dict[date, str], dict[date, str]]:
    """(days off by name, weekend days worked instead with their reason) of all years that are known.

    The package is imported here: whoever only names a type of this module does not wait for it.
    """
    import holidays

    calendar = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
    off = dict(calendar.items())
    worked = {}
    for day in calendar.weekend_workdays:
        # The package names the worked day in the name of the day off that it pays for.
        instead = [other for other, name in off.items() if vn_date(day) in name]
        worked[day] = t("year.worked_instead", day=vn_date(instead[0])) if instead else t("year.worked_swap")
    return off, worked


class WorkingDays:
    """Which days are worked, and arithmetic on them, from 2015 to 2045; any other year is a CchcError.

    What is given by hand goes before what the package knows: swaps are announced late and corrected later.
    """

    def __init__(
        self, days_off: Mapping[date, str] | None = None, worked: Mapping[date, str] | None = None
    ) -> None:
        self._off, self._worked = dict(days_off or {}), dict(worked or {})
        self._counts: dict[int, list[int]] = {}  # of a year: working days up to each of its days

    @classmethod
    def load(cls, folder: Path | None = None) -> WorkingDays:
        """From `working_days.yaml`; a day named twice, or one that does not exist, is a ConfigError."""
        from cchc.year.overrides import load_overrides

        return cls(*load_overrides(folder))

    def why_off(self, day: date) -> str | None:
        """Why the day is off (`thứ Bảy`, a holiday's name, the reason by hand); None when it is worked."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise CchcError(t("year.unknown_year", year=day.year, first=FIRST_YEAR, last=LAST_YEAR))
        if day in self._off:
            return self._off[day]
        off, worked = _known()
        if day in self._worked or day in worked:
            return None
        if day in off:
            return off[day]
        return WEEKDAYS[day.weekday()] if day.weekday() >= 5 else None

    def why_worked(self, day: date) -> str | None:
        """Why a day is worked that would else be off (`làm bù cho ngày nghỉ 31/08/2026`); None for others."""
        if not self.is_working(day):
            return None
        off, worked = _known()
        if day in self._worked and (day.weekday() >= 5 or day in off):
            return self._worked[day]
        return worked.get(day)

    def is_working(self, day: date) -> bool:
        return self.why_off(day) is None

    def next(self, day: date) -> date:
        """The day itself when it is worked, else the next one that is."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def previous(self, day: date) -> date:
        """The day itself when it is worked, else the last one before that is."""
        while not self.is_working(day):
            day -= _ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The working day `count` working days after `day` (before, when negative); 0 gives `next(day)`."""
        if count == 0:
            return self.next(day)
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def between(self, first: date, last: date) -> int:
        """Working days in (first, last]; negative when last lies before first."""
        if last < first:
            return -self.between(last, first)
        whole = sum(self._counted(year)[-1] for year in range(first.year, last.year))
        return (
            whole
            + self._counted(last.year)[last.timetuple().tm_yday]
            - self._counted(first.year)[first.timetuple().tm_yday]
        )

    def _counted(self, year: int) -> list[int]:
        """How many working days a year has up to its day of each number; counted once, for rows ask by thousands."""
        if year not in self._counts:
            start = date(year, 1, 1)
            days = (date(year + 1, 1, 1) - start).days
            worked = (self.is_working(start + timedelta(days=n)) for n in range(days))
            self._counts[year] = list(accumulate(worked, initial=0))
        return self._counts[year]

    def special(self, year: int) -> list[SpecialDay]:
        """Holidays, swaps and what was added by hand, in order: what an official checks once a year."""
        first = date(year, 1, 1)
        off = _known()[0]
        found = []
        for n in range((date(year + 1, 1, 1) - first).days):
            day = first + timedelta(days=n)
            if worked := self.why_worked(day):
                found.append(SpecialDay(day, False, worked, day in self._worked))
            elif day in self._off or (day in off and not self.is_working(day)):
                found.append(SpecialDay(day, True, self.why_off(day) or "", day in self._off))
        return found

"""Working days of Viet Nam: the package `holidays` plus what the department adds by hand."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import Field

from cchc.clock import WEEKDAYS, vn_date
from cchc.config_files import StrictModel, load_yaml, shown
from cchc.errors import ConfigError
from cchc.paths import config_dir
from cchc.texts import t

FIRST_YEAR, LAST_YEAR = 2015, 2045
_ONE_DAY = timedelta(days=1)


class _Exception(StrictModel):
    day: date
    reason: str = Field(min_length=1)


class _Overrides(StrictModel):
    days_off: list[_Exception] = []
    worked_days: list[_Exception] = []


@cache
def _public_holidays() -> dict[date, str]:
    """Days off of all years, by name; weekends worked instead are in `_substituted`."""
    import holidays

    return dict(holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi").items())


@cache
def _substituted() -> frozenset[date]:
    """Weekend days that the package knows to be worked in place of a day off."""
    import holidays

    calendar = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return frozenset(calendar.weekend_workdays)


class WorkingDays:
    """Which days are worked, and arithmetic on them. A year outside 2015 to 2045 is a ValueError."""

    def __init__(self, days_off: dict[date, str] | None = None, worked: dict[date, str] | None = None) -> None:
        self._off, self._worked = days_off or {}, worked or {}

    @classmethod
    def load(cls, folder: Path | None = None) -> WorkingDays:
        """From `working_days.yaml`; a day named both off and worked is a ConfigError."""
        path = (folder or config_dir()) / "working_days.yaml"
        overrides = load_yaml(path, _Overrides)
        off = {one.day: one.reason for one in overrides.days_off}
        worked = {one.day: one.reason for one in overrides.worked_days}
        for day in sorted(off.keys() & worked.keys()):
            raise ConfigError(shown(path), "worked_days", vn_date(day), t("year.off_and_worked"))
        return cls(off, worked)

    def why_off(self, day: date) -> str | None:
        """Why the day is off (`thứ Bảy`, a holiday's name, the department's reason); None when it is worked."""
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"no holidays are known for {day.year}")
        if day in self._off:
            return self._off[day]
        if day in self._worked or day in _substituted():
            return None
        if day in _public_holidays():
            return _public_holidays()[day]
        return WEEKDAYS[day.weekday()] if day.weekday() >= 5 else None

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
        """The working day `count` working days after (before, when negative) `day`; `count` 0 is `next(day)`."""
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
        return sum(self.is_working(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def explain(self, day: date, moved: date) -> str:
        """Why a date moved, e.g. `20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026`."""
        return t("year.moved", day=vn_date(day), why=self.why_off(day), weekday=WEEKDAYS[moved.weekday()], moved=vn_date(moved))


"""Days, hours and words of `calendar.yaml` as they are written; each error says what is allowed."""

from __future__ import annotations

import calendar as months
import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from cchc.config_files import StrictModel
from cchc.texts import t
from cchc.units import REPORTING_TIERS, ReportingTier
from cchc.year.model import FIRST_YEAR, LAST_YEAR, RoundKind

_DAY = re.compile(r"(?:([-+]1)/)?(\d{2})-(\d{2}|last)")
_HOUR = re.compile(r"(\d{2}):(\d{2})")
_YEAR = re.compile(r"(\d{4})(\+?)")
ON_DAY_OFF = ("next", "previous", "none")


class YearDay(StrictModel):
    """A day by month and day; day 0 is the month's last. `shift`: -1 of the year before, 1 of the next one."""

    month: int
    day: int
    shift: int = 0

    @classmethod
    def parse(cls, text: str) -> YearDay:
        """`MM-DD` or `MM-last`, with `-1/` or `+1/` before it for the year before or after. ValueError for others."""
        match = _DAY.fullmatch(text)
        if not match:
            raise ValueError(t("year.day_form"))
        month, last = int(match[2]), match[3] == "last"
        if not 1 <= month <= 12:
            raise ValueError(t("year.real_month"))
        # 29 February exists in some years only, so no rule may name it: 02-last does.
        longest = months.monthrange(2023, month)[1]
        if not last and not 1 <= int(match[3]) <= longest:
            raise ValueError(t("year.real_day", month=month, days=longest))
        return cls(month=month, day=0 if last else int(match[3]), shift=int(match[1] or 0))

    def of(self, year: int) -> date:
        """The day in the reporting year `year`."""
        year += self.shift
        return date(year, self.month, self.day or months.monthrange(year, self.month)[1])

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts days of one reporting year."""
        return self.shift, self.month, self.day or 31

    def __str__(self) -> str:
        year = f"{self.shift:+d}/" if self.shift else ""
        return f"{year}{self.month:02d}-{f'{self.day:02d}' if self.day else 'last'}"


def _year_day(value: Any) -> YearDay:
    if isinstance(value, YearDay):
        return value
    if not isinstance(value, str):
        raise ValueError(t("year.day_form"))
    return YearDay.parse(value)


def _hour(value: Any) -> Any:
    match = _HOUR.fullmatch(value) if isinstance(value, str) else None
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(t("year.hour_form"))
    return value


def _on_day_off(value: Any) -> Any:
    # A YAML null is what somebody gets who writes `on_day_off:` and nothing behind it; it is no answer.
    if value not in ON_DAY_OFF:
        raise ValueError(t("config_files.one_of", names=", ".join(ON_DAY_OFF)))
    return value


def mapping(value: Any) -> Any:
    if not isinstance(value, dict | StrictModel):
        raise ValueError(t("year.mapping_form"))
    return value


def _some_tiers(value: Any) -> Any:
    if not isinstance(value, list) or not value:
        raise ValueError(t("year.some_tiers", names=", ".join(REPORTING_TIERS)))
    return value


def _kind(value: str) -> str:
    if value not in set(RoundKind):
        raise ValueError(t("config_files.one_of", names=", ".join(RoundKind)))
    return value


def _year_key(value: str) -> str:
    match = _YEAR.fullmatch(value)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        raise ValueError(t("year.year_form", first=FIRST_YEAR, last=LAST_YEAR))
    return value


def _title(value: str) -> str:
    if not value or re.search(r"[{}]", value.replace("{year}", "")):
        raise ValueError(t("year.title_form"))
    return value


Day = Annotated[YearDay, BeforeValidator(_year_day)]
Hour = Annotated[str, BeforeValidator(_hour)]
OnDayOff = Annotated[str, BeforeValidator(_on_day_off)]
Tiers = Annotated[list[ReportingTier], BeforeValidator(_some_tiers)]
Kind = Annotated[str, AfterValidator(_kind)]
YearKey = Annotated[str, AfterValidator(_year_key)]
Title = Annotated[str, AfterValidator(_title)]


class Timed(StrictModel):
    """Whatever has an hour."""

    hour: Hour = "17:00"

    @property
    def clock(self) -> tuple[int, int]:
        return int(self.hour[:2]), int(self.hour[3:])

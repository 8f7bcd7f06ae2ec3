"""The rules of `calendar.yaml`, checked when they are loaded."""

from __future__ import annotations

import calendar as months
import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from cchc.config_files import StrictModel, load_yaml
from cchc.texts import t
from cchc.year.model import RoundKind

_DAY = re.compile(r"(?:(-1)/)?(\d{2})-(\d{2})")
_HOUR = re.compile(r"(\d{2}):(\d{2})")


class YearDay(StrictModel):
    """A day by month and day; `previous_year` for the reporting year's predecessor."""

    month: int
    day: int
    previous_year: bool = False

    @classmethod
    def parse(cls, text: str) -> YearDay:
        match = _DAY.fullmatch(text)
        if not match:
            raise ValueError(t("year.day_form"))
        month, day = int(match[2]), int(match[3])
        if not 1 <= month <= 12 or not 1 <= day <= months.monthrange(2023, month)[1]:
            raise ValueError(t("year.real_day"))
        return cls(month=month, day=day, previous_year=bool(match[1]))

    def of(self, year: int) -> date:
        return date(year - self.previous_year, self.month, self.day)


def _year_day(value: Any) -> Any:
    return YearDay.parse(value) if isinstance(value, str) else value


def _hour(value: str) -> str:
    match = _HOUR.fullmatch(value)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise ValueError(t("year.hour_form"))
    return value


class DayRule(StrictModel):
    """A day of the year, its hour, and where it moves when it is off."""

    day: YearDay
    hour: str = "17:00"
    on_day_off: Literal["next", "previous", "none"] = "next"

    _parse_day = field_validator("day", mode="before")(_year_day)
    _check_hour = field_validator("hour")(_hour)

    @property
    def clock(self) -> tuple[int, int]:
        return int(self.hour[:2]), int(self.hour[3:])


class ClosingRule(StrictModel):
    """When a round is consolidated: working days before the provincial due day, or a day of its own."""

    before_province_due: int | None = Field(default=None, ge=0, le=10)
    day: YearDay | None = None
    hour: str = "09:00"
    on_day_off: Literal["next", "previous", "none"] = "previous"

    _parse_day = field_validator("day", mode="before")(_year_day)
    _check_hour = field_validator("hour")(_hour)

    @model_validator(mode="after")
    def _one_of_both(self) -> ClosingRule:
        if (self.before_province_due is None) == (self.day is None):
            raise ValueError(t("year.closing_form"))
        return self

    @property
    def clock(self) -> tuple[int, int]:
        return int(self.hour[:2]), int(self.hour[3:])

    def as_day(self) -> DayRule:
        assert self.day is not None
        return DayRule(day=self.day, hour=self.hour, on_day_off=self.on_day_off)


class WindowRule(StrictModel):
    first: YearDay
    last: YearDay
    _parse = field_validator("first", "last", mode="before")(_year_day)


class RoundRule(StrictModel):
    title: str
    window: WindowRule | None = None
    opens: DayRule
    unit_due: DayRule
    province_due: DayRule
    closes: ClosingRule
    tiers: list[Literal["so", "huyen", "xa"]] = Field(min_length=1)


class _File(StrictModel):
    rules: dict[RoundKind, RoundRule]
    years: dict[int, dict[RoundKind, dict[str, Any]]] = {}

    @model_validator(mode="before")
    @classmethod
    def _merge(cls, raw: Any) -> Any:
        """Years hold only what differs: complete them with the rule, so that one model checks everything."""
        if not isinstance(raw, dict) or not isinstance(raw.get("years"), dict) or not isinstance(raw.get("rules"), dict):
            return raw
        years = {}
        for year, changed in raw["years"].items():
            years[int(year)] = {
                kind: _merged(raw["rules"].get(kind, {}), change) for kind, change in (changed or {}).items()
            }
        return {**raw, "years": years}

    @model_validator(mode="after")
    def _check_years(self) -> _File:
        for kinds in self.years.values():
            for changed in kinds.values():
                RoundRule.model_validate(changed)
        return self


def _merged(rule: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    result = dict(rule)
    for key, value in change.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def load_rules(path: Path) -> dict[int | None, dict[RoundKind, RoundRule]]:
    """Rules by year; `None` holds those of every year that is not named."""
    file = load_yaml(path, _File)
    result: dict[int | None, dict[RoundKind, RoundRule]] = {None: file.rules}
    for year, kinds in file.years.items():
        result[year] = file.rules | {kind: RoundRule.model_validate(rule) for kind, rule in kinds.items()}
    return result

"""The rules of `calendar.yaml`, checked when they are loaded. Imported only when a calendar is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator, model_validator

from cchc.config_files import StrictModel
from cchc.texts import t
from cchc.year.fields import Day, Hour, OnDayOff, Tiers, Timed, Title, YearDay, YearKey, mapping
from cchc.year.model import MOMENTS, RoundKind
from cchc.year.moment_rules import MomentsRound, round_model

__all__ = ["CalendarFile", "ClosingRule", "DayRule", "RoundRule", "TierPeriod", "WindowRule", "YearDay"]


class DayRule(Timed):
    """A day of the year, its hour, and where it moves when it is off."""

    day: Day
    on_day_off: OnDayOff = "next"


class ClosingRule(Timed):
    """When a round is consolidated: working days before the provincial due day, or a day of its own.

    Never before the units' due date: a closing that would come first is put off to the next working morning.
    """

    before_province_due: int | None = None
    day: Day | None = None
    hour: Hour = "09:00"
    on_day_off: OnDayOff = "previous"

    @field_validator("before_province_due", mode="before")
    @classmethod
    def _few(cls, value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and not (whole and 0 <= value <= 10):
            raise ValueError(t("year.few_days"))
        return value

    @model_validator(mode="after")
    def _one_of_both(self) -> ClosingRule:
        if (self.before_province_due is None) == (self.day is None):
            raise ValueError(t("year.closing_form"))
        return self


class WindowRule(StrictModel):
    """First and last day of the figures. They never move: a cut-off falls on any day of the week."""

    first: Day
    last: Day

    @field_validator("last")
    @classmethod
    def _in_order(cls, value: YearDay, info: ValidationInfo) -> YearDay:
        first = info.data.get("first")
        if first and value.order < first.order:
            raise ValueError(t("year.window_order", first=first))
        return value


_On = Annotated[DayRule, BeforeValidator(mapping)]


class RoundRule(StrictModel):
    """One kind of round. `tiers` is given only where it differs from the file's own."""

    title: Title
    window: Annotated[WindowRule, BeforeValidator(mapping)] | None = None
    opens: _On
    unit_due: _On
    province_due: _On
    closes: Annotated[ClosingRule, BeforeValidator(mapping)]
    tiers: Tiers | None = None

    @field_validator("unit_due")
    @classmethod
    def _after_opening(cls, value: DayRule, info: ValidationInfo) -> DayRule:
        opens = info.data.get("opens")
        if opens and (value.day.order, value.hour) <= (opens.day.order, opens.hour):
            raise ValueError(t("year.due_after_opening", opens=f"{opens.day} {opens.hour}"))
        return value

    @field_validator("province_due")
    @classmethod
    def _after_units(cls, value: DayRule, info: ValidationInfo) -> DayRule:
        due = info.data.get("unit_due")
        if due and value.day.order < due.day.order:
            raise ValueError(t("year.province_after_units", due=due.day))
        return value

    @field_validator("closes")
    @classmethod
    def _not_before_units(cls, value: ClosingRule, info: ValidationInfo) -> ClosingRule:
        due = info.data.get("unit_due")
        if due and value.day and (value.day.order, value.hour) < (due.day.order, due.hour):
            raise ValueError(t("year.closes_after_due", due=f"{due.day} {due.hour}"))
        return value


def _rule_of(kind: RoundKind) -> Any:
    model = round_model(kind) if kind in MOMENTS else RoundRule
    return Annotated[model, BeforeValidator(mapping)] | None


class KindRules(StrictModel):
    """The rules of a year, by kind of round; None where nothing is said about a kind."""

    def by_kind(self) -> dict[RoundKind, RoundRule | MomentsRound]:
        """In the order of RoundKind."""
        return {kind: rule for kind in RoundKind if (rule := getattr(self, kind.value)) is not None}


if TYPE_CHECKING:
    Kinds = KindRules
else:
    Kinds = create_model(
        "Kinds", __base__=KindRules, **{kind.value: (_rule_of(kind), None) for kind in RoundKind}
    )


class TierPeriod(StrictModel):
    """Which tiers report to the department, from `first` to `last`, both included; left out: open."""

    first: date | None = None
    last: date | None = None
    tiers: Tiers


class CalendarFile(StrictModel):
    """`calendar.yaml` as it is written, every year completed with what it inherits.

    A key of `years` is a year (`2027`) or a year from which on something holds (`2027+`).
    """

    tiers: list[TierPeriod]
    rules: Annotated[Kinds, BeforeValidator(mapping)]
    years: dict[YearKey, Annotated[Kinds, BeforeValidator(mapping)]] = Field(default={})

    @field_validator("tiers")
    @classmethod
    def _every_day_once(cls, value: list[TierPeriod]) -> list[TierPeriod]:
        begins: date | None = date.min
        for period in value:
            last = period.last or date.max
            if (period.first or date.min) != begins or last < begins:
                raise ValueError(t("year.tiers_form"))
            begins = None if last == date.max else last + timedelta(days=1)
        if begins is not None:
            raise ValueError(t("year.tiers_form"))
        return value

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, raw: Any) -> Any:
        """Years hold only what differs: complete them, so that one model checks everything with its place."""
        if not isinstance(raw, dict):
            return raw
        years = {} if raw.get("years") is None else raw["years"]
        rules = raw.get("rules")
        if not isinstance(rules, dict) or not isinstance(years, dict):
            return {**raw, "years": years}
        complete: dict[str, Any] = {}
        # What holds from a year on comes first, because the years themselves inherit from it.
        for key in sorted(years, key=lambda one: (not one.endswith("+"), one)):
            changes = {} if years[key] is None else years[key]
            if isinstance(changes, dict):
                year = key.rstrip("+")
                changes = {
                    kind: _merged(_inherited(rules, complete, year, kind), one)
                    for kind, one in changes.items()
                }
            complete[key] = changes
        return {**raw, "years": complete}

    def rules_of(self, year: int) -> dict[RoundKind, RoundRule | MomentsRound]:
        """The rules that hold in a year."""
        named = {key: one.by_kind() for key, one in self.years.items()}
        found = {kind: _inherited(self.rules.by_kind(), named, str(year), kind) for kind in RoundKind}
        return {kind: rule for kind, rule in found.items() if rule is not None}

    def tiers_on(self, day: date) -> tuple[str, ...]:
        for period in self.tiers:
            if day <= (period.last or date.max):
                return tuple(period.tiers)
        raise AssertionError("the periods leave no day out")

    def place(self, year: int, kind: RoundKind, name: str) -> list[str]:
        """Keys of the nearest place that says `name` about this kind in this year."""
        keys = [key for key in _keys_for(self.years, str(year)) if kind in self.years[key].by_kind()]
        return ["years", keys[-1], kind.value, name] if keys else ["rules", kind.value, name]


def _keys_for(years: Mapping[str, Any], year: str) -> list[str]:
    """Keys of `years` that hold in `year`, the nearest last: 2025+, 2027+, 2027."""
    lasting = sorted(key for key in years if key.endswith("+") and key.rstrip("+") <= year)
    return [*lasting, *(key for key in years if key == year)]


def _inherited(rules: Mapping[Any, Any], years: Mapping[str, Any], year: str, kind: str) -> Any:
    """What holds about `kind` in `year`: by the nearest key that names it, else by the rule; or None."""
    for key in reversed(_keys_for(years, year)):
        if isinstance(years[key], dict) and kind in years[key]:
            return years[key][kind]
    return rules.get(kind)


_WAYS = {
    "day": ("before_province_due", "after", "working_days"),
    "before_province_due": ("day",),
    "after": ("day", "on_day_off"),
}


def _merged(rule: Any, change: Any) -> Any:
    if not isinstance(rule, dict) or not isinstance(change, dict):
        return change
    result = dict(rule)
    # The ways to say when something is exclude each other: the one that a year names wins.
    for one, others in _WAYS.items():
        if one in change:
            for other in others:
                if other not in change:
                    result.pop(other, None)
    for key, value in change.items():
        result[key] = _merged(result.get(key), value)
    return result

"""What the department adds to the known holidays by hand: `working_days.yaml`."""

from __future__ import annotations

from datetime import date

from pydantic import Field, field_validator

from cchc.clock import vn_date
from cchc.config_files import OpenedFiles, StrictModel, config_file, place_of, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.texts import t

FILE = "working_days.yaml"
LISTS = ("days_off", "worked_days")


class _Exception(StrictModel):
    day: date
    reason: str

    @field_validator("reason")
    @classmethod
    def _said(cls, value: str) -> str:
        if not value:
            raise ValueError(t("year.reason_needed"))
        return value


class _Overrides(StrictModel):
    days_off: list[_Exception] = Field(default=[])
    worked_days: list[_Exception] = Field(default=[])

    @field_validator(*LISTS, mode="before")
    @classmethod
    def _may_be_empty(cls, value: object) -> object:
        # Whoever deletes the last line below `days_off:` leaves a null behind.
        return [] if value is None else value


@config_file(FILE)
def load_overrides(opened: OpenedFiles) -> tuple[dict[date, str], dict[date, str]]:
    """(days off, days worked) with their reasons. A day named twice is a ConfigError at its second place."""
    path, file = opened.path, opened.yaml(_Overrides)
    found: dict[str, dict[date, str]] = {name: {} for name in LISTS}
    faults = []
    for name in LISTS:
        for number, one in enumerate(getattr(file, name)):
            if one.day in found["days_off"] or one.day in found["worked_days"]:
                place = place_of(path, [name, str(number), "day"])
                faults.append(ConfigError(shown(path), place, vn_date(one.day), t("year.named_once")))
            found[name][one.day] = one.reason
    if faults:
        raise ConfigErrors(faults)
    return found["days_off"], found["worked_days"]

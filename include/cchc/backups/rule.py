"""Which sets are kept, for whom they are sealed and where else they go (`backup.yaml`)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from cchc.clock import TZ
from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.texts import t


class KeepRule(StrictModel):
    """How long sets are kept, in force from a day on; the last set of every year stays for ever."""

    since: date = Field(alias="from")
    every_set_days: int = Field(ge=1, le=60)
    daily: int = Field(ge=1, le=400)
    weekly: int = Field(ge=0, le=200)
    monthly: int = Field(ge=0, le=200)


def _recipient(value: str) -> str:
    from pyrage import RecipientError, x25519

    try:
        x25519.Recipient.from_str(value)
    except RecipientError:
        raise ValueError(t("backups.config.recipient")) from None
    return value


class OtherPlace(StrictModel):
    """A place off the machine. `secrets_file`: JSON with what opens it, readable by its owner only."""

    address: str = Field(min_length=2)
    secrets_file: str | None = None

    @field_validator("address")
    @classmethod
    def _whole(cls, value: str) -> str:
        if "://" not in value and not Path(value).is_absolute():
            raise ValueError(t("backups.config.address"))
        return value


class BackupRules(StrictModel):
    """What `backup.yaml` says."""

    keep: list[KeepRule] = Field(min_length=1)
    encrypt_to: list[Annotated[str, AfterValidator(_recipient)]] = Field(default=[])
    elsewhere: list[OtherPlace] = Field(default=[])

    @field_validator("keep")
    @classmethod
    def _each_day_once(cls, value: list[KeepRule]) -> list[KeepRule]:
        if len({one.since for one in value}) < len(value):
            raise ValueError(t("backups.config.same_day"))
        return sorted(value, key=lambda one: one.since)

    def rule_on(self, day: date) -> KeepRule:
        """The rule in force; before the first one already the first one."""
        return next((one for one in reversed(self.keep) if one.since <= day), self.keep[0])

    @classmethod
    def load(cls, folder: Path | None = None) -> BackupRules:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)


@config_file("backup.yaml")
def _load(opened: OpenedFiles) -> BackupRules:
    return opened.yaml(BackupRules)


def kept(moments: Collection[datetime], now: datetime, rule: KeepRule) -> set[datetime]:
    """The moments whose sets stay.

    All of the last days; of each of the newest days, weeks and months that have a set its last one; of each year its
    last one. Days are counted among those that have sets, so that neither an outage nor a clock that runs ahead ends
    a set before newer ones took its place.
    """
    first_day = now.astimezone(TZ).date() - timedelta(days=rule.every_set_days - 1)
    newest_first = sorted(moments, reverse=True)
    stay = {one for one in newest_first if one.astimezone(TZ).date() >= first_day}
    for span, count in (
        (_day, rule.daily),
        (_week, rule.weekly),
        (_month, rule.monthly),
        (_year, len(newest_first)),
    ):
        stay |= _last_of_each(newest_first, span, count)
    return stay


def _last_of_each(
    newest_first: Collection[datetime], span: Callable[[date], Hashable], count: int
) -> set[datetime]:
    found: dict[Hashable, datetime] = {}
    for one in newest_first:
        found.setdefault(span(one.astimezone(TZ).date()), one)
    return set(list(found.values())[:count])


def _day(day: date) -> Hashable:
    return day


def _week(day: date) -> Hashable:
    return day.isocalendar()[:2]


def _month(day: date) -> Hashable:
    return day.year, day.month


def _year(day: date) -> Hashable:
    return day.year

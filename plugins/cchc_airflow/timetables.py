"""Timetables on the reporting calendar: rounds by partition key, and working days and weeks at given hours.

Rounds share the first day of their window, and (Dag, logical date) is unique in Airflow: with plain data
intervals every round after the first would never run. So a round is a partition: its key is the round's id,
and neither logical date nor interval is set. This module is loaded by every component: keep it light.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.exceptions import AirflowTimetableInvalid, InvalidPartitionKeyError
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from cchc import clock
from cchc.clock import WEEKDAYS, at
from cchc.errors import CchcError
from cchc.texts import t
from cchc.year import Calendar, Moment, RoundKind, phases_of
from cchc_airflow.timetable_base import (
    CAUGHT_UP,
    GRACE,
    INSTANT,
    MomentTimetable,
    days_of,
    run_id,
    starting_point,
    times_of,
    utc,
)

if TYPE_CHECKING:
    from airflow.models.dag import DagModel


class RoundTimetable(Timetable):
    """Runs once for each round of `kinds` at each of `phases`: opens, closes, cut_off, or moments (`year.MOMENTS`).

    The partition key is the round's id; with several phases `<round>:<phase>` (`2026-CD:tham_dinh_1`), because keys are
    unique. After an outage every missed moment is run in its order while it still makes sense: an opening until its
    round's last moment, the others for a month.
    """

    partitioned = True
    run_ordering = ("partition_date", "run_after")

    def __init__(self, kinds: Iterable[str], phases: Iterable[str] = ("opens",)) -> None:
        self.kinds, self.phases = sorted(str(kind) for kind in kinds), sorted(phases)
        self.description = t("airflow.by_round", kinds=", ".join(self.kinds))

    @property
    def summary(self) -> str:
        return t("airflow.by_round_short")

    def validate(self) -> None:
        if not self.kinds or (wrong := set(self.kinds) - {kind.value for kind in RoundKind}):
            raise AirflowTimetableInvalid(f"unknown round kinds: {sorted(wrong) if self.kinds else 'none'}")
        known = [set(phases_of(RoundKind(kind))) for kind in self.kinds]
        if not self.phases or any(set(self.phases) - one for one in known):
            raise AirflowTimetableInvalid(f"unknown phases: {self.phases}")

    def serialize(self) -> dict[str, Any]:
        return {"kinds": self.kinds, "phases": self.phases}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def moments(self, first_year: int, last_year: int) -> list[Moment]:
        """All moments of the rounds of those years, in order."""
        kinds = {RoundKind(kind) for kind in self.kinds}
        return list(Calendar.load().moments(kinds, set(self.phases), first_year, last_year))

    def key_of(self, moment: Moment) -> str:
        return moment.round_id if len(self.phases) == 1 else f"{moment.round_id}:{moment.phase}"

    def next_dagrun_info_v2(
        self, *, last_dagrun_info: DagRunInfo | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        after = starting_point(last_dagrun_info.run_after if last_dagrun_info else None, restriction)
        now = clock.now()
        for moment in self.moments(after.year - 1, max(after, now).year + 2):
            if moment.at <= after or (not restriction.catchup and _is_too_late(moment, now)):
                continue
            if restriction.latest and moment.at > restriction.latest:
                return None
            return self._info(moment)
        return None

    def next_run_info_from_dag_model(self, *, dag_model: DagModel) -> DagRunInfo | None:
        """What the scheduler creates. After a long outage it may come here before the Dag is parsed again."""
        info = super().next_run_info_from_dag_model(dag_model=dag_model)
        if info is None or not info.partition_key:
            return info
        found = self._find(info.partition_key)
        if found and _is_too_late(found, clock.now()):
            raise ValueError(f"{info.partition_key} was missed too long ago; the next parsing moves on")
        return info

    def iter_partition_dagrun_infos(self, *, earliest: datetime, latest: datetime) -> Iterator[DagRunInfo]:
        for moment in self.moments(earliest.year - 1, latest.year + 1):
            if earliest <= moment.at <= latest:
                yield self._info(moment)

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return DataInterval.exact(run_after)

    def generate_run_id(self, *, run_type: Any, run_after: Any, data_interval: Any, **extra: Any) -> str:
        return run_id(run_type, run_after, extra.get("partition_key"))

    def _info(self, moment: Moment) -> DagRunInfo:
        when = utc(moment.at)
        return DagRunInfo(
            run_after=when, data_interval=None, partition_date=when, partition_key=self.key_of(moment)
        )

    def _decode_partition_date(self, partition_key: str) -> datetime | None:
        moment = self._find(partition_key)
        if moment is None:
            raise InvalidPartitionKeyError(t("airflow.unknown_key", key=partition_key))
        return utc(moment.at)

    def _find(self, partition_key: str) -> Moment | None:
        """The moment of a key; a key without phase means the round's first moment."""
        round_id, _, phase = partition_key.partition(":")
        try:
            year = Calendar.load().round(round_id).year
        except CchcError:
            return None
        return next(
            (
                one
                for one in self.moments(year, year)
                if one.round_id == round_id and phase in ("", one.phase)
            ),
            None,
        )


def _is_too_late(moment: Moment, now: datetime) -> bool:
    """Whether a missed moment is left out: its round is over, or a person has long had to act."""
    if moment.at >= now - GRACE:
        return False
    round_ = Calendar.load().round(moment.round_id)
    if moment.at == round_.opens_at:
        return round_.closes_at < now
    return moment.at < now - CAUGHT_UP


class WorkingDayTimetable(MomentTimetable):
    """Runs on working days at the given local times (`HH:MM`)."""

    def __init__(self, times: Iterable[str]) -> None:
        self.times = sorted(times)
        self.description = t("airflow.working_days", times=", ".join(self.times))

    @property
    def summary(self) -> str:
        span = self.times[0] if len(self.times) == 1 else f"{self.times[0]}-{self.times[-1]}"
        return t("airflow.working_days_short", span=span)

    def validate(self) -> None:
        if not times_of(self.times):
            raise AirflowTimetableInvalid("no times")

    def serialize(self) -> dict[str, Any]:
        return {"times": self.times}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def on(self, day: date) -> list[datetime]:
        """Local moments of a day; none when it is off."""
        return self.between(at(day) - INSTANT, at(day, 23, 59))

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        working, times = Calendar.load().working_days, times_of(self.times)
        days = (day for day in days_of(after, until) if working.is_working(day))
        moments = (at(day, hour, minute) for day in days for hour, minute in times)
        return [moment for moment in moments if after < moment <= until]


class WeeklyTimetable(MomentTimetable):
    """Runs every week on `weekday` (0 is Monday) at the local time `time` (`HH:MM`)."""

    def __init__(self, weekday: int, time: str) -> None:
        self.weekday, self.time = weekday, time
        self.description = t("airflow.weekly", weekday=WEEKDAYS[weekday % 7], time=time)

    @property
    def summary(self) -> str:
        return self.description

    def validate(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise AirflowTimetableInvalid(f"no weekday: {self.weekday}")
        times_of([self.time])

    def serialize(self) -> dict[str, Any]:
        return {"weekday": self.weekday, "time": self.time}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        hour, minute = times_of([self.time])[0]
        days = (day for day in days_of(after, until) if day.weekday() == self.weekday)
        return [moment for day in days if after < (moment := at(day, hour, minute)) <= until]


class BackupTimetable(MomentTimetable):
    """Runs every day at `time`, and hourly from hour `first` to hour `last` on the days on which units have to answer
    a round, and on the days before."""

    def __init__(self, time: str, first: int, last: int) -> None:
        self.time, self.first, self.last = time, first, last
        self.description = t("airflow.backups", time=time, first=first, last=last)

    @property
    def summary(self) -> str:
        return t("airflow.backups_short", time=self.time)

    def validate(self) -> None:
        if not 0 <= self.first <= self.last <= 23:
            raise AirflowTimetableInvalid(f"no hours of a day: {self.first} to {self.last}")
        times_of([self.time])

    def serialize(self) -> dict[str, Any]:
        return {"time": self.time, "first": self.first, "last": self.last}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def daily(self, day: date) -> datetime:
        """The moment that every day has."""
        return at(day, *times_of([self.time])[0])

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        calendar = Calendar.load()
        due = {
            one.unit_due_at.astimezone(clock.TZ).date()
            for year in range(after.year, until.year + 2)
            for one in calendar.rounds(year)
        }
        busy = due | {day - timedelta(days=1) for day in due}
        moments = set()
        for day in days_of(after, until):
            moments.add(self.daily(day))
            if day in busy:
                moments |= {at(day, hour) for hour in range(self.first, self.last + 1)}
        return sorted(moment for moment in moments if after < moment <= until)


class CollectingTimetable(WeeklyTimetable):
    """Every week, and at the end of each cut-off day of `kinds`.

    Not partitioned: which round a cut-off day belongs to follows from the day. A missed cut-off is always
    run: nobody else freezes its figures, and a machine may well be off at night.
    """

    def __init__(self, kinds: Iterable[str], weekday: int, time: str) -> None:
        super().__init__(weekday, time)
        self.kinds = sorted(str(kind) for kind in kinds)
        self.description = t("airflow.collecting", weekday=WEEKDAYS[weekday % 7], time=time)

    def validate(self) -> None:
        super().validate()
        if wrong := set(self.kinds) - {kind.value for kind in RoundKind}:
            raise AirflowTimetableInvalid(f"unknown round kinds: {sorted(wrong)}")

    def serialize(self) -> dict[str, Any]:
        return {"kinds": self.kinds, **super().serialize()}

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        weekly = super().between(after, until)
        cut_offs = self._cut_offs(after.year - 1, until.year + 1)
        return sorted({*weekly, *(moment for moment in cut_offs if after < moment <= until)})

    def must_run(self, moment: datetime) -> bool:
        return moment in self._cut_offs(moment.year - 1, moment.year + 1)

    def moments(self, first: date, last: date) -> list[datetime]:
        """Local moments from `first` to `last`, both included."""
        return self.between(at(first) - INSTANT, at(last, 23, 59))

    def _cut_offs(self, first_year: int, last_year: int) -> set[datetime]:
        kinds = {RoundKind(kind) for kind in self.kinds}
        return {one.at for one in Calendar.load().moments(kinds, {"cut_off"}, first_year, last_year)}

"""Timetables on the reporting calendar: rounds by partition key, and working days at given hours.

Rounds share the first day of their window, and (Dag, logical date) is unique in Airflow: with plain data
intervals every round after the first would never run. So a round is a partition: its key is the round's id,
and neither logical date nor interval is set. This module is loaded by every component: keep it light.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pendulum
from airflow.exceptions import AirflowTimetableInvalid, InvalidPartitionKeyError
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from cchc.clock import TZ, at
from cchc.errors import CchcError
from cchc.year import Calendar, Moment, RoundKind

PHASES = ("opens", "closes", "cut_off")


def _utc(moment: datetime) -> pendulum.DateTime:
    return pendulum.instance(moment).in_timezone("UTC")


class RoundTimetable(Timetable):
    """Runs once for each round of `kinds` at each of `phases` (opens, closes, cut_off).

    The partition key is the round's id; with several phases `<round>:<phase>`, because keys are unique.
    """

    partitioned = True
    run_ordering = ("partition_date", "run_after")
    active_runs_limit = 1

    def __init__(self, kinds: Iterable[str], phases: Iterable[str] = ("opens",)) -> None:
        self.kinds, self.phases = sorted(str(kind) for kind in kinds), sorted(phases)
        self.description = f"Lịch năm báo cáo: {', '.join(self.kinds)}"

    @property
    def summary(self) -> str:
        return "Theo lịch đợt báo cáo"

    def validate(self) -> None:
        if wrong := set(self.kinds) - {kind.value for kind in RoundKind}:
            raise AirflowTimetableInvalid(f"unknown round kinds: {sorted(wrong)}")
        if not self.phases or set(self.phases) - set(PHASES):
            raise AirflowTimetableInvalid(f"unknown phases: {self.phases}")

    def serialize(self) -> dict[str, Any]:
        return {"kinds": self.kinds, "phases": self.phases}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def moments(self, first_year: int, last_year: int) -> list[Moment]:
        kinds = {RoundKind(kind) for kind in self.kinds}
        return list(Calendar.load().moments(kinds, set(self.phases), first_year, last_year))  # type: ignore[arg-type]  # checked by validate

    def key_of(self, moment: Moment) -> str:
        return moment.round_id if len(self.phases) == 1 else f"{moment.round_id}:{moment.phase}"

    def _info(self, moment: Moment) -> DagRunInfo:
        when = _utc(moment.at)
        return DagRunInfo(run_after=when, data_interval=None, partition_date=when, partition_key=self.key_of(moment))

    def next_dagrun_info_v2(
        self, *, last_dagrun_info: DagRunInfo | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        """The next moment of the calendar; without catch-up, what lies in the past stays there."""
        earliest = restriction.earliest
        if not restriction.catchup:
            now = pendulum.now("UTC")
            earliest = max(now, earliest) if earliest else now
        after = last_dagrun_info.run_after if last_dagrun_info else None
        start = max(moment for moment in (earliest, after) if moment is not None) if earliest or after else pendulum.now("UTC")
        for moment in self.moments(start.year - 1, start.year + 2):
            when = _utc(moment.at)
            if (earliest and when < earliest) or (after and when <= after):
                continue
            if restriction.latest and when > restriction.latest:
                return None
            return self._info(moment)
        return None

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        return self.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)

    def iter_partition_dagrun_infos(self, *, earliest: datetime, latest: datetime) -> Iterator[DagRunInfo]:
        for moment in self.moments(earliest.year - 1, latest.year + 1):
            if earliest <= moment.at <= latest:
                yield self._info(moment)

    def _decode_partition_date(self, partition_key: str) -> datetime | None:
        round_id, _, phase = partition_key.partition(":")
        try:
            one = Calendar.load().round(round_id)
        except (CchcError, ValueError) as error:
            raise InvalidPartitionKeyError(str(error)) from error
        for moment in self.moments(one.year, one.year):
            if moment.round_id == round_id and moment.phase == (phase or self.phases[0]):
                return _utc(moment.at)
        raise InvalidPartitionKeyError(f"{partition_key!r} is no round of this Dag")

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return DataInterval.exact(run_after)

    def generate_run_id(self, *, run_type: Any, run_after: Any, data_interval: Any, **extra: Any) -> str:
        """The round stands in the run's id."""
        key = extra.get("partition_key")
        moment = pendulum.instance(run_after).in_timezone(TZ.key).isoformat()
        return str(run_type.generate_run_id(suffix=f"{key}__{moment}" if key else moment))


class CollectingTimetable(Timetable):
    """Every week on `weekday` (0 is Monday) at `time`, and in the evening of each cut-off day of `kinds`.

    Not partitioned: which round a cut-off day belongs to follows from the day.
    """

    def __init__(self, kinds: Iterable[str], weekday: int, time: str) -> None:
        self.kinds, self.weekday, self.time = sorted(str(kind) for kind in kinds), weekday, time
        self.description = f"Hằng tuần lúc {time} và tối ngày chốt số liệu"

    @property
    def summary(self) -> str:
        return "Hằng tuần và ngày chốt số liệu"

    def validate(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise AirflowTimetableInvalid(f"no weekday: {self.weekday}")

    def serialize(self) -> dict[str, Any]:
        return {"kinds": self.kinds, "weekday": self.weekday, "time": self.time}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def moments(self, first: date, last: date) -> list[datetime]:
        """Local moments from `first` to `last`, both included."""
        hour, minute = int(self.time[:2]), int(self.time[3:])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        weekly = [at(day, hour, minute) for day in days if day.weekday() == self.weekday]
        kinds = {RoundKind(kind) for kind in self.kinds}
        cut_offs = Calendar.load().moments(kinds, {"cut_off"}, first.year, last.year)
        return sorted({*weekly, *(one.at for one in cut_offs if first <= one.at.date() <= last)})

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        last = last_automated_data_interval.end if last_automated_data_interval else None
        start = last or restriction.earliest
        if start is None:
            return None
        if not restriction.catchup:
            start = max(start, pendulum.now("UTC"))
        local = start.astimezone(TZ)
        for moment in self.moments(local.date(), local.date() + timedelta(days=8)):
            if moment > local or (moment == local and start != last):
                return None if restriction.latest and _utc(moment) > restriction.latest else DagRunInfo.exact(_utc(moment))
        return None

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return DataInterval.exact(run_after)


class WorkingDayTimetable(Timetable):
    """Runs on working days at the given local times (`HH:MM`). After an outage only the latest missed one."""

    def __init__(self, times: Iterable[str]) -> None:
        self.times = sorted(times)
        self.description = f"Ngày làm việc, lúc {', '.join(self.times)}"

    @property
    def summary(self) -> str:
        return "Ngày làm việc" + (f" {self.times[0]}" if len(self.times) == 1 else f" {self.times[0]}-{self.times[-1]}")

    def validate(self) -> None:
        for time in self.times:
            hour, _, minute = time.partition(":")
            if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
                raise AirflowTimetableInvalid(f"no time of day: {time}")
        if not self.times:
            raise AirflowTimetableInvalid("no times")

    def serialize(self) -> dict[str, Any]:
        return {"times": self.times}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        return cls(**data)

    def on(self, day: date) -> list[datetime]:
        """Local moments of a day; none when it is off."""
        if not Calendar.load().working_days.is_working(day):
            return []
        return [at(day, int(time[:2]), int(time[3:])) for time in self.times]

    def _first_from(self, moment: datetime, *, included: bool) -> datetime:
        local = moment.astimezone(TZ)
        day = local.date()
        while True:
            for candidate in self.on(day):
                if candidate > local or (included and candidate == local):
                    return candidate
            day += timedelta(days=1)

    def _last_until(self, moment: datetime) -> datetime:
        local = moment.astimezone(TZ)
        day = local.date()
        while True:
            for candidate in reversed(self.on(day)):
                if candidate <= local:
                    return candidate
            day -= timedelta(days=1)

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        last = last_automated_data_interval.end if last_automated_data_interval else None
        if restriction.earliest is None and last is None:
            return None
        if last is not None:
            following = self._first_from(last, included=False)
        else:
            assert restriction.earliest is not None
            following = self._first_from(restriction.earliest, included=True)
        if not restriction.catchup:
            # Yesterday's reminders are not sent today: of all missed moments only the latest is run.
            following = max(following, self._last_until(pendulum.now("UTC"))) if last else max(
                following, self._first_from(pendulum.now("UTC"), included=True)
            )
        if restriction.latest and _utc(following) > restriction.latest:
            return None
        return DagRunInfo.exact(_utc(following))

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return DataInterval.exact(run_after)

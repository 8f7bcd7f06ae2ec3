"""Which runs a rehearsed year has, and when: from the Dags' own timetables, some of them taken together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from cchc.clock import TZ, at

COLLECTING, SURPRISE = "thu_thap_so_lieu", "kiem_tra_dot_xuat"
MAINTENANCE = "bao_tri"  # reads what there is and changes nothing of it: runs beside the days that follow
# Within one moment, what is learned comes before what is decided on it.
ORDER = ("bao_tri", "thu_thap_so_lieu", "ke_hoach_nam", "mo_dot_bao_cao", "kiem_tra", SURPRISE, "kiem_tra_don_vi",
         "cham_diem", "tiep_nhan_bao_cao", "don_doc", "chot_dot_bao_cao")  # fmt: skip
SYMBOLS = {"ke_hoach_nam": "KH-UBND", "chot_dot_bao_cao": "BC-UBND", "cham_diem": "QĐ-UBND",
           "kiem_tra_don_vi": "UBND-NC"}  # fmt: skip
INSPECTION_SYMBOLS = {"ke_hoach": "KH-UBND", "quyet_dinh_doan": "QĐ-UBND", "bao_cao_doan": "BC-ĐKT"}


@dataclass(frozen=True)
class PlannedRun:
    """One run of the year: `round_id` None for daily and weekly runs. returned: the leader sends the draft back, and
    the run rightly fails."""

    moment: datetime
    dag_id: str
    round_id: str | None = None
    phase: str = ""
    cause: str = "hour"
    returned: bool = False

    @property
    def symbol(self) -> str | None:
        """Of what the run decides on; None when it decides on nothing."""
        return INSPECTION_SYMBOLS.get(self.phase) if self.dag_id == "kiem_tra" else SYMBOLS.get(self.dag_id)

    @property
    def month(self) -> str:
        """`01/2027`"""
        return f"{self.moment:%m/%Y}"

    @property
    def order(self) -> tuple[datetime, int]:
        return self.moment, ORDER.index(self.dag_id)


def plan_year(dags: dict[str, Any], year: int) -> list[PlannedRun]:
    """All runs of the year from the Dags' own timetables, in order; of its rounds also the moments of the next year,
    and the daily runs until the units have explained their scores.

    Runs of one day of `tiep_nhan_bao_cao` are taken together as the day's last, and backups are taken on the first of
    each month only; the inspection team brings its findings twice.
    """
    from airflow.serialization.encoders import coerce_to_core_timetable

    from cchc_airflow.timetables import (
        BackupTimetable,
        CollectingTimetable,
        RoundTimetable,
        WorkingDayTimetable,
    )

    first, last, last_daily = date(year, 1, 1), date(year, 12, 31), last_daily_run(year)
    runs: list[PlannedRun] = []
    for dag_id, dag in dags.items():
        timetable = coerce_to_core_timetable(dag.timetable)
        if isinstance(timetable, RoundTimetable):
            for one in timetable.moments(year, year):
                planned = PlannedRun(one.at, dag_id, one.round_id, one.phase)
                runs += _sent_back_once(planned) if one.phase == "cong_bo" else [planned]
        elif isinstance(timetable, CollectingTimetable):
            runs += [PlannedRun(moment, dag_id) for moment in timetable.moments(first, last)]
        elif isinstance(timetable, WorkingDayTimetable):
            days = [first + timedelta(days=n) for n in range((last_daily - first).days + 1)]
            if dag_id == "don_doc":
                days += mornings_after(year, last_daily)
            runs += [PlannedRun(moments[-1], dag_id) for day in days if (moments := timetable.on(day))]
        elif isinstance(timetable, BackupTimetable):
            runs += [PlannedRun(timetable.daily(date(year, month, 1)), dag_id) for month in range(1, 13)]
        else:
            runs += [PlannedRun(moment, dag_id) for moment in _ticks(timetable, first, last)]
    inspections = [at(date(year, 6, 16), 9), at(date(year, 9, 16), 9)]
    runs += [PlannedRun(moment, "kiem_tra", f"{year}-KT", "findings") for moment in inspections]
    if SURPRISE in dags:  # begun in the morning; once the team has written down what it found, read
        runs += [PlannedRun(at(date(year, 7, 14), hour), SURPRISE, f"{year}-KT") for hour in (8, 16)]
    return sorted(runs, key=lambda run: run.order)


def _sent_back_once(run: PlannedRun) -> list[PlannedRun]:
    """The run whose draft the leader returns, and the one after it on the next morning."""
    from cchc.year import Calendar

    morning = at(Calendar.load().working_days.add(run.moment.date(), 1), 9)
    return [replace(run, returned=True), replace(run, moment=morning)]


def last_daily_run(year: int) -> date:
    """The last day on which the inbox is read and units are reminded: afterwards no unit owes anything in time."""
    from cchc.year import Calendar

    return Calendar.load().round(f"{year}-CD").moments["giai_trinh"].date()


def mornings_after(year: int, day: date) -> list[date]:
    """The working days after the moments of the scores behind `day`, and after the ranking's second try: what was
    signed meanwhile is sent by the daily run."""
    from cchc.year import Calendar

    calendar = Calendar.load()
    later = [one.date() for one in calendar.round(f"{year}-CD").moments.values() if one.date() > day]
    add = calendar.working_days.add
    return sorted({add(one, count) for one in later for count in (1, 2)})


def _ticks(timetable: Any, first: date, last: date) -> Iterator[datetime]:
    from airflow.timetables.base import TimeRestriction
    from pendulum import instance

    restriction = TimeRestriction(earliest=instance(at(first)), latest=instance(at(last, 23)), catchup=True)
    info = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)
    while info is not None:
        yield info.run_after.astimezone(TZ)
        info = timetable.next_dagrun_info_v2(last_dagrun_info=info, restriction=restriction)

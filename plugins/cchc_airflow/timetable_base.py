"""What our timetables have in common: where the next run is looked for, and what an outage leaves out.

Airflow's `catchup` knows all or nothing, and asks a timetable again at every parsing of the Dag: it would
either forget a missed opening or replay every missed reminder. So the timetables decide by themselves.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pendulum
from airflow.exceptions import AirflowTimetableInvalid
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from cchc import clock
from cchc.clock import TZ

if TYPE_CHECKING:
    from airflow.models.dag import DagModel

CAUGHT_UP = timedelta(days=31)
"""For how long a missed closing or cut-off is still run by itself; later a person starts it by hand."""
GRACE = timedelta(minutes=10)
"""A Dag without any run starts now; a moment that came while Airflow was reading the Dag is not lost."""
INSTANT = timedelta(microseconds=1)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def utc(moment: datetime) -> pendulum.DateTime:
    return pendulum.instance(moment).in_timezone("UTC")


def starting_point(last: datetime | None, restriction: TimeRestriction) -> datetime:
    """After which moment the next run lies."""
    if last is not None:
        return last
    earliest = restriction.earliest - INSTANT if restriction.earliest else None
    if restriction.catchup and earliest:
        return earliest
    now = clock.now() - GRACE
    return max(now, earliest) if earliest else now


def run_id(run_type: Any, run_after: datetime, key: str | None = None) -> str:
    """In local time, with the round when there is one: `scheduled__2026-Q1__2026-03-02T08:00:00+07:00`."""
    moment = pendulum.instance(run_after).in_timezone(TZ.key).isoformat()
    return str(run_type.generate_run_id(suffix=f"{key}__{moment}" if key else moment))


class MomentTimetable(Timetable):
    """Runs at moments of the day; the logical date is the moment itself.

    Of all moments missed in an outage only the latest is run: yesterday's reminders are not sent today.
    """

    @abstractmethod
    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Local moments in (after, until], in order."""

    def must_run(self, moment: datetime) -> bool:
        """Whether a missed moment is run although a later one was missed too."""
        return False

    def next_dagrun_info(
        self, *, last_automated_data_interval: DataInterval | None, restriction: TimeRestriction
    ) -> DagRunInfo | None:
        last = last_automated_data_interval.end if last_automated_data_interval else None
        after = starting_point(last, restriction)
        moment = None if restriction.catchup else self._missed(after)
        moment = moment or self._first_after(after)
        if moment is None or (restriction.latest and moment > restriction.latest):
            return None
        return DagRunInfo.exact(utc(moment))

    def next_run_info_from_dag_model(self, *, dag_model: DagModel) -> DagRunInfo | None:
        """What the scheduler creates: after an outage it still holds the first missed moment."""
        info = super().next_run_info_from_dag_model(dag_model=dag_model)
        if info is None:
            return None
        missed = self._missed(info.run_after - INSTANT)
        return DagRunInfo.exact(utc(missed)) if missed else info

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        return DataInterval.exact(run_after)

    def generate_run_id(self, *, run_type: Any, run_after: Any, data_interval: Any, **extra: Any) -> str:
        return run_id(run_type, run_after)

    def _missed(self, after: datetime) -> datetime | None:
        now = clock.now()
        missed = self.between(max(after, now - CAUGHT_UP), now)
        return next((moment for moment in missed if self.must_run(moment)), missed[-1] if missed else None)

    def _first_after(self, after: datetime) -> datetime | None:
        # The longest stretch of days off is Tết with its weekends, about ten days.
        return next(iter(self.between(after, after + CAUGHT_UP)), None)


def days_of(first: datetime, last: datetime) -> Iterator[date]:
    """Local days from the one of `first` to the one of `last`."""
    day, end = first.astimezone(TZ).date(), last.astimezone(TZ).date()
    while day <= end:
        yield day
        day += timedelta(days=1)


def times_of(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Hours and minutes of `HH:MM`; AirflowTimetableInvalid names the one that is none."""
    found = []
    for text in texts:
        if not (match := _CLOCK.fullmatch(text)):
            raise AirflowTimetableInvalid(f"no time of day (HH:MM): {text!r}")
        found.append((int(match[1]), int(match[2])))
    return found

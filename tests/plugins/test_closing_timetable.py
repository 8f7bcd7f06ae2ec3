"""Closing runs by the calendar and by an event about a round, both under the round's own partition."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from airflow.timetables.base import TimeRestriction
from pendulum import instance

from cchc import clock
from cchc.clock import at
from cchc.year import REPORT_KINDS, Calendar
from cchc_airflow.assets import COMPLETE
from cchc_airflow.closing_timetable import ClosingTimetable, RoundMapper
from cchc_airflow.timetables import RoundTimetable

ROUND = "2026-Q1"


def asset_names(timetable: Any) -> list[str]:
    return [key.name for key, _ in timetable.asset_condition.iter_assets()]


def read_back() -> Any:
    """As the scheduler gets it: from the serialized Dag."""
    return ClosingTimetable.deserialize(ClosingTimetable(REPORT_KINDS, COMPLETE).serialize())


def test_the_scheduler_reads_back_the_same_hours_and_the_same_asset() -> None:
    found, plain = read_back(), RoundTimetable(REPORT_KINDS, ["closes"])
    assert asset_names(found) == [COMPLETE.name]
    assert found.partitioned
    assert found.moments(2026, 2026) == plain.moments(2026, 2026)
    assert found.summary != plain.summary


def test_the_hour_of_a_round_is_still_scheduled(monkeypatch: pytest.MonkeyPatch) -> None:
    now = at(date(2026, 3, 18))
    monkeypatch.setattr(clock, "now", lambda: now)
    info = read_back().next_dagrun_info_v2(
        last_dagrun_info=None, restriction=TimeRestriction(instance(now), None, catchup=False)
    )
    assert (info.partition_key, info.run_after) == (ROUND, Calendar.load().round(ROUND).closes_at)


def test_an_event_starts_a_run_for_its_round_alone_among_the_runs_of_its_hour() -> None:
    mapper = RoundMapper.deserialize(RoundMapper().serialize())
    assert mapper.to_downstream(ROUND) == ROUND
    assert mapper.to_partition_date(ROUND) == Calendar.load().round(ROUND).closes_at
    assert mapper.to_partition_date("2026-XX") is None

"""Which runs a rehearsed year has, and in which order."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from cchc.clock import at
from cchc.year import MOMENTS, Calendar, RoundKind
from cchc_airflow.timetables import RoundTimetable, WorkingDayTimetable
from cchc_rehearsal.planned_runs import PlannedRun, plan_year

YEAR_END = at(date(2026, 12, 31), 23)


def planned() -> list[PlannedRun]:
    scoring = RoundTimetable([RoundKind.SCORING], MOMENTS[RoundKind.SCORING])
    dags = {
        "cham_diem": SimpleNamespace(timetable=scoring),
        "don_doc": SimpleNamespace(timetable=WorkingDayTimetable(["08:00"])),
    }
    return plan_year(dags, 2026)


def test_a_rehearsed_year_goes_on_until_its_scores_are_settled() -> None:
    """A year that ended on 31 December would leave everything after the lock of the self-scores untried."""
    scores = [run for run in planned() if run.dag_id == "cham_diem"]
    assert list(dict.fromkeys(run.phase for run in scores)) == [*MOMENTS[RoundKind.SCORING]]
    assert {run.round_id for run in scores} == {"2026-CD"}
    daily = [run.moment for run in planned() if run.dag_id == "don_doc" and run.moment > YEAR_END]
    explained = Calendar.load().round("2026-CD").moments["giai_trinh"].date()
    assert daily[0] == at(date(2027, 1, 4), 8)
    assert at(explained, 8) in daily
    for phase in ("cong_bo", "kien_nghi"):
        last = max(run.moment for run in scores if run.phase == phase)
        assert at(Calendar.load().working_days.add(last.date(), 1), 8) in daily, (
            "what was signed then is sent"
        )
    assert planned() == sorted(planned(), key=lambda run: run.order)


def test_the_leader_returns_the_ranking_once_and_has_it_again_on_the_next_working_morning() -> None:
    first, second = (run for run in planned() if run.phase == "cong_bo")
    assert (first.returned, first.moment) == (True, at(date(2027, 1, 29), 16))
    assert (second.returned, second.moment) == (False, at(date(2027, 2, 1), 9))
    assert not any(run.returned for run in planned() if run != first)

"""The timetables on the reporting calendar, at their edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pendulum
import pytest
from airflow.exceptions import AirflowTimetableInvalid, InvalidPartitionKeyError
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable
from airflow.utils.types import DagRunType
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc import clock
from cchc.clock import TZ, at
from cchc.year import MOMENTS, REPORT_KINDS, Calendar, RoundKind
from cchc_airflow.timetables import (
    BackupTimetable,
    CollectingTimetable,
    RoundTimetable,
    WeeklyTimetable,
    WorkingDayTimetable,
)

SetNow = Callable[[datetime], None]


@pytest.fixture
def set_now(monkeypatch: pytest.MonkeyPatch) -> SetNow:
    """Sets the clock that the timetables look at."""

    def set_(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_


def window(first: datetime, last: datetime | None = None, *, catchup: bool = True) -> TimeRestriction:
    return TimeRestriction(pendulum.instance(first), pendulum.instance(last) if last else None, catchup)


def all_runs(timetable: RoundTimetable, restriction: TimeRestriction) -> Iterator[DagRunInfo]:
    info = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)
    while info is not None:
        yield info
        info = timetable.next_dagrun_info_v2(last_dagrun_info=info, restriction=restriction)


def exact(moment: datetime) -> DataInterval:
    return DataInterval.exact(pendulum.instance(moment))


def local(info: DagRunInfo | None) -> datetime | None:
    return info.run_after.astimezone(TZ) if info else None


# Rounds


def test_rounds_that_share_the_first_day_of_their_window_each_run() -> None:
    calendar = Calendar.load()
    sharing = [calendar.round(f"2026-{kind}") for kind in ("Q1", "6T", "NAM")]
    assert {one.window.first for one in sharing if one.window} == {date(2025, 12, 15)}
    found = list(all_runs(RoundTimetable(REPORT_KINDS), window(at(date(2026, 1, 1)), at(date(2026, 12, 31)))))
    assert [one.partition_key for one in found] == ["2026-Q1", "2026-6T", "2026-Q3", "2026-NAM"]
    assert all(one.data_interval is None for one in found), "an interval would make all but the first collide"
    assert len({one.partition_date for one in found}) == 4


def test_a_run_comes_at_the_opening_hour_of_its_round() -> None:
    found = list(all_runs(RoundTimetable(["Q1"]), window(at(date(2026, 1, 1)), at(date(2026, 12, 31)))))
    assert [local(one) for one in found] == [Calendar.load().round("2026-Q1").opens_at]


def test_with_several_phases_the_key_names_the_phase() -> None:
    timetable = RoundTimetable([RoundKind.INSPECTION], ["ke_hoach", "bao_cao_doan"])
    found = list(all_runs(timetable, window(at(date(2026, 1, 1)), at(date(2026, 12, 31)))))
    assert [one.partition_key for one in found] == ["2026-KT:ke_hoach", "2026-KT:bao_cao_doan"]
    decoded = [timetable._decode_partition_date(str(one.partition_key)) for one in found]
    assert decoded == [one.partition_date for one in found]


def test_each_moment_of_the_scores_is_a_run_though_its_year_is_over() -> None:
    timetable = RoundTimetable([RoundKind.SCORING], MOMENTS[RoundKind.SCORING])
    found = list(all_runs(timetable, window(at(date(2026, 3, 1)), at(date(2027, 3, 1)))))
    round_ = Calendar.load().round("2026-CD")
    assert [one.partition_key for one in found] == [f"2026-CD:{name}" for name in round_.moments]
    assert [local(one) for one in found] == [*round_.moments.values()]
    assert timetable._decode_partition_date("2026-CD:tham_dinh_1") == round_.moments["tham_dinh_1"]
    within = timetable.iter_partition_dagrun_infos(
        earliest=at(date(2027, 1, 1)), latest=at(date(2027, 1, 20))
    )
    assert [one.partition_key for one in within] == ["2026-CD:tham_dinh_1", "2026-CD:giai_trinh"]


def test_a_missed_moment_is_made_up_for_a_month_and_the_opening_until_the_round_is_over(
    set_now: SetNow,
) -> None:
    timetable = RoundTimetable([RoundKind.SCORING], MOMENTS[RoundKind.SCORING])
    before = next(
        one
        for one in all_runs(timetable, window(at(date(2026, 1, 1))))
        if one.partition_key == "2025-CD:dong"
    )
    made_up = []
    for day in (date(2027, 1, 20), date(2027, 2, 20), date(2027, 3, 1)):
        set_now(at(day))
        info = before
        found = []
        while (
            info := timetable.next_dagrun_info_v2(
                last_dagrun_info=info, restriction=window(at(date(2020, 1, 1)), catchup=False)
            )
        ) and info.run_after < at(day):
            found.append(str(info.partition_key).split(":")[1])
        made_up.append(found)
    assert made_up == [
        ["mo", "tu_cham_han", "khoa", "tham_dinh_1", "giai_trinh"],
        ["mo", "tham_dinh_2", "hoi_dong", "cong_bo", "kien_nghi"],
        ["cong_bo", "kien_nghi", "dong"],
    ]


@pytest.mark.parametrize("key", ["2026-Q9", "Q1", "2026-KT", "2026-Q1:cut_off", "", "1900-Q1"])
def test_a_key_that_is_no_round_of_the_dag_is_refused(key: str) -> None:
    with pytest.raises(InvalidPartitionKeyError):
        RoundTimetable(["Q1"])._decode_partition_date(key)


def test_without_catch_up_what_is_past_stays_past(set_now: SetNow) -> None:
    set_now(at(date(2026, 6, 2)))
    info = RoundTimetable(REPORT_KINDS).next_dagrun_info_v2(
        last_dagrun_info=None, restriction=window(at(date(2020, 1, 1)), catchup=False)
    )
    assert info is not None
    assert info.partition_key == "2026-Q3"


def test_the_moment_of_opening_itself_still_counts_and_not_twice(set_now: SetNow) -> None:
    opening = Calendar.load().round("2026-Q1").opens_at
    set_now(opening)
    restriction, timetable = window(at(date(2020, 1, 1)), catchup=False), RoundTimetable(REPORT_KINDS)
    first = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)
    assert first is not None
    assert first.partition_key == "2026-Q1"
    second = timetable.next_dagrun_info_v2(last_dagrun_info=first, restriction=restriction)
    assert second is not None
    assert second.partition_key == "2026-6T"


def test_an_opening_missed_in_an_outage_is_made_up_while_its_round_still_runs(set_now: SetNow) -> None:
    restriction, timetable = window(at(date(2020, 1, 1)), catchup=False), RoundTimetable(REPORT_KINDS)
    year_before = next(
        one for one in all_runs(timetable, window(at(date(2025, 12, 1)))) if one.partition_key == "2025-NAM"
    )
    set_now(at(date(2026, 3, 10)))
    made_up = timetable.next_dagrun_info_v2(last_dagrun_info=year_before, restriction=restriction)
    assert made_up is not None
    assert made_up.partition_key == "2026-Q1"
    set_now(at(date(2026, 5, 10)))
    moved_on = timetable.next_dagrun_info_v2(last_dagrun_info=year_before, restriction=restriction)
    assert moved_on is not None
    assert moved_on.partition_key == "2026-6T", "nobody is asked for a report that has long been closed"


def test_the_next_year_follows_the_last_round(set_now: SetNow) -> None:
    set_now(at(date(2026, 12, 31)))
    info = RoundTimetable(["Q1"]).next_dagrun_info_v2(
        last_dagrun_info=None, restriction=window(at(date(2020, 1, 1)), catchup=False)
    )
    assert info is not None
    assert info.partition_key == "2027-Q1"


def test_the_round_stands_in_the_run_id() -> None:
    moment = pendulum.instance(at(date(2026, 3, 2), 7, 30))
    run_id = RoundTimetable(["Q1"]).generate_run_id(
        run_type=DagRunType.SCHEDULED, run_after=moment, data_interval=None, partition_key="2026-Q1"
    )
    assert "2026-Q1" in run_id
    assert "07:30" in run_id


@pytest.mark.parametrize(
    "wrong",
    [
        RoundTimetable(["Q2"]), RoundTimetable(["Q1"], ["sometimes"]), RoundTimetable(["Q1"], []),
        RoundTimetable(["CD"], ["opens"]), RoundTimetable(["CD", "KT"], ["mo"]), RoundTimetable(["Q1"], ["khoa"]),
        WorkingDayTimetable([]), WorkingDayTimetable(["25:00"]), WorkingDayTimetable(["noon"]),
        CollectingTimetable(["Q1"], 7, "18:00"), WeeklyTimetable(-1, "06:00"), WeeklyTimetable(0, "6:00"),
    ],
    ids=lambda one: f"{type(one).__name__}-{one.serialize()}",
)  # fmt: skip
def test_a_timetable_that_could_never_run_is_refused(wrong: Timetable) -> None:
    with pytest.raises(AirflowTimetableInvalid):
        wrong.validate()


# Working days


def test_a_day_off_has_no_moment_and_the_next_working_day_follows() -> None:
    timetable = WorkingDayTimetable(["08:00"])
    assert timetable.on(date(2026, 2, 17)) == [], "the first day of Tết"
    assert timetable.on(date(2026, 3, 14)) == [], "a Saturday"
    assert timetable.on(date(2026, 8, 22)) == [at(date(2026, 8, 22), 8)], "a Saturday that is worked"
    after_friday = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 13), 8)), restriction=window(at(date(2026, 1, 1)))
    )
    assert local(after_friday) == at(date(2026, 3, 16), 8)


def test_after_an_outage_only_the_latest_missed_moment_runs(set_now: SetNow) -> None:
    set_now(at(date(2026, 3, 20), 9))
    timetable, restriction = WorkingDayTimetable(["08:00"]), window(at(date(2020, 1, 1)), catchup=False)
    missed = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 10), 8)), restriction=restriction
    )
    assert local(missed) == at(date(2026, 3, 20), 8), "not the eleventh: old reminders are not sent"
    following = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 20), 8)), restriction=restriction
    )
    assert local(following) == at(date(2026, 3, 23), 8)


def test_a_new_installation_does_not_run_what_was_before_it(set_now: SetNow) -> None:
    set_now(at(date(2026, 3, 20), 9))
    first = WorkingDayTimetable(["08:00"]).next_dagrun_info(
        last_automated_data_interval=None, restriction=window(at(date(2020, 1, 1)), catchup=False)
    )
    assert local(first) == at(date(2026, 3, 23), 8)


def test_nothing_after_the_end(set_now: SetNow) -> None:
    set_now(at(date(2026, 3, 1)))
    timetable, end = WorkingDayTimetable(["08:00"]), at(date(2026, 3, 13), 9)
    last = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 13), 8)),
        restriction=window(at(date(2026, 3, 1)), end),
    )
    assert last is None


@settings(max_examples=150, deadline=None)
@given(st.datetimes(datetime(2022, 1, 1), datetime(2029, 12, 1)))
def test_the_local_hour_is_the_same_all_year_and_order_never_breaks(naive: datetime) -> None:
    """Viet Nam has no summer time: 08:00 is always 01:00 UTC, and each run lies after the one before."""
    timetable = WorkingDayTimetable(["08:00", "13:30"])
    last = naive.replace(tzinfo=TZ, microsecond=0)
    info = timetable.next_dagrun_info(
        last_automated_data_interval=exact(last), restriction=window(at(date(2020, 1, 1)))
    )
    assert info is not None
    assert info.run_after > last
    assert f"{info.run_after.in_timezone('UTC'):%H:%M}" in ("01:00", "06:30")
    moment = local(info)
    assert moment is not None
    assert Calendar.load().working_days.is_working(moment.date())
    between = [
        candidate
        for n in range((moment.date() - last.date()).days + 1)
        for candidate in timetable.on(last.date() + timedelta(days=n))
        if last < candidate < moment
    ]
    assert between == []


# Collecting


def test_collecting_runs_weekly_and_on_the_evening_of_each_cut_off() -> None:
    timetable = CollectingTimetable(REPORT_KINDS, 4, "18:00")
    moments = timetable.moments(date(2026, 3, 9), date(2026, 3, 20))
    assert moments == [at(date(2026, 3, 13), 18), at(date(2026, 3, 14), 23, 30), at(date(2026, 3, 20), 18)]


def test_collecting_goes_from_moment_to_moment_without_a_gap_or_a_repeat() -> None:
    timetable, restriction = CollectingTimetable(REPORT_KINDS, 4, "18:00"), window(at(date(2026, 1, 1)))
    expected = timetable.moments(date(2026, 1, 1), date(2026, 12, 31))
    found, last = [], None
    while len(found) < len(expected):
        info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        assert info is not None
        found.append(local(info))
        last = DataInterval.exact(info.run_after)
    assert found == expected


def test_a_cut_off_missed_at_night_is_frozen_although_a_weekly_moment_was_missed_too(set_now: SetNow) -> None:
    set_now(at(date(2026, 3, 23), 9))
    timetable, restriction = (
        CollectingTimetable(REPORT_KINDS, 4, "18:00"),
        window(at(date(2020, 1, 1)), catchup=False),
    )
    first = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 6), 18)), restriction=restriction
    )
    assert local(first) == at(date(2026, 3, 14), 23, 30)
    second = timetable.next_dagrun_info(
        last_automated_data_interval=exact(at(date(2026, 3, 14), 23, 30)), restriction=restriction
    )
    assert local(second) == at(date(2026, 3, 20), 18)


def test_a_week_has_one_moment() -> None:
    moments = WeeklyTimetable(0, "06:00").between(at(date(2026, 3, 1)), at(date(2026, 3, 31)))
    assert moments == [at(date(2026, 3, day), 6) for day in (2, 9, 16, 23, 30)]


# All


@pytest.mark.parametrize(
    "timetable",
    [
        RoundTimetable(REPORT_KINDS), RoundTimetable([RoundKind.SCORING], ["mo", "cong_bo"]),
        CollectingTimetable(REPORT_KINDS, 4, "18:00"), WorkingDayTimetable(["08:00", "07:30"]),
        WeeklyTimetable(0, "06:00"),
    ],
    ids=lambda one: f"{type(one).__name__}-{one.serialize()}",
)  # fmt: skip
def test_a_timetable_comes_back_from_airflows_database_as_it_went_in(timetable: Timetable) -> None:
    again = type(timetable).deserialize(timetable.serialize())
    assert again.serialize() == timetable.serialize()
    assert again.summary == timetable.summary
    assert again.partitioned == timetable.partitioned
    restriction = window(at(date(2026, 1, 1)), at(date(2026, 12, 31)))
    if isinstance(timetable, RoundTimetable):
        assert isinstance(again, RoundTimetable)
        assert list(all_runs(again, restriction)) == list(all_runs(timetable, restriction))


# Backups


def test_backups_are_taken_every_day_and_hourly_near_due_days() -> None:
    timetable = BackupTimetable(time="06:00", first=7, last=19)
    due = Calendar.load().round("2026-Q1").unit_due_at.date()

    def of_day(day: date) -> list[datetime]:
        return timetable.between(at(day) - timedelta(microseconds=1), at(day, 23, 59))

    for day in (due, due - timedelta(days=1)):
        assert [moment.hour for moment in of_day(day)] == list(range(6, 20))
    assert of_day(due + timedelta(days=1)) == [at(due + timedelta(days=1), 6)]
    assert timetable.between(at(due, 6), at(due, 7)) == [at(due, 7)], "after is left out, until is in"
    assert BackupTimetable.deserialize(timetable.serialize()).serialize() == timetable.serialize()


def test_of_backups_missed_in_an_outage_the_latest_is_taken(set_now: SetNow) -> None:
    timetable = BackupTimetable(time="06:00", first=7, last=19)
    set_now(at(date(2026, 2, 10), 12))
    last = exact(at(date(2026, 2, 3), 6))
    info = timetable.next_dagrun_info(
        last_automated_data_interval=last, restriction=window(at(date(2026, 1, 1)), catchup=False)
    )
    assert local(info) == at(date(2026, 2, 10), 6)


@pytest.mark.parametrize("hours", [(8, 7), (-1, 5), (7, 24)])
def test_hours_that_no_day_has_are_refused(hours: tuple[int, int]) -> None:
    with pytest.raises(AirflowTimetableInvalid):
        BackupTimetable("06:00", *hours).validate()

"""Which weeks without an export, or without a row of a unit, are called silence, and which are not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.sources.samples import export, register, row

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import SourceCoverage, UnitCoverage, coverage, land_file, source_words, unit_words
from cchc.store import Store
from cchc.year import Calendar

FIRST_FRIDAY = date(2025, 12, 19)
ONE, TWO = ("30001", "UBND xã Thử Một"), ("30002", "UBND xã Thử Hòa")


def friday(week: int) -> date:
    """Week 0 is the first of the reporting year 2026."""
    return FIRST_FRIDAY + timedelta(weeks=week)


def send(store: Store, instance: Instance, week: int, volumes: dict[tuple[str, str], int]) -> None:
    rows = [
        row(
            f"H01-{week}-{code}-{number}",
            Mã_đơn_vị=code,
            Đơn_vị_xử_lý=name,
            Ngày_tiếp_nhận="15/12/2025",
            Ngày_nộp="",
            Ngày_hẹn_trả="",
        )
        for (code, name), count in volumes.items()
        for number in range(count)
    ]
    path = instance.export_drop / f"{friday(week)}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows))
    land_file(store, instance, path, register(), at(friday(week), 17))


def look(store: Store, instance: Instance, moment: datetime) -> SourceCoverage:
    found = coverage(store, instance, Calendar.load(), register(), moment)
    assert [one.source for one in found] == ["one_stop", "doc_management"]
    return found[0]


def unit(found: SourceCoverage, code: str) -> UnitCoverage:
    return next(one for one in found.units if one.unit_code == code)


def test_a_source_is_silent_from_the_first_judged_week_without_an_export(
    store: Store, instance: Instance
) -> None:
    for week in (0, 1):
        send(store, instance, week, {ONE: 3})
    assert look(store, instance, at(friday(1), 18)).silent_since is None
    assert look(store, instance, at(friday(2), 17)).silent_since is None  # this week's may still come
    found = look(store, instance, at(friday(2), 18))
    assert (found.silent_since, found.silent_weeks, found.alarmed) == (
        date(2025, 12, 29),
        1,
        date(2025, 12, 29),
    )
    later = look(store, instance, at(friday(4), 18))
    assert (later.silent_since, later.silent_weeks) == (date(2025, 12, 29), 3)
    assert "29/12/2025" in source_words(later)
    send(store, instance, 4, {ONE: 3})
    assert look(store, instance, at(friday(4), 18)).silent_since is None


def test_a_source_that_never_sent_anything_is_silent_from_the_year_s_first_week(
    store: Store, instance: Instance
) -> None:
    assert look(store, instance, at(date(2025, 12, 17))).silent_since is None
    found = look(store, instance, at(friday(1), 18))
    assert (found.silent_since, found.last_received, found.units) == (date(2025, 12, 15), None, ())


def test_a_week_without_working_days_is_not_judged(store: Store, instance: Instance) -> None:
    tet = (date(2026, 2, 16) - date(2025, 12, 15)).days // 7  # 16-20/02/2026 are all off
    for week in range(tet):
        send(store, instance, week, {ONE: 3})
    found = look(store, instance, at(friday(tet), 20))
    assert (found.weeks[-1].working_days, found.weeks[-1].judged, found.silent_since) == (0, False, None)


def test_the_reporting_year_begins_in_december(store: Store, instance: Instance) -> None:
    assert look(store, instance, at(date(2025, 12, 20))).weeks[0].first == date(2025, 12, 15)
    assert look(store, instance, at(date(2026, 12, 14), 23)).weeks[0].first == date(2025, 12, 15)
    assert look(store, instance, at(date(2026, 12, 15))).weeks[0].first == date(2026, 12, 15)


def test_a_unit_of_some_volume_is_silent_at_once_and_a_small_one_only_after_weeks(
    store: Store, instance: Instance
) -> None:
    for week in range(5):
        send(store, instance, week, {ONE: 12, TWO: 4, ("30003", "UBND phường Thử Ba"): 1})
    states = []
    for week in range(5, 9):
        send(store, instance, week, {("30003", "UBND phường Thử Ba"): 1})
        found = look(store, instance, at(friday(week), 18))
        states.append((unit(found, ONE[0]).state, unit(found, TWO[0]).state))
        assert unit(found, "30003").state == "usual"
    # 1/1/2026 was off, so the median of the weeks of five days is the volume itself; the one week is of four.
    assert states == [("silent", "quiet"), ("silent", "quiet"), ("silent", "silent"), ("silent", "silent")]
    big = unit(found, ONE[0])
    assert (big.usual, big.empty, big.since, big.alarmed) == (
        12,
        4,
        friday(5) - timedelta(4),
        friday(5) - timedelta(4),
    )
    assert "4 tuần liền" in unit_words(big)
    assert found.alarmed == unit(found, TWO[0]).alarmed == friday(7) - timedelta(4)


def test_a_week_without_any_export_says_nothing_of_a_unit(store: Store, instance: Instance) -> None:
    for week in range(5):
        send(store, instance, week, {ONE: 12, TWO: 12})
    found = look(store, instance, at(friday(7), 18))
    assert found.silent_weeks == 3
    assert unit(found, ONE[0]).state == "usual"


def test_a_unit_with_too_few_known_weeks_is_not_judged_by_volume(store: Store, instance: Instance) -> None:
    for week in range(3):
        send(store, instance, week, {ONE: 50, TWO: 1})
    send(store, instance, 3, {TWO: 1})
    found = unit(look(store, instance, at(friday(3), 18)), ONE[0])
    assert (found.usual, found.state) == (None, "quiet")


def test_a_declared_unit_without_any_row_is_called_so_after_some_weeks(
    store: Store, instance: Instance
) -> None:
    for week in range(4):
        send(store, instance, week, {ONE: 12})
        found = look(store, instance, at(friday(week), 18))
        # The layout declares all communes; a provincial body is covered only once it has been seen.
        assert unit(found, TWO[0]).state == ("never" if week == 3 else "quiet")
        assert "so-thu" not in {one.unit_code for one in found.units}


@pytest.mark.parametrize("asked_on", [date(2026, 1, 23), date(2026, 1, 25)])
def test_what_arrived_later_is_not_known_on_a_past_day(
    asked_on: date, store: Store, instance: Instance
) -> None:
    for week in (0, 1, 2, 3, 4, 5):
        send(store, instance, week, {ONE: 12, **({TWO: 12} if week != 5 else {})})
    late = look(store, instance, at(friday(6), 12))
    assert unit(late, TWO[0]).state == "silent"
    assert unit(look(store, instance, at(asked_on, 16)), TWO[0]).state == (
        "usual" if asked_on == friday(5) else "silent"
    )

"""An export is the whole of a window unless a unit has a long stretch without a row by its own volume."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.samples import export
from tests.sources.test_values import compute, dossier

from cchc.paths import Instance
from cchc.sources.completeness import Gap, WatchRules, gap_of, weeks_of
from cchc.store import Store
from cchc.year import Calendar, Window

RULES, DAYS = WatchRules.load(), Calendar.load().working_days
WINDOW = Window(date(2025, 12, 15), date(2026, 3, 14))  # a Monday to a Saturday, with Tet in February
WEEKS = weeks_of(WINDOW, DAYS, RULES)
MONDAYS = [WINDOW.first + timedelta(weeks=n) for n in range(13)]


def rows(per_week: int, without: set[int]) -> dict[date, int]:
    return {monday: per_week for n, monday in enumerate(MONDAYS) if n not in without}


def test_weeks_of_a_holiday_and_the_ends_of_a_window_are_not_judged() -> None:
    assert [week.first for week in WEEKS if not week.working_days] == [date(2026, 2, 16)], "Tet"
    ends = weeks_of(Window(date(2025, 12, 18), date(2026, 1, 6)), DAYS, RULES)
    assert [week.working_days > 0 for week in ends] == [False, True, True, False], "two days at either end"


@pytest.mark.parametrize(
    ("per_week", "without", "has_gap"),
    [
        pytest.param(40, set(), False, id="every week"),
        pytest.param(40, {12}, True, id="a busy unit without its last week"),
        pytest.param(40, {5}, True, id="a busy unit without a week in the middle"),
        pytest.param(40, {0, 1, 2}, True, id="software that came in January"),
        pytest.param(1, {3, 4, 5}, False, id="a small commune with three quiet weeks"),
        pytest.param(2, set(range(1, 13)), True, id="two dossiers in December and none since"),
        pytest.param(5, {7, 8}, False, id="two quiet weeks of a unit with one dossier a day"),
        pytest.param(40, {9}, False, id="Tet alone"),
    ],
)
def test_a_stretch_is_unusual_by_the_units_own_volume(
    per_week: int, without: set[int], has_gap: bool
) -> None:
    assert (gap_of(rows(per_week, without), WEEKS, RULES) is not None) == has_gap


def test_a_unit_without_a_row_is_not_known_to_have_had_nothing() -> None:
    assert gap_of({}, WEEKS, RULES) == Gap(WINDOW.first, WINDOW.last, None)


def test_a_unit_whose_few_rows_lie_in_short_weeks_has_rows() -> None:
    short = next(week for week in WEEKS if not week.working_days)
    assert gap_of({short.monday: 2}, WEEKS, RULES) is None


@given(st.lists(st.integers(0, 30), min_size=13, max_size=13))
def test_a_gap_holds_no_row_and_more_rows_elsewhere_close_none(counts: list[int]) -> None:
    given_rows = dict(zip(MONDAYS, counts, strict=True))
    found = gap_of(given_rows, WEEKS, RULES)
    if found is None:
        assert any(counts)
        return
    inside = [monday for monday in MONDAYS if found.first <= monday <= found.last]
    assert not any(given_rows[monday] for monday in inside)
    assert found.expected is None or found.expected >= RULES.gap_rows
    busier = {monday: 2 * count for monday, count in given_rows.items()}
    assert gap_of(busier, WEEKS, RULES) is not None


def test_the_gap_of_an_export_is_kept_with_the_rounds_figures(any_store: Store, instance: Instance) -> None:
    """One commune with dossiers every week, one whose software fell silent in February, one without a dossier."""
    lines = [
        dossier(f"{unit}-{n}-{m}", monday, Mã_đơn_vị=unit, Đơn_vị_xử_lý=name)
        for unit, name, weeks in (("30001", "UBND xã Thử Một", 13), ("30002", "UBND xã Thử Hòa", 8))
        for n, monday in enumerate(MONDAYS[:weeks])
        for m in range(5)
    ]
    found = compute(any_store, instance, export(lines))
    assert found["30002", "T06.1"].value == 40, "the figure is known all the same"
    gaps = {row["unit_code"]: row for row in any_store.query("sources.gaps", round_id="2026-Q1")}
    assert gaps.keys() == {"30002", "30003", "30009"}
    holed = gaps["30002"]
    assert (holed["source"], holed["first_day"], holed["last_day"]) == (
        "one_stop",
        "2026-02-09",
        "2026-03-14",
    )
    assert float(holed["expected"]) > 20
    assert gaps["30003"]["expected"] is None
    compute(any_store, instance, export(lines))
    assert len(any_store.query("sources.gaps", round_id="2026-Q1")) == 3

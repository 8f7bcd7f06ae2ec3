from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.year.conftest import Configure, line_of

from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.year import WorkingDays

from . import plain

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
BY_HAND = st.lists(DAYS, max_size=8, unique=True)
PLAIN = plain.worked()

# As announced: Tết, Hùng Vương moved from Sunday, the swap of National Day, the new holiday of 24 November.
OFF_2026 = {
    "01-01", "02-16", "02-17", "02-18", "02-19", "02-20", "04-27", "04-30", "05-01", "08-31", "09-01", "09-02", "11-24",
}  # fmt: skip


def test_2026_has_the_announced_days_off_and_the_worked_saturday() -> None:
    days = WorkingDays()
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    weekdays_off = {f"{day:%m-%d}" for day in year if day.weekday() < 5 and not days.is_working(day)}
    assert weekdays_off == OFF_2026
    assert [day for day in year if day.weekday() >= 5 and days.is_working(day)] == [date(2026, 8, 22)]


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_a_swap_is_known_from_both_sides(off: date, worked: date) -> None:
    days = WorkingDays()
    assert not days.is_working(off)
    assert days.why_worked(worked) == f"làm bù cho ngày nghỉ {off:%d/%m/%Y}"


@settings(max_examples=60, deadline=None)
@given(day=DAYS, off=BY_HAND, worked=BY_HAND)
def test_working_days_equal_a_plain_reckoning_with_any_override(
    day: date, off: list[date], worked: list[date]
) -> None:
    worked = [one for one in worked if one not in off]
    mine = WorkingDays(dict.fromkeys(off, "nghỉ"), dict.fromkeys(worked, "bù"))
    expected = plain.worked(off, worked)
    around = {day, *off, *worked, *(one + timedelta(days=1) for one in off)}
    for one in around:
        assert mine.is_working(one) == (one in set(expected))
        assert mine.next(one) == plain.following(expected, one)
        assert mine.previous(one) == plain.preceding(expected, one)


@settings(max_examples=200, deadline=None)
@given(day=DAYS, count=st.integers(-70, 70))
def test_adding_counts_every_working_day_once(day: date, count: int) -> None:
    # The n-th working day after (before) the day is found by its place in the list of all working days.
    if count > 0:
        expected = PLAIN[bisect_right(PLAIN, day) + count - 1]
    elif count < 0:
        expected = PLAIN[bisect_left(PLAIN, day) + count]
    else:
        expected = plain.following(PLAIN, day)
    assert WorkingDays().add(day, count) == expected


@settings(max_examples=200, deadline=None)
@given(first=DAYS, length=st.integers(-400, 400))
def test_between_counts_the_days_after_the_first_up_to_the_last(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    low, high = sorted((first, last))
    count = sum(low < day <= high for day in PLAIN)
    assert WorkingDays().between(first, last) == (count if first <= last else -count)


def test_every_day_of_sixteen_years_equals_the_plain_reckoning() -> None:
    days, expected = WorkingDays(), set(PLAIN)
    first = date(2020, 1, 1)
    for n in range((date(2036, 1, 1) - first).days):
        day = first + timedelta(days=n)
        assert days.is_working(day) == (day in expected), day
        assert (days.why_off(day) is None) == (day in expected), day


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 6, 20), "thứ Bảy"),
        (date(2026, 6, 21), "Chủ nhật"),
        (date(2026, 2, 17), "Tết Nguyên Đán"),
        (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
        (date(2026, 6, 22), None),
    ],
)
def test_a_day_off_says_why(day: date, why: str | None) -> None:
    assert WorkingDays().why_off(day) == why


def test_what_is_written_by_hand_goes_before_what_is_known(configure: Configure) -> None:
    folder = configure(
        days=[
            ("days_off: []", 'days_off:\n  - {day: 2026-08-22, reason: "Bão số 5"}'),
            ("worked_days: []", 'worked_days:\n  - {day: 2026-08-31, reason: "Không hoán đổi"}'),
        ]
    )
    days = WorkingDays.load(folder)
    assert days.why_off(date(2026, 8, 22)) == "Bão số 5"
    assert days.is_working(date(2026, 8, 31))
    assert days.why_worked(date(2026, 8, 31)) == "Không hoán đổi"
    told = {one.day: one for one in days.special(2026)}
    assert told[date(2026, 8, 22)].by_hand
    assert told[date(2026, 8, 22)].off
    assert told[date(2026, 8, 31)].by_hand
    assert not told[date(2026, 8, 31)].off
    assert not told[date(2026, 9, 2)].by_hand


def test_the_year_s_special_days_are_exactly_those_that_differ_from_their_weekday() -> None:
    days = WorkingDays()
    differing = {one.day for one in days.special(2026) if (one.day.weekday() < 5) == one.off}
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert differing == {day for day in year if days.is_working(day) != (day.weekday() < 5)}


@pytest.mark.parametrize("year", [2014, 2046, 1990])
def test_a_year_without_known_holidays_is_an_error_and_not_a_guess(year: int) -> None:
    with pytest.raises(CchcError, match=str(year)):
        WorkingDays().is_working(date(year, 6, 1))


@pytest.mark.parametrize(
    ("entries", "found", "allowed"),
    [
        ('  - {day: 2026-02-30, reason: "x"} # đây', "2026-02-30", "ngày có thật"),
        ('  - {day: 30/02/2026, reason: "x"} # đây', "30/02/2026", "YYYY-MM-DD"),
        ('  - {day: 2026-01-02, reason: ""} # đây', "", "lý do"),
        ("  - {day: 2026-01-02} # đây", "không có", "bắt buộc"),
        ('  - {day: 2026-01-02, reason: "x", note: "y"} # đây', "note", "day, reason"),
        (
            '  - {day: 2026-01-02, reason: "x"}\n  - {day: 2026-01-02, reason: "y"} # đây',
            "02/01/2026",
            "một lần",
        ),
    ],
)
def test_a_wrong_entry_names_file_line_value_and_what_is_allowed(
    configure: Configure, entries: str, found: str, allowed: str
) -> None:
    folder = configure(days=[("days_off: []", f"days_off:\n{entries}")])
    with pytest.raises((ConfigError, ConfigErrors)) as caught:
        WorkingDays.load(folder)
    message, line = str(caught.value), line_of(folder / "working_days.yaml", "# đây")
    assert "working_days.yaml" in message
    assert f"dòng {line}" in message
    assert repr(found) in message
    assert allowed in message
    assert caught.value.exit_code == 2


def test_a_day_both_off_and_worked_is_refused(configure: Configure) -> None:
    entry = '\n  - {day: 2026-01-02, reason: "x"}'
    folder = configure(
        days=[("days_off: []", f"days_off:{entry}"), ("worked_days: []", f"worked_days:{entry}")]
    )
    with pytest.raises(ConfigErrors, match=r"worked_days\.0\.day.*02/01/2026"):
        WorkingDays.load(folder)


def test_lists_that_were_emptied_by_hand_are_empty(configure: Configure) -> None:
    folder = configure(days=[("days_off: []", "days_off:"), ("worked_days: []", "worked_days:")])
    assert WorkingDays.load(folder).special(2026) == WorkingDays().special(2026)

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.year.conftest import Configure

from cchc.clock import TZ, at
from cchc.errors import CchcError
from cchc.year import MOMENTS, PHASES, REPORT_KINDS, Calendar, Round, RoundKind, Window, WorkingDays
from cchc.year.compute import moved
from cchc.year.fields import YearDay
from cchc.year.rules import DayRule

from . import plain

YEARS = range(2020, 2036)
PLAIN = plain.worked()

# opens, units' due, closes, province's due
REPORTS_2026 = {
    "2026-Q1": ("2026-03-02 07:30", "2026-03-17 17:00", "2026-03-19 09:00", "2026-03-20"),
    "2026-6T": ("2026-06-01 07:30", "2026-06-17 17:00", "2026-06-19 09:00", "2026-06-22"),
    "2026-Q3": ("2026-09-03 07:30", "2026-09-17 17:00", "2026-09-18 09:00", "2026-09-21"),
    "2026-NAM": ("2026-12-01 07:30", "2026-12-16 17:00", "2026-12-18 09:00", "2026-12-21"),
}
WINDOWS_2026 = {
    "2026-Q1": Window(date(2025, 12, 15), date(2026, 3, 14)),
    "2026-6T": Window(date(2025, 12, 15), date(2026, 6, 14)),
    "2026-Q3": Window(date(2026, 6, 15), date(2026, 9, 14)),
    "2026-NAM": Window(date(2025, 12, 15), date(2026, 12, 14)),
}


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return Calendar.load()


@pytest.mark.parametrize("round_id", REPORTS_2026)
def test_the_reports_of_2026_have_the_dates_of_the_regime(calendar: Calendar, round_id: str) -> None:
    one = calendar.round(round_id)
    instants = (one.opens_at, one.unit_due_at, one.closes_at)
    shown = tuple(f"{instant:%Y-%m-%d %H:%M}" for instant in instants)
    assert (*shown, one.province_due_on.isoformat()) == REPORTS_2026[round_id]
    assert one.window == WINDOWS_2026[round_id]


def test_a_year_has_every_round_once_in_the_order_of_opening(calendar: Calendar) -> None:
    for year in YEARS:
        rounds = calendar.rounds(year)
        assert {one.kind for one in rounds} == set(RoundKind)
        assert len(rounds) == len(RoundKind)
        assert [one.opens_at for one in rounds] == sorted(one.opens_at for one in rounds)
        assert all(one.round_id == f"{year}-{one.kind}" and str(year) in one.title for one in rounds)


def test_the_example_of_the_moved_date_is_explained_word_for_word(calendar: Calendar) -> None:
    assert "20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026" in calendar.round("2026-6T").notes


def test_every_date_of_every_round_explains_itself(calendar: Calendar) -> None:
    for year in YEARS:
        for one in calendar.rounds(year):
            names = {"opens_at", "unit_due_at", "province_due_on", "closes_at", *one.moments} | (
                {"window"} if one.window else set()
            )
            assert set(one.explanations) == names
            for name in ("opens_at", "unit_due_at", "closes_at"):
                assert f"{getattr(one, name):%d/%m/%Y}" in one.explanations[name].text
            remarkable = {why.text for why in one.explanations.values() if not why.plain}
            assert set(one.notes) == remarkable


def _in_order(one: Round, days: Collection[date]) -> None:
    assert one.opens_at < one.unit_due_at <= one.closes_at, one.round_id
    for instant in (one.opens_at, one.unit_due_at, one.closes_at):
        assert instant.tzinfo is TZ
        assert instant.date() in days, one.round_id


def test_sixteen_years_open_then_fall_due_then_close_before_the_province_is_late(calendar: Calendar) -> None:
    worked = set(PLAIN)
    for year in YEARS:
        for one in calendar.rounds(year):
            _in_order(one, worked)
            # Of the scores the province's day is the publication; what comes after it are objections.
            assert one.kind is RoundKind.SCORING or one.closes_at.date() <= one.province_due_on, one.round_id
            assert [*one.moments] == [*MOMENTS.get(one.kind, ())], "no step is left out"
            assert [*one.moments.values()] == sorted(set(one.moments.values())), one.round_id
            assert worked.issuperset(instant.date() for instant in one.moments.values()), one.round_id


def test_a_round_never_closes_while_its_units_still_have_time(calendar: Calendar) -> None:
    # Monday 20 March 2028 is the province's day and Friday 17 the units': the working day before would be too early.
    one = calendar.round("2028-Q1")
    assert (one.unit_due_at, one.closes_at) == (at(date(2028, 3, 17), 17), at(date(2028, 3, 20), 9))
    assert "lùi đến 09:00 thứ Hai 20/03/2028" in one.explanations["closes_at"].text


def test_a_closing_after_the_province_s_day_is_said_aloud(configure: Configure) -> None:
    folder = configure(
        calendar=[('unit_due: {day: "03-17", hour: "17:00"', 'unit_due: {day: "03-20", hour: "17:00"')]
    )
    one = Calendar.load(folder).round("2026-Q1")
    assert one.closes_at == at(date(2026, 3, 23), 9)
    assert "SAU hạn tỉnh gửi 20/03/2026" in one.explanations["closes_at"].text


@settings(max_examples=300, deadline=None)
@given(
    day=st.dates(date(2023, 1, 1), date(2023, 12, 31)),
    year=st.sampled_from(YEARS),
    mode=st.sampled_from(["next", "previous", "none"]),
    hour=st.times().map(lambda time: f"{time:%H:%M}"),
)
def test_a_rule_gives_the_day_of_the_plain_reckoning(day: date, year: int, mode: str, hour: str) -> None:
    instant, why = moved(
        DayRule.model_validate({"day": f"{day:%m-%d}", "hour": hour, "on_day_off": mode}), year, WorkingDays()
    )
    meant = day.replace(year=year)
    expected = {
        "next": plain.following(PLAIN, meant),
        "previous": plain.preceding(PLAIN, meant),
        "none": meant,
    }[mode]
    assert instant.date() == expected
    assert f"{instant:%H:%M}" == hour
    assert f"{meant:%d/%m/%Y}" in why.text
    assert (f"{expected:%d/%m/%Y}" in why.text) or mode == "none"
    assert why.plain == (meant in PLAIN and not WorkingDays().why_worked(meant))


@settings(max_examples=40, deadline=None)
@given(off=st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=25, unique=True))
def test_no_days_off_by_hand_make_a_round_close_before_it_is_due(off: list[date]) -> None:
    base = Calendar.load()
    days = WorkingDays(dict.fromkeys(off, "nghỉ thêm"))
    expected = plain.worked(off)
    for one in Calendar(base._file, days, base._path).rounds(2026):
        _in_order(one, expected)


def test_the_last_day_of_february_is_a_day_of_every_year() -> None:
    last = YearDay.parse("02-last")
    assert [last.of(year).day for year in (2027, 2028)] == [28, 29]
    assert YearDay.parse("-1/12-15").of(2026) == date(2025, 12, 15)
    assert YearDay.parse("+1/02-last").of(2027) == date(2028, 2, 29)


def test_who_owes_a_round_changes_with_the_two_tiers(calendar: Calendar) -> None:
    assert calendar.round("2025-6T").tiers == ("so", "huyen")
    assert calendar.round("2025-Q3").tiers == ("so", "xa")
    assert calendar.round("2022-Q1").tiers == ("so", "huyen")


def test_a_rule_may_name_its_own_tiers(configure: Configure) -> None:
    title = 'title: "Kiểm tra CCHC năm {year}"'
    calendar = Calendar.load(configure(calendar=[(title, f"{title}\n    tiers: [so]")]))
    assert calendar.round("2026-KT").tiers == ("so",)
    assert calendar.round("2026-Q1").tiers == ("so", "xa")


def _with_years(configure: Configure, text: str) -> Calendar:
    return Calendar.load(configure(calendar=[("years: {}", f"years:\n{text}")]))


def test_a_year_overrides_only_what_it_names(configure: Configure) -> None:
    calendar = _with_years(configure, '  2026:\n    Q1:\n      unit_due: {day: "03-18"}')
    changed, unchanged = calendar.round("2026-Q1"), Calendar.load().round("2026-Q1")
    assert changed.unit_due_at == at(date(2026, 3, 18), 17)
    assert (changed.opens_at, changed.window, changed.closes_at) == (
        unchanged.opens_at,
        unchanged.window,
        unchanged.closes_at,
    )
    assert calendar.round("2027-Q1").unit_due_at == at(date(2027, 3, 17), 17)
    assert calendar.round("2026-6T") == Calendar.load().round("2026-6T")


def test_a_year_with_a_plus_holds_from_then_on_and_a_year_alone_goes_before_it(configure: Configure) -> None:
    calendar = _with_years(
        configure,
        '  2028:\n    Q1:\n      opens: {hour: "09:15"}\n  2027+:\n    Q1:\n      unit_due: {day: "03-15"}\n'
        '  2030+:\n    Q1:\n      unit_due: {hour: "11:00"}',
    )
    due = {
        year: f"{calendar.round(f'{year}-Q1').unit_due_at:%m-%d %H:%M}"
        for year in (2026, 2027, 2028, 2029, 2030, 2031)
    }
    assert due == {
        2026: "03-17 17:00",
        2027: "03-15 17:00",
        2028: "03-15 17:00",
        2029: "03-15 17:00",
        2030: "03-15 11:00",
        2031: "03-17 11:00",  # 15 March 2031 is a Saturday
    }
    assert f"{calendar.round('2028-Q1').opens_at:%H:%M}" == "09:15"


def test_a_year_may_close_on_a_day_of_its_own(configure: Configure) -> None:
    calendar = _with_years(configure, '  2026:\n    Q1:\n      closes: {day: "03-18", hour: "14:00"}')
    assert calendar.round("2026-Q1").closes_at == at(date(2026, 3, 18), 14)
    assert calendar.round("2027-Q1").closes_at == Calendar.load().round("2027-Q1").closes_at


def test_by_rule_forgets_what_was_written_by_hand(configure: Configure) -> None:
    folder = configure(
        calendar=[("years: {}", 'years:\n  2026:\n    Q1:\n      unit_due: {day: "03-18"}')],
        days=[("days_off: []", 'days_off:\n  - {day: 2026-06-17, reason: "Nghỉ"}')],
    )
    calendar = Calendar.load(folder)
    assert calendar.by_rule().rounds(2026) == Calendar.load().rounds(2026)
    assert calendar.round("2026-6T").unit_due_at == at(date(2026, 6, 18), 17)


def test_an_edited_file_is_read_anew_and_an_equal_one_only_once(configure: Configure) -> None:
    folder = configure()
    first = Calendar.load(folder)
    assert Calendar.load(folder) is first
    path = folder / "calendar.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"03-17"', '"03-16"  '), encoding="utf-8")
    assert Calendar.load(folder).round("2026-Q1").unit_due_at == at(date(2026, 3, 16), 17)
    assert first.round("2026-Q1").unit_due_at == at(date(2026, 3, 17), 17)


def test_what_a_caller_does_to_the_list_of_rounds_stays_with_the_caller(calendar: Calendar) -> None:
    calendar.rounds(2026).clear()
    assert len(calendar.rounds(2026)) == len(RoundKind)


@pytest.mark.parametrize("round_id", ["2026-Q2", "2026", "Q1", "2026-Q1 ", ""])
def test_an_unknown_round_names_the_known_ones_or_the_form(calendar: Calendar, round_id: str) -> None:
    with pytest.raises(CchcError) as caught:
        calendar.round(round_id)
    assert "2026-Q1" in str(caught.value)


@pytest.mark.parametrize("year", [1990, 2015, 2045, 9999])
def test_a_year_beyond_the_known_holidays_is_refused(calendar: Calendar, year: int) -> None:
    with pytest.raises(CchcError, match=str(year)):
        calendar.round(f"{year}-Q1")


def test_the_report_round_before_is_the_last_one_of_the_year(calendar: Calendar) -> None:
    before = {kind: calendar.previous_report_round(calendar.round(f"2026-{kind}")) for kind in REPORT_KINDS}
    assert {kind: one.round_id if one else None for kind, one in before.items()} == {
        "Q1": None,
        "6T": "2026-Q1",
        "Q3": "2026-6T",
        "NAM": "2026-Q3",
    }
    assert calendar.same_round_last_year(calendar.round("2026-6T")).round_id == "2025-6T"


def test_the_events_of_two_years_are_complete_and_in_order(calendar: Calendar) -> None:
    events = list(calendar.events(set(RoundKind), (2026, 2027)))
    assert events == sorted(events)
    # The plan and four reports open and close in each year, the reports have a cut-off; the others have moments.
    assert len(events) == len(set(events)) == 2 * (5 + 5 + 4 + 6 + 10)
    for moment, phase, round_id in events:
        one = calendar.round(round_id)
        expected = {"opens": one.opens_at, "closes": one.closes_at, **one.moments}
        if one.window:
            expected["cut_off"] = at(one.window.last, 23, 30)
        assert moment == expected[phase]


def test_events_can_be_chosen_by_kind_and_phase(calendar: Calendar) -> None:
    chosen = list(calendar.events(REPORT_KINDS, [2026], ("cut_off",)))
    assert [(one.round_id, one.at.date()) for one in chosen] == [
        (key, w.last) for key, w in WINDOWS_2026.items()
    ]
    assert chosen == list(calendar.moments(REPORT_KINDS, ("cut_off",), 2026, 2026))
    assert list(calendar.events((RoundKind.PLAN,), [2026], ("cut_off",))) == []
    assert set(PHASES) == {one.phase for one in calendar.events(REPORT_KINDS, [2026])}


def test_cut_offs_fall_on_any_day_of_the_week(calendar: Calendar) -> None:
    cut_offs = {one.at.date() for one in calendar.events(REPORT_KINDS, YEARS, ("cut_off",))}
    assert {day.weekday() for day in cut_offs} == set(range(7))
    assert {(day.month, day.day) for day in cut_offs} == {(3, 14), (6, 14), (9, 14), (12, 14)}


def test_windows_of_a_year_leave_no_day_out(calendar: Calendar) -> None:
    for year in YEARS:
        half, third, whole = (calendar.round(f"{year}-{kind}").window for kind in ("6T", "Q3", "NAM"))
        following = calendar.round(f"{year + 1}-Q1").window if year < YEARS[-1] else None
        assert half
        assert third
        assert whole
        assert third.first == half.last + timedelta(days=1)
        assert whole.first == half.first
        if following:
            assert following.first == whole.last + timedelta(days=1)


def test_importing_the_room_stays_light_for_the_timetables() -> None:
    code = "import sys, cchc.year; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {
        "pandas",
        "numpy",
        "pydantic",
        "ruamel",
        "holidays",
        "icalendar",
        "xlsxwriter",
        "sqlalchemy",
        "rich",
        "airflow",
    }
    assert "cchc" in loaded
    assert heavy.isdisjoint(loaded)


def test_the_outermost_years_can_be_computed(calendar: Calendar) -> None:
    # Their rounds reach into the days of 2015 and 2045.
    for year in (2016, 2044):
        assert len(calendar.rounds(year)) == len(RoundKind)


def test_load_takes_the_folder_of_the_installation(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder: Path = configure(calendar=[('"03-17"', '"03-18"')])
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    assert Calendar.load().round("2026-Q1").unit_due_at == at(date(2026, 3, 18), 17)

from __future__ import annotations

from datetime import date, time

from cchc.year import Calendar
from cchc.year.agenda import agenda, year_rows


def test_a_row_of_the_year_says_every_date_with_its_weekday() -> None:
    row = {one.round_id: one for one in year_rows(Calendar.load(), 2026)}["2026-6T"]
    assert (row.opens, row.unit_due, row.closes) == (
        "thứ Hai 01/06/2026 07:30",
        "thứ Tư 17/06/2026 17:00",
        "thứ Sáu 19/06/2026 09:00",
    )
    assert (row.window, row.province_due) == ("15/12/2025 - 14/06/2026", "thứ Hai 22/06/2026")
    assert "20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026" in row.notes


def test_rounds_that_no_ministry_waits_for_have_no_provincial_due_day() -> None:
    shown = {one.round_id: bool(one.province_due) for one in year_rows(Calendar.load(), 2026)}
    assert {key for key, has in shown.items() if has} == {"2026-Q1", "2026-6T", "2026-Q3", "2026-NAM"}


def test_the_agenda_has_every_date_once_in_order() -> None:
    entries = agenda(Calendar.load(), 2026)
    # The plan and the reports open, fall due and close, reports have a cut-off and a day towards the Ministry;
    # inspection and scoring have moments.
    assert len(entries) == len({(one.round_id, one.what) for one in entries}) == 5 * 3 + 4 * 2 + 6 + 10
    assert [one.day for one in entries] == sorted(one.day for one in entries)
    due = next(one for one in entries if (one.round_id, one.what) == ("2026-Q1", "unit_due_at"))
    assert (due.day, due.hour, due.label, due.weekday) == (
        date(2026, 3, 17),
        time(17),
        "Hạn đơn vị nộp",
        "thứ Ba",
    )


def test_what_is_due_stands_before_the_closing_of_the_same_hour() -> None:
    last_day = [one.what for one in agenda(Calendar.load(), 2026) if one.round_id == "2026-KH"]
    assert last_day == ["opens_at", "unit_due_at", "closes_at"]


def test_the_scores_of_a_year_go_on_in_the_next_one() -> None:
    ends = {one.what: one.day for one in agenda(Calendar.load(), 2026) if one.round_id == "2026-CD"}
    assert (ends["cong_bo"], ends["dong"]) == (date(2027, 1, 29), date(2027, 2, 26))
    assert agenda(Calendar.load(), 2026)[-1].what == "dong"

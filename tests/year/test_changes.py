from __future__ import annotations

from typing import Any

import pytest
from tests.year.conftest import Configure

from cchc.year import Calendar, Move, compare
from cchc.year.changes import row_of, shown_value


@pytest.fixture
def opened() -> list[dict[str, Any]]:
    """The rows of the rounds of 2026 that were opened by the calendar as committed."""
    return [row_of(one) for one in Calendar.load().rounds(2026)[:4]]


def test_the_same_calendar_moves_nothing(opened: list[dict[str, Any]]) -> None:
    assert compare(opened, Calendar.load(), 2026) == []
    assert compare(Calendar.load(), Calendar.load(), 2026) == []


def test_a_moved_due_date_is_told_with_old_new_and_reason(
    configure: Configure, opened: list[dict[str, Any]]
) -> None:
    now = Calendar.load(
        configure(calendar=[("years: {}", 'years:\n  2026:\n    Q1:\n      unit_due: {day: "03-15"}')])
    )
    assert compare(opened, now, 2026) == [
        Move(
            "2026-Q1",
            "unit_due_at",
            "2026-03-17T17:00:00+07:00",
            "2026-03-16T17:00:00+07:00",
            "15/03/2026 là Chủ nhật, chuyển sang thứ Hai 16/03/2026",
        )
    ]


def test_a_day_off_announced_late_moves_what_hangs_on_it(
    configure: Configure, opened: list[dict[str, Any]]
) -> None:
    now = Calendar.load(
        configure(days=[("days_off: []", 'days_off:\n  - {day: 2026-06-17, reason: "Bão số 2"}')])
    )
    moves = {(one.round_id, one.what): one for one in compare(opened, now, 2026)}
    assert set(moves) == {("2026-6T", "unit_due_at")}
    assert (
        moves["2026-6T", "unit_due_at"].explanation
        == "17/06/2026 là Bão số 2, chuyển sang thứ Năm 18/06/2026"
    )


def test_a_date_moved_by_its_rule_says_so(configure: Configure, opened: list[dict[str, Any]]) -> None:
    now = Calendar.load(configure(calendar=[('unit_due: {day: "03-17"', 'unit_due: {day: "03-18"')]))
    (move,) = compare(opened, now, 2026)
    assert move.explanation == "quy tắc trong calendar.yaml đã đổi; 18/03/2026 là thứ Tư, ngày làm việc"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('opens: {day: "03-02", hour: "07:30"', 'opens: {day: "03-03", hour: "07:30"', {"opens_at"}),
        ('last: "03-14"', 'last: "03-10"', {"window_last"}),
        ('{first: "-1/12-15", last: "03-14"', '{first: "-1/12-01", last: "03-14"', {"window_first"}),
        ('before_province_due: 1, hour: "09:00"}\n  6T', "before_province_due: 0}\n  6T", {"closes_at"}),
        ('province_due: {day: "03-20"', 'province_due: {day: "03-23"', {"province_due_on", "closes_at"}),
    ],
)
def test_every_date_of_a_round_is_compared(
    configure: Configure, opened: list[dict[str, Any]], old: str, new: str, what: set[str]
) -> None:
    moves = compare(opened, Calendar.load(configure(calendar=[(old, new)])), 2026)
    assert {one.what for one in moves if one.round_id == "2026-Q1"} == what
    assert all(one.old != one.new and one.explanation for one in moves)


def test_a_round_that_is_not_open_yet_moves_nothing(
    configure: Configure, opened: list[dict[str, Any]]
) -> None:
    now = Calendar.load(configure(calendar=[('"12-16"', '"12-17"')]))
    assert compare(opened, now, 2026) == []
    assert [one.round_id for one in compare(Calendar.load(), now, 2026)] == ["2026-NAM"]


def test_rows_of_other_years_are_left_out(configure: Configure, opened: list[dict[str, Any]]) -> None:
    now = Calendar.load(configure(calendar=[('unit_due: {day: "03-17"', 'unit_due: {day: "03-18"')]))
    assert compare(opened, now, 2027) == []


def test_a_round_that_comes_or_goes_is_told(configure: Configure) -> None:
    folder = configure()
    path = folder / "calendar.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("  KT:\n")] + text[text.index("  CD:\n") :], encoding="utf-8")
    without, whole = Calendar.load(folder), Calendar.load()
    gone = Move("2026-KT", "round", "Kiểm tra CCHC năm 2026", None, "đợt không còn trong calendar.yaml")
    assert compare(whole, without, 2026) == [gone]
    assert compare([row_of(one) for one in whole.rounds(2026)], without, 2026) == [gone]
    assert compare(without, whole, 2026) == [
        Move("2026-KT", "round", None, "Kiểm tra CCHC năm 2026", "đợt mới có trong calendar.yaml")
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-03-17T17:00:00+07:00", "17 giờ 00 ngày 17/03/2026 (thứ Ba)"),
        ("2026-03-20", "thứ Sáu 20/03/2026"),
        ("Kiểm tra CCHC năm 2026", "Kiểm tra CCHC năm 2026"),
        (None, "không có"),
    ],
)
def test_values_are_shown_as_people_read_them(text: str | None, shown: str) -> None:
    assert shown_value(text) == shown

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
from tests.year.conftest import Configure

from cchc.clock import TZ
from cchc.year import Calendar
from cchc.year.agenda import agenda
from cchc.year.ics import calendar_ics


def events(content: bytes) -> dict[str, icalendar.Event]:
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    by_uid = {str(one["uid"]): one for one in found}
    assert len(by_uid) == len(found), "two events share a UID: a calendar program would keep one of them"
    return by_uid


def test_the_file_holds_exactly_the_agenda() -> None:
    calendar = Calendar.load()
    found = events(calendar_ics(calendar, 2026))
    expected = {}
    for one in agenda(calendar, 2026):
        start = one.day if one.hour is None else datetime.combine(one.day, one.hour, TZ)
        expected[f"{one.round_id}-{one.what}@lich.cchc"] = start
    assert {uid: event.decoded("dtstart") for uid, event in found.items()} == expected


def test_a_due_date_reads_in_vietnamese_with_its_hour_and_reason() -> None:
    found = events(calendar_ics(Calendar.load(), 2026))
    due = found["2026-6T-unit_due_at@lich.cchc"]
    assert str(due["summary"]) == "Hạn đơn vị nộp 17:00: Báo cáo CCHC 6 tháng đầu năm 2026"
    assert due.decoded("dtstart").utcoffset() == timedelta(hours=7)
    province = found["2026-6T-province_due_on@lich.cchc"]
    assert province.decoded("dtstart") == date(2026, 6, 22)
    assert "20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026" in str(province["description"])


def test_equal_calendars_give_equal_bytes(configure: Configure) -> None:
    assert calendar_ics(Calendar.load(), 2026) == calendar_ics(Calendar.load(configure()), 2026)
    assert calendar_ics(Calendar.load(), 2026) != calendar_ics(Calendar.load(), 2027)


def test_a_moved_date_keeps_its_uid_so_that_a_calendar_program_moves_it(configure: Configure) -> None:
    edited = Calendar.load(configure(calendar=[('unit_due: {day: "03-17"', 'unit_due: {day: "03-18"')]))
    before, after = events(calendar_ics(Calendar.load(), 2026)), events(calendar_ics(edited, 2026))
    assert before.keys() == after.keys()
    moved = {uid for uid in before if before[uid].decoded("dtstart") != after[uid].decoded("dtstart")}
    assert moved == {"2026-Q1-unit_due_at@lich.cchc"}


def test_every_zone_that_is_named_is_defined() -> None:
    parsed = icalendar.Calendar.from_ical(calendar_ics(Calendar.load(), 2026))
    assert {str(one["tzid"]) for one in parsed.walk("VTIMEZONE")} == {"Asia/Ho_Chi_Minh"}

"""The year as an iCalendar file, for Outlook, a telephone or the e-office."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar

from cchc.clock import TZ
from cchc.texts import t
from cchc.year.agenda import AgendaEntry, agenda
from cchc.year.calendar import Calendar

_SHOWN_FOR = timedelta(minutes=30)


def calendar_ics(calendar: Calendar, year: int) -> bytes:
    """One event a date of a round. Equal calendars give equal bytes; an event that moves keeps its UID."""
    entries = agenda(calendar, year)
    file = icalendar.Calendar()
    file.add("prodid", "-//CCHC//Lich nam bao cao//VI")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", t("year.ics.name", year=year))
    file.add("x-wr-timezone", TZ.key)
    for entry in entries:
        file.add_component(_event(entry, year))
    file.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 1, 12, 31))
    return bytes(file.to_ical())


def _event(entry: AgendaEntry, year: int) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{entry.round_id}-{entry.what}@lich.cchc")
    event.add("dtstamp", datetime(year, 1, 1, tzinfo=UTC))
    values = {"label": entry.label, "title": entry.title}
    if entry.hour is None:
        event.add("summary", t("year.ics.summary", **values))
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
    else:
        start = datetime.combine(entry.day, entry.hour, TZ)
        event.add("summary", t("year.ics.summary_hour", hour=f"{start:%H:%M}", **values))
        event.add("dtstart", start)
        event.add("dtend", start + _SHOWN_FOR)
    event.add("description", t("year.ics.description", round_id=entry.round_id, why=entry.why))
    event.add("categories", [entry.round_id])
    event.add("transp", "TRANSPARENT")
    return event

"""The calendar of a reporting year: rules -> rounds, windows, working days, due dates.

Airflow's timetables import this room, so it must stay light: the readers of the files, the package `holidays`
and the makers of .ics and .xlsx are imported where they are used.
"""

from cchc.year.calendar import Calendar
from cchc.year.changes import Move, compare
from cchc.year.model import (
    ITEM_FORMS,
    MOMENTS,
    PHASES,
    REPORT_KINDS,
    Explanation,
    Moment,
    Product,
    Round,
    RoundKind,
    Window,
    phases_of,
)
from cchc.year.working_days import SpecialDay, WorkingDays

__all__ = [
    "ITEM_FORMS",
    "MOMENTS",
    "PHASES",
    "REPORT_KINDS",
    "Calendar",
    "Explanation",
    "Moment",
    "Move",
    "Product",
    "Round",
    "RoundKind",
    "SpecialDay",
    "Window",
    "WorkingDays",
    "compare",
    "phases_of",
]

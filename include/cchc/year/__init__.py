"""The calendar of a reporting year: rules -> rounds, windows, working days, due dates.

Airflow's timetables import this room, so it must stay light: the readers of the files, the package `holidays`
and the makers of .ics and .xlsx are imported where they are used.
"""

from cchc.year.calendar import Calendar
from cchc.year.changes import Move, compare
from cchc.year.model import (
    PHASES,
    REPORT_KINDS,
    Explanation,
    Moment,
    Phase,
    Product,
    Round,
    RoundKind,
    Window,
)
from cchc.year.working_days import SpecialDay, WorkingDays

__all__ = [
    "PHASES",
    "REPORT_KINDS",
    "Calendar",
    "Explanation",
    "Moment",
    "Move",
    "Phase",
    "Product",
    "Round",
    "RoundKind",
    "SpecialDay",
    "Window",
    "WorkingDays",
    "compare",
]

"""The calendar of a reporting year: rules -> rounds, windows, working days, due dates."""

from cchc.year.calendar import Calendar, Moment
from cchc.year.changes import Move, compare
from cchc.year.model import REPORT_KINDS, Round, RoundKind, Window
from cchc.year.working_days import WorkingDays

__all__ = ["REPORT_KINDS", "Calendar", "Moment", "Move", "Round", "RoundKind", "Window", "WorkingDays", "compare"]

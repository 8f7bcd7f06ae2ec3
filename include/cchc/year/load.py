"""Reading `calendar.yaml`. Imported only when a calendar is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from cchc.config_files import OpenedFiles, config_file
from cchc.errors import ConfigError, ConfigErrors
from cchc.year.calendar import FILE, Calendar
from cchc.year.rules import CalendarFile
from cchc.year.working_days import WorkingDays


@config_file(FILE)
def load_calendar(opened: OpenedFiles) -> Calendar:
    """The calendar; every year that the file names is computed, so that its faults are found now."""
    try:
        file = opened.yaml(CalendarFile)
    except ConfigErrors as faults:
        raise ConfigErrors(_once(faults.errors)) from None
    calendar = Calendar(file, WorkingDays.load(opened.folder), opened.path)
    for year in sorted({int(key.rstrip("+")) for key in file.years}):
        calendar.rounds(year)
    return calendar


def _once(faults: Sequence[ConfigError]) -> list[ConfigError]:
    """A year is checked with all that it inherits: a fault of the rule itself is told where it stands."""
    told: set[tuple[str, str, str]] = set()
    kept = []
    for fault in faults:
        keys = fault.place.split(" ")[0].split(".")
        inherited = keys[2:] if keys[0] == "years" else keys[1:] if keys[0] == "rules" else keys
        mark = (".".join(inherited), repr(fault.found), fault.allowed)
        if mark not in told:
            kept.append(fault)
        told.add(mark)
    return kept

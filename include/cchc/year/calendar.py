"""Rounds of a year by the rules of `calendar.yaml`, each date with its explanation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cchc.clock import at
from cchc.errors import CchcError
from cchc.texts import t
from cchc.year.model import FIRST_YEAR, LAST_YEAR, REPORT_KINDS, Moment, Round, RoundKind
from cchc.year.working_days import WorkingDays

if TYPE_CHECKING:
    from cchc.year.rules import CalendarFile

FILE = "calendar.yaml"
_ROUND_ID = re.compile(r"(\d{4})-(\w+)")
# The evening of a window's last day: what is registered on that day still counts.
_CUT_OFF_HOUR = (23, 30)


class Calendar:
    """Rounds and working days. Every date is computed from the files; nothing reads the clock."""

    def __init__(self, file: CalendarFile, days: WorkingDays, path: Path) -> None:
        self._file, self.working_days, self._path = file, days, path
        self._years: dict[int, tuple[Round, ...]] = {}

    @classmethod
    def load(cls, folder: Path | None = None) -> Calendar:
        """Raises ConfigErrors naming file, line, value and what is allowed; years in the file are computed."""
        from cchc.year.load import load_calendar

        return load_calendar(folder)

    def rounds(self, year: int) -> list[Round]:
        """The year's rounds in the order in which they open; CchcError when its holidays are unknown."""
        if year not in self._years:
            if not FIRST_YEAR <= year <= LAST_YEAR:
                raise CchcError(t("year.unknown_year", year=year, first=FIRST_YEAR, last=LAST_YEAR))
            from cchc.year.compute import compute_year

            found = compute_year(self._file, self._path, self.working_days, year)
            self._years[year] = tuple(sorted(found, key=lambda one: (one.opens_at, one.round_id)))
        return list(self._years[year])

    def round(self, round_id: str) -> Round:
        """The round of that id; an error that names the ids there are."""
        match = _ROUND_ID.fullmatch(round_id)
        year = self.rounds(int(match[1])) if match else []
        for one in year:
            if one.round_id == round_id:
                return one
        known = ", ".join(one.round_id for one in year) if match else t("year.id_form")
        raise CchcError(t("year.unknown_round", round_id=round_id, known=known))

    def previous_report_round(self, round_: Round) -> Round | None:
        """The report round before this one in the same year; None for the first."""
        reports = [one for one in self.rounds(round_.year) if one.kind in REPORT_KINDS]
        earlier = [one for one in reports if one.unit_due_at < round_.unit_due_at]
        return max(earlier, key=lambda one: one.unit_due_at, default=None)

    def same_round_last_year(self, round_: Round) -> Round:
        return self.round(f"{round_.year - 1}-{round_.kind}")

    def events(
        self, kinds: Collection[RoundKind], years: Iterable[int], phases: Collection[str] | None = None
    ) -> Iterator[Moment]:
        """What happens to the rounds of `kinds` of these years, in order: (instant, phase, round id).

        A phase is a moment of the round where it has moments, else its opening, closing or cut-off: the late evening
        of the window's last day. phases: only these. A moment may lie in the year after its round's.
        """
        found = [
            Moment(instant, phase, one.round_id)
            for year in years
            for one in self.rounds(year)
            if one.kind in kinds
            for phase, instant in _phases(one).items()
            if phases is None or phase in phases
        ]
        yield from sorted(found)

    def moments(
        self, kinds: Collection[RoundKind], phases: Collection[str], first_year: int, last_year: int
    ) -> Iterator[Moment]:
        """The events of the rounds of these years, both included."""
        return self.events(kinds, range(first_year, last_year + 1), phases)

    def by_rule(self) -> Calendar:
        """The calendar without `years` and `working_days.yaml`: what an override is measured by."""
        return Calendar(self._file.model_copy(update={"years": {}}), WorkingDays(), self._path)


def _phases(one: Round) -> Mapping[str, datetime]:
    if one.moments:
        return one.moments
    instants = {"opens": one.opens_at, "closes": one.closes_at}
    if one.window:
        instants["cut_off"] = at(one.window.last, *_CUT_OFF_HOUR)
    return instants

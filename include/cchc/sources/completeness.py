"""Whether what an export says of a unit is the whole of a window: no long stretch without a row by its own volume.

Judged by the days in the rows themselves, so that it is all one whether files come every week or once a quarter. Weeks
with few working days in the window are not judged: an export that was made two days before the end is whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file

if TYPE_CHECKING:
    from cchc.year import Window, WorkingDays


class WatchRules(StrictModel):
    """`watch.yaml`: when nothing is unusual."""

    expected_rows: int = Field(ge=1)
    gap_rows: int = Field(default=20, ge=1)  # a folder of an older version lacks it
    usual_weeks: int = Field(ge=2)
    full_week_days: int = Field(ge=1, le=7)
    judged_from_hour: int = Field(ge=0, le=23)

    @classmethod
    def load(cls, folder: Path | None = None) -> WatchRules:
        """Raises ConfigErrors naming key, value and what is allowed."""
        return _load(folder)


@config_file("sources/watch.yaml")
def _load(opened: OpenedFiles) -> WatchRules:
    return opened.yaml(WatchRules)


@dataclass(frozen=True)
class WindowWeek:
    """A week (Monday to Sunday), as far as it lies in the window. working_days: 0 where too few to judge by."""

    first: date
    last: date
    working_days: int

    @property
    def monday(self) -> date:
        return self.first - timedelta(days=self.first.weekday())


@dataclass(frozen=True)
class Gap:
    """The days without a row. `expected`: rows that the unit would usually have had; None: it has none at all."""

    first: date
    last: date
    expected: float | None


def weeks_of(window: Window, days: WorkingDays, rules: WatchRules) -> list[WindowWeek]:
    """The weeks of the window in their order."""
    weeks, first = [], window.first
    while first <= window.last:
        last = min(first + timedelta(days=6 - first.weekday()), window.last)
        worked = sum(days.is_working(first + timedelta(n)) for n in range((last - first).days + 1))
        weeks.append(WindowWeek(first, last, worked if worked >= rules.full_week_days else 0))
        first = last + timedelta(days=1)
    return weeks


def gap_of(rows: Mapping[date, int], weeks: Sequence[WindowWeek], rules: WatchRules) -> Gap | None:
    """The longest unusual stretch of a unit; None where its rows are the whole.

    rows: how many by Monday of their week. Empty weeks in a row are unusual when by the unit's volume in all other
    weeks it would have had `gap_rows` in them.
    """
    judged = {week.monday: rows.get(week.monday, 0) for week in weeks if week.working_days}
    total, worked = sum(judged.values()), sum(week.working_days for week in weeks)
    if not sum(rows.values()):
        return Gap(weeks[0].first, weeks[-1].last, None)
    if not total:
        return None  # a few rows, all in short weeks: nothing to judge by
    worst: Gap | None = None
    for has_rows, run in groupby(weeks, key=lambda week: rows.get(week.monday, 0) > 0):
        empty = list(run)
        idle = sum(week.working_days for week in empty)
        if has_rows or not idle:
            continue
        expected = total / (worked - idle) * idle
        if expected >= rules.gap_rows and (worst is None or expected > (worst.expected or 0)):
            worst = Gap(empty[0].first, empty[-1].last, expected)
    return worst

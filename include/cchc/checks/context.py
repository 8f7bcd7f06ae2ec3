"""What a check may look at besides the workbook itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from cchc.clock import TZ
from cchc.indicators import FigureParts, Indicator, IndicatorRegister
from cchc.units import Unit
from cchc.year import Calendar, Round, Window


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """Everything that rules compare with. All mappings are by indicator code; absent means unknown.

    `owed`: the indicators of this unit and round (None: those of the workbook). `system`: the exports'
    figures. `previous`: the last round of the year; `last_year`: the same round a year ago. `covered`: the rounds
    whose windows lie in this one's without overlapping, by round id. `opening`: the round whose window ends the
    day before this one begins. `peers`: accepted figures of other units of the same kind in this round.
    `signed_on` None: as the workbook says.
    """

    unit: Unit
    round_: Round
    indicators: IndicatorRegister
    as_of: datetime
    owed: Sequence[Indicator] | None = None
    system: Mapping[str, FigureParts] = field(default_factory=dict)
    previous: Mapping[str, Decimal] = field(default_factory=dict)
    last_year: Mapping[str, Decimal] = field(default_factory=dict)
    covered: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    opening: Mapping[str, Decimal] = field(default_factory=dict)
    peers: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    signed_on: date | None = None

    @property
    def today(self) -> date:
        return self.as_of.astimezone(TZ).date()

    @cached_property
    def by_code(self) -> dict[str, Indicator]:
        """Every indicator; those of this unit and round by the names they have on its day."""
        owed = self.owed
        if owed is None:
            round_ = self.round_
            owed = self.indicators.owed(self.unit, round_.reference_day, str(round_.kind))
        return {indicator.code: indicator for indicator in (*self.indicators.all, *owed)}


@dataclass(frozen=True)
class ReferenceRounds:
    """Rounds whose figures a form shows or a rule compares with; None or empty where there is none."""

    previous: str | None
    last_year: str | None
    covered: tuple[str, ...]
    opening: str | None


def reference_rounds(calendar: Calendar, round_: Round) -> ReferenceRounds:
    """Which rounds stand behind `previous`, `last_year`, `covered` and `opening` of a report round.

    Windows overlap (the 6 months contain the first quarter), so the opening stock does not come from the
    last round but from the one whose window ends the day before this one begins; and of overlapping rounds
    only the longer one is covered: the year covers the 6 months and the third quarter.
    """
    previous = calendar.previous_report_round(round_)
    candidates = [r for year in (round_.year - 1, round_.year) for r in calendar.rounds(year) if r.window]
    opening = None
    if round_.window:
        eve = round_.window.first - timedelta(days=1)
        opening = next((r.round_id for r in candidates if r.window and r.window.last == eve), None)
    return ReferenceRounds(
        previous=previous.round_id if previous else None,
        last_year=calendar.same_round_last_year(round_).round_id,
        covered=_covered(candidates, round_),
        opening=opening,
    )


def _covered(candidates: Sequence[Round], round_: Round) -> tuple[str, ...]:
    own = round_.window
    inside = [
        (one.window, one.round_id)
        for one in candidates
        if own
        and one.window
        and one.window != own
        and own.first <= one.window.first <= one.window.last <= own.last
    ]
    inside.sort(key=lambda pair: (pair[0].first - pair[0].last, pair[0].first))  # the longest first
    chosen: list[tuple[Window, str]] = []
    for window, round_id in inside:
        if all(window.last < other.first or other.last < window.first for other, _ in chosen):
            chosen.append((window, round_id))
    return tuple(round_id for _, round_id in sorted(chosen, key=lambda pair: pair[0].first))

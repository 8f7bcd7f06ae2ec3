"""What the systems answer in the forms of a round: figures that are shown, and figures that will come.

Whoever no export covers, and whose source is silent, is asked as if there were no system.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cchc.clock import TZ
from cchc.run import Run
from cchc.sources import SystemValue
from cchc.sources.coverage import NEVER, SILENT, SourceCoverage, coverage
from cchc.submissions.comparison import known_system_values, system_day
from cchc.year import Round

_SILENT_WEEKS = 2  # judged weeks without any export, from which on nobody may count on the source


@dataclass(frozen=True)
class SystemAnswers:
    """By unit: `shown` by indicator, `promised` codes. `day`: until which day the figures shown count."""

    shown: Mapping[str, Mapping[str, SystemValue]]
    promised: Mapping[str, frozenset[str]]
    day: date | None


def system_answers(run: Run, round_: Round, so_far: str) -> SystemAnswers:
    """As known by the run's time; `so_far`: the name under which figures of a window that still runs are kept.

    Figures at the cut-off are shown whatever became of the source since. Before it a figure of a source whose last
    export came before the window began is none: 0 so far would only say that nobody looked.
    """
    final, early = known_system_values(run, round_.round_id), known_system_values(run, so_far)
    found = coverage(run.store, run.instance, run.calendar, run.units, run.as_of) if early else []
    sources = {one.source: one for one in found}
    shown: defaultdict[str, dict[str, SystemValue]] = defaultdict(dict)
    promised: defaultdict[str, set[str]] = defaultdict(set)
    gaps = {(row["source"], row["unit_code"]) for row in run.store.query("sources.gaps", round_id=so_far)}
    for unit, values in early.items():
        for code, value in values.items():
            name = next((one for one in sources if value.snapshot_id.startswith(one)), "")
            source = sources.get(name)
            if source is not None and not _speaks(source, unit):
                continue
            if source is not None and not _reaches(source, round_):
                promised[unit].add(code)
            elif (name, unit) not in gaps:  # a figure with a gap is not taken: the unit states its own
                shown[unit][code] = value
    gaps = {
        (row["source"], row["unit_code"]) for row in run.store.query("sources.gaps", round_id=round_.round_id)
    }
    for unit, values in final.items():
        promised[unit] -= values.keys()
        for code, value in values.items():
            if any(value.snapshot_id.startswith(name) for name, other in gaps if other == unit):
                shown[unit].pop(code, None)
            else:
                shown[unit][code] = value
    return SystemAnswers(
        shown, {unit: frozenset(codes) for unit, codes in promised.items()}, _day(run, round_, so_far, found)
    )


def _speaks(source: SourceCoverage, unit: str) -> bool:
    """Whether the source can be counted on for the unit; one that we know no landing of is taken at its word."""
    if source.last_received is None:
        return True
    states = {one.unit_code: one.state for one in source.units}
    return source.silent_weeks < _SILENT_WEEKS and states.get(unit, NEVER) not in (SILENT, NEVER)


def _reaches(source: SourceCoverage, round_: Round) -> bool:
    """Whether an export came since the round's window began."""
    if source.last_received is None or round_.window is None:
        return True
    return source.last_received.astimezone(TZ).date() >= round_.window.first


def _day(run: Run, round_: Round, so_far: str, found: list[SourceCoverage]) -> date | None:
    """Until when the figures count: no later than the last export of each source that sent any."""
    if (day := system_day(run, round_.round_id)) is not None:
        return day
    day = system_day(run, so_far)
    received = [one.last_received.astimezone(TZ).date() for one in found if one.last_received is not None]
    return None if day is None else min([day, *received])

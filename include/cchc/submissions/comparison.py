"""Figures of other witnesses and other rounds, as far as they were known at the run's time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal

from cchc.clock import to_text
from cchc.run import Run
from cchc.sources import SystemValue, system_values
from cchc.store import Row
from cchc.submissions.kept import latest_numbers
from cchc.submissions.past_years import past_numbers
from cchc.units import Unit
from cchc.year import Round, RoundKind


def known_system_values(run: Run, round_id: str) -> dict[str, dict[str, SystemValue]]:
    """System values of a round by unit and indicator; only from snapshots frozen by the run's time.

    A replayed run must not know a snapshot that was taken after it.
    """
    if round_id not in run.system_cache:
        frozen = {row["snapshot_id"] for row in _frozen(run, round_id)}
        known: dict[str, dict[str, SystemValue]] = {}
        for (unit, indicator), value in system_values(run.store, round_id).items():
            if value.snapshot_id in frozen:
                known.setdefault(unit, {})[indicator] = value
        run.system_cache[round_id] = known
    return run.system_cache[round_id]


def system_day(run: Run, round_id: str) -> date | None:
    """The last day that the exports behind a round's system values cover, as known by the run's time."""
    days = [row["cut_off"] for row in _frozen(run, round_id)]
    return date.fromisoformat(max(days)[:10]) if days else None


def _frozen(run: Run, round_id: str) -> list[Row]:
    return run.store.query("documents.snapshots_of_round", round_id=round_id, as_of=to_text(run.as_of))


def round_figures(run: Run, round_id: str | None, unit: Unit) -> dict[str, Decimal]:
    """A unit's figures in a round by indicator, known by the run's time; empty when it was never held.

    What it reported comes first; the systems say the rest, which it was not asked for.
    """
    if round_id is None or run.rounds.get(round_id) is None:
        return {}
    of_systems = known_system_values(run, round_id).get(unit.code, {})
    known = {code: one.value for code, one in of_systems.items() if one.value is not None}
    return known | latest_numbers(run.store, round_id, unit=unit.code, as_of=run.as_of).get(unit.code, {})


def carried_figures(run: Run, round_: Round, unit: Unit, codes: Collection[str]) -> dict[str, Decimal]:
    """The unit's own figures of the last report before the round that hold until it says another, by indicator.

    The first round of a year goes on from the year before, as reported here or as brought in.
    """
    before = run.calendar.previous_report_round(round_)
    if before is None:
        figures = last_year_figures(run, f"{round_.year - 1}-{RoundKind.YEAR}", unit)
    else:
        figures = round_figures(run, before.round_id, unit)
    return {code: value for code, value in figures.items() if code in codes}


def last_year_figures(run: Run, round_id: str | None, unit: Unit) -> dict[str, Decimal]:
    """A unit's figures of the same round a year ago: as it reported them here, else as they were brought in."""
    if round_id is None:
        return {}
    own = round_figures(run, round_id, unit)
    return own or past_numbers(run.store, round_id, unit.code, run.as_of)


def peer_figures(run: Run, round_: Round, unit: Unit) -> dict[str, list[Decimal]]:
    """Accepted figures of other units of the same tier and kind in a round, by indicator.

    Only what an earlier run accepted: a run that is tried again, or split into blocks, sees the same peers.
    """
    if round_.round_id not in run.peer_cache:
        earlier = run.as_of - timedelta(seconds=1)
        run.peer_cache[round_.round_id] = latest_numbers(run.store, round_.round_id, as_of=earlier)
    alike = {
        one.code
        for one in run.units.on(round_.reference_day, [unit.tier])
        if one.kind == unit.kind and one.code != unit.code
    }
    peers: dict[str, list[Decimal]] = {}
    for code, figures in run.peer_cache[round_.round_id].items():
        if code in alike:
            for indicator, value in figures.items():
                peers.setdefault(indicator, []).append(value)
    return peers

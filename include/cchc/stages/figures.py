"""Figures of other witnesses and other rounds, as far as they were known at the run's time."""

from __future__ import annotations

from decimal import Decimal

from cchc.clock import from_text
from cchc.intake import latest_values
from cchc.sources import SystemValue, system_values
from cchc.stages.run import Run


def known_system_values(run: Run, round_id: str) -> dict[str, dict[str, SystemValue]]:
    """System values of a round by unit and indicator; only from snapshots frozen by the run's time.

    A replayed run must not know a snapshot that was taken after it.
    """
    if round_id not in run.system_cache:
        frozen = {
            row["snapshot_id"]
            for row in run.store.query("stages.snapshots_of_round", round_id=round_id)
            if from_text(row["frozen_at"]) <= run.as_of
        }
        known: dict[str, dict[str, SystemValue]] = {}
        for (unit, indicator), value in system_values(run.store, round_id).items():
            if value.snapshot_id in frozen:
                known.setdefault(unit, {})[indicator] = value
        run.system_cache[round_id] = known
    return run.system_cache[round_id]


def round_figures(run: Run, round_id: str | None) -> dict[str, dict[str, Decimal]]:
    """Accepted figures of a round by unit and indicator, known by the run's time; empty when it was never held."""
    if round_id is None or run.rounds.get(round_id) is None:
        return {}
    if round_id not in run.figure_cache:
        run.figure_cache[round_id] = {
            unit: {code: figure.value for code, figure in figures.items() if figure.value is not None}
            for unit, figures in latest_values(run.store, round_id, as_of=run.as_of).items()
        }
    return run.figure_cache[round_id]

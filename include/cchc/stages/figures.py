"""Figures of other witnesses and other rounds, as far as they were known at the run's time."""

from __future__ import annotations

from decimal import Decimal

from cchc.clock import from_text
from cchc.intake import latest_values
from cchc.sources import SystemValue, system_values
from cchc.stages.run import Run
from cchc.year import Round


def known_system_values(run: Run, round_id: str) -> dict[tuple[str, str], SystemValue]:
    """System values of a round by (unit, indicator); only from snapshots frozen by the run's time.

    A replayed run must not know a snapshot that was taken after it.
    """
    frozen = {
        row["snapshot_id"]
        for row in run.store.query("stages.snapshots_of_round", round_id=round_id)
        if from_text(row["frozen_at"]) <= run.as_of
    }
    values = system_values(run.store, round_id)
    return {key: value for key, value in values.items() if value.snapshot_id in frozen}


def round_figures(run: Run, round_: Round | None) -> dict[str, dict[str, Decimal]]:
    """Accepted figures of a round by unit and indicator, known by the run's time; empty when it was never held."""
    if round_ is None or run.rounds.get(round_.round_id) is None:
        return {}
    return {
        unit: {code: figure.value for code, figure in figures.items() if figure.value is not None}
        for unit, figures in latest_values(run.store, round_.round_id, as_of=run.as_of).items()
    }


def previous_figures(run: Run, round_: Round) -> dict[str, dict[str, Decimal]]:
    """Figures of the report round before `round_` in the same year."""
    return round_figures(run, run.calendar.previous_report_round(round_))

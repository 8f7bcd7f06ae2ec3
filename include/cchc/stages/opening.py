"""Mở đợt báo cáo: the round, one obligation a unit, a pre-filled workbook a unit, the request mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from pathlib import Path

from cchc.files import write_atomic
from cchc.intake import build_report_workbook, latest_values
from cchc.obligations import Obligation
from cchc.reminders import Ladder, decide
from cchc.sources import system_values
from cchc.stages.run import Run
from cchc.texts import t
from cchc.units import Unit
from cchc.year import Round

REPORT = "bao_cao"


def open_round(run: Run) -> str:
    """Open the round of this run: its row, and one obligation for each unit valid on the window's last day.

    Opening again changes nothing. Returns the round's id.
    """
    round_ = run.round
    run.rounds.open(round_, run.as_of, run.actor)
    title = t("stages.report_of_round", title=round_.title)
    run.ledger.open(
        [
            Obligation(f"{round_.round_id}/{unit.code}/{REPORT}", round_.round_id, unit.code, REPORT, "", title, round_.unit_due_at)
            for unit in obliged_units(run, round_)
        ],
        run.as_of,
        run.actor,
    )
    return round_.round_id


def obliged_units(run: Run, round_: Round) -> list[Unit]:
    """Units that owe the round: valid on the last day of its window, of the tiers the calendar names."""
    day = round_.window.last if round_.window else round_.opens_at.date()
    return run.units.on(day, round_.tiers)


def unit_blocks(run: Run, size: int = 31) -> list[list[str]]:
    """Codes of the obliged units in blocks: Airflow's overhead a task is far above the work for one unit."""
    codes = [unit.code for unit in obliged_units(run, run.round)]
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def workbook_path(run: Run, round_: Round, unit: Unit) -> Path:
    """Where the form of a unit lies: `<out>/2026/2026-Q1/bieu-mau/<unit>.xlsx`."""
    return run.instance.round_out(round_.round_id) / "bieu-mau" / f"{round_.round_id}_{unit.code}.xlsx"


def build_workbooks(run: Run, unit_codes: Sequence[str]) -> int:
    """Write the pre-filled form of each unit; returns how many."""
    round_ = run.round
    system = system_values(run.store, round_.round_id)
    previous = _figures(run, run.calendar.previous_report_round(round_))
    last_year = _figures(run, run.calendar.same_round_last_year(round_))
    for code in unit_codes:
        unit = run.units.get(code)
        day = round_.window.last if round_.window else round_.opens_at.date()
        content = build_report_workbook(
            unit,
            round_,
            run.indicators.owed(unit.tier, day, round_.kind),
            system={indicator: value for (owner, indicator), value in system.items() if owner == code},
            previous=previous.get(code, {}),
            last_year=last_year.get(code, {}),
            as_of=run.as_of,
        )
        write_atomic(workbook_path(run, round_, unit), content)
    return len(unit_codes)


def _figures(run: Run, round_: Round | None) -> dict[str, dict[str, Decimal]]:
    """Accepted figures of another round by unit and indicator; empty when that round was never held here."""
    if round_ is None or run.rounds.get(round_.round_id) is None:
        return {}
    return {
        unit: {code: figure.value for code, figure in figures.items() if figure.value is not None}
        for unit, figures in latest_values(run.store, round_.round_id).items()
    }


def request(run: Run, products: Collection[str] = (REPORT,)) -> int:
    """Decide the request mails of this run's round, each with the unit's own forms; returns how many.

    They are sent by the chasing step that follows.
    """
    folder = run.instance.round_out(run.round.round_id) / "bieu-mau"
    attachments = {
        unit.code: paths
        for unit in run.units.on(run.today)
        if (paths := sorted(folder.glob(f"*_{unit.code}.xlsx")))
    }
    decision = decide(
        run.store,
        calendar=run.calendar,
        units=run.units,
        ladder=Ladder.load(),
        instance=run.instance,
        as_of=run.as_of,
        rungs=["yeu_cau"],
        attachments=attachments,
    )
    return decision.mails

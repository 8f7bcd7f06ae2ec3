"""A round that every unit has reported, ready to be closed: for measuring the closing without waiting for a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cchc.files import write_atomic
from cchc.obligations import Event, EventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import compute_values, freeze_snapshot, land_file
from cchc.stages import opening
from cchc.stages.collecting import SOURCES
from cchc.store import Store, upgrade
from cchc.submissions.kept import ReceivedSubmission, put_submission
from cchc.workbooks.forms import FilledForm, Identity, ReportedFigure
from cchc.year import Product
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.faults.scene import Scene
from cchc_rehearsal.faults.sound import plain_texts
from cchc_rehearsal.figures import TrueFigure
from cchc_rehearsal.population import Population, province_exports


def reported_round(folder: Path, round_id: str, seed: int = 1) -> Run:
    """A store of its own in `folder`: the exports of the window landed and frozen, all units' reports accepted.

    The rounds before it in the year are open with their reports sent, without figures. Returns a run of the moment
    at which the round closes.
    """
    instance, population = Instance(folder), Population(round_id, seed)
    round_ = population.round
    run = Run(upgrade(Store(instance.store_url)), instance, round_.closes_at, round_id)
    _exports(run, seed)
    for earlier in population.calendar.rounds(round_.year):
        if earlier.kind in ("Q1", "6T", "Q3", "NAM") and earlier.opens_at <= round_.opens_at:
            opening.open_round(replace(run, round_id=earlier.round_id, as_of=earlier.opens_at))
            if earlier.round_id != round_id:
                _sent(replace(run, round_id=earlier.round_id))
    _reports(run, population)
    return run


def _exports(run: Run, seed: int) -> None:
    window = run.round.window
    assert window is not None
    dossiers, documents = province_exports(run.round.year, seed)
    for name, system in (("mot-cua", dossiers), ("van-ban", documents)):
        path = write_atomic(
            run.instance.export_drop / f"{name}.csv", system.weekly_file(window.first, window.last)
        )
        land_file(run.store, run.instance, path, run.units, run.as_of)
    for source in SOURCES:
        freeze_snapshot(run.store, run.instance, source, window.last, run.as_of)
    compute_values(run.store, run.instance, run.round, run.units, run.indicators, run.as_of)


def _sent(run: Run) -> None:
    """Every unit answered a day before the due day, one in nine a day after it."""
    due = run.round.unit_due_at
    run.ledger.record_many(
        Event(
            f"{run.round.round_id}/{unit.code}/{Product.REPORT}", EventKind.nothing_to_report,
            moment := due + timedelta(days=1 if place % 9 == 0 else -1), moment, "dien-tap", reason="-",
        )
        for place, unit in enumerate(opening.obliged_units(run, run.round))
    )  # fmt: skip


def _reports(run: Run, population: Population) -> None:
    round_ = run.round
    sent_at = round_.unit_due_at - timedelta(days=1)
    for unit in population.units:
        figures = population.figures(unit)
        chance = seeded(population.seed, round_.round_id, unit.code, "fault")
        scene = Scene(figures, round_.year, population.signed_on, chance, str(round_.kind))
        filled = FilledForm(
            Identity(Product.REPORT, unit.code, round_.round_id),
            "bao-cao.xlsx",
            _figures(figures),
            plain_texts(scene),
            signed_on=population.signed_on,
        )
        owed = f"{round_.round_id}/{unit.code}/{Product.REPORT}"
        with run.store.write() as tx:
            submission = put_submission(
                tx,
                run.instance,
                ReceivedSubmission(
                    obligation_id=owed,
                    content=unit.code.encode(),
                    file_name="bao-cao.xlsx",
                    received_at=sent_at,
                    recorded_at=sent_at,
                    channel="thu_muc",
                    filled=filled,
                    findings=[],
                    outcome="accepted",
                ),
            )
        detail = {"submission_id": submission}
        run.ledger.record_many(
            Event(owed, kind, sent_at, sent_at, "dien-tap", detail=detail)
            for kind in (EventKind.submitted, EventKind.accepted)
        )


def _figures(true: Mapping[str, TrueFigure]) -> dict[str, ReportedFigure]:
    return {
        code: ReportedFigure(
            code,
            raw=one.text,
            value=one.value,
            numerator=one.numerator,
            denominator=one.denominator,
            typed=one.text is not None or one.value is not None,
        )
        for code, one in true.items()
    }

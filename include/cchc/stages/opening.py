"""Mở đợt báo cáo: the round, one obligation a unit, a pre-filled workbook a unit, the request mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cchc.chasing.attachments import forms_of
from cchc.chasing.decide import decide_reminders
from cchc.checks import Rules, form_sums, live_rules, reference_rounds
from cchc.clock import vn_date
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.obligations import Obligation, units_owing
from cchc.run import Run
from cchc.sources import compute_values, freeze_snapshot
from cchc.stages.collecting import SOURCES
from cchc.submissions.comparison import carried_figures, last_year_figures, round_figures
from cchc.submissions.inbox import prepare
from cchc.submissions.system_answers import system_answers
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.figures_sheet import KnownFigures
from cchc.workbooks.form_rules import FormRules
from cchc.workbooks.report_book import build_report_workbook
from cchc.year import Product, Round, Window


def open_round(run: Run) -> str:
    """Open the round of this run: its row, and one obligation for each unit valid on the window's last day.

    Opening again changes nothing. Returns the round's id. RuleRefused when its window has not begun, or when no unit
    owes it.
    """
    round_ = run.round
    if round_.window and run.today < round_.window.first:
        first = vn_date(round_.window.first)
        raise RuleRefused("window-not-begun", t("stages.window_not_begun", round=round_.title, day=first))
    run.rounds.open(round_, run.as_of, run.actor)
    prepare(run, round_)
    title = t("stages.report_of_round", title=round_.title)
    run.ledger.open(
        [
            Obligation(
                f"{round_.round_id}/{unit.code}/{Product.REPORT}",
                round_.round_id,
                unit.code,
                Product.REPORT,
                "",
                title,
                round_.unit_due_at,
            )
            for unit in obliged_units(run, round_)
        ],
        run.as_of,
        run.actor,
    )
    return round_.round_id


def provisional_id(round_: Round) -> str:
    """Under which name the systems' figures of the opening day are kept, until the cut-off gives the real ones."""
    return f"{round_.round_id}/tam-tinh"


def compute_provisional(run: Run) -> int:
    """Freeze the exports on the opening day and compute what they say so far, so that the forms hold it.

    Returns the number of figures; none when no export has arrived yet.
    """
    round_ = run.round
    if round_.window is None or run.today < round_.window.first:
        return 0
    last = min(run.today, round_.window.last)
    for source in SOURCES:
        freeze_snapshot(run.store, run.instance, source, last, run.as_of)
    so_far = replace(round_, round_id=provisional_id(round_), window=Window(round_.window.first, last))
    return compute_values(run.store, run.instance, so_far, run.units, run.indicators, run.as_of)


def obliged_units(run: Run, round_: Round) -> list[Unit]:
    """Units that owe the round (see `units_owing`).

    RuleRefused when there is none: nobody would be asked, and the round would look opened.
    """
    units = units_owing(run.units, round_)
    if not units:
        raise RuleRefused("no-units", t("stages.no_units", round=round_.title))
    return units


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
    answers = system_answers(run, round_, provisional_id(round_))
    rounds = reference_rounds(run.calendar, round_)
    rules, key = Rules.load(), form_key(run.instance)
    carried = FormRules.load().carried_over
    for code in unit_codes:
        unit = run.units.get(code)
        owed = run.indicators.owed(unit, round_.reference_day, round_.kind)
        kind = str(round_.kind)
        content = build_report_workbook(
            unit,
            round_,
            owed,
            known=KnownFigures(
                system=answers.shown.get(code, {}),
                promised=answers.promised.get(code, frozenset()),
                previous=round_figures(run, rounds.previous, unit)
                | carried_figures(run, round_, unit, carried),
                last_year=last_year_figures(run, rounds.last_year, unit),
                carried=carried,
                sums=form_sums(rules, unit.tier, kind, {one.code for one in owed}),
                system_day=answers.day,
            ),
            as_of=run.as_of,
            rules=live_rules(rules, unit.tier, kind),
            key=key,
        )
        write_atomic(workbook_path(run, round_, unit), content)
    return len(unit_codes)


def request(run: Run) -> int:
    """Decide the request mails of this run's round, each with the unit's own forms; returns how many.

    They are sent by the chasing step that follows.
    """
    return decide_reminders(run, rungs=["yeu_cau"], forms_of=forms_of(run), round_id=run.round.round_id).mails

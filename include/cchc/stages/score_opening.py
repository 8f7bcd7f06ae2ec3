"""Mở và khóa đợt chấm điểm: sets pinned, forms sent; then each unit's file locked, not a moment too early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cchc.clock import from_text, to_text, vn_instant
from cchc.criteria import CriteriaSet, CriteriaSets
from cchc.errors import NothingToDo, RuleRefused
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.obligations import Obligation, lock_in
from cchc.run import Run
from cchc.scores import (
    EvidenceStatus,
    FileEvent,
    FileEventKind,
    UnitFile,
    append_file_events,
    file_events,
    file_states,
    pin_sets,
    pinned,
    set_among,
)
from cchc.scoring.computing import compute_unit, compute_units
from cchc.scoring.inputs import inputs_of
from cchc.scoring.scored_units import scored_units
from cchc.stages.opening import request
from cchc.submissions.inbox import prepare
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.score_book import build_self_score_workbook, layout_of, lines_of
from cchc.year import Product, Round, RoundKind

BLOCK = 25


def open_scoring(run: Run) -> int:
    """Open the round: pin the sets of its lists, and one obligation a unit; returns the units.

    Opening again until the units' due date makes up for what a run that died left out; after it nothing is opened.
    """
    round_, units = run.round, scored_units(run.units, run.round)
    if not units:
        raise RuleRefused("no-units", t("stages.no_units", round=round_.title))
    if run.rounds.get(round_.round_id) is not None and run.as_of > round_.unit_due_at:
        return len(units)
    sets = _sets_of_lists(units, round_)
    run.rounds.open(round_, run.as_of, run.actor)
    prepare(run, round_)
    if not pinned(run.store, round_.round_id):
        with run.store.write() as tx:
            pin_sets(tx, round_.round_id, sets, run.as_of, actor=run.actor)
    title = t("stages.self_score_title", year=round_.year)
    run.ledger.open(
        [
            Obligation(
                obligation_of(round_, unit), round_.round_id, unit.code, Product.SELF_SCORE, "", title,
                round_.unit_due_at,
            )
            for unit in units
        ],
        run.as_of,
        run.actor,
    )  # fmt: skip
    return len(units)


def obligation_of(round_: Round, unit: Unit) -> str:
    return f"{round_.round_id}/{unit.code}/{Product.SELF_SCORE}"


def _sets_of_lists(units: Sequence[Unit], round_: Round) -> dict[str, CriteriaSet]:
    """The set in force for each list; raises CchcError where a unit falls under none."""
    sets = CriteriaSets.load()
    found = {}
    for unit in units:
        scored = sets.of(unit, round_.reference_day)
        found[scored.list_of(unit)[0]] = scored
    return found


def unit_blocks(run: Run, size: int = BLOCK) -> list[list[str]]:
    """Codes of the scored units in blocks: a task of Airflow costs more than the work for one unit."""
    codes = [unit.code for unit in scored_units(run.units, run.round)]
    return [codes[start : start + size] for start in range(0, len(codes), size)]


def form_path(run: Run, unit: Unit) -> Path:
    """Where the form of a unit lies: `<out>/2026/2026-CD/bieu-mau/2026-CD_<unit>.xlsx`."""
    round_id = run.round.round_id
    return run.instance.round_out(round_id) / "bieu-mau" / f"{round_id}_{unit.code}.xlsx"


def build_forms(run: Run, unit_codes: Sequence[str]) -> int:
    """Write the self-score form of each unit that has none yet, with what the system knows by now; how many."""
    sent = {
        event.unit_code
        for event in file_events(run.store, run.round.round_id)
        if event.kind is FileEventKind.SHEET_SENT
    }
    units = [run.units.get(code) for code in unit_codes]
    missing = [unit for unit in units if unit.code not in sent or not form_path(run, unit).exists()]
    write_forms(run, missing, {})
    return len(missing)


def write_forms(run: Run, units: Sequence[Unit], changed: dict[str, list[str]]) -> None:
    """`changed`: unit -> criteria that another set has changed."""
    round_, sets = run.round, pinned(run.store, run.round.round_id)
    inputs, key = inputs_of(run, units, sets), form_key(run.instance)
    events = []
    for unit in units:
        scored = set_among(sets, round_.round_id, unit.code)
        computed = compute_unit(scored, unit, inputs[unit.code], {})
        lines = [
            line.knowing(computed[line.code].data, computed[line.code].points)
            for line in lines_of(scored.rows_of(unit))
        ]
        content = build_self_score_workbook(unit, round_, lines, run.as_of, key, scored_by=scored.title)
        write_atomic(form_path(run, unit), content)
        detail = {"version": scored.version, "layout": layout_of(lines)}
        if unit.code in changed:
            detail["changed"] = ", ".join(changed[unit.code])
        kind = FileEventKind.SHEET_SENT
        events.append(FileEvent(round_.round_id, unit.code, kind, run.actor, run.as_of, detail=detail))
    with run.store.write() as tx:
        append_file_events(tx, events)


def ask_units(run: Run) -> int:
    """Decide the request mails, each with the unit's own form; they are sent by the chasing step. How many."""
    return request(run)


def lock_moment(round_: Round, file: UnitFile) -> datetime:
    """When a unit's file is locked: the round's moment, or the end of what the unit was granted when that is later."""
    return max(round_.moments["khoa"], file.due_at or round_.unit_due_at)


def lock_files(run: Run) -> list[str]:
    """Lock the file of each unit of this round whose moment has come; codes of those that are locked now.

    Locked before, or opened again by the secretary until a later moment: left alone. NothingToDo before the moment.
    """
    round_ = run.round
    if run.as_of < round_.moments["khoa"]:
        raise NothingToDo(t("stages.scores.not_yet_locked", when=vn_instant(round_.moments["khoa"])))
    own: dict[str, list[FileEvent]] = {}
    for event in file_events(run.store, round_.round_id, as_of=run.as_of):
        own.setdefault(event.unit_code, []).append(event)
    locked = []
    for code, file in file_states(run.store, round_.round_id, run.as_of).items():
        reopened = [one for one in own.get(code, []) if one.kind is FileEventKind.UNLOCKED]
        moment = lock_moment(round_, file)
        if reopened:
            moment = max(moment, from_text(str(reopened[-1].detail["until"])))
        if file.is_locked or run.as_of < moment:
            continue
        with run.store.write() as tx:
            lock_in(
                tx, [f"{round_.round_id}/{code}/{Product.SELF_SCORE}"], run.as_of, run.actor,
                t("stages.scores.locked"), f"khoa:{to_text(moment)}",
            )  # fmt: skip
            event = FileEvent(
                round_.round_id, code, FileEventKind.LOCKED, run.actor, run.as_of,
                detail={"moment": to_text(moment), "version": file.version},
            )  # fmt: skip
            append_file_events(tx, [event])
        locked.append(code)
    return locked


def try_links(run: Run) -> dict[str, int]:
    """Open the links that nobody has opened, where `cai-dat.yaml` says so; how many of each status.

    Whatever becomes of it is told beside the run and stops nothing: a link that does not open is for the appraiser.
    """
    from cchc.submissions.link_opening import (  # the network is loaded where it is used
        open_links,
        waiting_links,
    )

    waiting = len(waiting_links(run))
    if not waiting:
        return {}
    settings, command = run.instance.settings, f"./cchc cham-diem lien-ket {run.round.round_id}"
    if settings.rehearsal or not settings.open_links:
        run.notes.append(t("stages.scores.links_not_asked", count=waiting, command=command))
        return {}
    try:
        found = open_links(run)
    except OSError as error:
        run.notes.append(t("stages.scores.links_failed", why=error, command=command))
        return {}
    if set(found) == {str(EvidenceStatus.DOES_NOT_OPEN)}:
        run.notes.append(
            t("stages.scores.no_link_opens", count=sum(found.values()), command=f"{command} --lai")
        )
    if left := len(waiting_links(run)):
        run.notes.append(t("stages.scores.links_left", count=left, command=command))
    return found


def lock_due(run: Run) -> list[str]:
    """`lock_files` of every round between its lock and its end: files of units that were given more time, or that were
    opened again, lock with the daily run once that time is over."""
    locked = []
    for row in run.rounds.all():
        if row["kind"] == RoundKind.SCORING:
            own = replace(run, round_id=row["round_id"])
            moments = own.round.moments
            if moments["khoa"] <= run.as_of <= moments["dong"]:
                locked += lock_files(own)
    return locked


def compute_block(run: Run, unit_codes: Sequence[str]) -> int:
    """Compute what the data say of these units and keep it as events; how many words were new.

    NothingToDo before the moment of the lock: until then figures and claims may still come.
    """
    if run.as_of < run.round.moments["khoa"]:
        raise NothingToDo(t("stages.scores.not_yet_locked", when=vn_instant(run.round.moments["khoa"])))
    return compute_units(run, [run.units.get(code) for code in unit_codes])

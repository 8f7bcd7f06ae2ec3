"""Kiểm tra CCHC: choose the units with the reason written, then a letter with orders for each inspected unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cchc.documents.registry import copy_out, documents
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes, write_atomic
from cchc.inspection import (
    FindingsRefused,
    InspectionFinding,
    InspectionRules,
    UnitRecord,
    build_findings_workbook,
    choose_units,
    keep_choices,
    keep_findings,
    last_inspected,
    load_choices,
    load_findings,
    match_findings,
    read_findings_workbook,
)
from cchc.inspection.papers import inspection_letter, inspection_plan
from cchc.isolation.outcome import ItemFailed
from cchc.obligations import Obligation, timeliness
from cchc.run import Run
from cchc.submissions.arrivals import Channel
from cchc.submissions.inbox import prepare
from cchc.submissions.reading import Reader, reading
from cchc.submissions.set_aside import SetAside, put, settle, waiting
from cchc.texts import bare, t
from cchc.units import Unit
from cchc.workbooks.forms import Item, NotAForm
from cchc.workbooks.items_book import build_items_workbook
from cchc.workbooks.signing import form_key
from cchc.year import Product

PLAN = "ke_hoach_kiem_tra"


def findings_path(run: Run) -> Path:
    """Where the team's workbook is made and where it is expected back, filled in."""
    return run.instance.round_out(run.round.round_id) / f"{run.round.round_id}_ket-qua-kiem-tra.xlsx"


def plan(run: Run) -> int:
    """Open the inspection round, choose its units once, write plan (docx, xlsx) and the team's workbook.

    Returns the number of chosen units.
    """
    round_, settings = run.round, InspectionRules.load()
    run.rounds.open(round_, run.as_of, run.actor)
    prepare(run, round_)
    units = run.units.on(run.today, settings.tiers)
    if not load_choices(run.store, round_.round_id):
        choices = choose_units([unit.code for unit in units], _records(run), settings, round_.year)
        keep_choices(run.store, round_.round_id, choices)
    chosen = load_choices(run.store, round_.round_id)
    if not any(one.kind == PLAN for one in documents(run.store, round_.round_id)):
        inspection_plan(run, chosen, len(units))
    for one in documents(run.store, round_.round_id):  # recorded by a run that died before it laid them down
        if one.kind.startswith(PLAN) and not one.copied_to(run.instance).exists():
            copy_out(run.instance, one)
    path = findings_path(run)
    if not path.exists():
        names = {choice.unit_code: run.units.get(choice.unit_code).name for choice in chosen}
        title = t("stages.findings_title", year=round_.year)
        write_atomic(path, build_findings_workbook(title, names, [], run.as_of))
    return len(chosen)


def _records(run: Run) -> dict[str, UnitRecord]:
    """What the ledger knows of each unit on the day of choosing: the last year and this one."""
    late: dict[str, int] = {}
    rejected: dict[str, int] = {}
    overdue: dict[str, int] = {}
    for row in run.rounds.all():
        if row["year"] < run.round.year - 1:
            continue
        for obligation, state in run.ledger.states(run.as_of, round_id=row["round_id"]):
            code = obligation.unit_code
            if timeliness(obligation, state, run.units, run.as_of) in ("late", "missing"):
                counter = overdue if obligation.product == Product.TASK else late
                counter[code] = counter.get(code, 0) + 1
            rejected[code] = rejected.get(code, 0) + (state.status == "rejected")
    inspected = last_inspected(run.store, run.round.year)
    return {
        code: UnitRecord(late.get(code, 0), rejected.get(code, 0), overdue.get(code, 0), inspected.get(code))
        for code in {*late, *rejected, *overdue, *inspected}
    }


def issue_letters(run: Run) -> int:
    """Read the team's workbook and give each unit its letter, its orders as obligations and an answer form.

    Returns the number of orders. An empty workbook gives none; a faulty one is refused whole. RuleRefused when a row
    was reworded after its order was sent: the others are sent, and a person says what that row is to be.
    """
    path = findings_path(run)
    if not path.exists():
        return 0
    matched = match_findings(_read(run, path), load_findings(run.store, run.round.round_id))
    new = {finding: _due(run, finding) for finding in matched.new}
    by_unit: dict[str, list[tuple[InspectionFinding, datetime]]] = {}
    for finding, due_at in new.items():
        by_unit.setdefault(finding.unit_code, []).append((finding, due_at))
    for code, orders in by_unit.items():
        _letter_and_form(run, run.units.get(code), orders)
    # Recorded last: a run that dies half-way writes the same letters again when it is repeated.
    keep_findings(run.store, run.round.round_id, new)
    if matched.changed:
        lines = [
            t(
                "inspection.changed_line",
                unit=run.units.get(one.unit_code).name,
                number=number,
                content=one.content,
            )
            for one, number in matched.changed
        ]
        raise RuleRefused(
            "findings-changed",
            t("inspection.changed", file=path.name, sent=len(new), count=len(lines), list="\n".join(lines)),
        )
    return len(new)


def _read(run: Run, path: Path) -> list[InspectionFinding]:
    """The rows of the team's workbook, read apart like everything that people hand in.

    One that breaks its reader waits under 'Cần xem lại' where it lies, until it can be read or the team mends it.
    """
    codes = [choice.unit_code for choice in load_choices(run.store, run.round.round_id)]
    origin, content = f"{run.round.round_id}/{path.name}", path.read_bytes()
    try:
        with reading(run) as readers:
            found: list[InspectionFinding] = readers.ask(_findings_in, content, path.name, codes)
    except ItemFailed as error:
        held_in = path.relative_to(run.instance.root).as_posix()
        why = t("inspection.unread", file=path.name, why=error)
        digest = sha256_bytes(content)
        one = SetAside(Channel.TEAM, origin, path.name, held_in, run.as_of, why, error.place, digest)
        _settle_others(run, origin, one.item_id)
        put(run, [one])
        raise FindingsRefused(why) from error
    except (FindingsRefused, NotAForm):
        _settle_others(run, origin, None)  # it was read: what is wrong now stands in the words of the refusal
        raise
    _settle_others(run, origin, None)
    return found


def _settle_others(run: Run, origin: str, but: str | None) -> None:
    """What was wrong with the workbook as it was is over."""
    waits = [one.item_id for one in waiting(run.store) if one.origin == origin and one.item_id != but]
    settle(run, waits, t("submissions.set_aside.taken_in"))


def _findings_in(_: Reader, content: bytes, file_name: str, chosen: Sequence[str]) -> list[InspectionFinding]:
    return read_findings_workbook(content, file_name, chosen)


def _order_id(run: Run, finding: InspectionFinding) -> str:
    return f"{run.round.round_id}/{finding.unit_code}/{Product.ANSWER}/{finding.number}"


def _due(run: Run, finding: InspectionFinding) -> datetime:
    given = run.ledger.get(_order_id(run, finding))
    if given is not None:  # by a run that died before its letter, maybe on another day
        return given.due_at
    days = run.calendar.working_days
    if finding.answer_due is None:
        day = days.add(run.today, InspectionRules.load().answer_working_days)
    else:
        day = days.next(finding.answer_due)
    due = run.round.unit_due_at
    return due.replace(year=day.year, month=day.month, day=day.day)


def _letter_and_form(run: Run, unit: Unit, orders: list[tuple[InspectionFinding, datetime]]) -> None:
    round_id = run.round.round_id
    obligations = [
        Obligation(
            _order_id(run, finding), round_id, unit.code, Product.ANSWER, str(finding.number),
            t("stages.order_title", number=finding.number, order=bare(finding.order_text)), due_at,
        )
        for finding, due_at in orders
    ]  # fmt: skip
    run.ledger.open(obligations, run.as_of, run.actor)
    inspection_letter(run, unit, orders)
    items = [
        Item(o.obligation_id, o.title, finding.content, o.due_at)
        for o, (finding, _) in zip(obligations, orders, strict=True)
    ]
    folder = run.instance.round_out(round_id) / "bieu-mau"
    write_atomic(
        folder / f"{round_id}_{unit.code}.xlsx",
        build_items_workbook(Product.ANSWER, unit, run.round, items, run.as_of, form_key(run.instance)),
    )

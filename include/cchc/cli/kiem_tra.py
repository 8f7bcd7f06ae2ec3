"""`./cchc kiem-tra`: choice and schedule of inspections, findings and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cchc import clock
from cchc.errors import RuleRefused
from cchc.folding import loose
from cchc.identity import open_store
from cchc.indicators import format_number
from cchc.inspection.choice import ChosenUnit, rank_units
from cchc.inspection.choices import ByPerson, add_unit, keep_choices, load_ranked
from cchc.inspection.counts import not_mended, typed_differently
from cchc.inspection.findings import known_findings
from cchc.inspection.mending import OpenOrder, accept, amend, open_orders, send_back, withdraw
from cchc.inspection.papers import days_text
from cchc.inspection.records import unit_records
from cchc.inspection.rescheduling import leave_out, reschedule
from cchc.inspection.rules import InspectionRules
from cchc.inspection.team_book import team_book_path
from cchc.inspection.visits import known_visits, surprise_visit, visit_of
from cchc.paths import current_instance
from cchc.run import Run
from cchc.stages.inspecting import surprise as open_surprise
from cchc.table_files import PlainTable, write_table
from cchc.texts import t, table
from cchc.year import RoundKind

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Year = Annotated[int, typer.Argument(metavar="NAM", help=t("cli.inspection.year"))]
UnitCode = Annotated[str, typer.Argument(metavar="DON_VI", help=t("cli.inspection.unit"))]
Item = Annotated[str, typer.Argument(metavar="MA", help=t("cli.inspection.item"))]
Reason = Annotated[str, typer.Option("--ly-do", help=t("cli.inspection.reason"))]
Document = Annotated[str, typer.Option("--van-ban", help=t("cli.inspection.document"))]
By = Annotated[str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("cli.inspection.by"))]
_HALVES = {"sang": "sang", "chieu": "chieu", "ca ngay": ""}  # as people type them, with accents or without
Out = Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("table_files.out_help"))]


@app.command("chon", help=t("cli.inspection.choose_help"))
def choose(
    year: Year,
    look: Annotated[bool, typer.Option("--xem", help=t("cli.inspection.look"))] = False,
    by: By = "",
    out: Out = None,
) -> None:
    run = _run(year, by)
    ranked = load_ranked(run.store, run.round.round_id)
    if not ranked:
        rules = InspectionRules.load()
        tiers: dict[str, list[str]] = {
            tier: [unit.code for unit in run.units.on(run.today, [tier])] for tier in rules.tiers
        }
        ranked = rank_units(tiers, unit_records(run), rules, year)
        if not look:
            run.rounds.open(run.round, run.as_of, run.actor)
            keep_choices(run.store, run.round.round_id, ranked, run.actor, run.as_of)
            _say("chosen", count=sum(one.chosen for one in ranked), total=len(ranked), year=year)
    rows = [_choice_row(run, one) for one in ranked if one.chosen or look]
    _give("choice", rows, out)


def _choice_row(run: Run, one: ChosenUnit) -> tuple[str, ...]:
    last = str(one.last_inspected) if one.last_inspected else "-"
    name = run.units.get(one.unit_code).name
    marked = t("cli.inspection.marked") if one.chosen else "-"
    return (one.tier, str(one.place), one.unit_code, name, marked, str(one.due_year or "-"), last, one.reason)


@app.command("them", help=t("cli.inspection.add_help"))
def add(year: Year, unit: UnitCode, reason: Reason, document: Document = "", by: By = "") -> None:
    done = add_unit(_run(year, by), unit, ByPerson(by, reason, document))
    _say("added" if done else "added_already", unit=unit)


@app.command("bot", help=t("cli.inspection.remove_help"))
def remove(year: Year, unit: UnitCode, reason: Reason, document: Document = "", by: By = "") -> None:
    done = leave_out(_run(year, by), unit, ByPerson(by, reason, document))
    _say("removed" if done else "removed_already", unit=unit)


@app.command("lich", help=t("cli.inspection.schedule_help"))
def schedule(year: Year, out: Out = None) -> None:
    run = _run(year)
    states = table("inspection.visit_state")
    rows = [
        (
            one.visit_id,
            one.unit_code,
            run.units.get(one.unit_code).name,
            days_text(one) or "-",
            t("inspection.dropped") if one.is_dropped else states[one.state],
        )
        for one in known_visits(run.store, run.round.round_id)
        if not one.is_secret
    ]
    _give("schedule", rows, out)


@app.command("dot-xuat", help=t("cli.inspection.surprise_help"))
def surprise(
    year: Year,
    unit: UnitCode,
    day: Annotated[datetime, typer.Option("--ngay", formats=["%Y-%m-%d"], help=t("cli.inspection.day"))],
    reason: Reason,
    topics: Annotated[str, typer.Option("--linh-vuc", help=t("cli.inspection.topics"))] = "",
    by: By = "",
) -> None:
    run = _run(year, by)
    planned = surprise_visit(run, unit, day.date(), reason, topics.split(";"))
    visit = open_surprise(run, planned)
    _say("surprise", visit=visit, file=team_book_path(run, visit_of(run, visit)))


@app.command("doi-lich", help=t("cli.inspection.move_help"))
def move(
    visit: Annotated[str, typer.Argument(metavar="CUOC", help=t("cli.inspection.visit"))],
    reason: Reason,
    days: Annotated[
        list[datetime] | None,
        typer.Option("--ngay", formats=["%Y-%m-%d"], help=t("cli.inspection.days")),
    ] = None,
    half: Annotated[str | None, typer.Option("--buoi", help=t("cli.inspection.half"))] = None,
    members: Annotated[
        list[str] | None, typer.Option("--thanh-vien", help=t("cli.inspection.members"))
    ] = None,
    by: By = "",
) -> None:
    part = None if half is None else _HALVES.get(loose(half))
    if half is not None and part is None:
        raise typer.BadParameter(t("cli.inspection.half"))
    done = reschedule(
        _of_item(visit, by),
        visit,
        ByPerson(by, reason),
        days=[one.date() for one in days or ()],
        half=part,
        members=members or (),
    )
    _say("moved" if done else "moved_already", visit=visit)


@app.command("ton-tai", help=t("cli.inspection.findings_help"))
def findings(year: Year, out: Out = None) -> None:
    run = _run(year)
    round_id, names = run.round.round_id, table("inspection.order_state")
    secret = {one.visit_id for one in known_visits(run.store, round_id) if one.is_secret}
    standing = {one.item: one for one in open_orders(run, round_id)}
    rows: list[tuple[str, ...]] = []
    for known in known_findings(run.store, round_id):
        if known.visit_id in secret:
            continue
        unit = run.units.get(known.unit_code).name
        if not known.is_issued:
            words = "; ".join(order.text for order in known.finding.orders)
            rows.append((known.finding_id, unit, words, names[known.state], "-", known.letter_label or "-"))
            continue
        for order in known.orders:
            item = order.obligation_id.rpartition("/")[2] or known.finding_id
            one = standing.get(item)
            due = clock.vn_instant(one.state.current_due_at) if one else "-"
            state = _state_of(one, run) if order.obligation_id else "tra_loi"
            rows.append((item, unit, order.text, names[state], due, known.letter_label or "-"))
    _give("findings", rows, out)
    for months in (24, 12):
        old = not_mended(run.store, run.as_of, months)
        if old:
            listed = "; ".join(
                f"{one.finding.finding_id} ({run.units.get(one.finding.unit_code).name})" for one in old
            )
            _say("old", months=months, count=len(old), names=listed)
    _say_differences(run)


def _say_differences(run: Run) -> None:
    """What units typed of problems found and mended, where the province's own letters name more."""
    opened = {row["round_id"] for row in run.rounds.all(run.round.year)}
    for round_ in run.calendar.rounds(run.round.year):
        if round_.window is None or round_.round_id not in opened:
            continue
        window = (round_.window.first, round_.window.last)
        for one in typed_differently(run.store, round_.round_id, window, run.as_of):
            name = run.units.get(one.unit_code).name
            values = {"indicator": one.indicator, "typed": format_number(one.typed), "known": one.known}
            _say("typed", unit=name, round=round_.round_id, **values)


def _state_of(one: OpenOrder | None, run: Run) -> str:
    if one is None:
        return "xong"
    if one.waits:
        return "cho"
    return "qua_han" if one.is_overdue(run.as_of) else "mo"


@app.command("xac-nhan", help=t("cli.inspection.accept_help"))
def confirm(item: Item, reason: Reason = "", by: By = "") -> None:
    done = accept(_of_item(item, by), item, reason)
    _say("accepted" if done else "accepted_already", item=item)


@app.command("tra-lai", help=t("cli.inspection.return_help"))
def give_back(
    item: Item,
    reason: Reason,
    due: Annotated[
        datetime | None, typer.Option("--han", formats=["%Y-%m-%d"], help=t("cli.inspection.due"))
    ] = None,
    by: By = "",
) -> None:
    send_back(_of_item(item, by), item, reason, due.date() if due else None)
    _say("returned", item=item)


@app.command("rut", help=t("cli.inspection.withdraw_help"))
def take_back(item: Item, reason: Reason, document: Document = "", by: By = "") -> None:
    done = withdraw(_of_item(item, by), item, reason, document)
    _say("withdrawn" if done else "withdrawn_already", item=item)


@app.command("sua", help=t("cli.inspection.amend_help"))
def change(
    item: Item,
    order: Annotated[list[str], typer.Option("--yeu-cau", help=t("cli.inspection.order"))],
    reason: Reason,
    document: Document,
    by: By = "",
) -> None:
    done = amend(_of_item(item, by), item, order, reason, document)
    _say("amended" if done else "amended_already", item=item)


def _run(year: int, by: str = "") -> Run:
    instance, moment = current_instance(), clock.now()
    return Run(open_store(instance, moment), instance, moment, f"{year}-{RoundKind.INSPECTION}", actor=by)


def _of_item(item: str, by: str) -> Run:
    """The run of the round that an item's number names: `KT26-0003` of 2026."""
    found = item.strip().upper().removeprefix("KT").partition("-")[0]
    if not found.isdigit():
        raise RuleRefused("no-such-order", t("inspection.mending.none", id=item))
    return _run(2000 + int(found), by)


def _give(name: str, rows: Sequence[tuple[str, ...]], out: Path | None) -> None:
    heads = list(table(f"cli.inspection.columns.{name}").values())
    if out:
        typer.echo(write_table(PlainTable(t(f"cli.inspection.sheets.{name}"), heads, list(rows)), out))
        return
    for row in rows:
        typer.echo("  ".join(row))
    _say("counted", count=len(rows))


def _say(key: str, **values: object) -> None:
    typer.echo(t(f"cli.inspection.said.{key}", **values))

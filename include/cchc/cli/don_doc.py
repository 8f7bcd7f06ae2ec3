"""`./cchc don-doc`: what operators do besides the ladder, and what was noted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.chasing import by_hand
from cchc.chasing.holds import HoldKind
from cchc.cli.thu import given_moment, working_store
from cchc.errors import RuleRefused
from cchc.mail.bounces import bad_addresses, mend_address
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t, table

app = typer.Typer(help=t("cli.chasing.help"), no_args_is_help=True, rich_markup_mode=None)

Units = Annotated[list[str] | None, typer.Argument(help=t("cli.chasing.units"), show_default=False)]
All = Annotated[bool, typer.Option("--tat-ca", help=t("cli.chasing.all"))]
Round = Annotated[str | None, typer.Option("--dot", help=t("cli.chasing.round"))]
Item = Annotated[str, typer.Option("--viec", help=t("cli.chasing.item"))]
Reason = Annotated[str, typer.Option("--ly-do", help=t("cli.chasing.reason"))]
Actor = Annotated[str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("cli.mail.nguoi"))]


@app.command("goi", help=t("cli.chasing.goi"))
def call(
    units: Units = None,
    note: Annotated[str, typer.Option("--noi-dung", help=t("cli.chasing.note"))] = "",
    round_id: Round = None,
    actor: Actor = "",
) -> None:
    tell(by_hand.log_call(run_of(round_id, actor), named(units), note), "called")


@app.command("cong-van", help=t("cli.chasing.cong_van"))
def letter(
    number: Annotated[str, typer.Option("--so", help=t("cli.chasing.number"))],
    issued_on: Annotated[str, typer.Option("--ngay", help=t("cli.chasing.issued_on"))],
    round_id: Annotated[str, typer.Option("--dot", help=t("cli.chasing.round"))],
    units: Units = None,
    everyone: All = False,
    note: Annotated[str, typer.Option("--noi-dung", help=t("cli.chasing.note"))] = "",
    actor: Actor = "",
) -> None:
    run, day = run_of(round_id, actor), _day(issued_on)
    by_hand.refuse_letter_to_come(run, day)
    tell(by_hand.log_letter(run, _whom(units, everyone), number, day, note), "noted")


@app.command("gia-han", help=t("cli.chasing.gia_han"))
def extend(
    until: Annotated[str, typer.Option("--den", help=t("cli.chasing.until"))],
    round_id: Annotated[str, typer.Option("--dot", help=t("cli.chasing.round"))],
    units: Units = None,
    everyone: All = False,
    item: Item = "",
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    due_at = datetime.combine(_day(until), by_hand.DUE_HOUR, clock.TZ)
    run, whom = run_of(round_id, actor), _whom(units, everyone)
    tell(by_hand.extend(run, whom, due_at, reason, item), "extended")


def _hold_as(kind: HoldKind) -> Callable[..., None]:
    """The command that holds reminders in one way: both are asked for alike."""

    def hold(
        until: Annotated[str, typer.Option("--den", help=t("cli.chasing.last_day"))],
        units: Units = None,
        round_id: Round = None,
        reason: Reason = "",
        actor: Actor = "",
    ) -> None:
        held = by_hand.hold(run_of(round_id, actor), named(units), kind, _day(until), reason)
        what = table("chasing.holds")[str(kind)]
        _say("held", count=len(held), what=what, day=clock.vn_date(_day(until)))

    return hold


app.command("hoan", help=t("cli.chasing.hoan"))(_hold_as(HoldKind.POSTPONED))
app.command("tat", help=t("cli.chasing.tat"))(_hold_as(HoldKind.MUTED))


@app.command("nhac-lai", help=t("cli.chasing.nhac_lai"))
def lift(units: Units = None, round_id: Round = None, reason: Reason = "", actor: Actor = "") -> None:
    lifted = by_hand.lift(run_of(round_id, actor), named(units), reason)
    _say("lifted", count=len(lifted)) if lifted else _say("nothing_held")


@app.command("nhac", help=t("cli.chasing.nhac"))
def remind(units: Units = None, everyone: All = False, round_id: Round = None, actor: Actor = "") -> None:
    decision = by_hand.remind_now(run_of(round_id, actor), _whom(units, everyone))
    _say("reminded", count=decision.mails) if decision.mails else _say("nothing_owed")


@app.command("dia-chi", help=t("cli.chasing.dia_chi"))
def addresses(
    mended: Annotated[str | None, typer.Option("--da-sua", help=t("cli.chasing.mended"))] = None,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    run = run_of(None, actor)
    if mended:
        mend_address(run.store, mended, run.as_of, reason, actor)
    found = bad_addresses(run.store, run.as_of)
    for one in found:
        unit = run.units.get(one.unit_code).name if one.unit_code else "-"
        _say(
            "bad_address",
            address=one.address,
            unit=unit,
            when=clock.vn_instant(one.bounced_at),
            words=one.words,
        )
    if not found:
        _say("no_bad_address")


def run_of(round_id: str | None, actor: str) -> Run:
    instance = current_instance()
    return Run(working_store(instance), instance, clock.now(), round_id, actor=actor)


def named(units: list[str] | None) -> list[str]:
    if not units:
        raise RuleRefused("units-needed", t("chasing.refused.units"))
    return units


def _whom(units: list[str] | None, everyone: bool) -> list[str] | None:
    """Codes, or None for all; never all by forgetting to name anybody."""
    if bool(units) == everyone:
        raise RuleRefused("units-or-all", t("chasing.refused.units_or_all"))
    return units or None


def _day(text: str) -> date:
    return given_moment(text).date()


def tell(done: by_hand.Done, key: str) -> None:
    _say(key, count=len(done.recorded))
    for code, why in done.refused:
        _say("refused", unit=code, why=why)
    for line in done.warnings:
        Console().print(line, markup=False, soft_wrap=True)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.chasing.said.{key}", **values), markup=False, soft_wrap=True)

"""`./cchc nguon bieu-06` and `van-ban`: the forms that follow from the exports, for any units and any window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from cchc import clock
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.indicators import format_number
from cchc.paths import Instance, current_instance
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.forms import UnitChoice, document_table, one_stop_form
from cchc.sources.rules import CountingRules
from cchc.sources.states import SourceState, frozen_state, landed_state
from cchc.texts import t, table
from cchc.units import REPORTING_TIERS, UnitRegister
from cchc.year import Window

_DAY = ["%Y-%m-%d"]
_BY = {"linh-vuc": "field", "muc-do": "service_level", "kenh": "channel"}

First = Annotated[datetime, typer.Option("--tu", formats=_DAY, help=t("cli.form_06.first"))]
Last = Annotated[datetime, typer.Option("--den", formats=_DAY, help=t("cli.form_06.last"))]
Codes = Annotated[list[str] | None, typer.Option("--don-vi", metavar="MA", help=t("cli.form_06.unit"))]
Tier = Annotated[str | None, typer.Option("--cap", help=t("cli.form_06.tier"))]
Out = Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("cli.form_06.out"))]
CutOff = Annotated[datetime | None, typer.Option("--chot", formats=_DAY, help=t("cli.form_06.cut_off"))]
LandedBy = Annotated[
    datetime | None, typer.Option("--da-nhan-den", formats=_DAY, help=t("cli.form_06.landed_by"))
]


def form_06(
    first: First,
    last: Last,
    codes: Codes = None,
    tier: Tier = None,
    by: Annotated[str, typer.Option("--theo", help=t("cli.form_06.by"))] = "linh-vuc",
    cut_off: CutOff = None,
    landed_by: LandedBy = None,
    out: Out = None,
) -> None:
    from cchc.report.form_06 import build_form_06, totals

    if by not in _BY:
        raise CchcError(t("cli.form_06.bad_by", by=by, allowed=", ".join(_BY)))
    instance, window, units = current_instance(), _window(first, last), UnitRegister.load()
    choice = _choice(units, codes, tier)
    path = _path(instance, "bieu-06", window, choice, out)
    with _state(instance, ONE_STOP, window, cut_off, landed_by) as state:
        blocks = one_stop_form(state, window, units, choice, _BY[by])
        _assert_some(bool(blocks), tier, window)
        rules, rehearsal = CountingRules.load().one_stop, instance.settings.rehearsal
        content = build_form_06(blocks, window, state, rules, dimension=_BY[by], rehearsal=rehearsal)
        typer.echo("\n".join(state.provenance()))
    sums = totals(blocks)
    if not sums["total"]:
        typer.echo(t("cli.form_06.nothing_in_window"))
    names = ("total", "resolved", "late", "still_open", "overdue")
    typer.echo(t("cli.form_06.form_done", **{name: format_number(sums[name]) for name in names}))
    typer.echo(t("cli.form_06.written", file=write_atomic(path, content), units=len(blocks)))


def documents(
    first: First,
    last: Last,
    codes: Codes = None,
    tier: Tier = None,
    cut_off: CutOff = None,
    landed_by: LandedBy = None,
    out: Out = None,
) -> None:
    from cchc.report.document_exchange_book import build_document_book

    instance, window, units = current_instance(), _window(first, last), UnitRegister.load()
    choice = _choice(units, codes, tier)
    path = _path(instance, "van-ban", window, choice, out)
    with _state(instance, DOC_MANAGEMENT, window, cut_off, landed_by) as state:
        rows = document_table(state, window, units, choice)
        _assert_some(bool(rows), tier, window)
        content = build_document_book(rows, window, state, rehearsal=instance.settings.rehearsal)
        typer.echo("\n".join(state.provenance()))
    sent = sum(row.sent["sent"] for row in rows if row.sent)
    received = sum(row.received["received"] for row in rows if row.received)
    if not sent and not received:
        typer.echo(t("cli.form_06.nothing_in_window"))
    typer.echo(t("cli.form_06.documents_done", sent=format_number(sent), received=format_number(received)))
    typer.echo(t("cli.form_06.written", file=write_atomic(path, content), units=len(rows)))


def _window(first: datetime, last: datetime) -> Window:
    if last < first:
        raise CchcError(
            t("cli.form_06.bad_window", first=clock.vn_date(first.date()), last=clock.vn_date(last.date()))
        )
    return Window(first.date(), last.date())


def _choice(units: UnitRegister, codes: list[str] | None, tier: str | None) -> UnitChoice:
    if codes and tier:
        raise CchcError(t("cli.form_06.both_units"))
    if tier is not None and tier not in REPORTING_TIERS:
        raise CchcError(t("units.unknown_tier", tier=tier, tiers=", ".join(REPORTING_TIERS)))
    for code in codes or ():
        if not units.get(code).reports:
            raise CchcError(t("cli.form_06.not_reporting", name=units.get(code).name, code=code))
    return UnitChoice(tuple(dict.fromkeys(codes or ())), tier)


def _path(instance: Instance, name: str, window: Window, choice: UnitChoice, out: Path | None) -> Path:
    if out is not None:
        if out.suffix.lower() != ".xlsx":
            raise CchcError(t("cli.form_06.bad_out", file=out))
        return out
    which = "-".join(choice.codes[:3]) or choice.tier or "toan-tinh"
    return instance.out / "bieu" / f"{name}-{which}-{window.first}-{window.last}.xlsx"


@contextmanager
def _state(
    instance: Instance, source: str, window: Window, cut_off: datetime | None, landed_by: datetime | None
) -> Iterator[SourceState]:
    """The snapshot asked for, what had landed by the day asked for, else the window's own snapshot or, where there
    is none, what has landed so far."""
    if cut_off and landed_by:
        raise CchcError(t("cli.form_06.both_states"))
    store = open_store(instance, clock.now())
    try:
        if landed_by is not None:
            end = clock.at(landed_by.date() + timedelta(days=1)) - timedelta(seconds=1)
            with landed_state(store, instance, source, end) as state:
                yield state
            return
        day: date = cut_off.date() if cut_off else window.last
        frozen = frozen_state(store, instance, source, day)
        if frozen is not None:
            yield frozen
            return
        if cut_off:
            raise CchcError(
                t(
                    "cli.form_06.no_snapshot",
                    day=clock.vn_date(day),
                    source=table("sources.form_06.sources")[source],
                )
            )
        typer.echo(t("cli.form_06.not_frozen", day=clock.vn_date(day)))
        with landed_state(store, instance, source, clock.now()) as state:
            yield state
    finally:
        store.close()


def _assert_some(some: bool, tier: str | None, window: Window) -> None:
    if not some:
        raise CchcError(t("cli.form_06.no_units", tier=tier or "", day=clock.vn_date(window.last)))

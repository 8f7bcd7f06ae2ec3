"""`./cchc theo-doi`: figures that somebody keeps an eye on."""

from __future__ import annotations

from typing import Annotated

import typer

from cchc import clock
from cchc.cli.thu import working_store
from cchc.cli.thu_gui_lai import Actor
from cchc.figures.followed import PROVINCE, follow, followed, release
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Code = Annotated[str, typer.Argument(metavar="CHI_TIEU", help=t("figures.followed.cli.code"))]
OfUnit = Annotated[str, typer.Option("--don-vi", help=t("figures.followed.cli.unit"))]
Note = Annotated[str, typer.Option("--ghi-chu", help=t("figures.followed.cli.note"))]


@app.command("them", help=t("figures.followed.cli.add_help"))
def add(
    code: Code,
    round_id: Annotated[str, typer.Option("--dot", help=t("figures.followed.cli.round"))],
    unit: OfUnit = PROVINCE,
    note: Note = "",
    actor: Actor = "",
) -> None:
    run = _run(actor, round_id)
    follow(run, code, unit, note)
    typer.echo(t("figures.followed.cli.added", code=code, unit=_name(run, unit)))


@app.command("thoi", help=t("figures.followed.cli.release_help"))
def stop(code: Code, unit: OfUnit = PROVINCE, note: Note = "", actor: Actor = "") -> None:
    run = _run(actor)
    release(run, code, unit, note)
    typer.echo(t("figures.followed.cli.released", code=code, unit=_name(run, unit)))


@app.command("danh-sach", help=t("figures.followed.cli.list_help"))
def list_followed() -> None:
    run = _run("")
    found = followed(run.store, run.as_of)
    for one in found:
        values = {"code": one.indicator, "unit": _name(run, one.unit_code), "round": one.round_id}
        values |= {"moment": clock.vn_instant(one.at), "actor": one.actor, "note": one.note}
        typer.echo(t("figures.followed.cli.line", **values))
    if not found:
        typer.echo(t("figures.followed.cli.none"))


def _name(run: Run, unit: str) -> str:
    if unit == PROVINCE:
        return t("figures.followed.province")
    return run.units.get(unit).name if unit in run.units else unit


def _run(actor: str, round_id: str | None = None) -> Run:
    instance = current_instance()
    return Run(working_store(instance), instance, clock.now(), round_id, actor=actor)

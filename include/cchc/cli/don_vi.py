"""`./cchc don-vi`: the register of units."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.config_files import shown
from cchc.paths import config_dir
from cchc.texts import t, table
from cchc.units import Unit, UnitRegister
from cchc.units.register import FILE

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Day = Annotated[datetime | None, typer.Option("--ngay", formats=["%Y-%m-%d"], help=t("units.day_help"))]


@app.command("danh-sach", help=t("units.list_help"))
def list_units(
    day: Day = None, tier: Annotated[str | None, typer.Option("--cap", help=t("units.tier_help"))] = None
) -> None:
    on = (day or clock.now()).date()
    units = UnitRegister.load(strict=False).on(on, [tier] if tier else None)
    _print(units)
    typer.echo(t("units.listed", count=len(units), day=clock.vn_date(on)))


@app.command("thieu-thu", help=t("units.missing_help"))
def list_missing(day: Day = None) -> None:
    on = (day or clock.now()).date()
    units = UnitRegister.load(strict=False).without_mailbox(on)
    if not units:
        typer.echo(t("units.none_missing", day=clock.vn_date(on)))
        return
    _print(units)
    typer.echo(
        t("units.some_missing", count=len(units), day=clock.vn_date(on), file=shown(config_dir() / FILE))
    )
    raise typer.Exit(1)


@app.command("kiem-tra", help=t("units.check_help"))
def check(day: Day = None) -> None:
    on = (day or clock.now()).date()
    register = UnitRegister.load()
    typer.echo(
        t(
            "units.file_valid",
            file=shown(config_dir() / FILE),
            count=len(register.all),
            valid=len(register.on(on)),
            day=clock.vn_date(on),
        )
    )


def _print(units: list[Unit]) -> None:
    columns, tiers = table("units.columns"), table("units.tiers")
    grid = Table(*columns.values())
    for unit in units:
        last = clock.vn_date(unit.valid_to) if unit.valid_to else t("units.now")
        grid.add_row(
            unit.code,
            unit.name,
            tiers[unit.tier],
            "; ".join(unit.mailboxes),
            f"{clock.vn_date(unit.valid_from)} - {last}",
        )
    Console().print(grid)

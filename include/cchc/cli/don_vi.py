"""`./cchc don-vi`: the register of units."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.config_files import shown_config
from cchc.errors import CchcError
from cchc.table_files import PlainTable, write_table
from cchc.texts import t, table
from cchc.units import REPORTING_TIERS, Unit, UnitRegister
from cchc.units.load import FILE

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
WIDTH_IN_FILES = 180  # in a file or a pipe each unit stands on one line
_FORMATS = ["%Y-%m-%d"]
Out = Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("table_files.out_help"))]
Day = Annotated[datetime | None, typer.Option("--ngay", formats=_FORMATS, help=t("units.day_help"))]
MissingDay = Annotated[
    datetime | None, typer.Option("--ngay", formats=_FORMATS, help=t("units.missing_day_help"))
]


@app.command("danh-sach", help=t("units.list_help"))
def list_units(
    day: Day = None,
    tier: Annotated[str | None, typer.Option("--cap", help=t("units.tier_help"))] = None,
    out: Out = None,
) -> None:
    on = (day or clock.now()).date()
    if tier is not None and tier not in REPORTING_TIERS:
        raise CchcError(t("units.unknown_tier", tier=tier, tiers=", ".join(REPORTING_TIERS)))
    units = UnitRegister.load(strict=False).on(on, [tier] if tier else None)
    _give(units, out)
    typer.echo(t("units.listed", count=len(units), day=clock.vn_date(on)))


@app.command("thieu-thu", help=t("units.missing_help"))
def list_missing(day: MissingDay = None, out: Out = None) -> None:
    units = UnitRegister.load(strict=False).without_mailbox(day.date() if day else None)
    file, on = shown_config(FILE), clock.vn_date(day.date()) if day else ""
    which = "_on" if day else ""
    if not units:
        typer.echo(t(f"units.none_missing{which}", file=file, day=on))
        return
    _give(units, out)
    typer.echo(t(f"units.some_missing{which}", count=len(units), file=file, day=on))
    raise typer.Exit(1)


@app.command("kiem-tra", help=t("units.check_help"))
def check(day: Day = None) -> None:
    on = (day or clock.now()).date()
    register = UnitRegister.load()
    typer.echo(
        t(
            "units.file_valid",
            file=shown_config(FILE),
            count=len(register.all),
            valid=len(register.on(on)),
            day=clock.vn_date(on),
        )
    )


def _give(units: list[Unit], out: Path | None) -> None:
    """On the screen, or as a file."""
    tiers, heads = table("units.tiers"), table("units.columns")
    rows = [
        (
            unit.code,
            unit.name,
            tiers[unit.tier],
            "; ".join(unit.mailboxes),
            f"{clock.vn_date(unit.valid_from)} - {clock.vn_date(unit.valid_to) if unit.valid_to else t('units.now')}",
        )
        for unit in units
    ]
    if out:
        typer.echo(write_table(PlainTable(t("units.sheet"), [*heads.values()], rows), out))
        return
    grid = Table()
    for key, head in heads.items():
        # Nothing is cut off with an ellipsis: a mailbox that is not whole is of no use.
        grid.add_column(head, overflow="fold", no_wrap=key == "code")
    for row in rows:
        grid.add_row(*row)
    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH_IN_FILES
    console.print(grid)

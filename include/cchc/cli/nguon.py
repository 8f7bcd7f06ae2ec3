"""`./cchc nguon`: exports of the two systems, looked at before they are landed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.nguon_bieu import documents, form_06
from cchc.cli.nguon_danh_muc import catalogue
from cchc.cli.nguon_doi_chieu import compare, show_history
from cchc.cli.nguon_tinh_trang import standing
from cchc.errors import CchcError, ConfigError, ConfigErrors, DiskFull
from cchc.isolation.outcome import InstallationDown, ItemFailed
from cchc.sources import NoLayout, Preview, preview_apart
from cchc.texts import t
from cchc.units import UnitRegister

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
SHOWN_ROW_NUMBERS = 8
app.command("doi-chieu-chot", help=t("cli.rewrites.compare_help"))(compare)
app.command("bieu-06", help=t("cli.form_06.form_help"))(form_06)
app.command("van-ban", help=t("cli.form_06.documents_help"))(documents)
app.command("ho-so", help=t("cli.rewrites.history_help"))(show_history)
app.command("danh-muc", help=t("cli.catalogue.help"))(catalogue)
app.command("tinh-trang", help=t("cli.coverage.help"))(standing)


@app.callback()
def sources() -> None:
    """Keeps `kiem-tra` a command of its own: a Typer app with one command would swallow the name."""


@app.command("kiem-tra", help=t("sources.kiem_tra.help"))
def check(
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("sources.kiem_tra.file"))],
    day: Annotated[
        datetime | None, typer.Option("--ngay", formats=["%Y-%m-%d"], help=t("sources.kiem_tra.day"))
    ] = None,
) -> None:
    if not file.is_file():
        raise CchcError(t("sources.kiem_tra.absent", file=file))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    try:
        found = preview_apart(file, UnitRegister.load(), (day or clock.now()).date())
    except (ConfigError, ConfigErrors, DiskFull, InstallationDown):
        raise
    except ItemFailed as broken:
        console.print(t("sources.kiem_tra.breaks", why=broken, place=broken.place or "-"))
        raise typer.Exit(2) from None
    except CchcError as refusal:
        _show_unfit(console, refusal)
        raise typer.Exit(2) from None
    _show_layout(console, file, found)
    _show_refused(console, found)
    _show_first_rows(console, found)
    if found.read > found.accepted:
        raise typer.Exit(1)


def _show_unfit(console: Console, refusal: CchcError) -> None:
    console.print(f"{t('sources.kiem_tra.unfit')} {refusal}")
    if isinstance(refusal, NoLayout) and refusal.nearest:
        console.print(t("sources.kiem_tra.nearest"))
        for match in refusal.nearest:
            console.print(
                t(
                    "sources.kiem_tra.near",
                    title=match.layout.title,
                    layout=match.layout.layout,
                    found=len(match.positions),
                    missing=", ".join(match.missing) or "-",
                )
            )


def _show_layout(console: Console, file: Path, found: Preview) -> None:
    match = found.match
    console.print(
        t("sources.kiem_tra.fits", file=file.name, title=match.layout.title, layout=match.layout.layout)
    )
    if found.sheet is not None:
        console.print(t("sources.kiem_tra.sheet", sheet=found.sheet))
    if found.remark is not None:
        console.print(found.remark)
    if match.layout.assumed:
        console.print(t("sources.kiem_tra.assumed"))
    console.print(t("sources.kiem_tra.columns"))
    for name, title in match.titles.items():
        console.print(t("sources.kiem_tra.column", title=title, name=t(f"sources.columns.{name}")))
    for key, columns in (("personal", match.personal), ("unknown", match.unknown)):
        if columns:
            console.print(t(f"sources.kiem_tra.{key}", columns=", ".join(columns)))


def _show_refused(console: Console, found: Preview) -> None:
    refused = found.read - found.accepted
    console.print(t("sources.kiem_tra.rows", read=found.read, accepted=found.accepted, refused=refused))
    if found.superseded:
        console.print(t("sources.kiem_tra.superseded", count=found.superseded))
    if found.footers:
        console.print(t("sources.kiem_tra.footers", count=found.footers))
    if not refused:
        return
    console.print(t("sources.kiem_tra.reasons"))
    for reason, rows in found.reasons.items():
        console.print(t("sources.kiem_tra.reason", count=len(rows), reason=reason, rows=_shown(rows)))
    if found.unknown_units:
        console.print(t("sources.kiem_tra.units", layout=found.match.layout.layout))
    for unit, rows in found.unknown_units.items():
        near = ", ".join(unit.near) or t("sources.kiem_tra.no_unit_near")
        console.print(
            t("sources.kiem_tra.unit", unit=unit.text, count=len(rows), rows=_shown(rows), near=near)
        )


def _shown(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:SHOWN_ROW_NUMBERS])) + (", ..." if len(rows) > SHOWN_ROW_NUMBERS else "")


def _show_first_rows(console: Console, found: Preview) -> None:
    if not found.first_rows:
        return
    console.print(t("sources.kiem_tra.first_rows"))
    for number, cells in found.first_rows:
        grid = Table(show_header=False, title=t("sources.kiem_tra.line", row=number), title_justify="left")
        for title, cell in cells.items():
            grid.add_row(title, cell)
        console.print(grid)

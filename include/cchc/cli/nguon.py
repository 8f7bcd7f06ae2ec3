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
from cchc.cli.thu_gui_lai import Actor
from cchc.errors import CchcError, ConfigError, ConfigErrors, DiskFull
from cchc.isolation.outcome import InstallationDown
from cchc.paths import current_instance
from cchc.sources import Preview, drop_export, preview_apart, preview_words, refusal_words
from cchc.texts import t
from cchc.units import UnitRegister

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
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
    except CchcError as refusal:
        for line in refusal_words(refusal):
            console.print(line)
        raise typer.Exit(2) from None
    for line in preview_words(file.name, found):
        console.print(line)
    _show_first_rows(console, found)
    if found.read > found.accepted:
        raise typer.Exit(1)


@app.command("tha", help=t("sources.dropping.help"))
def drop(
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("sources.kiem_tra.file"))], actor: Actor = ""
) -> None:
    if not file.is_file():
        raise CchcError(t("sources.kiem_tra.absent", file=file))
    found = drop_export(
        current_instance(), file.name, file.read_bytes(), UnitRegister.load(), clock.now(), actor
    )
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for line in (*preview_words(file.name, found), t("sources.dropping.dropped", file=file.name)):
        console.print(line)


def _show_first_rows(console: Console, found: Preview) -> None:
    if not found.first_rows:
        return
    console.print(t("sources.kiem_tra.first_rows"))
    for number, cells in found.first_rows:
        grid = Table(show_header=False, title=t("sources.kiem_tra.line", row=number), title_justify="left")
        for title, cell in cells.items():
            grid.add_row(title, cell)
        console.print(grid)

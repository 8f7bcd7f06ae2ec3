"""`./cchc cham-diem ngoai`: figures about units that others publish."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.cham_diem.group import app
from cchc.errors import CchcError
from cchc.texts import t

outside_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(outside_app, name="ngoai", help=t("criteria.cli.external_help"))

Actor = Annotated[
    str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("criteria.cli.actor_help"))
]
File = Annotated[Path, typer.Argument(metavar="TEP", help=t("criteria.cli.file_help"), show_default=False)]


@outside_app.command("nhap", help=t("criteria.cli.external_bring_help"))
def bring(
    file: File,
    actor: Actor,
    year: Annotated[
        int | None, typer.Option("--nam", metavar="NAM", help=t("criteria.cli.external_year_help"))
    ] = None,
) -> None:
    from cchc.identity import open_store
    from cchc.paths import current_instance
    from cchc.run import Run
    from cchc.scoring.bringing import bring_external

    content, instance = read(file), current_instance()
    run = Run(open_store(instance, clock.now()), instance, clock.now(), actor=actor)
    done = bring_external(run, file.name, content, year)
    names = ", ".join(dict.fromkeys(name.removesuffix(".num").removesuffix(".den") for name in done.names))
    _say(
        "external_brought",
        year=done.year,
        numbers=done.numbers,
        units=done.units,
        names=names,
        new=done.new,
    )
    if not done.new:
        _say("nothing_new")


@outside_app.command("mau", help=t("criteria.cli.external_form_help"))
def form(
    year: Annotated[int, typer.Argument(metavar="NAM", help=t("criteria.cli.form_year_help"))],
    index: Annotated[str, typer.Argument(metavar="CHI_SO", help=t("criteria.cli.index_help"))],
    out: Annotated[
        Path | None, typer.Option("--ra", metavar="TEP", help=t("criteria.cli.table_out_help"))
    ] = None,
) -> None:
    from cchc.config_files import one_of
    from cchc.criteria import load_external_figures
    from cchc.criteria.external import COLUMNS
    from cchc.files import write_atomic
    from cchc.units import UnitRegister

    figures = load_external_figures()
    if index not in figures:
        raise CchcError(t("criteria.cli.no_index", code=index, allowed=one_of(index, figures)))
    columns = [name for name in COLUMNS if figures[index].form == "share" or name not in ("tu_so", "mau_so")]
    units = UnitRegister.load(strict=False).on(date(year, 12, 31), figures[index].tiers)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"unit_code": unit.code, "chi_so": index, "ghi_chu": unit.name} for unit in units)
    path = out or Path(f"{index.lower()}-{year}.csv")
    write_atomic(path, text.getvalue().encode("utf-8-sig"))
    _say("external_written", file=path, count=len(units))


def read(file: Path) -> bytes:
    """The bytes of a file that was named on the command line."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise CchcError(t("criteria.cli.no_file", file=file, why=error.strerror or error)) from None


def _say(key: str, **values: object) -> None:
    Console().print(t(f"criteria.cli.{key}", **values), markup=False, soft_wrap=True)

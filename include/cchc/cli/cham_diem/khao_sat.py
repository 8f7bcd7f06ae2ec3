"""`./cchc cham-diem khao-sat`: the workbook that sums up a round's surveys, and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.cham_diem.group import app
from cchc.cli.cham_diem.ngoai import Actor, File, read
from cchc.errors import CchcError
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.run import Run

survey_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(survey_app, name="khao-sat", help=t("criteria.cli.survey_help"))

RoundId = Annotated[str, typer.Argument(metavar="DOT", help=t("criteria.cli.round_help"))]


@survey_app.command("mau", help=t("criteria.cli.survey_form_help"))
def form(
    round_id: RoundId,
    out: Annotated[
        Path | None, typer.Option("--ra", metavar="TEP", help=t("criteria.cli.table_out_help"))
    ] = None,
) -> None:
    from cchc.files import write_atomic
    from cchc.scoring.bringing import survey_book

    path = out or Path(f"khao-sat-{round_id}.xlsx")
    write_atomic(path, survey_book(_run(round_id, "")))
    _say("survey_written", file=path)


@survey_app.command("nhap", help=t("criteria.cli.survey_bring_help"))
def bring(
    file: File,
    actor: Actor,
    round_id: Annotated[
        str | None, typer.Option("--dot", metavar="DOT", help=t("criteria.cli.book_round_help"))
    ] = None,
) -> None:
    from cchc.scoring.bringing import bring_surveys
    from cchc.workbooks.survey_book import round_named

    content = read(file)
    if (wanted := round_id or round_named(content, file.name)) is None:
        raise CchcError(t("criteria.bringing.no_round", file=file.name))
    run = _run(wanted, actor)
    done = bring_surveys(run, file.name, content)
    names = ", ".join(done.names)
    values = {"numbers": done.numbers, "units": done.units, "names": names, "new": done.new}
    _say("survey_brought", round=run.round.title, **values)
    if not done.new:
        _say("nothing_new")


def _run(round_id: str, actor: str) -> Run:
    """Surveys are brought in now, in the installation in daily use."""
    from cchc.identity import open_store
    from cchc.paths import current_instance
    from cchc.run import Run

    instance = current_instance()
    return Run(open_store(instance, clock.now()), instance, clock.now(), round_id, actor=actor)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"criteria.cli.{key}", **values), markup=False, soft_wrap=True)

"""`./cchc so-lieu-nam-truoc`: figures of the years before, from the department's own reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t
from cchc.year.model import FIRST_YEAR

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
_NAMED = 8  # units that are named one by one


@app.command("mau", help=t("cli.past.form_help"))
def form(
    year: Annotated[int | None, typer.Option("--nam", metavar="NAM", help=t("cli.past.year_help"))] = None,
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("cli.past.out_help"))] = None,
) -> None:
    from cchc.submissions.past_years import past_figures
    from cchc.workbooks.past_form import build_past_workbook

    run = _run("")
    last = run.today.year - 1
    wanted = last if year is None else year
    if not FIRST_YEAR <= wanted <= last:
        raise CchcError(t("cli.past.unknown_year", year=wanted, first=FIRST_YEAR, last=last))
    known = past_figures(run.store, run.calendar, wanted)
    content = build_past_workbook(run.calendar, wanted, run.units, run.indicators, run.as_of, known)
    path = out or Path(f"so-lieu-nam-{wanted}.xlsx")
    write_atomic(path, content)
    _say("written", file=path, count=len(known))


@app.command("nhap", help=t("cli.past.import_help"))
def bring(
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("cli.past.file_help"), show_default=False)],
    by: Annotated[str, typer.Option("--nguoi-nhap", help=t("cli.past.by_help"))],
) -> None:
    from cchc.submissions.past_years import bring_in
    from cchc.workbooks.past_form import PROVINCE

    try:
        content = file.read_bytes()
    except OSError as error:
        raise CchcError(t("cli.past.no_file", file=file, why=error.strerror or error)) from None
    run = _run(by)
    done = bring_in(run, file.name, content)
    version = done.version
    if not done.is_new:
        moment = clock.vn_instant(version.recorded_at)
        _say("again", file=file, moment=moment, seq=version.seq)
        return
    _say("kept", file=file, seq=version.seq, sha256=version.file_sha256)
    for round_id, count in version.figures.items():
        round_ = run.calendar.round(round_id)
        _say(
            "round",
            round=round_id,
            figures=count,
            columns=version.columns[round_id],
            next=f"{round_.year + 1}-{round_.kind}",
        )
        if before := done.replaced.get(round_id):
            moment = clock.vn_instant(before.recorded_at)
            _say("replaced", round=round_id, seq=before.seq, actor=before.actor, moment=moment)
        if gone := done.gone.get(round_id):
            names = [PROVINCE if one == PROVINCE else run.units.get(one).name for one in gone]
            shown = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
            _say("gone", round=round_id, count=len(gone), units=shown)


@app.command("danh-sach", help=t("cli.past.list_help"))
def list_imports() -> None:
    from cchc.submissions.past_years import imports, version_of

    run = _run("")
    found = imports(run.store)
    if not found:
        _say("none")
    for one in found:
        values = {"seq": one.seq, "file": one.file_name, "actor": one.actor, "sha256": one.file_sha256}
        _say("listed", moment=clock.vn_instant(one.recorded_at), **values)
        for round_id, count in one.figures.items():
            newest = version_of(run.store, round_id)
            state = "counts" if newest is not None and newest.seq == one.seq else "replaced_by"
            _say(
                "listed_round",
                round=round_id,
                figures=count,
                columns=one.columns[round_id],
                state=t(f"cli.past.{state}"),
            )


def _run(by: str) -> Run:
    """What is brought in is brought in now, in the installation in daily use."""
    instance = current_instance()
    return Run(open_store(instance, clock.now()), instance, clock.now(), actor=by)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.past.{key}", **values), markup=False, soft_wrap=True)

"""`./cchc bai-nop`: submissions about which a person decides: after the lock, before we saw them, or not proven."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.thu import given_moment
from cchc.errors import RuleRefused
from cchc.identity import open_store
from cchc.moments import typed_moment
from cchc.obligations import unproven_figures
from cchc.paths import current_instance
from cchc.run import Run
from cchc.submissions.arrivals import Channel
from cchc.submissions.entering import record_earlier_receipt
from cchc.submissions.late import accept_late, leave_late, waiting_late
from cchc.submissions.returning import send_back
from cchc.submissions.unproven import confirm, disown
from cchc.table_files import PlainTable, write_table
from cchc.texts import t
from cchc.units import UnitRegister

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Submission = Annotated[str, typer.Argument(metavar="MA_BAI_NOP", help=t("cli.late.id_help"))]
Reason = Annotated[str, typer.Option("--ly-do", help=t("cli.late.reason_help"))]
By = Annotated[str, typer.Option("--nguoi-quyet-dinh", help=t("cli.late.by_help"))]


@app.command("cho-quyet-dinh", help=t("cli.late.list_help"))
def list_late(
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("table_files.out_help"))] = None,
) -> None:
    waiting = waiting_late(_run(""))
    if not waiting:
        typer.echo(t("cli.late.none"))
        return
    heads = [t(f"cli.late.column_{name}") for name in ("id", "unit", "title", "received", "file")]
    names = {unit.code: unit.name for unit in UnitRegister.load(strict=False).all}
    rows = [
        (
            row["submission_id"],
            names.get(row["unit_code"], row["unit_code"]),
            row["title"],
            clock.vn_instant(clock.from_text(row["received_at"])),
            row["file_name"],
        )
        for row in waiting
    ]
    if out:
        typer.echo(write_table(PlainTable(t("cli.late.sheet"), heads, rows), out))
        return
    shown = Table(*heads)
    for row in rows:
        shown.add_row(*row)
    console = Console(markup=False)
    console.print(shown if console.is_terminal else "\n".join(row[0] for row in rows))


@app.command("nhan", help=t("cli.late.accept_help"))
def accept(submission: Submission, reason: Reason, by: By) -> None:
    done = accept_late(_run(by), submission, reason)
    typer.echo(t("cli.late.accepted" if done else "cli.late.already", submission=submission))


@app.command("khong-tinh", help=t("cli.late.leave_help"))
def leave(submission: Submission, reason: Reason, by: By) -> None:
    done = leave_late(_run(by), submission, reason)
    typer.echo(t("cli.late.left" if done else "cli.late.already", submission=submission))


@app.command("tra-lai", help=t("cli.late.return_help"))
def give_back(
    submission: Submission,
    due: Annotated[str, typer.Option("--han", metavar="dd/mm/yyyy", help=t("cli.late.return_due_help"))],
    reason: Reason,
    by: By,
) -> None:
    due_at = send_back(_run(by), submission, given_moment(due).date(), reason)
    _say("returned", submission=submission, moment=clock.vn_instant(due_at))


@app.command("nop-ho", help=t("cli.late.hand_in_help"))
def hand_in_for(
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("cli.late.hand_in_file"))],
    unit: Annotated[str, typer.Option("--don-vi", help=t("cli.late.hand_in_unit"))],
    round_id: Annotated[str, typer.Option("--dot", help=t("cli.late.hand_in_round"))],
    reason: Reason,
    by: By,
) -> None:
    from cchc.stages.handing_in import for_round, hand_in, of_person
    from cchc.submissions.handed import HandedFile

    if not file.is_file():
        raise RuleRefused("no-such-file", t("cli.late.no_file", file=file))
    run = for_round(_run(by), round_id)
    handed = HandedFile(file.name, file.read_bytes())
    told = hand_in(run, unit, [handed], Channel.BY_HAND, of_person(run, reason))
    for line in told.lines:
        Console().print(line, markup=False, soft_wrap=True)


@app.command("chua-xac-thuc", help=t("cli.late.unproven_help"))
def list_unproven() -> None:
    run = _run("")
    found = unproven_figures(run.store, run.as_of)
    for one in found:
        unit = run.units.get(one.unit_code).name if one.unit_code in run.units else one.unit_code
        _say(
            "unproven",
            submission=one.submission_id,
            unit=unit,
            moment=clock.vn_instant(one.since),
            what=one.what,
        )
    if not found:
        _say("none_unproven")


@app.command("xac-thuc", help=t("cli.late.confirm_help"))
def confirm_figures(submission: Submission, reason: Reason, by: By) -> None:
    run = _run(by)
    _say("confirmed", unit=run.units.get(confirm(run, submission, reason).unit_code).name)


@app.command("khong-phai", help=t("cli.late.disown_help"))
def disown_figures(submission: Submission, reason: Reason, by: By) -> None:
    run = _run(by)
    _say("disowned", unit=run.units.get(disown(run, submission, reason).unit_code).name)


@app.command("nhan-som", help=t("cli.late.earlier_help"))
def earlier(
    submission: Submission,
    moment: Annotated[
        str, typer.Option("--luc", metavar="'dd/mm/yyyy HH:MM'", help=t("cli.late.moment_help"))
    ],
    reason: Reason,
    by: By,
) -> None:
    received = typed_moment(moment)
    if received is None:
        raise RuleRefused("bad-moment", t("cli.late.bad_moment", found=moment))
    done = record_earlier_receipt(_run(by), submission, received, reason)
    shown = clock.vn_instant(received)
    key = "earlier" if done else "already"
    typer.echo(t(f"cli.late.{key}", submission=submission, moment=shown))


def _run(by: str) -> Run:
    """A decision happens now, in the installation in daily use."""
    instance = current_instance()
    return Run(open_store(instance, clock.now()), instance, clock.now(), actor=by)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.late.{key}", **values), markup=False, soft_wrap=True)

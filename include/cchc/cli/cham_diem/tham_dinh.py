"""`./cchc cham-diem tham-dinh`: appraise one criterion or what agrees, exchange workbooks, see what is left."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.cli.cham_diem.group import app
from cchc.cli.don_doc import Actor, Reason, run_of
from cchc.clock import TZ
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.indicators import NumberFault, parse_number
from cchc.moments import DAY_FIRST, moment_of, with_times
from cchc.texts import t, table

appraisal_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(appraisal_app, name="tham-dinh", help=t("scoring.cli.appraisal_help"))

Round = Annotated[str, typer.Argument(metavar="DOT", help=t("cli.chasing.round"))]
Unit = Annotated[str, typer.Argument(metavar="DON_VI", help=t("scoring.cli.unit"))]
Criterion = Annotated[str, typer.Argument(metavar="MA", help=t("scoring.cli.criterion"))]
Group = Annotated[str, typer.Argument(metavar="NHOM", help=t("scoring.cli.group"))]
Turn = Annotated[int, typer.Option("--lan", min=1, max=2, help=t("scoring.cli.turn"))]
Chosen = Annotated[str, typer.Option("--quyet-dinh", help=t("scoring.cli.choice"))]
Given = Annotated[str | None, typer.Option("--diem", help=t("scoring.cli.points"))]


@appraisal_app.command("quyet", help=t("scoring.cli.decide_help"))
def decide(
    round_id: Round,
    unit: Unit,
    criterion: Criterion,
    choice: Chosen,
    points: Given = None,
    reason: Reason = "",
    source: Annotated[str, typer.Option("--can-cu", help=t("scoring.cli.source"))] = "",
    actor: Actor = "",
) -> None:
    from cchc.scoring.appraisal import Appraisal, Decided

    wanted = Decided(unit, criterion, choice, points_of(points), reason, source)
    count = Appraisal.of(run_of(round_id, actor)).decide([wanted])
    say("decided" if count else "unchanged", unit=unit, criterion=criterion)


@appraisal_app.command("hang-loat", help=t("scoring.cli.alike_help"))
def confirm_alike(
    round_id: Round,
    group: Group,
    units: Annotated[list[str] | None, typer.Option("--don-vi", help=t("scoring.cli.units"))] = None,
    actor: Actor = "",
) -> None:
    from cchc.scoring.appraisal import Appraisal

    say("alike", count=Appraisal.of(run_of(round_id, actor)).confirm_alike(group, units or None))


@appraisal_app.command("tinh-hinh", help=t("scoring.cli.standing_help"))
def standing(round_id: Round, turn: Turn = 1) -> None:
    from cchc.scoring.appraisal import Appraisal

    appraisal = Appraisal.of(run_of(round_id, ""))
    shown = Table(*table("scoring.cli.standing_columns").values())
    for desk in appraisal.docket.desks:
        found = appraisal.group_standing(desk.key, turn)
        if not found.total:
            continue
        done = t("scoring.cli.confirmed") if appraisal.is_confirmed(desk, turn) else ""
        counts = (found.total, found.decided, found.left, found.changed, found.without_evidence)
        shown.add_row(desk.key, desk.name, *map(str, counts), done)
    Console().print(shown)


@appraisal_app.command("bieu", help=t("scoring.cli.book_help"))
def book(
    round_id: Round,
    group: Group,
    turn: Turn = 1,
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("cli.past.out_help"))] = None,
) -> None:
    from cchc.scoring.appraisal import Appraisal
    from cchc.scoring.group_books import book_path, group_book

    appraisal = Appraisal.of(run_of(round_id, ""))
    desk = appraisal.docket.desk(group)
    path = out or Path(book_path(appraisal.run, desk, turn).name)
    write_atomic(path, group_book(appraisal, desk, turn))
    say("written", file=path)


@appraisal_app.command("nap", help=t("scoring.cli.load_help"))
def load(
    round_id: Round,
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("scoring.cli.file"))],
    actor: Actor = "",
) -> None:
    from cchc.scoring.appraisal import Appraisal
    from cchc.scoring.group_books import take_in
    from cchc.workbooks.read_appraisal import read_appraisal_book

    try:
        content = file.read_bytes()
    except OSError as error:
        raise CchcError(t("cli.past.no_file", file=file, why=error.strerror or error)) from None
    written = read_appraisal_book(content, file.name)
    appraisal = Appraisal.of(run_of(round_id, actor))
    desk = appraisal.docket.desk(written.group)
    found = take_in(appraisal, desk, written.turn, written, file.name)
    say("loaded", file=file.name, decided=found.decided, untouched=found.untouched, open=found.left)


@appraisal_app.command("mo-lai", help=t("scoring.cli.reopen_help"))
def reopen(
    round_id: Round,
    unit: Unit,
    criterion: Criterion,
    reason: Reason = "",
    document: Annotated[str, typer.Option("--van-ban", help=t("scoring.cli.document"))] = "",
    actor: Actor = "",
) -> None:
    from cchc.scoring.appraisal import Appraisal

    new = Appraisal.of(run_of(round_id, actor)).reopen(unit, criterion, reason, document)
    say("reopened" if new else "unchanged", unit=unit, criterion=criterion)


def points_of(text: str | None) -> Decimal | None:
    """Points as people type them; None when none were given."""
    if text is None:
        return None
    try:
        return parse_number(text, "percent")  # points have decimals as shares have
    except NumberFault:
        raise CchcError(t("scoring.cli.no_points", found=text)) from None


def moment_given(text: str) -> datetime:
    """A day and an hour as people type them, in local time."""
    found = moment_of(text, with_times(DAY_FIRST))
    if found is None:
        raise CchcError(t("scoring.cli.no_moment", found=text))
    return found.replace(tzinfo=TZ)


def say(key: str, **values: object) -> None:
    Console().print(t(f"scoring.cli.said.{key}", **values), markup=False, soft_wrap=True)

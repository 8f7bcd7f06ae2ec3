"""`./cchc cham-diem hoi-dong`: sessions of the council, and what it decides in them."""

from __future__ import annotations

from typing import Annotated

import typer

from cchc.cli.cham_diem.group import app
from cchc.cli.cham_diem.tham_dinh import Chosen, Criterion, Given, Round, Unit, moment_given, points_of, say
from cchc.cli.don_doc import Actor, Reason, run_of
from cchc.clock import vn_instant
from cchc.texts import t

council_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(council_app, name="hoi-dong", help=t("scoring.cli.council_help"))

Session = Annotated[str, typer.Argument(metavar="PHIEN", help=t("scoring.cli.session"))]


@council_app.command("hop", help=t("scoring.cli.hold_help"))
def hold(
    round_id: Round,
    held_at: Annotated[str, typer.Option("--luc", help=t("scoring.cli.held_at"))],
    present: Annotated[list[str] | None, typer.Option("--du", help=t("scoring.cli.present"))] = None,
    written: Annotated[list[str] | None, typer.Option("--y-kien", help=t("scoring.cli.written"))] = None,
    actor: Actor = "",
) -> None:
    from cchc.scoring.council import Council

    session = Council.of(run_of(round_id, actor)).hold(present or [], written or [], moment_given(held_at))
    say("held", session=session.session_id, moment=vn_instant(session.held_at))


@council_app.command("quyet", help=t("scoring.cli.rule_help"))
def rule(
    round_id: Round,
    session: Session,
    unit: Unit,
    criterion: Criterion,
    choice: Chosen,
    points: Given = None,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    from cchc.scoring.council import Council, Ruling

    ruling = Ruling(unit, criterion, choice, reason, points_of(points))
    new = Council.of(run_of(round_id, actor)).rule(session, ruling)
    say("decided" if new else "unchanged", unit=unit, criterion=criterion)


@council_app.command("xep-hang", help=t("scoring.cli.few_help"))
def approve_few_points(
    round_id: Round, session: Session, unit: Unit, reason: Reason = "", actor: Actor = ""
) -> None:
    from cchc.scoring.council import Council

    new = Council.of(run_of(round_id, actor)).approve_few_points(session, unit, reason)
    say("ranked" if new else "ranked_before", unit=unit)

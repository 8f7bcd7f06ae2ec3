"""`./cchc cham-diem kien-nghi`: objections to published points, received and decided."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc.cli.cham_diem.group import app
from cchc.cli.cham_diem.tham_dinh import Chosen, Criterion, Given, Round, Unit, moment_given, points_of, say
from cchc.cli.don_doc import Actor, Reason, run_of
from cchc.clock import vn_instant
from cchc.texts import t

objections_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(objections_app, name="kien-nghi", help=t("scoring.cli.objections_help"))


@objections_app.command("nhan", help=t("scoring.cli.receive_help"))
def receive(
    round_id: Round,
    unit: Unit,
    criterion: Criterion,
    text: Annotated[str, typer.Option("--noi-dung", help=t("scoring.cli.objection_text"))],
    received_at: Annotated[str, typer.Option("--luc", help=t("scoring.cli.received_at"))],
    files: Annotated[
        list[Path] | None,
        typer.Option(
            "--tep", exists=True, dir_okay=False, readable=True, help=t("scoring.cli.objection_files")
        ),
    ] = None,
    links: Annotated[
        list[str] | None, typer.Option("--lien-ket", help=t("scoring.cli.objection_links"))
    ] = None,
    actor: Actor = "",
) -> None:
    from cchc.scoring.objections import receive_objection

    run = run_of(round_id, actor)
    objection = receive_objection(
        run, unit, criterion, text, moment_given(received_at),
        files=[(one.name, one.read_bytes()) for one in files or ()], links=links or (),
    )  # fmt: skip
    say("received", objection=objection.objection_id)
    if objection.evidence_ids:
        say("objection_evidence", count=len(objection.evidence_ids))


@objections_app.command("quyet", help=t("scoring.cli.objection_help"))
def decide(
    round_id: Round,
    objection: Annotated[str, typer.Argument(metavar="KIEN_NGHI", help=t("scoring.cli.objection"))],
    choice: Chosen,
    document: Annotated[str, typer.Option("--van-ban", help=t("scoring.cli.document"))],
    points: Given = None,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    from cchc.scoring.objections import decide_objection

    run = run_of(round_id, actor)
    new = decide_objection(run, objection, choice, reason, document, points_of(points))
    say("objection_decided" if new else "objection_unchanged", objection=objection)


@objections_app.command("danh-sach", help=t("scoring.cli.listed_help"))
def listed(round_id: Round) -> None:
    from cchc.scores import evidence_of, objections_of

    run = run_of(round_id, "")
    found = objections_of(run.store, round_id)
    brought: dict[str, list[str]] = {}
    for evidence in evidence_of(run.store, round_id, as_of=run.as_of):
        brought.setdefault(evidence.received_with, []).append(evidence.name)
    for one in found:
        state = t(f"scoring.appraisal.basis.{one.decision}") if one.decision else t("scoring.cli.open")
        words = t(
            "scoring.cli.said.objection",
            id=one.objection_id,
            unit=run.units.get(one.unit_code).name,
            criterion=one.criterion,
            moment=vn_instant(one.received_at),
            text=one.text,
            state=state,
        )
        Console().print(words, markup=False, soft_wrap=True)
        if names := brought.get(one.objection_id):
            say("brought", names="; ".join(names))
    if not found:
        say("no_objection")

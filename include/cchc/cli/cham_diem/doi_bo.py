"""`./cchc cham-diem bo doi`: put an edited set in force in a round that is open."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc.cli.cham_diem.group import sets_app
from cchc.cli.don_doc import Actor, run_of
from cchc.errors import NothingToDo
from cchc.texts import t


@sets_app.command("doi", help=t("criteria.cli.replace_help"))
def replace(
    code: Annotated[str, typer.Argument(metavar="BO", help=t("criteria.cli.set_help"))],
    reason: Annotated[str, typer.Option("--ly-do", help=t("criteria.cli.reason_help"))],
    document_no: Annotated[str, typer.Option("--van-ban", help=t("criteria.cli.document_help"))],
    round_id: Annotated[
        str | None, typer.Option("--dot", metavar="DOT", help=t("criteria.cli.replace_round_help"))
    ] = None,
    actor: Actor = "",
) -> None:
    from cchc.criteria import CriteriaSets
    from cchc.scoring.replacing import replace_set
    from cchc.stages.score_reopening import send_changed_forms

    year = CriteriaSets.load().get(code).settings.valid.until.year
    run = run_of(round_id or f"{year}-CD", actor)
    try:
        done = replace_set(run, code, reason, document_no)
    except NothingToDo:
        # A run that died after the set was replaced left its forms to be sent.
        if not (sent := send_changed_forms(run)):
            raise
        _say("forms_sent", count=len(sent))
        return
    _say("replaced", before=done.before, after=done.after, count=len(done.changed))
    by_rows: dict[tuple[str, ...], list[str]] = {}
    for unit, rows in done.changed.items():
        by_rows.setdefault(rows, []).append(run.units.get(unit).name)
    for rows, names in by_rows.items():
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        _say("replaced_rows", rows=", ".join(rows), count=len(names), names=shown)
    _say("forms_sent", count=len(send_changed_forms(run)))
    _say("replaced_next")


def _say(key: str, **values: object) -> None:
    Console().print(t(f"criteria.cli.{key}", **values), markup=False, soft_wrap=True)

"""`./cchc van-ban cho-so`, `ghi-so`: letters that are signed on paper, and the number that they were given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from cchc import clock
from cchc.cli.thu import working_store
from cchc.cli.van_ban import app
from cchc.clock import vn_instant
from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.run import Approval, Run
from cchc.table_files import PlainTable, kind_of, write_table
from cchc.texts import t, table

__all__ = ["app"]

_COLUMNS = ("id", "kind", "round", "unit", "made", "number", "symbol", "day")
Actor = Annotated[str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("cli.mail.nguoi"))]


@app.command("cho-so", help=t("cli.numbering.waiting"))
def waiting(
    target: Annotated[Path | None, typer.Option("--ra", help=t("cli.numbering.target"))] = None,
) -> None:
    from cchc.documents.numbering import unnumbered

    run, kinds = _run(""), table("board.document_kinds")
    found = [one for row in run.rounds.all() for one in unnumbered(run.store, row["round_id"], run.as_of)]
    rows = [
        [
            one.record.document_id,
            kinds[one.record.kind],
            one.record.round_id,
            run.units.get(one.record.unit_code).name if one.record.unit_code else "",
            vn_instant(one.record.made_at),
            "",
            one.symbol,
            "",
        ]
        for one in found
    ]
    if target is not None:
        heads = table("documents.numbering.columns")
        typer.echo(
            write_table(PlainTable(t("cli.numbering.sheet"), [heads[key] for key in _COLUMNS], rows), target)
        )
        return
    for identity, kind, _round, unit, made, *_ in rows:
        typer.echo(
            t("cli.numbering.line", id=identity, kind=kind, unit=f", {unit}" if unit else "", made=made)
        )
    if not rows:
        typer.echo(t("cli.numbering.none"))


@app.command("ghi-so", help=t("cli.numbering.enter"))
def enter(
    document_id: Annotated[str | None, typer.Argument(metavar="MA", help=t("cli.numbering.id"))] = None,
    number: Annotated[str, typer.Option("--so", help=t("cli.numbering.number"))] = "",
    symbol: Annotated[str, typer.Option("--ky-hieu", help=t("cli.numbering.symbol"))] = "",
    day: Annotated[str, typer.Option("--ngay", help=t("cli.numbering.day"))] = "",
    register: Annotated[Path | None, typer.Option("--tu", help=t("cli.numbering.register"))] = None,
    actor: Actor = "",
) -> None:
    from cchc.chasing.letters import issue_letter

    if (document_id is None) == (register is None):
        raise CchcError(t("cli.numbering.one_way"))
    run = _run(actor)
    given = {"id": document_id, "number": number, "symbol": symbol, "day": day}
    entries = [given] if register is None else _filled(register)
    if not entries:
        raise CchcError(t("cli.numbering.empty", file=register))
    # Every line is looked at before the first is entered.
    approvals = [
        Approval.parse(
            {
                "decision": "approve", "by": run.actor, "decided_at": run.as_of, "number": one["number"],
                "symbol": one["symbol"], "issued_on": one["day"],
            }
        )
        for one in entries
    ]  # fmt: skip
    for one, approval in zip(entries, approvals, strict=True):
        record = issue_letter(replace(run), str(one["id"]), approval)
        place = record.copied_to(run.instance)
        typer.echo(t("cli.numbering.entered", number=record.number, symbol=record.symbol, file=place))


def _filled(path: Path) -> list[dict[str, Any]]:
    """The rows of the list of `cho-so` that have a number."""
    import pandas as pd

    try:
        if kind_of(path) == ".csv":
            frame = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
        else:
            frame = pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
    except (OSError, ValueError) as error:
        raise CchcError(t("cli.numbering.unreadable", file=path, why=error)) from None
    heads = table("documents.numbering.columns")
    if lost := [heads[key] for key in ("id", "number", "symbol", "day") if heads[key] not in frame.columns]:
        raise CchcError(t("cli.numbering.lost_columns", file=path, columns=", ".join(lost)))
    rows = frame.to_dict("records")
    found = [{key: str(row.get(heads[key], "")).strip() for key in _COLUMNS} for row in rows]
    for one in found:
        one["day"] = one["day"].partition(" ")[0]  # a workbook gives a day with its midnight
    return [one for one in found if one["number"]]


def _run(actor: str) -> Run:
    instance = current_instance()
    return Run(working_store(instance), instance, clock.now(), actor=actor)

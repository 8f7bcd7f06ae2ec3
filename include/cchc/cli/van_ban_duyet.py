"""`./cchc van-ban phe-duyet`: the decision on a draft, given to the form that waits in Airflow as whoever signs in."""

from __future__ import annotations

from typing import Annotated

import typer

from cchc import clock
from cchc.errors import RuleRefused
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t

_ADDRESS = "http://127.0.0.1:8080"  # where `./cchc up` serves unless it is told otherwise


def decide(
    round_id: Annotated[str, typer.Argument(metavar="DOT", help=t("cli.chasing.round"))],
    login: Annotated[str, typer.Option("--tai-khoan", help=t("documents.deciding.cli.login"))],
    number: Annotated[str, typer.Option("--so", help=t("cli.numbering.number"))] = "",
    symbol: Annotated[str, typer.Option("--ky-hieu", help=t("cli.numbering.symbol"))] = "",
    day: Annotated[str, typer.Option("--ngay", help=t("cli.numbering.day"))] = "",
    remarks: Annotated[
        str | None, typer.Option("--tra-lai", help=t("documents.deciding.cli.remarks"))
    ] = None,
    about: Annotated[str, typer.Option("--ve", help=t("documents.deciding.cli.about"))] = "",
    address: Annotated[str, typer.Option("--dia-chi", help=t("documents.deciding.cli.address"))] = "",
) -> None:
    """Show what must be known of the draft, sign in, and answer its form."""
    import httpx

    from cchc.cli.airflow_door import TIMEOUT_S, AirflowDoor
    from cchc.documents.approvers import approvers_of
    from cchc.stages.deciding import answer_to, as_drafted, to_know, waiting_in

    instance = current_instance()
    run = Run(open_store(instance, clock.now()), instance, clock.now(), round_id)
    waiting = next((one for one in waiting_in(run) if one.about == about), None)
    if waiting is None:
        raise RuleRefused("no-draft", t("documents.deciding.cli.nothing", round=run.round.title))
    papers, own = waiting.documents, as_drafted(run, waiting)
    for line in (*(one.file_name for one in papers), *to_know(own)):
        typer.echo(line)
    known = {one.login: one.account_id for one in approvers_of(own)}
    given = {
        "decision": "approve" if remarks is None else "return",
        "by": known.get(login, login),
        "remarks": remarks or "",
        "number": number,
        "symbol": symbol,
        "issued_on": day,
    }
    password = typer.prompt(t("documents.deciding.cli.password", login=login), hide_input=True)
    with httpx.Client(base_url=address or instance.base_url or _ADDRESS, timeout=TIMEOUT_S) as client:
        door = AirflowDoor(client, login, password)
        seen = [one.document_id for one in papers]
        form, option, fields = answer_to(run, about, given, seen, door.forms())
        door.answer(form, option, fields)
    typer.echo(t("documents.deciding.told", option=option))

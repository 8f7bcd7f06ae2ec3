"""`cchc don-doc lui-han`: units that ask for a later due date, and the decision about each."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.chasing.more_time import decline, grant, waiting_pleas
from cchc.cli.don_doc import Actor, Reason, app
from cchc.cli.thu import given_moment, working_store
from cchc.clock import vn_date, vn_instant
from cchc.errors import RuleRefused
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t

__all__ = ["app"]


@app.command("lui-han", help=t("cli.chasing.lui_han"))
def more_time(
    granted: Annotated[str | None, typer.Option("--dong-y", help=t("cli.chasing.grant"))] = None,
    declined: Annotated[str | None, typer.Option("--tu-choi", help=t("cli.chasing.decline"))] = None,
    until: Annotated[str | None, typer.Option("--den", help=t("cli.chasing.plea_until"))] = None,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    instance = current_instance()
    run = Run(working_store(instance), instance, clock.now(), actor=actor)
    if granted and declined:
        raise RuleRefused("one-of-two", t("cli.chasing.said.one_of_two"))
    if granted:
        day = given_moment(until).date() if until else None
        plea = grant(run, granted, day, reason)
        _say(run, "granted", plea.unit_code, plea.round_id, day=vn_date(day or plea.wanted or run.today))
    elif declined:
        plea = decline(run, declined, reason)
        _say(run, "declined", plea.unit_code, plea.round_id)
    else:
        _list(run)


def _list(run: Run) -> None:
    found = waiting_pleas(run)
    for one in found:
        _say(
            run, "plea", one.unit_code, one.round_id,
            plea=one.plea_id, asked=vn_instant(one.asked_at), due=vn_instant(one.due_at),
            wanted=vn_date(one.wanted) if one.wanted else t("cli.chasing.said.no_day"),
            came=t("cli.chasing.said.came", moment=vn_instant(one.delivered_at)) if one.delivered_at else "",
        )  # fmt: skip
    if not found:
        Console().print(t("cli.chasing.said.no_plea"), markup=False)


def _say(run: Run, key: str, unit_code: str, round_id: str, **values: object) -> None:
    unit, title = run.units.get(unit_code).name, run.calendar.round(round_id).title
    Console().print(
        t(f"cli.chasing.said.{key}", unit=unit, round=title, **values), markup=False, soft_wrap=True
    )

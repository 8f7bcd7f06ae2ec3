"""`cchc thu gui-lai`, `thoi`, `tam-dung`, `tiep-tuc`: what a person decides about mails and about sending at all."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.chasing.resending import resend_mail, resend_rung
from cchc.cli.thu import app, working_store
from cchc.errors import RuleRefused
from cchc.mail.mailer import StopCause
from cchc.mail.resending import leave
from cchc.mail.stops import lift_stop, pause_sending
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t

__all__ = ["app"]

Reason = Annotated[str, typer.Option("--ly-do", help=t("cli.chasing.reason"))]
Actor = Annotated[str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("cli.mail.nguoi"))]


@app.command("gui-lai", help=t("cli.mail.gui_lai"))
def send_again(
    keys: Annotated[list[str] | None, typer.Argument(help=t("cli.mail.keys"), show_default=False)] = None,
    round_id: Annotated[str | None, typer.Option("--dot", help=t("cli.chasing.round"))] = None,
    rung: Annotated[str | None, typer.Option("--bac", help=t("cli.mail.bac"))] = None,
    units: Annotated[list[str] | None, typer.Option("--don-vi", help=t("cli.mail.don_vi"))] = None,
    everyone: Annotated[bool, typer.Option("--tat-ca", help=t("cli.mail.tat_ca"))] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    run = _run(round_id, actor)
    if bool(keys) == bool(round_id):
        raise RuleRefused("mails-or-round", t("cli.mail.mails_or_round"))
    for key in keys or ():
        resend_mail(run, key, reason)
    if keys:
        _say("sent_again", count=len(keys))
        return
    if bool(units) == everyone:
        raise RuleRefused("units-or-all", t("cli.mail.units_or_all"))
    done = resend_rung(run, units or None, rung, reason)
    _say("sent_again", count=done.mails)
    if done.waiting:
        _say("still_waiting", count=done.waiting)


@app.command("thoi", help=t("cli.mail.thoi"))
def leave_mail(
    key: Annotated[str, typer.Argument(help=t("cli.mail.keys"))], reason: Reason = "", actor: Actor = ""
) -> None:
    run = _run(None, actor)
    leave(run.store, key, run.as_of, actor=run.actor, reason=reason)
    _say("left")


@app.command("tam-dung", help=t("cli.mail.tam_dung"))
def pause(reason: Reason = "", actor: Actor = "") -> None:
    run = _run(None, actor)
    pause_sending(run.store, run.as_of, actor=run.actor, reason=reason)
    _say("paused")


@app.command("tiep-tuc", help=t("cli.mail.tiep_tuc"))
def go_on(actor: Actor = "") -> None:
    run = _run(None, actor)
    stop = lift_stop(run.store, run.as_of, run.actor)
    _say("goes_on_restored" if stop.cause == StopCause.RESTORED else "goes_on")


def _run(round_id: str | None, actor: str) -> Run:
    instance = current_instance()
    return Run(working_store(instance), instance, clock.now(), round_id, actor=actor)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.mail.said.{key}", **values), markup=False, soft_wrap=True)

"""`./cchc trang-don-vi`: the units' own page: its service, links, what was done through them."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.don_doc import Actor, Reason, run_of
from cchc.mail.modes import address_fault
from cchc.paths import Instance, current_instance
from cchc.texts import t, table

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

SERVICE = "cchc_board.unit_page"  # the program; the library does not know it
USUAL_PORT = 8090

Unit = Annotated[str, typer.Argument(metavar="DON_VI", help=t("cli.unit_page.unit"), show_default=False)]
Round = Annotated[str | None, typer.Option("--dot", help=t("cli.unit_page.round"))]


@app.command("chay", help=t("cli.unit_page.serve"))
def serve(
    port: Annotated[
        int, typer.Option("--cong", min=1024, max=65535, help=t("cli.unit_page.port"))
    ] = USUAL_PORT,
    host: Annotated[str, typer.Option("--dia-chi", help=t("cli.unit_page.host"))] = "127.0.0.1",
) -> None:
    from cchc.unit_page.uses import require_on

    instance = current_instance()
    address = require_on(instance)
    for line in _remarks(instance):
        _say(line)
    _say(t("unit_page.serving", host=host, port=port, address=address))
    sys.stdout.flush()
    # The service takes this process's place: whoever ends the command ends the service.
    os.execv(sys.executable, [sys.executable, "-m", SERVICE, host, str(port)])  # noqa: S606 - arguments of our own, no shell


@app.command("lien-ket", help=t("cli.unit_page.link"))
def link(unit: Unit, round_id: Annotated[str, typer.Option("--dot", help=t("cli.unit_page.round"))]) -> None:
    from cchc.chasing.unit_links import current_link

    run = run_of(round_id, "")
    found = current_link(run, unit)
    name, day = run.units.get(unit).name, clock.vn_date(found.last_day)
    _say(t("unit_page.link_line", title=found.title, unit=name, address=found.address, day=day))
    _say(t("unit_page.link_warning"))
    for line in _remarks(run.instance):
        _say(line)


@app.command("thu-hoi", help=t("cli.unit_page.revoke"))
def revoke(unit: Unit, round_id: Round = None, reason: Reason = "", actor: Actor = "") -> None:
    from cchc.chasing.unit_links import revoke_links

    _say(revoke_links(run_of(round_id, actor), unit, reason))


@app.command("nhat-ky", help=t("cli.unit_page.log"))
def log(unit: Unit) -> None:
    from cchc.unit_page.uses import revocations_of, uses_of

    run = run_of(None, "")
    code, name = run.units.get(unit).code, run.units.get(unit).name
    kinds = table("unit_page.uses")
    uses = uses_of(run.store, code)
    for use in uses:
        _say(
            t(
                "unit_page.use_line",
                round=use.round_id,
                what=kinds[use.kind.value],
                times=use.times,
                visitor=use.visitor,
                first=clock.vn_instant(use.first_at),
                last=clock.vn_instant(use.last_at),
            )
        )
    if not uses:
        _say(t("unit_page.no_uses", unit=name))
    for one in revocations_of(run.store, code):
        _say(
            t(
                "unit_page.revocation_line",
                moment=clock.vn_instant(one.recorded_at),
                actor=one.actor,
                round=one.round_id or t("unit_page.every_round"),
                reason=one.reason,
            )
        )


def _remarks(instance: Instance) -> list[str]:
    """What keeps links of the public address from being safe or of use to others."""
    return [words] if (words := address_fault(instance.unit_page_url or "")) else []


def _say(words: str) -> None:
    Console().print(words, markup=False, soft_wrap=True, highlight=False)

"""`./cchc suc-khoe`: what is wrong with the installation, line by line, with what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from cchc import clock
from cchc.airflow_env import LOOPBACK
from cchc.cli.thu import has_store
from cchc.cli.up import USUAL_PORT, airflow_parts
from cchc.paths import current_instance
from cchc.run import Run
from cchc.store import Store
from cchc.texts import t, table
from cchc.watching import Health, State, health, worst


def well(
    url: Annotated[str | None, typer.Option("--dia-chi", metavar="URL", help=t("watching.url_help"))] = None,
) -> None:
    """Print every line; exits with 0 when all is well, 1 when somebody should look, 2 when something is broken."""
    instance = current_instance()
    address = url or instance.base_url or f"http://{LOOPBACK}:{USUAL_PORT}"
    run = Run(Store(instance.store_url), instance, clock.now()) if has_store(instance) else None
    lines = health(run, airflow_parts(address))
    for words in told(lines):
        typer.echo(words)
    raise typer.Exit(worst(lines).rank)


def told(lines: list[Health]) -> list[str]:
    """The lines as people read them: the summary first, what is to be done below each."""
    names, state = table("watching.states"), worst(lines)
    count = sum(line.state is state for line in lines)
    words = [t(f"watching.summary.{state}", count=count)]
    for line in lines:
        words.append(t("watching.line", state=names[line.state], title=line.title, what=line.what))
        if line.state is not State.WELL:
            words.append(t("watching.line_how", how=line.how))
    return words

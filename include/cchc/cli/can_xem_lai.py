"""`./cchc can-xem-lai`: what a person has to look at, and what is to become of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.errors import CchcError
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.submissions.set_aside import ask_again, dismiss, story, waiting
from cchc.table_files import PlainTable, write_table
from cchc.texts import t, table

app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)
COLUMNS = ("id", "channel", "name", "received", "reason", "held")
Item = Annotated[str, typer.Argument(metavar="MA", help=t("cli.review.id_help"))]
Reason = Annotated[str, typer.Option("--ly-do", help=t("cli.review.reason_help"))]
By = Annotated[str, typer.Option("--nguoi-quyet-dinh", help=t("cli.review.by_help"))]


@app.callback(help=t("cli.review.list_help"))
def list_waiting(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("table_files.out_help"))] = None,
) -> None:
    if context.invoked_subcommand is not None:
        return
    found = waiting(_run("").store)
    if not found:
        typer.echo(t("cli.review.none"))
        return
    channels = table("submissions.set_aside.channels")
    heads = [t(f"cli.review.column_{name}") for name in COLUMNS]
    rows = [
        (
            one.item_id,
            channels[str(one.channel)],
            one.name,
            clock.vn_instant(one.received_at),
            f"{one.reason} ({t('cli.review.wanted')})" if one.wanted else one.reason,
            one.held_in,
        )
        for one in found
    ]
    if out:
        typer.echo(write_table(PlainTable(t("cli.review.sheet"), heads, rows), out))
        return
    shown = Table(*heads)
    for row in rows:
        shown.add_row(*row)
    console = Console(markup=False, soft_wrap=True)
    console.print(shown if console.is_terminal else "\n".join("\t".join(row) for row in rows))


@app.command("thu-lai", help=t("cli.review.again_help"))
def again(item: Item, reason: Reason, by: By) -> None:
    found = ask_again(_run(by), item, reason)
    typer.echo(t("cli.review.again", item=found.item_id, name=found.name))


@app.command("bo-qua", help=t("cli.review.dismiss_help"))
def leave(item: Item, reason: Reason, by: By) -> None:
    found = dismiss(_run(by), item, reason)
    typer.echo(t("cli.review.dismissed", item=found.item_id, name=found.name, held=found.held_in))


@app.command("tra-loi", help=t("cli.review.answer_help"))
def answer(
    item: Item,
    file: Annotated[Path, typer.Argument(metavar="TEP.txt", help=t("cli.review.answer_file_help"))],
    by: By,
    unit: Annotated[str, typer.Option("--don-vi", help=t("cli.review.answer_unit_help"))] = "",
    yes: Annotated[bool, typer.Option("--dong-y", help=t("cli.review.answer_yes_help"))] = False,
) -> None:
    """Show the answer as it would leave, and put it into the outbox when that is agreed to."""
    from cchc.cli.airflow_connections import letter_set_aside
    from cchc.submissions.written_answers import as_mail, compose, send_answer

    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise CchcError(t("cli.review.answer_no_file", file=file)) from None
    run = _run(by)
    found, _ = story(run.store, item, run.as_of)
    letter = letter_set_aside(run.instance, found.item_id)
    written = compose(run, found.item_id, letter, text, unit)
    mail, console = as_mail(run, written), Console()
    for line in (
        t("cli.review.answer_to", to=", ".join(mail.recipients)),
        t("cli.review.answer_subject", subject=mail.subject),
        mail.plain,
    ):
        console.print(line, markup=False, soft_wrap=True)
    if not yes and not (console.is_terminal and typer.confirm(t("cli.review.answer_ask"))):
        typer.echo(t("cli.review.answer_look_first"))
        raise typer.Exit(1)
    typer.echo(t("cli.review.answered", to=", ".join(send_answer(run, written).recipients)))


def _run(by: str) -> Run:
    """A decision happens now, in the installation in daily use."""
    instance = current_instance()
    return Run(open_store(instance, clock.now()), instance, clock.now(), actor=by)

"""`cchc thu`: what would go out today, and whether mail leaves the house."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.chasing.digest import DigestLine, view
from cchc.chasing.foreseeing import RUN_HOUR, deciding_moment, foresee_day
from cchc.chasing.going_live import requests_to_go, send_requests
from cchc.chasing.holds import load_holds
from cchc.chasing.plan import PlannedMail
from cchc.chasing.trial_mail import drop_left, left_of_trial, send_left
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.mail.mail import addresses_of
from cchc.mail.modes import mode_changes, set_mode, subject_tags, why_unconfirmed
from cchc.mail.resending import held_mails
from cchc.mail.stops import current_stop
from cchc.moments import typed_day
from cchc.paths import Instance, current_instance
from cchc.run import Run
from cchc.store import Store
from cchc.texts import t, table

app = typer.Typer(help=t("cli.mail.help"), no_args_is_help=True, rich_markup_mode=None)
thu = app
OUTBOX = "hop-di"  # below the folder of --html: what waits in the outbox already


@app.command("xem", help=t("cli.mail.xem"))
def show(
    day: Annotated[str | None, typer.Option("--ngay", help=t("cli.mail.ngay"))] = None,
    html: Annotated[Path | None, typer.Option("--html", help=t("cli.mail.html"))] = None,
) -> None:
    """List the mails that the daily run of a day sends, and what becomes of those in the outbox; writes no row."""
    console, instance = Console(), current_instance()
    run = Run(existing_store(instance), instance, _run_moment(day))
    console.print(_mode_line(instance), markup=False)
    if refused := why_unconfirmed(run.store, run.instance.settings):
        console.print(t("cli.mail.not_sendable", words=refused), markup=False)
    ahead = foresee_day(run)
    if ahead.why_off:
        console.print(t("cli.mail.day_off", day=clock.vn_date(run.today), why=ahead.why_off), markup=False)
    console.print(_plan_table(ahead.planned, run) if ahead.planned else t("cli.mail.nothing"))
    for mail in ahead.mails[len(ahead.planned) :]:
        text = t("cli.mail.besides", subject=mail.subject, to=_first_of(mail.recipients))
        console.print(text, markup=False)
    if ahead.why_off is None:
        console.print(t("cli.mail.summary"), markup=False)
    for hold in load_holds(run.store, run.as_of).active(run.today):
        console.print(
            t(
                "cli.mail.held",
                unit=run.units.get(hold.unit_code).name,
                what=table("chasing.holds")[str(hold.kind)],
                day=clock.vn_date(hold.last_day),
                why=hold.reason,
            ),
            markup=False,
        )
    fates = {"leaving": ahead.leaving, "put_aside": ahead.put_aside, "kept": ahead.kept}
    for fate, rows in fates.items():
        for row in rows:
            console.print(
                t(
                    f"cli.mail.outbox.{fate}",
                    subject=row["subject"],
                    to=row["unit_code"] or _first_of(addresses_of(row, "recipients")),
                    state=table("cli.mail.states")[row["state"]],
                ),
                markup=False,
            )
    if (stop := current_stop(run.store, clock.now())) is not None:
        console.print(stop.told, markup=False, soft_wrap=True)
    for row in held_mails(run.store):
        to = row["unit_code"] or _first_of(addresses_of(row, "recipients"))
        words = t(
            "cli.mail.waits", subject=row["subject"], to=to, key=row["mail_key"], words=row["server_answer"]
        )
        console.print(words, markup=False, soft_wrap=True)
    if html is not None:
        for mail in ahead.mails:
            write_atomic(html / f"{mail.key.replace('/', '_')}.html", mail.html)
        for row in ahead.leaving:
            write_atomic(html / OUTBOX / f"{row['mail_key'].replace('/', '_')}.html", row["html"])
        count = len(ahead.mails) + len(ahead.leaving)
        console.print(t("cli.mail.written", count=count, folder=html), markup=False)


def _run_moment(day: str | None) -> datetime:
    """When the run of that day decides: at its hour, or now when that is over today."""
    return deciding_moment(None, clock.now()) if day is None else given_moment(day)


def _first_of(addresses: Sequence[str]) -> str:
    """Whom a mail to no unit goes to, in one line."""
    if len(addresses) < 2:
        return addresses[0] if addresses else "-"
    return t("cli.mail.first_of", address=addresses[0], count=len(addresses) - 1)


@app.command("che-do", help=t("cli.mail.che_do"))
def mode(
    new: Annotated[str | None, typer.Argument(help=t("cli.mail.mode_argument"))] = None,
    name: Annotated[str | None, typer.Option("--ten", help=t("cli.mail.ten"))] = None,
    redirect_to: Annotated[str | None, typer.Option("--den", help=t("cli.mail.den"))] = None,
    actor: Annotated[
        str, typer.Option("--nguoi", envvar=["CCHC_USER", "USER"], help=t("cli.mail.nguoi"))
    ] = "",
    ask_units: Annotated[
        bool | None, typer.Option("--gui-yeu-cau/--chua-gui-yeu-cau", help=t("cli.mail.gui_yeu_cau"))
    ] = None,
    send_rest: Annotated[
        bool | None, typer.Option("--gui-thu-con-lai/--bo-thu-con-lai", help=t("cli.mail.gui_con_lai"))
    ] = None,
    reason: Annotated[str, typer.Option("--ly-do", help=t("cli.mail.left_reason"))] = "",
) -> None:
    """Show the mail mode and who set it, or set it; live asks for the department's name, then what is to be sent."""
    console, instance = Console(), current_instance()
    if new is not None:
        if new == "live" and name is None and sys.stdin.isatty():
            name = typer.prompt(t("cli.mail.ask_name"))
        instance.root.mkdir(parents=True, exist_ok=True)
        store = open_store(instance, clock.now())
        now = clock.now()
        set_mode(store, instance, new, actor=actor, at=now, typed_name=name, redirect_to=redirect_to)
    console.print(_mode_line(instance), markup=False)
    changes = mode_changes(existing_store(instance)) if has_store(instance) else []
    if changes and changes[-1].mode == instance.settings.mail_mode:
        when = clock.vn_instant(changes[-1].changed_at)
        console.print(t("cli.mail.since", when=when, actor=changes[-1].actor), markup=False)
    if new == "live":
        run = Run(store, instance, now, actor=actor)
        _offer_requests(console, run, ask_units)
        _offer_rest(console, run, send_rest, reason)


def _offer_requests(console: Console, run: Run, wanted: bool | None) -> None:
    """Say how many requests of open rounds no unit has got, and send them when that is confirmed."""
    to_go = requests_to_go(run)
    for round_id, count in to_go.items():
        title = run.calendar.round(round_id).title
        console.print(t("cli.mail.to_go", count=count, round=title), markup=False, soft_wrap=True)
    if not to_go:
        return
    if wanted is None and sys.stdin.isatty():
        wanted = typer.confirm(t("cli.mail.ask_requests", count=sum(to_go.values())))
    if not wanted:
        console.print(t("cli.mail.requests_later"), markup=False, soft_wrap=True)
        return
    sent = send_requests(run)
    key = "requests_sent" if sent else "requests_day_off"
    console.print(t(f"cli.mail.{key}", count=sent), markup=False, soft_wrap=True)


def _offer_rest(console: Console, run: Run, send: bool | None, reason: str) -> None:
    """Say what else of the trial nobody has got, and send it, or settle that it is not sent, when that is confirmed."""
    left = left_of_trial(run)
    if not left:
        return
    told = ", ".join(f"{table('mail.kinds')[kind]} {count}" for kind, count in left.items())
    console.print(t("cli.mail.rest", count=sum(left.values()), told=told), markup=False, soft_wrap=True)
    if send is None and sys.stdin.isatty() and typer.confirm(t("cli.mail.ask_rest")):
        send = True
    if send is None:
        console.print(t("cli.mail.rest_later"), markup=False, soft_wrap=True)
        return
    count = send_left(run, reason) if send else drop_left(run, reason)
    console.print(
        t(f"cli.mail.{'rest_sent' if send else 'rest_dropped'}", count=count), markup=False, soft_wrap=True
    )


def has_store(instance: Instance) -> bool:
    """Whether the installation has a store; a server is taken at its word."""
    path = instance.store_url.removeprefix("sqlite:///")
    return path == instance.store_url or Path(path).exists()


def existing_store(instance: Instance) -> Store:
    """The store, without creating a file for it: looking must leave no trace."""
    if not has_store(instance):
        path = instance.store_url.removeprefix("sqlite:///")
        raise CchcError(t("cli.mail.no_store", path=path))
    return Store(instance.store_url)


def working_store(instance: Instance) -> Store:
    """The store, for whoever changes something in it; it must be there."""
    existing_store(instance).close()
    return open_store(instance, clock.now())


def given_moment(day: str | None) -> datetime:
    if day is None:
        return clock.now()
    found = typed_day(day)
    if found is None:
        raise CchcError(t("cli.mail.bad_day", day=day))
    return clock.at(found, RUN_HOUR)


def _mode_line(instance: Instance) -> str:
    settings = instance.settings
    line = t("cli.mail.mode_is", mode=table("mail.mode.names")[settings.mail_mode])
    if settings.mail_mode == "redirect":
        line += " " + t("cli.mail.redirected_to", address=settings.redirect_to)
    tags = subject_tags(settings)
    return f"{line} {t('cli.mail.tags', tags=tags)}" if tags else line


def _why(line: DigestLine, run: Run) -> str:
    """How far from the due date, and what is missing: the words of the mail itself."""
    shown = view(line, run.as_of, run.calendar.working_days)
    return f"{shown.remaining}; {shown.missing}"


def _plan_table(planned: list[PlannedMail], run: Run) -> Table:
    shown = Table(title=t("cli.mail.table_title", count=len(planned), day=clock.vn_date(run.today)))
    for column in ("unit", "to", "what", "rung", "due", "why"):
        shown.add_column(t(f"cli.mail.column_{column}"))
    for item in planned:
        for number, line in enumerate(item.lines):
            first = number == 0
            shown.add_row(
                item.unit.name if first else "",
                ", ".join(item.unit.mailboxes) if first else "",
                line.obligation.title,
                line.rung.name if line.rung else "",
                clock.vn_date(line.due_at.astimezone(clock.TZ).date()),
                _why(line, run),
            )
    return shown

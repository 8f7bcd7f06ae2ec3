"""`cchc thu`: what would go out today, and whether mail leaves the house."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.paths import Instance, current_instance
from cchc.reminders import Department, Desk, Ladder, Planned, mail_of, plan, set_mode, subject_tags
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar

app = typer.Typer(help=t("reminders.cli.help"), no_args_is_help=True)
thu = app
RUN_HOUR = 8  # the hour at which the daily run decides


@app.command("xem", help=t("reminders.cli.xem"))
def show(
    day: Annotated[str | None, typer.Option("--ngay", help=t("reminders.cli.ngay"))] = None,
    html: Annotated[Path | None, typer.Option("--html", help=t("reminders.cli.html"))] = None,
) -> None:
    """List today's plan of the ladder and what still waits in the outbox; writes nothing into the store."""
    console, instance = Console(), current_instance()
    store = _existing_store(instance)
    desk = Desk(
        store=store,
        calendar=Calendar.load(),
        units=UnitRegister.load(),
        ladder=Ladder.load(),
        instance=instance,
        department=Department.load(),
        as_of=_instant(day),
    )
    console.print(_mode_line(instance), markup=False)
    why_off = desk.calendar.working_days.why_off(desk.today)
    if why_off:
        console.print(t("reminders.cli.day_off", day=clock.vn_date(desk.today), why=why_off), markup=False)
    planned = plan(desk, desk.owed(), rungs=desk.ladder.codes)
    console.print(_plan_table(planned, desk) if planned else t("reminders.cli.nothing"))
    for row in store.query("reminders.waiting"):
        console.print(
            t(
                "reminders.cli.waiting",
                subject=row["subject"],
                unit=row["unit_code"] or "-",
                state=row["state"],
            ),
            markup=False,
        )
    if html is not None:
        for item in planned:
            write_atomic(html / f"{item.thread.key.replace('/', '_')}.html", mail_of(desk, item).html)
        console.print(t("reminders.cli.written", count=len(planned), folder=html), markup=False)


@app.command("che-do", help=t("reminders.cli.che_do"))
def mode(
    new: Annotated[str | None, typer.Argument(help=t("reminders.cli.mode_argument"))] = None,
    name: Annotated[str | None, typer.Option("--ten", help=t("reminders.cli.ten"))] = None,
    redirect_to: Annotated[str | None, typer.Option("--den", help=t("reminders.cli.den"))] = None,
) -> None:
    """Show the mail mode, or set it."""
    instance = current_instance()
    if new is not None:
        set_mode(instance, new, typed_name=name, redirect_to=redirect_to)
    Console().print(_mode_line(instance), markup=False)


def _existing_store(instance: Instance) -> Store:
    """The store, without creating a file for it: looking must leave no trace."""
    path = instance.store_url.removeprefix("sqlite:///")
    if path != instance.store_url and not Path(path).exists():
        raise CchcError(t("reminders.cli.no_store", path=path))
    return Store(instance.store_url)


def _instant(day: str | None) -> datetime:
    if day is None:
        return clock.now()
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            found: date = datetime.strptime(day, form).replace(tzinfo=clock.TZ).date()
        except ValueError:
            continue
        return clock.at(found, RUN_HOUR)
    raise CchcError(t("reminders.cli.bad_day", day=day))


def _mode_line(instance: Instance) -> str:
    settings = instance.settings
    line = t("reminders.cli.mode_is", mode=table("reminders.mode.names")[settings.mail_mode])
    if settings.mail_mode == "redirect":
        line += " " + t("reminders.cli.redirected_to", address=settings.redirect_to)
    tags = subject_tags(settings)
    return f"{line} {t('reminders.cli.tags', tags=tags)}" if tags else line


def _plan_table(planned: list[Planned], desk: Desk) -> Table:
    shown = Table(title=t("reminders.cli.table_title", count=len(planned), day=clock.vn_date(desk.today)))
    for column in ("unit", "to", "what", "rung", "due"):
        shown.add_column(t(f"reminders.cli.column_{column}"))
    for item in planned:
        for number, line in enumerate(item.lines):
            first = number == 0
            shown.add_row(
                item.unit.name if first else "",
                ", ".join(item.unit.mailboxes) if first else "",
                line.obligation.title,
                line.rung.name if line.rung else "",
                clock.vn_date(line.due_at.astimezone(clock.TZ).date()),
            )
    return shown

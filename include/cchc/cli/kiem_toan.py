"""`./cchc kiem-toan`: prove that everything kept is as it was recorded; 1 when something is damaged."""

from __future__ import annotations

from contextlib import suppress

import typer
from rich.console import Console
from sqlalchemy.exc import DatabaseError

from cchc import clock
from cchc.errors import CchcError
from cchc.indicators import format_number
from cchc.paths import current_instance
from cchc.run import Run
from cchc.store import Store, upgrade
from cchc.texts import t


def audit_installation() -> None:
    """A store of an older program is brought forwards first; one that is damaged stays as it is."""
    from cchc.audit import audit, record

    instance = current_instance()
    store = Store(instance.store_url)
    with suppress(DatabaseError):  # the audit says so
        upgrade(store)
    run = Run(store, instance, clock.now())
    console = Console(soft_wrap=True, highlight=False, markup=False)

    def progress(check: str, count: int, is_done: bool) -> None:
        if not is_done and console.is_terminal:
            console.print(t("audit.progress", check=t(f"audit.checks.{check}"), count=count), end="\r")

    found = audit(run, progress)
    record(run, found)
    for check, count in found.checked.items():
        damaged = sum(one.check == check for one in found.damages)
        verdict = t("audit.damaged", count=format_number(damaged)) if damaged else t("audit.whole")
        named = t(f"audit.checks.{check}")
        typer.echo(t("audit.checked", check=named, count=format_number(count), verdict=verdict))
    for note in found.notes:
        typer.echo(note)
    if not found.proven:
        raise CchcError(t("audit.failed", count=format_number(len(found.damages)), list=found.told()))
    typer.echo(t("audit.proven", count=format_number(sum(found.checked.values()))))

"""`./cchc thu-thach tiep-nhan`: what comes, of every kind, while everything breaks; 1 when a promise was broken."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.errors import CchcError
from cchc.texts import t, table
from cchc_rehearsal.dovecot import PROGRAM, running
from cchc_rehearsal.plain_imap import running_in_memory
from cchc_rehearsal.reception.campaign import ReceptionTally, campaign
from cchc_rehearsal.reception.promises import BrokenPromise

_TEXTS = "rehearsal.reception"
_LOG_WIDTH = 180


def reception(
    count: Annotated[int, typer.Option("--so", min=1, max=100_000, help=t(f"{_TEXTS}.count"))] = 2000,
    seed: Annotated[int, typer.Option("--hat-giong", help=t(f"{_TEXTS}.seed"))] = 1,
    only: Annotated[int | None, typer.Option("--chi", min=0, help=t(f"{_TEXTS}.only"))] = None,
) -> None:
    """Draw items, send them, keep an independent ledger, and compare; names what was broken, and how to replay it."""
    # In a log nobody sees how wide a terminal would be: the columns of the table stay readable.
    console = Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else _LOG_WIDTH)
    console.print(t(f"{_TEXTS}.{'dovecot' if PROGRAM else 'no_dovecot'}"), markup=False)
    folder = Path(tempfile.mkdtemp(prefix="cchc-tiep-nhan-"))

    def progress(done: int, tally: ReceptionTally) -> None:
        values = {"done": done, "count": count, "faults": sum(tally.faults.values())}
        console.print(
            t(f"{_TEXTS}.progress", **values, red=tally.runs["red"], green=tally.runs["green"]), markup=False
        )

    numbers = range(count) if only is None else [only]
    with running() if PROGRAM else running_in_memory() as mailboxes:
        tally = campaign(folder, mailboxes, numbers, seed, progress=progress, calm=only is not None)
    _print(console, tally, seed)
    if tally.broken:
        raise CchcError(t(f"{_TEXTS}.broken_in_all", count=len(tally.broken), folder=folder))
    shutil.rmtree(folder, ignore_errors=True)
    console.print(t(f"{_TEXTS}.held"), markup=False)


def _print(console: Console, tally: ReceptionTally, seed: int) -> None:
    outcomes = table(f"{_TEXTS}.outcomes")
    shown = Table(title=t(f"{_TEXTS}.title"))
    shown.add_column(t(f"{_TEXTS}.kind"), no_wrap=True)
    for name in outcomes.values():
        shown.add_column(name, justify="right")
    for kind, counted in sorted(tally.table.items()):
        cells = [str(counted[outcome] or "") for outcome in outcomes]
        shown.add_row(t(f"{_TEXTS}.kinds.{kind}"), *cells)
    console.print(shown)
    for word, times in sorted(tally.faults.items()):
        console.print(t(f"{_TEXTS}.fault", name=t(f"{_TEXTS}.faults.{word}"), count=times), markup=False)
    for one in tally.broken:
        console.print(_sentence(one, seed), markup=False)
    console.print(
        t(
            f"{_TEXTS}.figures",
            items=len(tally.sent),
            sendings=sum(one.sendings for one in tally.sent),
            answers=tally.answers,
            repeats=tally.repeats,
            runs=sum(tally.runs.values()),
            red=tally.runs["red"],
            lost=tally.count("lost", "not_taken", "unanswered", "left"),
            twice=tally.count("twice", "answered_twice"),
            broken=len(tally.broken),
            seconds=round(tally.seconds),
        ),
        markup=False,
    )


def _sentence(one: BrokenPromise, seed: int) -> str:
    word = t(f"{_TEXTS}.broken.{one.word}")
    if one.kind == "run":
        return t(f"{_TEXTS}.broken_run", number=one.number, word=word, detail=one.detail, seed=seed)
    kind = t(f"{_TEXTS}.kinds.{one.kind}")
    return t(f"{_TEXTS}.broken_item", number=one.number, kind=kind, word=word, detail=one.detail, seed=seed)

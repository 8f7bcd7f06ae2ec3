"""`./cchc thu-thach tat-dot-ngot`: every step is killed and repeated; 1 when anything was lost or doubled."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cchc.errors import CchcError
from cchc.texts import t
from cchc_rehearsal.kills.campaign import Kill, KillTally, campaign
from cchc_rehearsal.kills.year import STEPS

_TEXTS = "rehearsal.kills"
_EVERY = 10


def kill_all(
    count: Annotated[int, typer.Option("--so", min=1, max=10_000, help=t(f"{_TEXTS}.count"))] = 300,
    seed: Annotated[int, typer.Option("--hat-giong", help=t(f"{_TEXTS}.seed"))] = 1,
    steps: Annotated[list[str] | None, typer.Option("--buoc", help=t(f"{_TEXTS}.of_steps"))] = None,
    only: Annotated[int | None, typer.Option("--chi", min=0, help=t(f"{_TEXTS}.only"))] = None,
) -> None:
    """Kill processes all over a small year and look what is left; names each kill that cost something."""
    known = [step.name for step in STEPS]
    if wrong := [name for name in steps or () if name not in known]:
        raise CchcError(t(f"{_TEXTS}.unknown_step", name=wrong[0], known=", ".join(known)))
    told = 0

    def progress(_number: int, tally: KillTally) -> None:
        nonlocal told
        for kill, words in tally.broken[told:]:
            typer.echo(_sentence(kill, words, seed))
        told, done = len(tally.broken), tally.kills.total()
        if done % _EVERY == 0:
            typer.echo(t(f"{_TEXTS}.progress", done=done, count=count, broken=told))

    with tempfile.TemporaryDirectory(prefix="cchc-tat-dot-ngot-") as folder:
        tally = campaign(
            Path(folder), range(count) if only is None else [only], seed, steps or known, progress
        )
    _print(tally)
    if tally.broken:
        raise CchcError(t(f"{_TEXTS}.broken_in_all", count=len(tally.broken)))
    typer.echo(t(f"{_TEXTS}.held"))


def _print(tally: KillTally) -> None:
    for step, kills in tally.kills.items():
        typer.echo(t(f"{_TEXTS}.by_step", step=t(f"{_TEXTS}.steps.{step}"), kills=kills))
    done = tally.kills.total()
    typer.echo(
        t(
            f"{_TEXTS}.figures",
            count=done,
            share=round(100 * done / (done + tally.missed)),
            missed=tally.missed,
            by_touch=tally.by_touch,
            by_clock=done - tally.by_touch,
            minutes=round(tally.seconds / 60),
        )
    )
    names = ("lost", "doubled", "changed", "damaged", "stuck", "processes")
    faults = {name: tally.faults[name] for name in names}
    typer.echo(t(f"{_TEXTS}.outcome", again=tally.mails_again, **faults))


def _sentence(kill: Kill, words: str, seed: int) -> str:
    if kill.touch is None:
        when = t(f"{_TEXTS}.at_share", percent=round(100 * kill.after))
    else:
        when = t(f"{_TEXTS}.at_touch", touch=kill.touch)
    step = t(f"{_TEXTS}.steps.{kill.step}")
    return t(f"{_TEXTS}.broken", number=kill.number, step=step, when=when, words=words, seed=seed)

"""`./cchc thu-thach mat-dien`: the power is cut over intake, issuing, landing and backup; 1 when anything was lost."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cchc.errors import CchcError
from cchc.texts import t
from cchc_rehearsal.power.campaign import PowerCut, PowerTally, campaign, have_root

_TEXTS = "rehearsal.power"
_EVERY = 10


def power(
    count: Annotated[int, typer.Option("--so", min=1, max=10_000, help=t(f"{_TEXTS}.count"))] = 60,
    seed: Annotated[int, typer.Option("--hat-giong", help=t(f"{_TEXTS}.seed"))] = 1,
    only: Annotated[int | None, typer.Option("--chi", min=0, help=t(f"{_TEXTS}.only"))] = None,
) -> None:
    """Cut the power of a disk of our own and look what is left; names each cut that cost something."""
    if not have_root():
        typer.echo(t(f"{_TEXTS}.without_root"))
    folder = Path(tempfile.mkdtemp(prefix="cchc-mat-dien-"))
    told = 0

    def progress(_number: int, tally: PowerTally) -> None:
        nonlocal told
        for cut, words in tally.broken[told:]:
            typer.echo(_sentence(cut, words, seed))
        told, done = len(tally.broken), sum(tally.cuts.values())
        if done % _EVERY == 0:
            typer.echo(t(f"{_TEXTS}.progress", done=done, count=count, broken=told))

    try:
        tally = campaign(folder, range(count) if only is None else [only], seed, progress)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    parts = "; ".join(f"{t(f'{_TEXTS}.steps.{step}')}: {cuts}" for step, cuts in tally.cuts.items())
    typer.echo(
        t(
            f"{_TEXTS}.figures",
            count=sum(tally.cuts.values()),
            parts=parts,
            ended=tally.after_the_end,
            files=tally.files,
            lost=tally.lost,
            emptied=tally.emptied,
        )
    )
    if tally.broken:
        raise CchcError(t(f"{_TEXTS}.broken_in_all", count=len(tally.broken)))
    typer.echo(t(f"{_TEXTS}.held"))


def _sentence(cut: PowerCut, words: str, seed: int) -> str:
    when = t(f"{_TEXTS}.at_end") if cut.touch is None else t(f"{_TEXTS}.at_touch", touch=cut.touch)
    step = t(f"{_TEXTS}.steps.{cut.step}")
    return t(f"{_TEXTS}.broken", number=cut.number, step=step, when=when, words=words, seed=seed)

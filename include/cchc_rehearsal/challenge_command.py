"""`./cchc thu-thach`: campaigns against the intake that anyone can run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cchc.texts import t
from cchc_rehearsal.challenge import Outcome, challenge

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
STEP = 100


@app.callback()
def campaigns() -> None:
    """Keeps `bieu-mau` a command of its own: a Typer app with one command would swallow the name."""


@app.command("bieu-mau", help=t("rehearsal.challenge.workbooks_help"))
def workbooks(
    count: Annotated[int, typer.Option("--so", min=1, help=t("rehearsal.challenge.count_help"))] = 1000,
    first: Annotated[int, typer.Option("--tu", min=0, help=t("rehearsal.challenge.first_help"))] = 0,
    seed: Annotated[int, typer.Option("--hat-giong", help=t("rehearsal.challenge.seed_help"))] = 1,
) -> None:
    told = 0

    def tell(number: int, outcome: Outcome) -> None:
        nonlocal told
        for case, done, fault in outcome.broken[told:]:
            typer.echo(t("rehearsal.challenge.broken", number=case, done=done, fault=fault, seed=seed))
        told = len(outcome.broken)
        if (number - first + 1) % STEP == 0:
            so_far = "; ".join(_counted(outcome.words))
            broken = len(outcome.broken)
            typer.echo(
                t(
                    "rehearsal.challenge.progress",
                    done=number - first + 1,
                    count=count,
                    parts=so_far,
                    broken=broken,
                )
            )

    with tempfile.TemporaryDirectory(prefix="cchc-thu-thach-") as folder:
        outcome = challenge(Path(folder), count, seed, first, tell)
    for line in _counted(outcome.words):
        typer.echo(line)
    for name, counted in sorted(outcome.by_mutation.items()):
        parts = "; ".join(_counted(counted))
        typer.echo(
            t("rehearsal.challenge.by_mutation", name=t(f"rehearsal.challenge.mutations.{name}"), parts=parts)
        )
    typer.echo(t("rehearsal.challenge.verdict", count=count, broken=len(outcome.broken)))
    raise typer.Exit(1 if outcome.broken else 0)


def _counted(words: Mapping[str, int]) -> list[str]:
    return [
        t("rehearsal.challenge.counted", word=t(f"rehearsal.challenge.words.{word}"), count=cases)
        for word, cases in sorted(words.items())
    ]

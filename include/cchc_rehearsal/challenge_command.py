"""`./cchc thu-thach`: campaigns that anyone can run: mutated workbooks, kills, power cuts, forecasts of known years."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.chasing.forecast import held_out
from cchc.cli.hieu_qua import print_score
from cchc.errors import CchcError
from cchc.store import Store, upgrade
from cchc.texts import t
from cchc_rehearsal.challenge import ChallengeTally, challenge
from cchc_rehearsal.crashes import campaign
from cchc_rehearsal.kills.command import kill_all
from cchc_rehearsal.odd_servers import ServerManner, copies
from cchc_rehearsal.power.command import power
from cchc_rehearsal.punctual_years import past_years
from cchc_rehearsal.reception.command import reception

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.command("tiep-nhan", help=t("rehearsal.reception.help"))(reception)
app.command("mat-dien", help=t("rehearsal.power.help"))(power)
app.command("tat-dot-ngot", help=t("rehearsal.kills.help"))(kill_all)
STEP = 100
TRIED_YEARS = range(2023, 2027)


@app.command("bieu-mau", help=t("rehearsal.challenge.workbooks_help"))
def workbooks(
    count: Annotated[int, typer.Option("--so", min=1, help=t("rehearsal.challenge.count_help"))] = 1000,
    first: Annotated[int, typer.Option("--tu", min=0, help=t("rehearsal.challenge.first_help"))] = 0,
    seed: Annotated[int, typer.Option("--hat-giong", help=t("rehearsal.challenge.seed_help"))] = 1,
) -> None:
    told = 0

    def tell(number: int, outcome: ChallengeTally) -> None:
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


@app.command("cham-diem", help=t("rehearsal.scores.bad.help"))
def bad_scores() -> None:
    """Wrong self-scores, evidence and appraisals; exit 1 when one was not refused with its words, or left a trace."""
    from cchc_rehearsal.scores.bad_inputs import campaign as bad_inputs

    faults = []
    with tempfile.TemporaryDirectory(prefix="cchc-thu-thach-") as folder:
        for found in bad_inputs(Path(folder)):
            faults.append(found.fault)
            state = t("rehearsal.scores.bad.broken" if found.fault else "rehearsal.scores.bad.held")
            name = t(f"rehearsal.scores.bad.names.{found.one.name}")
            typer.echo(t("rehearsal.scores.bad.line", state=state, name=name))
            if found.fault:
                typer.echo(f"  {found.fault}")
    broken = sum(map(bool, faults))
    typer.echo(t("rehearsal.scores.bad.verdict", count=len(faults), broken=broken))
    raise typer.Exit(1 if broken else 0)


@app.command("gui-thu", help=t("rehearsal.crashes.help"))
def crash(
    crashes: Annotated[
        int, typer.Option("--so-lan", min=1, max=5000, help=t("rehearsal.crashes.count"))
    ] = 300,
    seed: Annotated[int, typer.Option("--hat", help=t("rehearsal.crashes.seed"))] = 1,
) -> None:
    """Kill sending processes in a store of their own and tell what became of the mails; exit 1 when a promise broke."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="cchc-thach-") as folder:
        store = upgrade(Store(f"sqlite:///{folder}/so-cai.db"))

        def progress(kills: int) -> None:
            if kills % 25 == 0:
                console.print(t("rehearsal.crashes.progress", kills=kills, crashes=crashes), markup=False)

        outcome = campaign(store, Path(folder), crashes, seed, progress)
        store.close()
    console.print(t("rehearsal.crashes.figures", **asdict(outcome)), markup=False, soft_wrap=True)
    if outcome.faults:
        raise CchcError(t("rehearsal.crashes.broken", names=", ".join(outcome.faults)))
    console.print(t("rehearsal.crashes.held"), markup=False)


@app.command("may-chu-thu", help=t("rehearsal.odd_servers.help"))
def odd_servers(
    mails: Annotated[int, typer.Option("--so", min=1, max=50, help=t("rehearsal.odd_servers.count"))] = 3,
    slow: Annotated[float, typer.Option("--cham", min=0, max=500, help=t("rehearsal.odd_servers.slow"))] = 45,
    answer: Annotated[
        int, typer.Option("--cho", min=1, max=1700, help=t("rehearsal.odd_servers.answer"))
    ] = 5,
) -> None:
    """Send through servers that are slow, hang or drop the line; exit 1 when a unit got more than two copies."""
    broken = []
    for manner in ServerManner:
        with tempfile.TemporaryDirectory(prefix="cchc-thach-") as folder:
            found = copies(manner, Path(folder), mails, slow, answer)
        words = t(f"rehearsal.odd_servers.manners.{manner}", seconds=f"{slow:g}")
        typer.echo(
            t(
                "rehearsal.odd_servers.figures",
                manner=words,
                mails=found.mails,
                fewest=found.fewest,
                most=found.most,
                held=found.held,
                runs=found.runs,
            )
        )
        if not found.is_kept:
            broken.append(words)
    if broken:
        raise CchcError(t("rehearsal.odd_servers.broken", manners="; ".join(broken)))
    typer.echo(t("rehearsal.odd_servers.held_all"))


@app.command("du-bao", help=t("rehearsal.forecast.help"))
def forecasts() -> None:
    """Foretell the late units of synthetic years and tell how well that went, against the common share."""
    console = Console(soft_wrap=False, highlight=False)
    console.print(
        t(
            "rehearsal.forecast.synthetic",
            first=TRIED_YEARS[0],
            last=TRIED_YEARS[-1],
            today=clock.vn_date(clock.now().date()),
        ),
        markup=False,
    )
    for seed in range(1, 4):
        score = held_out(past_years(seed, TRIED_YEARS), first=4)
        assert score is not None
        console.print(t("rehearsal.forecast.seed", seed=seed), markup=False)
        print_score(console, score)

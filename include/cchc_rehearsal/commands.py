"""The rehearsal's commands of `./cchc`, found through the entry point `cchc.commands`."""

from __future__ import annotations

import typer

from cchc.texts import t
from cchc_rehearsal.bench.command import app as bench_app
from cchc_rehearsal.challenge_command import app as challenge_app
from cchc_rehearsal.command import demo


def register(app: typer.Typer) -> None:
    """Add `demo`, `thu-thach` and `bench`."""
    app.command("demo", help=t("rehearsal.demo"))(demo)
    app.add_typer(challenge_app, name="thu-thach", help=t("rehearsal.challenge.help"))
    app.add_typer(bench_app, name="bench", help=t("rehearsal.bench"))

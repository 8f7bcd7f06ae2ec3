"""The rehearsal's commands of `./cchc`, found through the entry point `cchc.commands`."""

from __future__ import annotations

from cchc.cli.program import Command


def register(commands: dict[str, Command]) -> None:
    """Add `demo`, `thu-thach` and `bench`."""
    commands |= {
        "demo": Command("cchc_rehearsal.command:demo", "rehearsal.demo"),
        "thu-thach": Command("cchc_rehearsal.challenge_command:app", "rehearsal.challenge.help"),
        "bench": Command("cchc_rehearsal.bench.command:app", "rehearsal.bench"),
    }

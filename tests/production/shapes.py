"""What rounds took on the shapes of the installation, kept in `var/do-dac` and printed beside each other.

`python -m tests.production.shapes` prints what has been measured on this machine. Nothing is asserted about it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from tests.production.carried_round import CLOSING, INTAKE, OPENING

from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "var" / "do-dac"
EMBEDDED, PRODUCTION = "mot-may.json", "san-xuat.json"
STEPS = {OPENING: "opened", INTAKE: "received", CLOSING: "closed, up to the decision"}


def keep(figures: Mapping[str, Any], file: str) -> None:
    """`figures`: what each shape took, by its name."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    write_atomic(FOLDER / file, json.dumps(figures, indent=1) + "\n")


def table(figures: Mapping[str, Mapping[str, Any]]) -> Table:
    """A row a shape."""
    grid = Table(
        "shape", "answers", *(f"{told}: tasks, s, tasks/s" for told in STEPS.values()), "MB in all, most of"
    )
    for shape, took in figures.items():
        if OPENING not in took:  # exit codes, and how long everything took
            continue
        memory = dict(took["memory_mb"])
        whole = memory.pop("all")
        most = max(memory, key=lambda name: memory[name])
        steps = (
            f"{one['tasks']}, {one['seconds']}, {one['tasks_a_second']}"
            for one in map(took.__getitem__, STEPS)
        )
        grid.add_row(
            shape, str(took["answering"]), *steps, str(took["cpu_seconds"]), f"{whole}, {most} {memory[most]}"
        )
    return grid


def show() -> None:
    """Print what lies in the folder; a shape that was not measured here is left out."""
    kept = (FOLDER / name for name in (EMBEDDED, PRODUCTION))
    figures = {
        shape: took
        for path in kept
        if path.exists()
        for shape, took in json.loads(path.read_text(encoding="utf-8")).items()
    }
    Console(width=160).print(table(figures))


if __name__ == "__main__":
    show()

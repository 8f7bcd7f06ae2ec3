"""How long commands take to start, against a Python that only reads the command line's library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cchc.paths import PROJECT_ROOT
from cchc_rehearsal.bench.ratios import Measured

AIM = 0.7  # seconds
FLOOR = "import typer.main"


def starts(median: Callable[[Callable[[], object], int], float], folder: Path) -> list[Measured]:
    """`--help`, `lich` of a year and `ra-soat` of one page."""
    page = folder / "trang.txt"
    page.write_text("Huyện hoàn thành 23/23 nhiệm vụ, đạt 100% kế hoạch.\n", encoding="utf-8")

    def run(*words: str) -> float:
        command = [sys.executable, *words]
        return median(lambda: subprocess.run(command, cwd=PROJECT_ROOT, check=True, capture_output=True), 3)

    floor = run("-c", FLOOR)
    commands = {
        "start_help": ("--help",),
        "start_lich": ("lich", "2026"),
        "start_ra_soat": ("ra-soat", str(page)),
    }
    found = []
    for name, words in commands.items():
        seconds = run("-m", "cchc.cli", *words)
        found += [Measured(name, seconds, "start_aim", AIM), Measured(name, seconds, "typer_import", floor)]
    return found

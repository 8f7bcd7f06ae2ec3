"""The ratios of one run of `./cchc bench`: shown beside those of the run before, and kept as JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT
from cchc.revision import code_revision
from cchc.texts import t, table

FOLDER = PROJECT_ROOT / "var" / "do-dac"
NOW, BEFORE = "bench.json", "bench-truoc.json"
SOURCES = "nguon.json"  # of `bench nguon`


@dataclass(frozen=True)
class Measured:
    """Seconds of a piece of work and of its yardstick: a floor that nobody gets below, what people use, or an aim."""

    what: str
    seconds: float
    yardstick: str
    yardstick_seconds: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.yardstick_seconds


def show(console: Console, measured: Sequence[Measured], before: dict[tuple[str, str], float]) -> None:
    """A line each: what, seconds, the yardstick, its seconds, the ratio, and the ratio of the run before."""
    grid = Table(*table("rehearsal.bench_columns").values())
    for one in measured:
        old = before.get((one.what, one.yardstick))
        grid.add_row(
            t(f"rehearsal.bench_names.{one.what}"),
            f"{one.seconds:.3f}",
            t(f"rehearsal.bench_names.{one.yardstick}"),
            f"{one.yardstick_seconds:.3f}",
            f"{one.ratio:.2f}",
            "" if old is None else f"{old:.2f}",
        )
    console.print(grid)


def keep(measured: Sequence[Measured], folder: Path = FOLDER, name: str = NOW) -> Path:
    """Write the run as JSON; the one before stays beside it."""
    file = folder / name
    if file.exists():
        file.replace(file.with_stem(f"{file.stem}-truoc"))
    told = {
        "at": clock.to_text(clock.now()),
        "revision": code_revision(),
        "cores": len(os.sched_getaffinity(0)),
        "ratios": [asdict(one) | {"ratio": round(one.ratio, 3)} for one in measured],
    }
    write_atomic(file, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return file


def ratios_of(file: Path) -> dict[tuple[str, str], float]:
    """The ratios of a run that was kept, by work and yardstick; none when there is no such file."""
    if not file.exists():
        return {}
    told = json.loads(file.read_text(encoding="utf-8"))
    return {(one["what"], one["yardstick"]): one["ratio"] for one in told["ratios"]}

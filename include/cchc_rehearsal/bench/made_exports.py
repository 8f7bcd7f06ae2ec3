"""Made-up exports of the one-stop software for the benchmarks, of any size, and what is true of them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cchc.clock import at
from cchc.units import TIERS_SINCE_2025_07, Unit, UnitRegister
from cchc_rehearsal.bench.metering import cost

FIRST, DAYS = date(2025, 12, 15), 90  # the window of the first quarter of 2026
LAST = FIRST + timedelta(days=DAYS - 1)
RECEIVED = at(date(2026, 4, 30), 18)


@dataclass(frozen=True)
class Export:
    """Which dossiers an export holds: `rows` of them, the first numbered `start`, of the province with this code."""

    rows: int
    start: int = 0
    province: str = "H01"


def units_of(register: UnitRegister) -> list[Unit]:
    """The units that a province's dossiers lie with."""
    return register.on(LAST, TIERS_SINCE_2025_07)


def write_export(export: Export, path: Path) -> None:
    """Write the export as CSV."""
    _run("one_stop", export, province=export.province, path=str(path))


def truth(export: Export) -> dict[str, tuple[int, int, int]]:
    """By name of the unit: dossiers drawn, those without a fault, and of these the resolved ones."""
    found: dict[str, tuple[int, int, int]] = {
        unit: (drawn, sound, resolved) for unit, drawn, sound, resolved in _run("truth", export)
    }
    return found


def count_lines(path: Path) -> None:
    """The floor: nobody reads a CSV for less than to count its rows."""
    import duckdb

    from cchc.sources.duck import run

    connection = duckdb.connect(config={"memory_limit": "700MB"})
    run(connection, "bench/exports.floor", path=str(path)).fetchone()


def _run(statement: str, export: Export, **values: Any) -> list[tuple[Any, ...]]:
    from cchc.sources.duck import connect, run

    names = [unit.name for unit in units_of(UnitRegister.load())]
    values |= {"units": names, "start": export.start, "rows": export.rows, "first": FIRST, "days": DAYS}
    with connect() as connection:
        run(connection, "bench/exports.dossiers")
        rows: list[tuple[Any, ...]] = run(connection, f"bench/exports.{statement}", **values).fetchall()
    return rows


def main(arguments: list[str]) -> None:
    """Make one export and count its lines; prints what both took and what is true of it, as JSON."""
    path, rows, start, province = arguments
    export = Export(int(rows), int(start), province)
    making = cost(lambda: write_export(export, Path(path)))
    floor = cost(lambda: count_lines(Path(path)))
    print(json.dumps({"making": asdict(making), "floor": asdict(floor), "truth": truth(export)}))


if __name__ == "__main__":
    main(sys.argv[1:])

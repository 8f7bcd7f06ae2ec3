"""`./cchc bench nguon`: the way of an export from CSV to figures, against counting its lines and against pandas.

Each measurement runs in a process of its own, so that its peak memory is its own as well. Ratios are of processor
seconds: those by the clock are of a busy machine as well.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc.config_files import shown
from cchc.errors import CchcError
from cchc.indicators import format_number
from cchc.paths import Instance
from cchc.texts import t, table
from cchc_rehearsal.bench.made_exports import LAST, RECEIVED, Export, count_lines, write_export
from cchc_rehearsal.bench.metering import cost
from cchc_rehearsal.bench.ratios import FOLDER, SOURCES, Measured, keep

REPEATS = 3  # each in a fresh process; one from PANDAS_LIMIT on
PANDAS_LIMIT = 5_000_000  # rows; above, pandas takes more memory than a server of the department has
SHEET_ROWS = 25_000
# What is to be held, as ratios: most against counting the rows; least that pandas and openpyxl take for the same.
MOST = {"whole": 6, "freezing": 5}
LEAST = {"pandas": 4, "openpyxl": 8}


def bench_sources(
    millions: Annotated[
        list[float] | None, typer.Option("--trieu", help=t("rehearsal.bench_sources.millions"), metavar="SO")
    ] = None,
    repeats: Annotated[
        int, typer.Option("--lan", help=t("rehearsal.bench_sources.repeats"), metavar="SO", min=1)
    ] = REPEATS,
    sheet_rows: Annotated[
        int, typer.Option("--dong-bang", help=t("rehearsal.bench_sources.sheet_rows"), metavar="SO", min=1)
    ] = SHEET_ROWS,
) -> None:
    """Prints a line for each size and way: seconds, seconds a million rows, ratio to the floor, peak memory.

    The ratios are kept as JSON (`var/do-dac/nguon.json`), those of the run before beside it.
    """
    console, measured = Console(), []
    with tempfile.TemporaryDirectory() as folder:
        for size in millions or [0.3, 3]:
            measured += _measure_size(console, Path(folder), int(size * 1_000_000), repeats)
        measured.append(_measure_sheet(console, Path(folder), sheet_rows, repeats))
    kept = shown(keep(measured, FOLDER, SOURCES))
    console.print(t("rehearsal.bench_sources.kept", file=kept), soft_wrap=True)


def _measure_size(console: Console, folder: Path, rows: int, repeats: int) -> list[Measured]:
    csv = folder / f"{rows}.csv"
    console.print(t("rehearsal.bench_sources.making", rows=format_number(rows)))
    write_export(Export(rows), csv)
    grid = Table(
        *table("rehearsal.bench_sources.columns").values(),
        title=t("rehearsal.bench_sources.title", megabytes=csv.stat().st_size >> 20),
    )
    if rows > PANDAS_LIMIT:
        repeats = 1
    works = ["count", "whole", "pandas"] if rows <= PANDAS_LIMIT else ["count", "whole"]
    found = {work: _in_process(work, csv, folder, repeats) for work in works}
    whole, floor = found["whole"], found["count"]["cpu"]
    taken: dict[str, tuple[float, float, float | None]] = {
        "count": (floor, found["count"]["wall"], found["count"]["memory"]),
        "landing": (whole["cpu"], whole["wall"], whole["memory"]),
        "figures": (whole["figures_cpu"], whole["figures_wall"], None),
        "whole": (
            whole["cpu"] + whole["figures_cpu"],
            whole["wall"] + whole["figures_wall"],
            whole["memory"],
        ),
        "freezing": (whole["freezing_cpu"], whole["freezing_wall"], None),
    }
    if "pandas" in found:
        pandas = found["pandas"]
        taken["pandas"] = (pandas["cpu"], pandas["wall"], pandas["memory"])
    own = taken["whole"][0]
    for name, (cpu, wall, memory) in taken.items():
        grid.add_row(
            t(f"rehearsal.bench_sources.names.{name}"),
            f"{cpu:.2f}",
            f"{wall:.2f}",
            f"{cpu * 1_000_000 / rows:.2f}",
            f"{cpu / floor:.1f}",
            _aim(name, cpu / floor, cpu / own),
            format_number(memory, 0) if memory else "",
        )
    console.print(grid)
    console.print(
        t("rehearsal.bench_sources.rows", **{key: whole[key] for key in ("read", "accepted", "quarantined")})
    )
    if "pandas" not in found:
        console.print(t("rehearsal.bench_sources.no_pandas"))
    csv.unlink()
    return [
        Measured(f"{name}_{rows}", taken[name][0], f"{yardstick}_{rows}", taken[yardstick][0])
        for name, yardstick in (("whole", "count"), ("freezing", "count"), ("pandas", "whole"))
        if name in taken
    ]


def _aim(name: str, to_floor: float, to_own: float) -> str:
    """What is to be held of a line, and whether it is."""
    if name in MOST:
        return _held(f"≤ {MOST[name]}", to_floor <= MOST[name])
    if name in LEAST:
        return _held(f"{to_own:.1f} (≥ {LEAST[name]})", to_own >= LEAST[name])
    return ""


def _held(aim: str, holds: bool) -> str:
    return f"{aim}: {table('rehearsal.bench_sources.held')['yes' if holds else 'no']}"


def _measure_sheet(console: Console, folder: Path, rows: int, repeats: int) -> Measured:
    """Landing a workbook against only walking through its cells with openpyxl's read-only reader."""
    csv, sheet = folder / "bang.csv", folder / "bang.xlsx"
    write_export(Export(rows), csv)
    _write_sheet(csv, sheet)
    walked, read, landed = (
        _in_process(work, sheet, folder, repeats)["cpu"] for work in ("openpyxl", "sheet", "whole")
    )
    console.print(
        t(
            "rehearsal.bench_sources.sheet",
            rows=rows,
            openpyxl=f"{walked:.2f}",
            read=f"{read:.2f}",
            read_ratio=f"{walked / read:.1f}",
            aim=_held(f"≥ {LEAST['openpyxl']}", walked / read >= LEAST["openpyxl"]),
            landed=f"{landed:.2f}",
            landed_ratio=f"{walked / landed:.1f}",
        ),
        soft_wrap=True,
    )
    return Measured(f"openpyxl_{rows}", walked, f"sheet_{rows}", read)


def _in_process(work: str, path: Path, folder: Path, repeats: int) -> dict[str, float]:
    """The run with the least processor seconds of `repeats`, each in a fresh process: contention only adds."""
    runs = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-m", "cchc_rehearsal.bench.sources", work, str(path), str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CchcError(t("rehearsal.bench_sources.failed", work=work, error=done.stderr[-2000:]))
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return min(runs, key=lambda one: one["cpu"])


def _write_sheet(csv: Path, sheet: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(sheet, {"constant_memory": True})
    page = book.add_worksheet()
    with csv.open(encoding="utf-8") as handle:
        for number, line in enumerate(handle):
            page.write_row(number, 0, line.rstrip("\n").split(";")[:16])
    book.close()


def _count(path: Path, _: Path) -> dict[str, float]:
    import duckdb  # noqa: F401 - imported before the clock starts

    return asdict(cost(lambda: count_lines(path)))


def _whole(path: Path, folder: Path) -> dict[str, float]:
    from cchc.indicators import IndicatorRegister
    from cchc.sources import compute_values, freeze_snapshot, land_file
    from cchc.store import Store, upgrade
    from cchc.units import UnitRegister
    from cchc.year import Calendar

    with tempfile.TemporaryDirectory(dir=folder) as root:
        instance = Instance(Path(root))
        store, units = upgrade(Store(instance.store_url)), UnitRegister.load()
        round_, indicators = Calendar.load().round("2026-Q1"), IndicatorRegister.load()
        landed: list[Any] = []
        landing = cost(lambda: landed.append(land_file(store, instance, path, units, RECEIVED)))
        freezing = cost(lambda: freeze_snapshot(store, instance, "one_stop", LAST, RECEIVED))
        figures = cost(lambda: compute_values(store, instance, round_, units, indicators, RECEIVED))
        store.close()
    told = landed[0]
    return asdict(landing) | {
        "freezing_cpu": freezing.cpu, "freezing_wall": freezing.wall,
        "figures_cpu": figures.cpu, "figures_wall": figures.wall,
        "read": told.rows_read, "accepted": told.rows_accepted, "quarantined": told.rows_quarantined,
    }  # fmt: skip


def _pandas(path: Path, _: Path) -> dict[str, float]:
    """As most people would write it; it checks nothing and keeps nothing."""
    import pandas as pd

    def work() -> None:
        frame = pd.read_csv(path, sep=";", dtype=str, on_bad_lines="skip")
        for column in ("Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý"):
            frame[column] = pd.to_datetime(frame[column].str[:10], format="%d/%m/%Y", errors="coerce")
        due, end = frame["Ngày hẹn trả"], frame["Ngày kết thúc xử lý"]
        frame["on_time"] = end.notna() & (due.isna() | (end <= due))
        frame["late"] = end > due
        frame.groupby(["Đơn vị xử lý", "Lĩnh vực", "Kênh thực hiện"])[["on_time", "late"]].sum()

    return asdict(cost(work))


def _openpyxl(path: Path, _: Path) -> dict[str, float]:
    from openpyxl import load_workbook

    def work() -> None:
        book = load_workbook(path, read_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            len(row)

    return asdict(cost(work))


def _sheet(path: Path, _: Path) -> dict[str, float]:
    from cchc.sources.door import find_layout
    from cchc.sources.duck import connect
    from cchc.sources.layouts import load_layouts

    def work() -> None:
        found = find_layout(path, layouts)
        with connect() as connection:
            found.table.load(connection, found.reading)

    layouts = load_layouts()
    for library in ("duckdb", "fastexcel", "pyarrow"):  # openpyxl is imported before its clock starts, too
        import_module(library)
    return asdict(cost(work))


WORKS: dict[str, Callable[[Path, Path], dict[str, float]]] = {
    "count": _count, "whole": _whole, "pandas": _pandas, "openpyxl": _openpyxl, "sheet": _sheet,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """One measurement, in this process; prints a line of JSON."""
    work, path, folder = arguments
    found = WORKS[work](Path(path), Path(folder))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found | {"memory": peak}))


if __name__ == "__main__":
    main(sys.argv[1:])

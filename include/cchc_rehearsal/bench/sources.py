"""`./cchc bench nguon`: the way of an export from CSV to figures, against counting its lines and against pandas.

Each measurement runs in a process of its own, so that its peak memory is its own as well.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc.errors import CchcError
from cchc.indicators import format_number
from cchc.paths import Instance
from cchc.texts import t, table
from cchc_rehearsal.bench.made_exports import LAST, RECEIVED, Export, count_lines, write_export

REPEATS = 3  # each in a fresh process; one from PANDAS_LIMIT on
PANDAS_LIMIT = 5_000_000  # rows; above, pandas takes more memory than a server of the department has
SHEET_ROWS = 25_000


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
    """Prints a line for each size and way: seconds, seconds a million rows, ratio to the floor, peak memory."""
    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        for size in millions or [0.3, 3]:
            _measure_size(console, Path(folder), int(size * 1_000_000), repeats)
        _measure_sheet(console, Path(folder), sheet_rows, repeats)


def _measure_size(console: Console, folder: Path, rows: int, repeats: int) -> None:
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
    floor = found["count"]["seconds"]
    for name, seconds, memory in (
        ("count", floor, found["count"]["memory"]),
        ("landing", found["whole"]["landing"], found["whole"]["memory"]),
        ("figures", found["whole"]["figures"], None),
        ("whole", found["whole"]["landing"] + found["whole"]["figures"], found["whole"]["memory"]),
        ("freezing", found["whole"]["freezing"], None),
        *([("pandas", found["pandas"]["seconds"], found["pandas"]["memory"])] if "pandas" in found else []),
    ):
        grid.add_row(
            t(f"rehearsal.bench_sources.names.{name}"),
            f"{seconds:.2f}",
            f"{seconds * 1_000_000 / rows:.2f}",
            f"{seconds / floor:.1f}",
            format_number(memory, 0) if memory else "",
        )
    console.print(grid)
    console.print(
        t(
            "rehearsal.bench_sources.rows",
            **{key: found["whole"][key] for key in ("read", "accepted", "quarantined")},
        )
    )
    if "pandas" not in found:
        console.print(t("rehearsal.bench_sources.no_pandas"))
    csv.unlink()


def _measure_sheet(console: Console, folder: Path, rows: int, repeats: int) -> None:
    """Landing a workbook against only walking through its cells with openpyxl's read-only reader."""
    csv, sheet = folder / "bang.csv", folder / "bang.xlsx"
    write_export(Export(rows), csv)
    _write_sheet(csv, sheet)
    walked = _in_process("openpyxl", sheet, folder, repeats)["seconds"]
    read = _in_process("sheet", sheet, folder, repeats)["seconds"]
    landed = _in_process("whole", sheet, folder, repeats)["landing"]
    console.print(
        t(
            "rehearsal.bench_sources.sheet",
            rows=rows,
            openpyxl=f"{walked:.2f}",
            read=f"{read:.2f}",
            read_ratio=f"{walked / read:.1f}",
            landed=f"{landed:.2f}",
            landed_ratio=f"{walked / landed:.1f}",
        )
    )


def _in_process(work: str, path: Path, folder: Path, repeats: int) -> dict[str, float]:
    """The run with the least seconds of `repeats`, each in a fresh process: contention only adds."""
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
    return min(runs, key=lambda one: one.get("seconds", one.get("landing", 0)))


def _write_sheet(csv: Path, sheet: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(sheet, {"constant_memory": True})
    page = book.add_worksheet()
    with csv.open(encoding="utf-8") as handle:
        for number, line in enumerate(handle):
            page.write_row(number, 0, line.rstrip("\n").split(";")[:16])
    book.close()


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _count(path: Path, _: Path) -> dict[str, float]:
    import duckdb  # noqa: F401 - imported before the clock starts

    return {"seconds": _timed(lambda: count_lines(path))}


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
        started = time.perf_counter()
        landing = land_file(store, instance, path, units, RECEIVED)
        landed = time.perf_counter() - started
        freezing = _timed(lambda: freeze_snapshot(store, instance, "one_stop", LAST, RECEIVED))
        figures = _timed(lambda: compute_values(store, instance, round_, units, indicators, RECEIVED))
        store.close()
    return {
        "landing": landed, "freezing": freezing, "figures": figures, "read": landing.rows_read,
        "accepted": landing.rows_accepted, "quarantined": landing.rows_quarantined,
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

    return {"seconds": _timed(work)}


def _openpyxl(path: Path, _: Path) -> dict[str, float]:
    from openpyxl import load_workbook

    def work() -> None:
        book = load_workbook(path, read_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            len(row)

    return {"seconds": _timed(work)}


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
    return {"seconds": _timed(work)}


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

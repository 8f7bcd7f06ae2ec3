"""`./cchc bench`: ratios measured in one run, against the floor and against what people use today."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import typer
from rich.console import Console

from cchc.airflow_env import airflow_environment
from cchc.clock import at
from cchc.config_files import shown
from cchc.paths import PROJECT_ROOT, Instance
from cchc.texts import t
from cchc.units import TIERS_SINCE_2025_07
from cchc_rehearsal.bench.board.command import bench_board
from cchc_rehearsal.bench.claims import claims
from cchc_rehearsal.bench.intake import bench_intake, one_workbook
from cchc_rehearsal.bench.mail import mails
from cchc_rehearsal.bench.ra_soat import bench_ra_soat
from cchc_rehearsal.bench.ratios import BEFORE, FOLDER, NOW, Measured, keep, ratios_of, show
from cchc_rehearsal.bench.report import bench_report
from cchc_rehearsal.bench.scale import bench_scale
from cchc_rehearsal.bench.scoring import bench_scoring
from cchc_rehearsal.bench.sources import bench_sources
from cchc_rehearsal.bench.starts import starts
from cchc_rehearsal.bench.workbook import bench_workbook

REPEATS = 5
IMPORT_SDK = "import airflow.sdk"
IMPORT_DAGS = (
    "import airflow.sdk, importlib.util, pathlib, sys; sys.path.insert(0, {plugins!r})\n"
    "for path in sorted(pathlib.Path({dags!r}).glob('*.py')):\n"
    "    spec = importlib.util.spec_from_file_location(path.stem, path)\n"
    "    spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
)


app = typer.Typer(rich_markup_mode=None)
app.command("nguon", help=t("rehearsal.bench_sources.help"))(bench_sources)
app.command("quy-mo", help=t("rehearsal.bench_scale.help"))(bench_scale)
app.command("lap-bieu", help=t("rehearsal.bench_workbook.help"))(bench_workbook)
app.command("bao-cao", help=t("rehearsal.bench_report.help"))(bench_report)
app.command("ra-soat", help=t("rehearsal.bench_claims.help"))(bench_ra_soat)
app.command("bieu-mau", help=t("rehearsal.bench_intake.help"))(bench_intake)
app.command("bang", help=t("rehearsal.bench_board.help"))(bench_board)
app.command("cham-diem", help=t("rehearsal.bench_scoring.help"))(bench_scoring)


@app.callback(invoke_without_command=True)
def bench(context: typer.Context) -> None:
    """Prints one line a measurement: what, seconds, the yardstick and its seconds, the ratio now and of the run before.

    The run is kept as JSON (`var/do-dac/bench.json`), the one before it beside it.
    """
    if context.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory() as folder:
        instance = Instance(Path(folder))
        environment = os.environ | airflow_environment(instance)
        measured = (
            *_imports(environment),
            *starts(_median, Path(folder)),
            *_exports(instance),
            *one_workbook(_median),
            *claims(_median),
            *mails(),
        )
    _keep_and_show(measured)


@app.command("thu", help=t("rehearsal.bench_mail_help"))
def bench_mail() -> None:
    """The mails alone."""
    show(Console(), mails(), ratios_of(FOLDER / NOW))


def _keep_and_show(measured: Sequence[Measured]) -> None:
    console = Console(soft_wrap=False)
    show(console, measured, ratios_of(FOLDER / NOW))
    console.print(t("rehearsal.bench_kept", file=shown(keep(measured)), before=BEFORE), soft_wrap=True)


def _median(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median seconds of one call; the first call is left out, it warms the caches."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def _imports(environment: dict[str, str]) -> list[Measured]:
    """The whole Dag folder in a fresh process, against `import airflow.sdk` alone in one."""
    dags = IMPORT_DAGS.format(dags=str(PROJECT_ROOT / "dags"), plugins=str(PROJECT_ROOT / "plugins"))

    def run(code: str) -> Callable[[], object]:
        return lambda: subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True
        )

    floor, ours = _median(run(IMPORT_SDK), 3), _median(run(dags), 3)
    return [Measured("dag_import", ours, "sdk_import", floor)]


def _exports(instance: Instance) -> list[Measured]:
    """Landing one export file, against counting its rows (floor) and against pandas (what people use)."""
    import duckdb
    import pandas as pd

    from cchc.files import write_atomic
    from cchc.sources import land_file
    from cchc.store import Store, upgrade
    from cchc.units import UnitRegister
    from cchc_rehearsal.one_stop_exports import OneStopYear

    units = UnitRegister.load()
    content = OneStopYear(units.on(date(2026, 6, 30), TIERS_SINCE_2025_07), 2026, 1).weekly_file(
        date(2025, 12, 15), date(2026, 3, 14)
    )
    store = upgrade(Store(instance.store_url))
    path, rounds = instance.export_drop / "mot-cua.csv", iter(range(1000))

    def land() -> None:
        # A blank line more makes it another file: the same one would be recognised and skipped.
        write_atomic(path, content + b"\n" * next(rounds))
        land_file(store, instance, path, units, at(date(2026, 3, 14), 18))

    kept = instance.root / "doc.csv"
    write_atomic(kept, content)

    def count() -> None:
        duckdb.connect().execute(f"SELECT count(*) FROM read_csv('{kept}', all_varchar = true)").fetchone()  # noqa: S608 - our own path

    def with_pandas() -> None:
        frame = pd.read_csv(kept, dtype=str, sep=None, engine="python")
        for column in [name for name in frame if str(name).lower().startswith("ngày")]:
            pd.to_datetime(frame[column], format="%d/%m/%Y", errors="coerce")

    ours = _median(land, 3)
    store.close()
    return [
        Measured("landing", ours, "duckdb_count", _median(count, 3)),
        Measured("landing", ours, "pandas_csv", _median(with_pandas, 3)),
    ]

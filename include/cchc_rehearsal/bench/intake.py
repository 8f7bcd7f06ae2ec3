"""`./cchc bench bieu-mau`: what units type; the workbooks of a round, read and checked; what the checks are worth."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.indicators import format_number
from cchc.texts import t, table
from cchc_rehearsal.bench.cells import print_cells
from cchc_rehearsal.bench.ratios import Measured
from cchc_rehearsal.bench.workbook import HowManyUnits, Repeats

if TYPE_CHECKING:
    from cchc.checks import CheckContext
    from cchc_rehearsal.population import Population

ROUND, PROCESSES, REPEATS = "2026-Q1", 2, 3
# Inherited by the second process when it forks: in earnest each process has its own files and references.
_tasks: list[tuple[bytes, CheckContext]] = []


def bench_intake(
    round_id: Annotated[str, typer.Option("--dot", help=t("rehearsal.bench_intake.round"))] = ROUND,
    seed: Annotated[int, typer.Option("--seed", help=t("rehearsal.bench_intake.seed"))] = 1,
    units: HowManyUnits = None,
    repeats: Repeats = REPEATS,
) -> None:
    """Prints how many cells a unit has to type; seconds for the workbooks of the round beside openpyxl's and the
    floor's; what was found of the planted faults and what was blamed wrongly. On a machine that has other work the
    seconds of the processor tell more than those of the clock; of two processes only the clock's are known."""
    from cchc_rehearsal.population import Population

    console, population = Console(), Population(round_id, seed)
    print_cells(console, population.round.year, seed, units)
    chosen = [unit.code for unit in population.units[:units]]
    console.print(t("rehearsal.bench_intake.making", count=len(chosen), round=round_id))
    _tasks[:] = [
        (workbook.content, population.context(workbook.unit))
        for workbook in population.workbooks(planted=True, units=chosen)
    ]
    works = {"unzip": _unzip, "calamine": _calamine, "openpyxl": _openpyxl, "ours": _one, "two": _two}
    measured = {name: _least(work, repeats) for name, work in works.items()}
    load = format_number(os.getloadavg()[0], 1)
    title = t("rehearsal.bench_intake.title", count=len(_tasks), round=round_id, load=load)
    grid = Table(*table("rehearsal.bench_intake.columns").values(), title=title)
    for name, (took, worked) in measured.items():
        alone = name != "two"  # what its children worked is not counted
        grid.add_row(
            t(f"rehearsal.bench_intake.names.{name}"),
            f"{took:.2f}",
            f"{worked:.2f}" if alone else "",
            f"{worked / len(_tasks) * 1000:.0f}" if alone else "",
            f"{worked / measured['openpyxl'][1]:.2f}" if alone else f"{took / measured['openpyxl'][0]:.2f}",
            f"{worked / measured['unzip'][1]:.1f}" if alone else f"{took / measured['unzip'][0]:.1f}",
        )
    console.print(grid)
    _print_worth(console, population, chosen)


def one_workbook(median: Callable[[Callable[[], object]], float]) -> list[Measured]:
    """Reading and checking one unit's workbook, against only opening it with openpyxl and with pandas."""
    import pandas as pd
    from openpyxl import load_workbook

    from cchc_rehearsal.population import Population
    from cchc_rehearsal.trial import read_and_check

    population = Population(ROUND)
    workbook = next(population.workbooks(planted=True, units=[population.units[-1].code]))
    context = population.context(workbook.unit)
    ours = median(lambda: read_and_check(workbook.content, context))
    opened = median(lambda: load_workbook(io.BytesIO(workbook.content)))
    with_pandas = median(lambda: pd.read_excel(io.BytesIO(workbook.content), sheet_name=None))
    return [
        Measured("workbook", ours, "openpyxl_open", opened),
        Measured("workbook", ours, "pandas_excel", with_pandas),
    ]


def _print_worth(console: Console, population: Population, units: Sequence[str]) -> None:
    from cchc_rehearsal.trial import planted_faults, sound_workbooks

    planted, sound = planted_faults(population, units), sound_workbooks(population, units)
    found, whole = sum(planted.found.values()), sum(planted.planted.values())
    console.print(
        t("rehearsal.bench_intake.planted", found=found, planted=whole, kinds=len(planted.planted)),
        soft_wrap=True,
    )
    for unit, kind, rules in planted.missed:
        said = ", ".join(rules) or t("rehearsal.bench_intake.nothing")
        console.print(t("rehearsal.bench_intake.missed", unit=unit, kind=kind, rules=said), soft_wrap=True)
    errors, figures = len(sound.false_errors), sound.figures
    share = format_number(errors / figures * 1000, 2)
    told = {"errors": errors, "figures": format_number(figures), "share": share}
    console.print(t("rehearsal.bench_intake.false_errors", **told), soft_wrap=True)
    for unit, finding in sound.false_errors:
        console.print(
            t("rehearsal.bench_intake.false_error", unit=unit, message=finding.message), soft_wrap=True
        )


def _least(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Least seconds of several runs, by the clock and of this process: contention only adds."""
    times, works = [], []
    for _ in range(repeats):
        started, before = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - started)
        works.append(time.process_time() - before)
    return min(times), min(works)


def _unzip() -> None:
    for content, _ in _tasks:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                archive.read(name)


def _calamine() -> None:
    from python_calamine import CalamineWorkbook

    for content, _ in _tasks:
        book = CalamineWorkbook.from_object(io.BytesIO(content))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _openpyxl() -> None:
    from openpyxl import load_workbook

    for content, _ in _tasks:
        load_workbook(io.BytesIO(content))


def _one() -> None:
    for place in range(len(_tasks)):
        _check(place)


def _two() -> None:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        list(pool.map(_check, range(len(_tasks)), chunksize=4))


def _check(place: int) -> int:
    from cchc_rehearsal.trial import read_and_check

    return len(read_and_check(*_tasks[place])[1])

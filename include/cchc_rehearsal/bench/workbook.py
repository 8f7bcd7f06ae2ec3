"""`./cchc bench lap-bieu`: building every unit's form of a round, beside openpyxl writing the same cells, and a floor.

The floor writes the bare cells with xlsxwriter: no formats, no validation, no protection. openpyxl writes them with
their formats, as people do who make such forms; what checks and colours itself in ours is left out there.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc.indicators import format_number
from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.run import Run

HowManyUnits = Annotated[
    int | None, typer.Option("--don-vi", help=t("rehearsal.bench_workbook.units"), metavar="SO", min=1)
]
Repeats = Annotated[
    int, typer.Option("--lan", help=t("rehearsal.bench_workbook.repeats"), metavar="SO", min=1)
]
ROUND = "2026-Q1"
AIM_SECONDS = 25  # for all forms of a round
REPEATS = 2
_STYLE_PARTS = ("font", "fill", "border", "alignment", "number_format", "protection")


@dataclass(frozen=True)
class _Sheet:
    """What stands on one sheet of a form: (row, column, value or formula, number of its format), 1-based."""

    name: str
    cells: Sequence[tuple[int, int, Any, int]]


@dataclass(frozen=True)
class _Form:
    """A form taken apart. `styles`: the parts of each format by its number."""

    sheets: Sequence[_Sheet]
    styles: Mapping[int, Mapping[str, Any]]

    @property
    def size(self) -> int:
        return sum(len(sheet.cells) for sheet in self.sheets)


def bench_workbook(
    units: HowManyUnits = None,
    repeats: Repeats = REPEATS,
) -> None:
    """Prints one line a way: seconds for all forms, milliseconds a form, ratio to the floor; one process, one core."""
    from cchc.stages import opening

    with tempfile.TemporaryDirectory() as folder:
        run, codes = _open_round(Path(folder), units)
        opening.build_workbooks(
            run, codes
        )  # warms the caches, and gives the forms that the others write again
        tiers = [run.units.get(code).tier for code in codes]
        paths = {
            tier: opening.workbook_path(run, run.round, run.units.get(code))
            for tier, code in zip(tiers, codes, strict=True)
        }
        forms = {tier: taken_apart(path.read_bytes()) for tier, path in paths.items()}
        ways: dict[str, Callable[[], object]] = {
            "floor": lambda: [bare(forms[tier]) for tier in tiers],
            "ours": lambda: opening.build_workbooks(run, codes),
            "openpyxl": lambda: [with_openpyxl(forms[tier]) for tier in tiers],
        }
        found = {name: min(_seconds(way) for _ in range(repeats)) for name, way in ways.items()}
        run.store.close()
    cells = sum(forms[tier].size for tier in tiers)
    title = t("rehearsal.bench_workbook.title", forms=len(tiers), cells=format_number(cells))
    grid = Table(*table("rehearsal.bench_workbook.columns").values(), title=title)
    for name, seconds in found.items():
        cost = (f"{seconds:.2f}", f"{seconds * 1000 / len(tiers):.0f}", f"{seconds / found['floor']:.2f}")
        grid.add_row(t(f"rehearsal.bench_workbook.names.{name}"), *cost)
    console = Console()
    console.print(grid)
    if units is None:
        console.print(t("rehearsal.bench_workbook.aim", aim=AIM_SECONDS, seconds=f"{found['ours']:.1f}"))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _open_round(folder: Path, units: int | None) -> tuple[Run, list[str]]:
    """An open round whose forms hold what the systems say, and the codes of the units to build for."""
    from cchc.paths import Instance
    from cchc.run import Run
    from cchc.sources import SystemValue
    from cchc.stages import opening
    from cchc.store import Store, upgrade
    from cchc_rehearsal.population import Population

    instance, population = Instance(folder), Population(ROUND)
    run = Run(upgrade(Store(instance.store_url)), instance, population.round.opens_at, ROUND)
    opening.open_round(run)
    run.system_cache[opening.provisional_id(population.round)] = {
        unit: {
            code: SystemValue(one.value, one.numerator, one.denominator, ROUND) for code, one in own.items()
        }
        for unit, own in population.system.items()
    }
    return run, [unit.code for unit in population.units[:units]]


def taken_apart(content: bytes) -> _Form:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content))
    styles: dict[int, Mapping[str, Any]] = {}
    sheets = []
    for sheet in book:
        cells = []
        for row, line in enumerate(sheet.iter_rows(), start=1):
            for column, cell in enumerate(line, start=1):
                if cell.value is None and not cell.has_style:
                    continue
                number = cell.style_id
                if number not in styles:
                    styles[number] = {part: copy(getattr(cell, part)) for part in _STYLE_PARTS}
                cells.append((row, column, cell.value, number))
        sheets.append(_Sheet(sheet.title, cells))
    return _Form(sheets, styles)


def bare(form: _Form) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    for one in form.sheets:
        sheet = book.add_worksheet(one.name)
        for row, column, value, _ in one.cells:
            if value is not None:  # a blank without a format is no cell
                sheet.write(row - 1, column - 1, value)
    book.close()
    return buffer.getvalue()


def with_openpyxl(form: _Form) -> bytes:
    from openpyxl import Workbook

    book, buffer = Workbook(), io.BytesIO()
    book.remove(book.worksheets[0])
    for one in form.sheets:
        sheet = book.create_sheet(one.name)
        for row, column, value, number in one.cells:
            cell = sheet.cell(row, column, value)
            for part, of_style in form.styles[number].items():
                setattr(cell, part, of_style)
    book.save(buffer)
    return buffer.getvalue()

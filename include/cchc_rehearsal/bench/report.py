"""`./cchc bench bao-cao`: from closing a round to its report (docx) and appendix (xlsx), beside writing the same cells.

Everything is made as the Dag makes it: consolidated from the store, gathered, written, recorded. The yardsticks only
write the appendix' cells, which they are given: openpyxl with their formats, xlsxwriter bare (the floor).
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.indicators import format_number
from cchc.texts import t, table
from cchc_rehearsal.bench.metering import Cost, cost
from cchc_rehearsal.bench.workbook import bare, taken_apart, with_openpyxl

if TYPE_CHECKING:
    from cchc.documents.registry import DocumentRecord

Round = Annotated[str, typer.Option("--dot", help=t("rehearsal.bench_report.round"), metavar="DOT")]
Repeats = Annotated[int, typer.Option("--lan", help=t("rehearsal.bench_report.repeats"), metavar="SO", min=1)]
AIM_SECONDS = 15  # closing to docx + xlsx of the annual report
REPEATS = 2


def bench_report(round_id: Round = "2026-NAM", repeats: Repeats = REPEATS) -> None:
    """Prints one line a step: wall and processor seconds, ratio to the floor; then the size of what was made."""
    from cchc.documents.registry import documents
    from cchc.stages import closing
    from cchc_rehearsal.reported import reported_round

    console = Console()
    with tempfile.TemporaryDirectory() as folder:
        console.print(t("rehearsal.bench_report.making"), soft_wrap=True)
        run = reported_round(Path(folder), round_id)
        # The first pass is what an official waits for: a fresh process, nothing read yet.
        cold = cost(lambda: closing.draft(run, closing.consolidate(run)))
        made = {Path(one.file_name).suffix: one for one in documents(run.store, round_id)}
        appendix = taken_apart(made[".xlsx"].kept_at(run.instance).read_bytes())
        ways: dict[str, Callable[[], object]] = {
            "floor": lambda: bare(appendix),
            "consolidate": lambda: closing.consolidate(run),
            "draft": lambda: closing.draft(run),
            "openpyxl": lambda: with_openpyxl(appendix),
        }
        found = {
            name: min((cost(way) for _ in range(repeats)), key=lambda one: one.cpu)
            for name, way in ways.items()
        }
        found["ours"] = Cost(
            found["consolidate"].wall + found["draft"].wall, found["consolidate"].cpu + found["draft"].cpu
        )
        found["cold"] = cold
        size = _size(made[".docx"], run.instance.data.parent)
        run.store.close()
    title = t("rehearsal.bench_report.title", round=round_id, cells=format_number(appendix.size), **size)
    grid = Table(*table("rehearsal.bench_report.columns").values(), title=title)
    for name, text in table("rehearsal.bench_report.names").items():
        took = found[name]
        grid.add_row(
            text, f"{took.wall:.2f}", f"{took.cpu:.2f}", f"{took.cpu / found['floor'].cpu:.2f}",
            f"{took.cpu / found['openpyxl'].cpu:.2f}",
        )  # fmt: skip
    console.print(grid)
    console.print(
        t("rehearsal.bench_report.aim", aim=AIM_SECONDS, wall=f"{cold.wall:.1f}", cpu=f"{cold.cpu:.1f}"),
        soft_wrap=True,
    )


def _size(report: DocumentRecord, root: Path) -> dict[str, int]:
    """Units, indicators, pictures and tables of the report, as they stand in the file."""
    from docx import Document

    from cchc.paths import Instance

    document = Document(str(report.kept_at(Instance(root))))
    coverage = report.provenance.get("coverage") or {}
    return {
        "units": max((int(told.partition("/")[2] or 0) for told in coverage.values()), default=0),
        "indicators": len(coverage),
        "pictures": len(document.inline_shapes),
        "tables": len(document.tables),
    }

"""The benchmark of building forms writes every cell in every way; how fast that is, is not judged here."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from cchc.cli import app
from cchc.stages import opening
from cchc_rehearsal.bench import workbook


@pytest.mark.slow
def test_all_ways_are_measured() -> None:
    result = CliRunner().invoke(
        app, ["bench", "lap-bieu", "--don-vi", "1", "--lan", "1"], env={"COLUMNS": "160"}
    )
    assert result.exit_code == 0, result.output
    rows = re.findall(r"│ (\S+).*?│ ([\d.]+)\s+│ (\d+)\s+│ ([\d.]+)", result.output)
    assert [name for name, *_ in rows] == ["xlsxwriter", "Biểu", "openpyxl"]
    assert rows[0][3] == "1.00"


@pytest.mark.slow
def test_the_other_ways_write_the_same_cells(tmp_path: Path) -> None:
    run, codes = workbook._open_round(tmp_path, 1)
    opening.build_workbooks(run, codes)
    content = opening.workbook_path(run, run.round, run.units.get(codes[0])).read_bytes()
    run.store.close()
    form = workbook.taken_apart(content)

    def told(one: bytes) -> dict[tuple[str, int, int], object]:
        book = openpyxl.load_workbook(io.BytesIO(one))
        return {
            (sheet.title, cell.row, cell.column): cell.value
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }

    ours = told(content)
    assert len(ours) > 1000
    assert told(workbook.with_openpyxl(form)) == ours
    assert told(workbook.bare(form)) == ours

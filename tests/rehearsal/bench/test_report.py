"""The benchmark of closing measures what the Dag does; how fast that is, is not judged here."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from typer.testing import CliRunner

from cchc.claims import check_text
from cchc.cli import app
from cchc.documents.registry import documents
from cchc.figures.consolidate import load_consolidation
from cchc.stages import closing
from cchc.units import Tier
from cchc_rehearsal.population import Population
from cchc_rehearsal.reported import reported_round

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_every_step_and_yardstick_is_measured() -> None:
    result = CliRunner().invoke(
        app, ["bench", "bao-cao", "--dot", "2026-Q1", "--lan", "1"], env={"COLUMNS": "220"}
    )
    assert result.exit_code == 0, result.output
    rows = re.findall(r"│ ([^│]+?)\s+│ ([\d.]+)\s+│ ([\d.]+)\s+│ ([\d.]+)\s+│ ([\d.]+)", result.output)
    assert [name.split()[0] for name, *_ in rows] == ["xlsxwriter", "openpyxl", "Tổng", "Lập", "Cả", "Cả"]
    assert rows[0][3] == "1.00"
    assert rows[1][4] == "1.00"
    assert all(float(wall) > 0 and float(cpu) > 0 for _, wall, cpu, *_ in rows)
    assert re.search(r"Đợt 2026-Q1: 122 đơn vị, \d+ chỉ tiêu, [89] hình", result.output)


def test_the_annual_report_of_the_province_holds_the_truth_and_no_wrong_claim(tmp_path: Path) -> None:
    """Added up here from the units' true figures and the systems' own, not by the code under test."""
    run = reported_round(tmp_path, "2026-NAM")
    population = Population("2026-NAM")
    closing.draft(run, closing.consolidate(run))
    made = {
        Path(one.file_name).suffix: one.copied_to(run.instance) for one in documents(run.store, "2026-NAM")
    }
    consolidation = load_consolidation(run.store, "2026-NAM", None, run.indicators)
    run.store.close()
    assert consolidation is not None
    checked = 0
    for indicator in run.indicators.all:
        if (
            indicator.aggregation != "sum"
            or not indicator.asked  # what our books hold, or what follows from others: see the year's test
            or (line := consolidation.line(indicator.code, Tier.PROVINCE)) is None
        ):
            continue
        told = [population.figures(unit).get(indicator.code) for unit in population.units]
        assert line.value == sum((one.value for one in told if one and one.value is not None), Decimal())
        checked += 1
    assert checked > 80
    document = Document(str(made[".docx"]))
    prose = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert len(prose) > 20_000
    assert check_text(prose).faults == ()
    assert len(document.inline_shapes) == 9
    (said,) = [
        line for line in prose.splitlines() if line.startswith("Theo số liệu phần mềm một cửa chốt ngày")
    ]
    assert re.search(r"ngày 14/12/2026 \(1\d\d trên 122 đơn vị có số liệu\)", said), said
    sheet = openpyxl.load_workbook(made[".xlsx"], data_only=True)["Theo lĩnh vực"]
    true = {
        code: sum(int(own[code].value or 0) for own in population.system.values() if code in own)
        for code in ("T06.5", "T06.6", "T06.7", "T06.8")
    }
    assert [cell.value for cell in sheet[sheet.max_row]][2:6] == list(true.values())

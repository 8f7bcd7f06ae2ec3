"""The benchmark of closing measures what the Dag does; how fast that is, is not judged here."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from cchc.cli import app

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
    assert re.search(r"Đợt 2026-Q1: 122 đơn vị, \d+ chỉ tiêu, [1-9] hình", result.output)

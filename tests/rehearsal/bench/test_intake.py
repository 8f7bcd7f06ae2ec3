"""The benchmark of reading and checking measures every way and tells what the checks are worth; speed is not judged."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from cchc.cli import app


@pytest.mark.slow
def test_all_ways_are_measured_and_what_was_found_is_told() -> None:
    arguments = ["bench", "bieu-mau", "--don-vi", "2", "--lan", "1"]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    cells, times = result.output.split("Đang lập và điền", 1)
    assert len(re.findall(r"^│ (?:Sở|Xã).*│ \d+% +│$", cells, re.MULTILINE)) == 8, "two tiers, four rounds"
    rows = re.findall(r"^│ (\w+).*?│ +([\d.]+) +│", times, re.MULTILINE)
    assert [name for name, _ in rows] == ["Giải", "calamine", "openpyxl", "Đọc", "Đọc"]
    assert "tìm được 2/2, gồm 2 loại" in result.output
    assert re.search(r"báo nhầm 0 lỗi trên \d{3} con số \(0,00 trên 1\.000\)", result.output)

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from cchc.cli import app


@pytest.mark.slow
def test_the_benchmark_of_exports_measures_every_way_and_loses_no_row() -> None:
    result = CliRunner().invoke(app, ["bench", "nguon", "--trieu", "0.02"], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    for name in ("mức sàn", "Trọn vẹn", "pandas", "openpyxl"):
        assert name in result.output
    found = re.search(r"Đọc (\d+) dòng, nhận (\d+), giữ lại (\d+)", result.output)
    assert found is not None
    read, accepted, quarantined = map(int, found.groups())
    assert read == accepted + quarantined == 20_000
    assert quarantined > 0

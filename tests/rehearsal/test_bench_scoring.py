"""The benchmark of scoring measures what the product does: every step of it still runs."""

from __future__ import annotations

import pytest

from cchc.texts import table
from cchc_rehearsal.bench.scoring import bench_scoring


def test_every_step_is_measured_beside_its_yardstick(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    bench_scoring(most=2)
    said = capsys.readouterr().out
    assert "2 đơn vị" in said
    assert [name for name in table("rehearsal.bench_scoring.names").values() if name not in said] == []

"""Two runs of `./cchc bench` can be compared: what was measured is kept, and the one before it too."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from cchc.texts import t
from cchc_rehearsal.bench.ratios import BEFORE, NOW, Measured, keep, ratios_of, show

FIRST = [Measured("landing", 3.0, "duckdb_count", 0.5), Measured("mails", 2.0, "smtplib", 1.0)]
SECOND = [Measured("landing", 2.0, "duckdb_count", 0.5), Measured("claims", 0.5, "claims_aim", 1.0)]


def test_a_run_stands_beside_the_one_before_it(tmp_path: Path) -> None:
    assert ratios_of(tmp_path / NOW) == {}
    keep(FIRST, tmp_path)
    before = ratios_of(tmp_path / NOW)
    assert before == {("landing", "duckdb_count"): 6.0, ("mails", "smtplib"): 2.0}
    out = io.StringIO()
    show(Console(file=out, width=200), SECOND, before)
    landing, claims = (
        next(line for line in out.getvalue().splitlines() if t(f"rehearsal.bench_names.{name}") in line)
        for name in ("landing", "claims")
    )
    assert [cell.strip() for cell in landing.split("│")][-3:-1] == ["4.00", "6.00"]
    assert [cell.strip() for cell in claims.split("│")][-3:-1] == ["0.50", ""]
    assert keep(SECOND, tmp_path) == tmp_path / NOW
    assert ratios_of(tmp_path / BEFORE) == before
    told = json.loads((tmp_path / NOW).read_text(encoding="utf-8"))
    assert told["revision"] and told["cores"] >= 1
    assert told["ratios"][0] == {
        "what": "landing", "seconds": 2.0, "yardstick": "duckdb_count", "yardstick_seconds": 0.5, "ratio": 4.0,
    }  # fmt: skip

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from tests.sources.samples import export, row

from cchc.cli.airflow_env import airflow_environment
from cchc.clock import at, to_text
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister

CUT_OFF = at(date(2026, 3, 14), 19)


def collect(instance: Instance) -> dict[str, dict[str | None, str]]:
    """State by task and mapped name."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("collect_once.py")), to_text(CUT_OFF)],
        env=os.environ | airflow_environment(instance),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("STATES ")]
    assert lines, done.stdout[-3000:] + done.stderr[-3000:]
    states: dict[str, dict[str | None, str]] = {}
    for task, name, state in json.loads(lines[0].removeprefix("STATES ")):
        states.setdefault(task, {})[name] = state
    return states


@pytest.mark.slow
def test_a_bad_file_fails_alone_under_its_name_and_freezing_waits_for_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    instance.export_drop.mkdir(parents=True)
    unit = UnitRegister.load().on(CUT_OFF.date(), ["xa"])[0]
    cells = row("H01-260105-0001", Mã_đơn_vị=unit.code, Đơn_vị_xử_lý=unit.name)
    (instance.export_drop / "mot-cua.csv").write_bytes(export([cells]))
    (instance.export_drop / "hong.csv").write_bytes(b"khong;phai\n1;2\n")

    states = collect(instance)
    assert states["nhan_tep"] == {"mot-cua.csv": "success", "hong.csv": "failed"}
    assert states["tai_ve"] == {None: "skipped"}, "no server is declared"
    assert states["dong_bang"] == {None: "upstream_failed"}
    assert states["giam_sat"] == {None: "success"}
    store = Store(instance.store_url)
    assert [one["file_name"] for one in store.query("sources.refusals", at="9999")] == ["hong.csv"]

    (instance.export_drop / "hong.csv").unlink()
    states = collect(instance)
    assert states["dong_bang"] == {None: "success"}
    assert store.one("sources.snapshot", source="one_stop", cut_off="2026-03-14") is not None

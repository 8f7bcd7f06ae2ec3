from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.dags.processes import run_dag
from tests.sources.samples import export, row

from cchc.clock import at
from cchc.paths import Instance
from cchc.store import Store
from cchc.units import UnitRegister

CUT_OFF = at(date(2026, 3, 14), 19)


@pytest.mark.slow
def test_a_bad_file_fails_alone_under_its_name_and_freezing_waits_for_it(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    instance.export_drop.mkdir(parents=True)
    unit = UnitRegister.load().on(CUT_OFF.date(), ["xa"])[0]
    cells = row("H01-260105-0001", Mã_đơn_vị=unit.code, Đơn_vị_xử_lý=unit.name)
    (instance.export_drop / "mot-cua.csv").write_bytes(export([cells]))
    (instance.export_drop / "hong.csv").write_bytes(b"khong;phai\n1;2\n")

    run = run_dag(instance, "thu_thap_so_lieu", CUT_OFF, {}, {})
    assert run.tasks["nhan_tep"] == {"mot-cua.csv": "success", "hong.csv": "failed"}
    assert run.tasks["tai_ve"] == {None: "skipped"}, "no server is declared"
    assert run.tasks["dong_bang"] == {None: "upstream_failed"}
    assert run.tasks["giam_sat"] == {None: "success"}
    assert run.state == "failed", "a cut-off that was not frozen"
    store = Store(instance.store_url)
    assert [one["file_name"] for one in store.query("sources.refusals", at="9999")] == ["hong.csv"]

    (instance.export_drop / "hong.csv").unlink()
    run = run_dag(instance, "thu_thap_so_lieu", CUT_OFF, {}, {})
    assert run.tasks["dong_bang"] == {None: "success"}
    assert run.state == "success"
    assert store.one("sources.snapshot", source="one_stop", cut_off="2026-03-14") is not None

"""The mark of origin on a document says truly which code, configuration and snapshots made it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.sources.samples import export, register, row

from cchc.clock import at
from cchc.documents import provenance
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.revision import code_revision
from cchc.run import Run
from cchc.sources import freeze_snapshot, land_file
from cchc.store import Store

ROUND, FROZEN = "2026-Q1", at(date(2026, 3, 15), 18)


def test_a_document_names_the_snapshots_frozen_by_its_moment_and_no_later_one(
    store: Store, instance: Instance
) -> None:
    RoundLedger(store).open(Run(store, instance, FROZEN, ROUND).round, FROZEN, "thu")
    path = instance.export_drop / "a.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export([row("H01-1")]))
    land_file(store, instance, path, register(), FROZEN)
    snapshot = freeze_snapshot(store, instance, "one_stop", FROZEN.date(), FROZEN)
    assert snapshot is not None
    with store.write() as tx:
        tx.execute(
            "sources.put_system_value",
            round_id=ROUND,
            unit_code="30001",
            indicator="I.1.1",
            snapshot_id=snapshot.snapshot_id,
            value="1",
            numerator=None,
            denominator=None,
        )
    known = {snapshot.snapshot_id: snapshot.sha256}
    before, after = FROZEN - timedelta(minutes=1), FROZEN + timedelta(minutes=1)
    assert provenance.provenance(Run(store, instance, after, ROUND), ROUND)["snapshots"] == known
    assert provenance.provenance(Run(store, instance, before, ROUND), ROUND)["snapshots"] == {}
    assert provenance.provenance(Run(store, instance, after, "2026-6T"), "2026-6T")["snapshots"] == {}


def test_another_configuration_is_another_mark(
    store: Store, instance: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from cchc.config_files.folder import config_dir

    own = tmp_path / "cau-hinh"
    shutil.copytree(config_dir(), own)
    monkeypatch.setenv("CCHC_CONFIG", str(own))
    run = Run(store, instance, FROZEN, ROUND)
    before = provenance.provenance(run, ROUND)["config"]
    assert provenance.provenance(run, ROUND)["config"] == before
    (own / "units.csv").write_text((own / "units.csv").read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert provenance.provenance(run, ROUND)["config"] != before


def test_the_mark_holds_the_revision_of_the_running_code(store: Store, instance: Instance) -> None:
    assert provenance.provenance(Run(store, instance, FROZEN, ROUND), ROUND)["code"] == code_revision()

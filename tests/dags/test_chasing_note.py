"""After an outage the run of the chasing says on itself what was left out, although it succeeded."""

from __future__ import annotations

from datetime import date

import pytest
from tests.dags.processes import run_dag

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import opening
from cchc.store import Store, upgrade

AFTER = at(date(2026, 3, 18), 8)


@pytest.mark.slow
def test_the_first_run_after_an_outage_notes_what_was_left_out(instance: Instance) -> None:
    instance.root.mkdir(parents=True)
    instance.settings_file.write_text("mail_mode: dry_run\nrehearsal: true\n", encoding="utf-8")
    store = upgrade(Store(instance.store_url))
    opening.open_round(Run(store, instance, at(date(2026, 3, 2), 7), "2026-Q1"))
    store.close()
    run = run_dag(instance, "don_doc", AFTER, {}, {})
    assert run.state == "success", run.log[-3000:]
    assert run.note is not None
    assert run.note.startswith("Xét bậc nhắc: Đôn đốc đã dừng: ")
    assert "“Nhắc trước hạn lần 2” (16/03/2026)" in run.note

"""What was changed of the year's files is recorded and listed alike on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cchc.clock import at
from cchc.paths import Instance
from cchc.registers import changes, former_version, proposing, put_in_force
from cchc.registers import edits as edit
from cchc.run import Run
from cchc.store import Store

NOW = at(date(2026, 3, 10), 9)


@pytest.mark.usefixtures("config_copy")
def test_changes_are_counted_by_file_and_listed_the_last_first(
    instance: Instance, any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proposing, "faults_of", lambda *_: [])
    run = Run(any_store, instance, NOW, actor="an")
    put_in_force(run, edit.rung_days("qua_han_2", 4), "Một")
    later = replace(run, as_of=NOW + timedelta(hours=1))
    put_in_force(later, edit.rung_days("qua_han_2", 3), "Hai")
    put_in_force(later, edit.unit_contact("30292", {"phone": "0296 3841 222"}), "Ba")
    found = [(one.file, one.seq, one.reason) for one in changes(any_store, later.as_of)]
    assert found == [("ladder.yaml", 2, "Hai"), ("units.csv", 1, "Ba"), ("ladder.yaml", 1, "Một")]
    assert [one.reason for one in changes(any_store, NOW, "ladder.yaml")] == ["Một"]
    assert b"working_days: 4" in former_version(any_store, instance, "ladder.yaml", 2)

"""The year's plan: what would stop its issue is told before anybody reads the draft."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import planning
from cchc.store import Store, fingerprint

DRAFTED = at(date(2026, 1, 5), 9)


def run_of(store: Store, instance: Instance) -> Run:
    return Run(store, instance, DRAFTED, "2026-KH")


def test_a_draft_is_two_documents_and_gives_nothing_to_anybody(store: Store, instance: Instance) -> None:
    run = run_of(store, instance)
    assert len(planning.draft(run)) == 2
    assert run.ledger.states(DRAFTED, round_id="2026-KH") == []


def test_a_task_for_a_unit_that_is_gone_is_told_before_the_draft(
    store: Store, instance: Instance, config_copy: Path
) -> None:
    tasks = config_copy / "plan_tasks.csv"
    head, first, rest = tasks.read_text(encoding="utf-8").split("\n", 2)
    gone = first.replace("moi-don-vi", "vp-ubnd-kien-giang")
    assert gone != first
    tasks.write_text("\n".join((head, gone, rest)), encoding="utf-8")
    run = run_of(store, instance)
    before = fingerprint(store)
    with pytest.raises(CchcError, match=r"NV01.*Kiên Giang.*05/01/2026.*plan_tasks\.csv"):
        planning.draft(run)
    assert fingerprint(store) == before

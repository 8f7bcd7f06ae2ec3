"""The year's plan: what would stop its issue is told before anybody reads the draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cchc.clock import at, to_text
from cchc.documents.registry import documents
from cchc.errors import CchcError, RuleRefused
from cchc.obligations.plan_tasks import PlanTask
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.stages import planning
from cchc.store import Store, fingerprint
from cchc.workbooks.read_book import read_workbook
from cchc.year import Product

DRAFTED = at(date(2026, 1, 5), 9)


def run_of(store: Store, instance: Instance) -> Run:
    return Run(store, instance, DRAFTED, "2026-KH")


def test_a_draft_is_two_documents_and_gives_nothing_to_anybody(store: Store, instance: Instance) -> None:
    run = run_of(store, instance)
    ids = planning.draft(run)
    kept = [one for one in documents(store, "2026-KH") if one.document_id in ids]
    assert {(one.kind, one.file_name.rpartition(".")[2]) for one in kept} == {
        ("ke_hoach_du_thao", "docx"),
        ("ke_hoach_bieu_du_thao", "xlsx"),
    }
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


DECIDED = at(date(2026, 1, 12), 10)


def answer(decision: str, **more: str) -> Approval:
    return Approval.parse({"decision": decision, "by": "Chủ tịch", "decided_at": to_text(DECIDED), **more})


APPROVED = answer("approve", number="3", symbol="KH-UBND", issued_on="2026-01-12")


def test_an_approved_plan_gives_each_task_to_its_units_from_the_decision_on(
    store: Store, instance: Instance
) -> None:
    run = run_of(store, instance)
    planning.draft(run)
    ids = planning.issue(run, APPROVED)
    issued = [one for one in documents(store, "2026-KH") if one.document_id in ids]
    assert {one.file_name for one in issued} == {"ke-hoach-cchc-2026.docx", "ke-hoach-cchc-2026.xlsx"}
    assert {(one.number, one.symbol, one.made_at, one.draft) for one in issued} == {
        ("3", "KH-UBND", DECIDED, 1)
    }
    expected = {
        (f"2026-KH/{unit.code}/{Product.TASK}/{task.code}", unit.code, task.code, task.title,
         task.due_at(2026, run.calendar.working_days))
        for task in PlanTask.load()
        for unit in task.units(run.units, run.today)
    }  # fmt: skip
    owed = [one for one, _ in run.ledger.states(DECIDED, round_id="2026-KH")]
    assert {(one.obligation_id, one.unit_code, one.item, one.title, one.due_at) for one in owed} == expected
    assert run.ledger.states(DECIDED - timedelta(minutes=1), round_id="2026-KH") == []


def test_each_unit_with_tasks_is_asked_once_and_gets_a_form_of_its_own_tasks(
    store: Store, instance: Instance
) -> None:
    run = run_of(store, instance)
    planning.draft(run)
    planning.issue(run, APPROVED)
    by_unit: dict[str, set[str]] = {}
    for one, _ in run.ledger.states(DECIDED, round_id="2026-KH"):
        by_unit.setdefault(one.unit_code, set()).add(one.obligation_id)
    folder = instance.round_out("2026-KH") / "bieu-mau"
    assert {path.name for path in folder.iterdir()} == {f"2026-KH_{code}.xlsx" for code in by_unit}
    for code in (min(by_unit), max(by_unit)):
        read = read_workbook((folder / f"2026-KH_{code}.xlsx").read_bytes(), "bieu.xlsx")
        assert {item.obligation_id for item in read.items} == by_unit[code]
    with store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT obligation_id, rung FROM reminders").all()
    assert {tuple(row) for row in rows} == {(one, "yeu_cau") for owed in by_unit.values() for one in owed}


def test_a_returned_plan_gives_nothing_to_anybody_and_the_next_draft_has_its_own_number(
    store: Store, instance: Instance
) -> None:
    run = run_of(store, instance)
    planning.draft(run)
    with pytest.raises(RuleRefused, match="Thêm nhiệm vụ số hóa"):
        planning.issue(run, answer("return", remarks="Thêm nhiệm vụ số hóa"))
    assert run.ledger.states(DECIDED, round_id="2026-KH") == []
    again = replace(run, as_of=DECIDED + timedelta(days=1))
    ids = planning.draft(again)
    found = [one for one in documents(store, "2026-KH") if one.document_id in ids]
    assert {(one.draft, one.number) for one in found} == {(2, None)}
    assert {one.file_name for one in found} == {
        "ke-hoach-cchc-2026_du-thao.docx",
        "ke-hoach-cchc-2026_du-thao.xlsx",
    }

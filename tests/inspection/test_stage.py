"""The two stages in an installation: orders become obligations, self-scores arrive, and twice is as once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from cchc.clock import at, from_text
from cchc.documents.registry import DocumentRecord, add_document, documents
from cchc.errors import RuleRefused
from cchc.inspection import (
    InspectionFinding,
    InspectionRules,
    build_findings_workbook,
    load_choices,
    load_findings,
)
from cchc.inspection.papers import expected_months
from cchc.run import Run
from cchc.stages import inspecting
from cchc.store import Transaction, fingerprint


def test_orders_of_the_team_become_obligations_with_their_days(store, instance) -> None:
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")
    assert inspecting.plan(run) == 37  # ceil of 30 % of 122
    written = next(one for one in documents(store, "2026-KT") if one.kind == "ke_hoach_kiem_tra")
    table = Document(written.kept_at(instance)).tables[-1]
    cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(cells) == 37 and all(all(row) for row in cells), "a plan with an empty cell"
    assert all(row[2].replace(",", "").isdigit() for row in cells), "a point where Vietnamese has a comma"
    chosen = [choice.unit_code for choice in load_choices(store, "2026-KT")]
    assert inspecting.issue_letters(run) == 0
    names = {code: run.units.get(code).name for code in chosen}
    findings = [
        InspectionFinding(chosen[0], 1, "Chưa niêm yết", "Niêm yết đủ", date(2026, 5, 1)),
        InspectionFinding(chosen[0], 2, "Thiếu sổ", "Lập sổ", None),
    ]
    inspecting.findings_path(run).write_bytes(build_findings_workbook("Kết quả", names, findings, run.as_of))
    later = replace(run, as_of=at(date(2026, 4, 1), 9))
    assert inspecting.issue_letters(later) == 2
    days = run.calendar.working_days
    due = [obligation.due_at.date() for obligation, _ in run.ledger.states(later.as_of, round_id="2026-KT")]
    assert due == [days.next(date(2026, 5, 1)), days.add(date(2026, 4, 1), 15)]
    before = fingerprint(store)
    assert inspecting.issue_letters(later) == 0
    assert inspecting.plan(run) == 37
    assert fingerprint(store) == before


@pytest.mark.parametrize(
    ("made", "first"), [(date(2026, 3, 2), 4), (date(2026, 8, 3), 8), (date(2026, 11, 2), 10)]
)
def test_every_chosen_unit_has_its_month_in_the_plan_those_of_most_risk_first(
    store, instance, made: date, first: int
) -> None:
    run = Run(store, instance, at(made, 9), "2026-KT")
    rules = InspectionRules.load()
    assert (rules.first_month, rules.last_month) == (4, 10)
    months = [int(told.removeprefix("Tháng ").removesuffix("/2026")) for told in expected_months(run, 37)]
    assert months == sorted(months) and set(months) == set(range(first, 11))
    assert expected_months(run, 0) == []


def test_a_row_reworded_after_its_order_went_out_is_put_before_a_person_and_the_others_go(
    store, instance
) -> None:
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")
    inspecting.plan(run)
    first, second = (choice.unit_code for choice in load_choices(store, "2026-KT")[:2])
    names = {code: run.units.get(code).name for code in (first, second)}

    def of_the_team(*findings: InspectionFinding) -> None:
        content = build_findings_workbook("Kết quả", names, findings, run.as_of)
        inspecting.findings_path(run).write_bytes(content)

    sent = InspectionFinding(first, 1, "Chưa niêm yết thủ tục", "Niêm yết đủ", None)
    of_the_team(sent)
    assert inspecting.issue_letters(replace(run, as_of=at(date(2026, 4, 1), 9))) == 1
    reworded = replace(sent, content="Chưa niêm yết thủ tục đất đai")
    of_the_team(reworded, InspectionFinding(second, 1, "Thiếu sổ", "Lập sổ", None))
    later = replace(run, as_of=at(date(2026, 4, 2), 9))
    with pytest.raises(RuleRefused) as refused:
        inspecting.issue_letters(later)
    assert refused.value.rule == "findings-changed"
    line = f"- {names[first]}: kiến nghị số 1 đã gửi, nay trong tệp ghi “{reworded.content}”"
    assert line in str(refused.value)
    assert "Đã gửi 1 kiến nghị mới" in str(refused.value)
    assert {one.unit_code for one, _ in run.ledger.states(later.as_of, round_id="2026-KT")} == {first, second}


def test_a_run_that_died_before_its_letters_were_noted_writes_none_anew_even_after_an_upgrade(
    store, instance, monkeypatch
) -> None:
    """Of two letters the newest counts: the unit would be asked for nothing until that one is signed too."""
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")
    inspecting.plan(run)
    unit = load_choices(store, "2026-KT")[0].unit_code
    names = {unit: run.units.get(unit).name}

    def of_the_team(*findings: InspectionFinding) -> None:
        inspecting.findings_path(run).write_bytes(
            build_findings_workbook("Kết quả", names, findings, run.as_of)
        )

    def letters() -> list[DocumentRecord]:
        return [one for one in documents(store, "2026-KT") if one.kind == "cong_van_kiem_tra"]

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    first = InspectionFinding(unit, 1, "Chưa niêm yết thủ tục", "Niêm yết đủ", None)
    second = InspectionFinding(unit, 2, "Thiếu sổ theo dõi", "Lập sổ", None)
    of_the_team(first)
    monkeypatch.setattr(inspecting, "keep_findings", dies)
    with pytest.raises(KeyboardInterrupt):
        inspecting.issue_letters(replace(run, as_of=at(date(2026, 4, 1), 9)))
    monkeypatch.undo()
    (letter,) = letters()
    monkeypatch.setattr("cchc.documents.provenance.code_revision", lambda: "f" * 40)
    later = replace(run, as_of=at(date(2026, 4, 2), 9))
    assert inspecting.issue_letters(later) == 1
    assert letters() == [letter]
    (row,) = load_findings(store, "2026-KT")
    ((order, _),) = later.ledger.states(later.as_of, round_id="2026-KT")
    assert from_text(row["answer_due_at"]) == order.due_at, "one day for one order"
    of_the_team(first, second)
    assert inspecting.issue_letters(replace(run, as_of=at(date(2026, 4, 3), 9))) == 1
    assert len({one.file_name for one in letters()}) == 2, "a later letter lies beside the first one"


def test_an_inspection_plan_is_recorded_with_its_table_or_not_at_all(store, instance, monkeypatch) -> None:
    """One that stood without its table was taken for made, and the table never came."""
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")

    def die(tx: Transaction, record: DocumentRecord) -> None:
        if record.kind == "ke_hoach_kiem_tra_bieu":
            raise KeyboardInterrupt
        add_document(tx, record)

    with monkeypatch.context() as dying:
        dying.setattr("cchc.documents.registry.add_document", die)
        with pytest.raises(KeyboardInterrupt):
            inspecting.plan(run)
    assert documents(store, "2026-KT") == []
    with monkeypatch.context() as dying:
        dying.setattr("cchc.documents.registry.copy_out", lambda *_: die)
        inspecting.plan(run)
    assert all(one.copied_to(instance).exists() for one in documents(store, "2026-KT")), (
        "laid down by the step"
    )
    assert {one.kind for one in documents(store, "2026-KT")} == {
        "ke_hoach_kiem_tra",
        "ke_hoach_kiem_tra_bieu",
    }

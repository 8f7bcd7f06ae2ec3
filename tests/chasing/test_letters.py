"""The department's letter when units stay silent, and asking approvers again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from typing import Any

import pytest
from docx import Document

from cchc.chasing.letters import issue_letter
from cchc.chasing.letters import late as late_now
from cchc.clock import at
from cchc.documents.papers import request_letter
from cchc.documents.registry import documents
from cchc.errors import NothingToDo
from cchc.mail.counts import outbox_by_state
from cchc.mail.department import Department
from cchc.mail.outbox import PREVIEW_FOLDER
from cchc.obligations import Event, EventKind, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.stages import chasing, opening
from cchc.store import Store
from cchc.submissions.late import lock_round

ROUND = "2026-Q1"


def day(number: int, hour: int = 8) -> datetime:
    return at(date(2026, 3, number), hour)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = Run(store, instance, day(2), ROUND)
    opening.open_round(run)
    return run


def on(run: Run, number: int, hour: int = 8) -> Run:
    return replace(run, as_of=day(number, hour))


def previews(run: Run) -> list[Any]:
    """The mails of the preview folder, parsed."""
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((run.instance.root / PREVIEW_FOLDER).glob("*.eml"))
    ]


def letters(run: Run) -> list[Any]:
    return [mail for mail in previews(run) if "Công văn đôn đốc" in mail["Subject"]]


def test_the_letter_lists_every_late_unit_and_goes_to_those_who_sign(run: Run) -> None:
    units = opening.obliged_units(run, run.round)
    answered = {unit.code for unit in units[:-3]}
    run.ledger.record_many(
        Event(
            f"{ROUND}/{code}/bao_cao",
            EventKind.submitted,
            day(6),
            day(6),
            "thu",
            detail={"submission_id": "s"},
        )
        for code in answered
    )
    for number in (18, 20, 23):
        chasing.decide(on(run, number))
        chasing.send(on(run, number))
        assert letters(run) == [], "the ladder asks for it at +5 only"
    chasing.decide(on(run, 24))
    chasing.decide(on(run, 24, 9))
    chasing.send(on(run, 24, 9))
    (mail,) = letters(run)
    department = Department.load()
    assert mail["To"] == ", ".join(department.approver_mailboxes())
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "2026-Q1_cong-van-don-doc_2026-03-24.docx"
    document = Document(io.BytesIO(attached.get_content()))
    late = [row.cells[1].text for table in document.tables for row in table.rows]
    assert {unit.name for unit in units if unit.name in late} == {unit.name for unit in units[-3:]}
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "27/3/2026" in text or "27/03/2026" in text, "three working days to answer"
    (listed,) = [mail for mail in previews(run) if mail["To"] == department.committee_mailbox]
    assert "3 đơn vị" in listed["Subject"]


def test_a_run_that_died_before_the_letter_writes_it_when_it_is_repeated(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_run: Run) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chasing, "write_letters", dies)
    with pytest.raises(KeyboardInterrupt):
        chasing.decide(on(run, 24))
    monkeypatch.undo()
    assert chasing.decide(on(run, 24)) == 0
    assert outbox_by_state(run.store)["cong_van_don_doc"] == {"decided": 1}


def test_the_day_repeated_after_an_upgrade_urges_by_the_letter_that_was_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program writes other bytes: a second letter waited for its signature beside the first."""
    chasing.decide(on(run, 24))
    (first,) = [one for one in documents(run.store, ROUND) if one.kind == "cong_van_don_doc"]
    monkeypatch.setattr("cchc.documents.provenance.code_revision", lambda: "f" * 40)
    chasing.decide(on(run, 24))
    assert [one for one in documents(run.store, ROUND) if one.kind == "cong_van_don_doc"] == [first]


def test_approvers_are_asked_each_working_day_until_somebody_decides(run: Run) -> None:
    run.rounds.record(RoundEvent(ROUND, RoundEventKind.drafted, day(19, 10), day(19, 10), "thu"))
    for number in (19, 20, 21, 22, 23):
        if number in (21, 22):  # a weekend
            with pytest.raises(NothingToDo, match="ngày nghỉ"):
                chasing.decide(on(run, number, 11))
        else:
            chasing.decide(on(run, number, 11))
        chasing.send(on(run, number, 11))
    asked = [mail for mail in previews(run) if "Chờ phê duyệt" in mail["Subject"]]
    assert len(asked) == 3
    assert all(mail["To"] == ", ".join(Department.load().approver_mailboxes()) for mail in asked)
    run.rounds.record(RoundEvent(ROUND, RoundEventKind.issued, day(23, 14), day(23, 14), "thu"))
    chasing.decide(on(run, 24))
    chasing.send(on(run, 24))
    assert len([mail for mail in previews(run) if "Chờ phê duyệt" in mail["Subject"]]) == 3


def test_the_sender_urges_not_itself_and_nobody_for_a_report_that_is_issued(run: Run) -> None:
    units = opening.obliged_units(run, run.round)
    sender = Department.load().unit
    late = {sender, units[-1].code}
    answered = [unit.code for unit in units if unit.code not in late]
    run.ledger.record_many(
        Event(
            f"{ROUND}/{code}/bao_cao", EventKind.submitted, day(6), day(6), "x", detail={"submission_id": "s"}
        )
        for code in answered
    )
    for number in (18, 20, 24):
        chasing.decide(on(run, number))
    (letter,) = documents(run.store, ROUND)
    cells = Document(letter.kept_at(run.instance)).tables[-1].rows[1:]
    assert [row.cells[1].text for row in cells] == [units[-1].name]
    with run.store.write() as tx:
        lock_round(tx, on(run, 24, 12), "1")
    assert late_now(on(run, 25)) == []
    before = len(documents(run.store, ROUND))
    for number in (25, 26, 27, 31):
        chasing.decide(on(run, number))
    rungs = run.store.query("chasing.all_reminders")
    assert not [row for row in rungs if row["as_of"] > "2026-03-24T12"], (
        "a report that is issued is asked for no more"
    )
    assert len(documents(run.store, ROUND)) == before


def test_a_numbered_urging_letter_is_noted_with_its_units_and_names_the_letter_that_asked(run: Run) -> None:
    asking = request_letter(run)

    def given(number: str, day_of: date, at_hour: datetime) -> Approval:
        return Approval("approve", "A", at_hour, number=number, symbol="SNV-CCHC", issued_on=day_of)

    issue_letter(replace(run, actor="A"), asking, given("12", date(2026, 3, 3), day(3, 10)))
    units = opening.obliged_units(run, run.round)
    late, quick = units[-1].code, units[-2].code
    run.ledger.record_many(
        Event(
            f"{ROUND}/{one.code}/bao_cao",
            EventKind.submitted,
            day(6),
            day(6),
            "x",
            detail={"submission_id": "s"},
        )
        for one in units
        if one.code not in (late, quick)
    )
    for number in (18, 20, 24):
        chasing.decide(on(run, number))
    letter = next(one for one in documents(run.store, ROUND) if one.kind == "cong_van_don_doc")
    text = "\n".join(one.text for one in Document(letter.kept_at(run.instance)).paragraphs)
    assert "Thực hiện Công văn số 12/SNV-CCHC ngày 03/03/2026 của Sở Nội vụ" in text
    sent = Event(
        f"{ROUND}/{quick}/bao_cao",
        EventKind.submitted,
        day(24, 9),
        day(24, 9),
        "x",
        detail={"submission_id": "s"},
    )
    run.ledger.record(sent)
    issue_letter(
        replace(on(run, 25), actor="A"), letter.document_id, given("45", date(2026, 3, 25), day(25, 9))
    )
    noted = [one for one in run.ledger.history(f"{ROUND}/{late}/bao_cao") if one.kind is EventKind.letter]
    assert [one.reason for one in noted] == ["Công văn số 45/SNV-CCHC ngày 25/03/2026"]
    assert not [one for one in run.ledger.history(f"{ROUND}/{quick}/bao_cao") if one.kind is EventKind.letter]

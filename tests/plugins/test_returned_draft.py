"""A draft is returned in the form, made anew, and approved: each step through the code that Airflow calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException
from tests.documents.test_decisions import lay
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.clock import at
from cchc.documents.registry import DocumentRecord, documents
from cchc.obligations import Phase, RoundEventKind
from cchc.run import Run
from cchc.stages import closing
from cchc_airflow import issuing
from cchc_airflow.approvals import APPROVE, RETURN, DecisionOperator

ARRIVED = at(date(2026, 3, 17), 9)
CLOSED = at(date(2026, 3, 19), 9)
RETURNED = at(date(2026, 3, 20), 15)
ARRIVED_LATER = at(date(2026, 3, 21), 9)
CLOSED_AGAIN = at(date(2026, 3, 22), 9)
APPROVED = at(date(2026, 3, 23), 10)
TASK = SimpleNamespace(
    dag_id="chot", run_id="lan-1", task_id="phe_duyet", map_index=-1, xcom_pull=lambda **_: None
)
REMARK = "Mục 2: nêu rõ xã nào chưa báo cáo"


@pytest.fixture
def working(monkeypatch: pytest.MonkeyPatch) -> Any:
    """working(run): what Airflow's tasks are given while it lasts; the operator waits for nobody."""
    monkeypatch.setattr(HITLOperator, "execute", lambda self, _context: self.body)

    @contextmanager
    def as_run(run: Run) -> Iterator[None]:
        monkeypatch.setattr("cchc_airflow.context.run_context", lambda _context: run)
        monkeypatch.setattr(issuing, "run_context", lambda: run)
        behind = {"ti": TASK, "task": SimpleNamespace(upstream_task_ids={TASK.task_id})}
        monkeypatch.setattr("cchc_airflow.answers.get_current_context", lambda: behind)
        yield

    return as_run


def shown() -> str:
    """What the form tells whoever decides."""
    return str(operator().execute({"dag_run": SimpleNamespace(conf=None)}))


def operator() -> DecisionOperator:
    return DecisionOperator(task_id="phe_duyet", title="báo cáo", symbol="BC-UBND")


def answered(option: str, moment: datetime, **typed: str) -> Any:
    """What the waiting task hands on when somebody filled in the form and chose a button."""
    fields = {"so": None, "ky_hieu": "BC-UBND", "ngay": None, "nhan_xet": None}
    return operator().execute_complete(
        {"ti": TASK},
        {
            "chosen_options": [option],
            "params_input": {**fields, **typed},
            "responded_at": moment,
            "responded_by_user": {"id": "lanh-dao", "name": "Lãnh đạo"},
        },
    )


def drafted(run: Run) -> list[DocumentRecord]:
    ids = closing.draft(run, closing.consolidate(run))
    return [one for one in documents(run.store, ROUND) if one.document_id in ids]


def test_a_returned_draft_is_made_anew_and_the_second_approval_issues_the_new_one(
    province: Province, working: Any
) -> None:
    assert lay(province, UNIT, ARRIVED) == {"accepted": 1}
    first_run = province.at(CLOSED)
    first = drafted(first_run)
    with working(first_run):
        assert all(one.file_name in shown() for one in first)
        answer = answered(RETURN, RETURNED, nhan_xet=REMARK)
        with pytest.raises(AirflowFailException, match=REMARK):
            issuing.issue(closing.issue, answer)
    state = province.run.rounds.state(ROUND, RETURNED)
    assert state is not None and state.phase is Phase.RETURNED
    (event,) = [one for one in province.run.rounds.events(ROUND) if one.kind is RoundEventKind.returned]
    assert (event.reason, event.detail["draft"], event.happened_at) == (REMARK, 1, RETURNED)
    assert "lanh-dao" in event.actor
    assert not any(one.number for one in documents(province.store, ROUND)), "nothing was issued"
    owed = province.run.ledger.states(APPROVED, round_id=ROUND)
    assert owed and not any(one.locked for _, one in owed)

    assert lay(province, OTHER, ARRIVED_LATER) == {"accepted": 1}
    second_run = province.at(CLOSED_AGAIN)
    second = drafted(second_run)
    assert {one.draft for one in second} == {2}
    with working(second_run):
        words = shown()
        assert all(one.file_name in words for one in second)
        assert not any(one.file_name in words for one in first), "the returned draft waits no longer"
        ids = issuing.issue(closing.issue, answered(APPROVE, APPROVED, so="12", ngay="2026-03-23"))
    issued = [one for one in documents(province.store, ROUND) if one.document_id in ids]
    assert {(one.draft, one.number, one.symbol, one.made_at) for one in issued} == {
        (2, "12", "BC-UBND", APPROVED)
    }
    state = province.run.rounds.state(ROUND, APPROVED)
    assert state is not None and (state.phase, state.draft) == (Phase.ISSUED, 2)
    assert all(one.locked for _, one in province.run.ledger.states(APPROVED, round_id=ROUND))


def test_a_draft_returned_for_its_words_is_made_anew_although_no_figure_changed(
    province: Province, working: Any
) -> None:
    assert lay(province, UNIT, ARRIVED) == {"accepted": 1}
    first_run = province.at(CLOSED)
    drafted(first_run)
    with working(first_run), pytest.raises(AirflowFailException, match=REMARK):
        issuing.issue(closing.issue, answered(RETURN, RETURNED, nhan_xet=REMARK))
    second_run = province.at(CLOSED_AGAIN)
    assert {one.draft for one in drafted(second_run)} == {2}
    with working(second_run):
        ids = issuing.issue(closing.issue, answered(APPROVE, APPROVED, so="12", ngay="2026-03-23"))
    assert {one.draft for one in documents(province.store, ROUND) if one.document_id in ids} == {2}

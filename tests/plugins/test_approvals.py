"""The form of a decision: what it demands, and what becomes of a wrong answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.exceptions import AirflowFailException

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.store import Store
from cchc_airflow import issuing
from cchc_airflow.answers import sealed
from cchc_airflow.approvals import APPROVE, RETURN, DecisionOperator

WHEN = at(date(2026, 3, 23), 10)
PLACE = {"dag_id": "mot", "run_id": "lan-1", "task_id": "phe_duyet", "map_index": -1}
BEHIND = SimpleNamespace(upstream_task_ids={"phe_duyet"})
CONTEXT = {"ti": SimpleNamespace(**PLACE, xcom_pull=lambda **_: None)}
RIGHT = {"so": "12", "ky_hieu": "BC-UBND", "ngay": "2026-03-23", "nhan_xet": None}


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch, instance: Instance, store: Store) -> DecisionOperator:
    made = DecisionOperator(task_id="phe_duyet", title="báo cáo", symbol="BC-UBND")
    monkeypatch.setattr(DecisionOperator, "execute", lambda _self, _context: "asked again")
    monkeypatch.setattr(HITLOperator, "execute_complete", lambda _self, _context, event: event)
    monkeypatch.setattr("cchc_airflow.context.run_context", lambda _context: report_run(instance, store))
    return made


def report_run(instance: Instance, store: Store) -> Run:
    return Run(store=store, instance=instance, as_of=WHEN, round_id="2026-Q1")


def answer(option: str, by: str = "lanh-dao", **typed: Any) -> dict[str, Any]:
    return {
        "chosen_options": [option],
        "params_input": typed,
        "responded_at": WHEN,
        "responded_by_user": {"id": by, "name": by},
    }


def test_no_field_is_compulsory_for_both_buttons_and_the_day_is_picked(operator: DecisionOperator) -> None:
    fields = operator.serialized_params
    assert list(fields) == ["so", "ky_hieu", "ngay", "nhan_xet"]
    assert all(one["schema"]["type"] == ["string", "null"] for one in fields.values())
    assert fields["ngay"]["schema"]["format"] == "date"


@pytest.mark.parametrize(
    ("option", "typed"),
    [
        (APPROVE, RIGHT),
        (RETURN, {"so": None, "ky_hieu": None, "ngay": None, "nhan_xet": "Bổ sung xã còn thiếu"}),
    ],
)
def test_an_approval_needs_no_remark_and_a_return_no_number(
    operator: DecisionOperator, option: str, typed: dict[str, Any]
) -> None:
    assert operator.execute_complete(CONTEXT, answer(option, **typed))["params_input"] == typed


def test_a_day_written_the_vietnamese_way_is_taken(operator: DecisionOperator) -> None:
    event = answer(APPROVE, **{**RIGHT, "ngay": "23/03/2026"})
    assert operator.execute_complete(CONTEXT, event)["params_input"] == RIGHT


@pytest.mark.parametrize(
    ("option", "typed", "words"),
    [
        (APPROVE, {**RIGHT, "ngay": "2026-02-31"}, "2026-02-31"),
        (APPROVE, {**RIGHT, "ngay": "23/03/2062"}, "ngày ban hành 23/03/2062"),
        (APPROVE, {**RIGHT, "ngay": "2025-03-23"}, "ngày ban hành 23/03/2025"),
        (APPROVE, {**RIGHT, "so": None}, "số văn bản"),
        (APPROVE, {**RIGHT, "ky_hieu": " "}, "ký hiệu"),
        (RETURN, {**RIGHT, "nhan_xet": "  "}, "Nhận xét"),
        (APPROVE, {**RIGHT, "nguoi_ky": "lanh-dao"}, "nguoi_ky"),
        (APPROVE, {**RIGHT, "so": 12}, "ô so"),
    ],
)
def test_a_wrong_answer_is_asked_for_again_and_says_why(
    operator: DecisionOperator,
    caplog: pytest.LogCaptureFixture,
    option: str,
    typed: dict[str, Any],
    words: str,
) -> None:
    with caplog.at_level("WARNING"):
        assert operator.execute_complete(CONTEXT, answer(option, **typed)) == "asked again"
    assert words in caplog.text


def test_a_decision_months_late_may_be_of_any_day_since_the_round_opened(operator: DecisionOperator) -> None:
    """The paper was signed in time; who answers the form does so in November."""
    late = answer(APPROVE, **RIGHT) | {"responded_at": WHEN.replace(month=11)}
    assert operator.execute_complete(CONTEXT, late)["params_input"] == RIGHT


@pytest.mark.parametrize("by", ["van-hanh", "quan-tri", "", "Lãnh đạo Sở Nội vụ"])
def test_an_answer_of_somebody_who_may_not_decide_is_asked_for_again(
    operator: DecisionOperator, caplog: pytest.LogCaptureFixture, by: str
) -> None:
    with caplog.at_level("WARNING"):
        assert operator.execute_complete(CONTEXT, answer(APPROVE, by, **RIGHT)) == "asked again"
    assert "không được quyết định" in caplog.text
    assert "Lãnh đạo Sở Nội vụ (lanh-dao)" in caplog.text


def test_the_decision_waits_for_the_accounts_of_its_kind_of_document(
    monkeypatch: pytest.MonkeyPatch,
    instance: Instance,
    store: Store,
    change_config: Callable[[str, str, str], None],
) -> None:
    """Read when the waiting begins: an approver who is named later needs no new Dag."""
    made = DecisionOperator(task_id="phe_duyet", title="báo cáo", symbol="BC-UBND")
    monkeypatch.setattr(HITLOperator, "execute", lambda self, _context: self.assigned_users)
    monkeypatch.setattr("cchc_airflow.context.run_context", lambda _context: report_run(instance, store))
    context = {"dag_run": SimpleNamespace(conf=None)}
    assert made.execute(context) == [{"id": "lanh-dao", "name": "Lãnh đạo Sở Nội vụ (lanh-dao)"}]
    other = (
        "  pho: {name: Phó Giám đốc, role: user, id: 7, mailbox: pho@sonoivu.angiang.example}\n  van-hanh:"
    )
    change_config("department.yaml", "  van-hanh:", other)
    change_config("department.yaml", "  bao_cao: [lanh-dao]", "  bao_cao: [pho]")
    assert made.execute(context) == [{"id": "7", "name": "Phó Giám đốc (pho)"}]
    assert "Phó Giám đốc (pho)" in made.body


def test_the_issuing_step_issues_nothing_for_somebody_who_may_not_decide(
    monkeypatch: pytest.MonkeyPatch, instance: Instance, store: Store
) -> None:
    monkeypatch.setattr(issuing, "run_context", lambda: report_run(instance, store))
    issued: list[str] = []

    def stage(_run: Run, approval: Approval) -> list[str]:
        issued.append(approval.by)
        return ["x"]

    behind = {"ti": SimpleNamespace(**{**PLACE, "task_id": "phat_hanh"}), "task": BEHIND}
    monkeypatch.setattr("cchc_airflow.answers.get_current_context", lambda: behind)
    with pytest.raises(AirflowFailException, match="không được quyết định"):
        issuing.issue(stage, sealed(CONTEXT, answer(APPROVE, "van-hanh", **RIGHT)))
    with pytest.raises(AirflowFailException, match="mang tên lanh-dao không đi qua biểu mẫu"):
        issuing.issue(stage, answer(APPROVE, **RIGHT))
    assert issued == []
    assert issuing.issue(stage, sealed(CONTEXT, answer(APPROVE, **RIGHT))) == ["x"]
    assert issued == ["Lãnh đạo Sở Nội vụ (lanh-dao)"]

"""The form of a decision: what it demands, and what becomes of a wrong answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator

from cchc.clock import at
from cchc_airflow.approvals import APPROVE, RETURN, DecisionOperator

WHEN = at(date(2026, 3, 23), 10)
RIGHT = {"so": "12", "ky_hieu": "BC-UBND", "ngay": "2026-03-23", "nhan_xet": None}


@pytest.fixture
def operator(monkeypatch: pytest.MonkeyPatch) -> DecisionOperator:
    made = DecisionOperator(task_id="phe_duyet", title="báo cáo", symbol="BC-UBND")
    monkeypatch.setattr(DecisionOperator, "execute", lambda _self, _context: "asked again")
    monkeypatch.setattr(HITLOperator, "execute_complete", lambda _self, _context, event: event)
    return made


def answer(option: str, **typed: Any) -> dict[str, Any]:
    return {
        "chosen_options": [option],
        "params_input": typed,
        "responded_at": WHEN,
        "responded_by_user": {"id": "lanh-dao", "name": "lanh-dao"},
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
    assert operator.execute_complete({}, answer(option, **typed))["params_input"] == typed


def test_a_day_written_the_vietnamese_way_is_taken(operator: DecisionOperator) -> None:
    event = answer(APPROVE, **{**RIGHT, "ngay": "23/03/2026"})
    assert operator.execute_complete({}, event)["params_input"] == RIGHT


@pytest.mark.parametrize(
    ("option", "typed", "words"),
    [
        (APPROVE, {**RIGHT, "ngay": "2026-02-31"}, "2026-02-31"),
        (APPROVE, {**RIGHT, "so": None}, "số văn bản"),
        (APPROVE, {**RIGHT, "ky_hieu": " "}, "ký hiệu"),
        (RETURN, {**RIGHT, "nhan_xet": "  "}, "Nhận xét"),
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
        assert operator.execute_complete({}, answer(option, **typed)) == "asked again"
    assert words in caplog.text

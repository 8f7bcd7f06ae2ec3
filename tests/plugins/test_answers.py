"""An answer counts only as its person gave it in the form: nobody writes one in another's name."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc_airflow.answers import SEAL, genuine, sealed

ASKED = {"dag_id": "cham_diem", "run_id": "lan-1", "task_id": "nhom.xac_nhan", "map_index": 2}
GIVEN = {
    "chosen_options": ["Xác nhận đã thẩm định xong"],
    "params_input": {},
    "responded_at": at(date(2027, 1, 14), 10),
    "responded_by_user": {"id": "tp1", "name": "tp1"},
}


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch, instance: Instance) -> Any:
    """behind(...): the step right behind the form, of which other things may be so."""
    assert instance.root

    def step(**other: Any) -> None:
        ti = SimpleNamespace(**{**ASKED, "task_id": "nhom.kiem_lai", **other})
        task = SimpleNamespace(upstream_task_ids={"nhom.doc", "nhom.xac_nhan"})
        monkeypatch.setattr("cchc_airflow.answers.get_current_context", lambda: {"ti": ti, "task": task})

    step()
    return step


def answer(**other: Any) -> dict[str, Any]:
    return sealed({"ti": SimpleNamespace(**{**ASKED, **other})}, GIVEN)


@pytest.mark.usefixtures("behind")
def test_an_answer_of_the_form_is_taken_also_after_its_journey_through_xcom() -> None:
    kept = answer()
    assert genuine(kept) == kept
    as_text = json.loads(json.dumps(kept, default=lambda moment: moment.isoformat()))
    assert genuine(as_text) == as_text
    assert genuine(None) is None and genuine({}) is None


@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize(
    "forged",
    [
        {SEAL: ""},
        {SEAL: "0" * 64},
        {"responded_by_user": {"id": "tc1", "name": "tc1"}},
        {"chosen_options": ["Chưa xong"]},
        {"params_input": {"so": "12"}},
        {"responded_at": at(date(2027, 1, 15), 10)},
    ],
)
def test_an_answer_that_was_written_or_changed_is_refused_naming_in_whose_name(forged: dict) -> None:
    with pytest.raises(RuleRefused, match="không đi qua biểu mẫu") as refused:
        genuine(answer() | forged)
    assert refused.value.rule == "not-genuine"
    assert (forged.get("responded_by_user") or GIVEN["responded_by_user"])["id"] in str(refused.value)


@pytest.mark.usefixtures("behind")
@pytest.mark.parametrize(
    "elsewhere", [{"run_id": "lan-2"}, {"map_index": 3}, {"task_id": "nhom.khac"}, {"dag_id": "kiem_tra"}]
)
def test_a_real_answer_of_another_run_copy_or_task_is_no_answer_here(elsewhere: dict) -> None:
    with pytest.raises(RuleRefused, match="không đi qua biểu mẫu"):
        genuine(answer(**elsewhere))


def test_another_installation_seals_otherwise(behind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = answer()
    monkeypatch.setenv("CCHC_FORM_KEY", "khoa-khac")
    with pytest.raises(RuleRefused):
        genuine(kept)

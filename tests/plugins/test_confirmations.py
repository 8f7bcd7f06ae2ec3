"""A person's word that a group or the council is done: who is asked, what is shown, and that silence says nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator
from tests.support.appraised import LATE, opened

from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc_airflow.confirmations import (
    COUNCIL_DONE,
    GROUP_DONE,
    GROUP_NOT_DONE,
    CouncilConfirmationOperator,
    GroupConfirmationOperator,
    account_id,
    answered,
)
from cchc_airflow.scoring_groups import STEPS, step_of

CONTEXT = {"dag_run": SimpleNamespace(conf=None)}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, store: Store, instance: Instance) -> Run:
    write_atomic(instance.settings_file, "rehearsal: true\n")  # whose time is the run's, not the clock's
    made = replace(opened(store, instance), as_of=LATE)
    monkeypatch.setattr("cchc_airflow.context.run_context", lambda _context=None: made)
    monkeypatch.setattr(HITLOperator, "execute", lambda self, _context: self.assigned_users)
    return made


def group() -> GroupConfirmationOperator:
    return GroupConfirmationOperator(task_id="xac_nhan", desk="so-tu-phap", turn=1)


@pytest.mark.usefixtures("run")
def test_the_head_is_asked_with_counts_and_a_link_and_nobody_else() -> None:
    asking = group()
    assert asking.execute(CONTEXT) == [{"id": "tp1", "name": "tp1"}]
    for part in (
        "16 lượt tiêu chí, đã quyết 0, chưa quyết 16",
        "/cchc/cham-diem/2026-CD/nhom/so-tu-phap",
        "tp1",
    ):
        assert part in str(asking.body)
    assert "Sở Tư pháp" in asking.subject
    assert asking.options == [GROUP_DONE, GROUP_NOT_DONE]


@pytest.mark.usefixtures("run")
def test_whoever_stands_in_is_asked_for_what_he_stands_in_for() -> None:
    asking = GroupConfirmationOperator(task_id="xac_nhan", desk="so-tu-phap:thay-the", turn=1)
    assert asking.execute(CONTEXT) == [{"id": "vp1", "name": "vp1"}]


@pytest.mark.usefixtures("run")
def test_the_chair_is_asked_for_the_council() -> None:
    asking = CouncilConfirmationOperator(task_id="hoi_dong_quyet")
    assert asking.execute(CONTEXT) == [{"id": "vp.pct", "name": "vp.pct"}]
    assert "đã họp 0 phiên" in str(asking.body)


def test_nothing_is_answered_by_default_and_nothing_ends_the_waiting() -> None:
    for asking in (group(), CouncilConfirmationOperator(task_id="hoi_dong_quyet")):
        assert asking.defaults is None
        assert asking.response_timeout is None and asking.execution_timeout is None
        assert not asking.params


def test_an_account_is_known_by_what_airflow_calls_it(change_config: Callable[[str, str, str], None]) -> None:
    account = 'Sở Tư pháp, phụ trách nhóm", role: tham-dinh'
    change_config("department.yaml", account, f"{account}, id: 7")
    assert account_id("tp1") == "7"
    assert account_id("tp2") == "tp2"
    given = {
        "chosen_options": [GROUP_DONE],
        "responded_by_user": {"id": "7", "name": "x"},
        "responded_at": LATE,
    }
    found = answered(SimpleNamespace(approval=None), given, "tp1")  # type: ignore[arg-type]
    assert (found.done, found.by, found.at) == (True, "tp1", LATE)


def said(options: list[str]) -> dict[str, Any]:
    return {"chosen_options": options, "responded_by_user": {"id": "tp1"}, "responded_at": LATE}


@pytest.mark.parametrize(
    ("options", "done"),
    [([GROUP_DONE], True), ([COUNCIL_DONE], True), ([GROUP_NOT_DONE], False), ([], False)],
)
def test_only_the_one_word_means_done(options: list[str], done: bool) -> None:
    assert answered(SimpleNamespace(approval=None), said(options), "tp1").done is done  # type: ignore[arg-type]


def test_no_answer_confirms_nothing_but_a_rehearsal_plays_whoever_is_asked(run: Run) -> None:
    with pytest.raises(RuleRefused, match="Chưa ai trả lời"):
        answered(run, None, "tp1")
    found = answered(replace(run, approval={"decision": "approve"}), None, "tp1")
    assert (found.done, found.by, found.at) == (True, "tp1", LATE)


def test_a_run_takes_the_step_of_its_key_then_of_its_form_then_of_the_calendar(run: Run) -> None:
    assert step_of(run, "2026-CD:khoa", {"buoc": "mo"}) == "khoa"
    assert step_of(run, "2026-CD", {"buoc": "cong_bo"}) == "cong_bo"
    assert step_of(run, None, {}) == "tham_dinh_1", "the last moment that has come"
    moments = run.round.moments
    for step in STEPS:
        assert step_of(replace(run, as_of=moments[step]), None, {"buoc": ""}) == step

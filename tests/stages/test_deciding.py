"""A decision is looked at before Airflow's form gets it: about which draft, by whom, with what."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.waiting_draft import DRAFTED, form_of, put_up

from cchc.clock import at
from cchc.documents.decision_form import DecisionForm
from cchc.documents.decisions import put_draft
from cchc.documents.papers import keep, marking
from cchc.documents.registry import documents
from cchc.documents.workbook import ListSheet, build_list_workbook
from cchc.errors import RuleRefused
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages.deciding import answer_to, as_drafted, to_know, waiting_in
from cchc.store import Store

APPROVE = {
    "decision": "approve",
    "by": "lanh-dao",
    "number": "12",
    "symbol": "BC-UBND",
    "issued_on": "23/03/2026",
}


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = Run(store, instance, at(DRAFTED.date(), 15), "2026-Q1")
    RoundLedger(store).open(run.round, at(DRAFTED.date(), 7), "thu")
    return run


def test_an_approval_fills_in_the_form_of_the_very_draft_and_a_return_its_remarks_alone(run: Run) -> None:
    ids = put_up(run)
    other = DecisionForm("chot_dot_bao_cao", "lan-0", "phe_duyet", shown=("2026-Q1/bao_cao_du_thao/0/x",))
    form, option, typed = answer_to(run, "", APPROVE, ids, [other, form_of(ids)])
    assert (form, option) == (form_of(ids), "Phê duyệt")
    assert typed == {"so": "12", "ky_hieu": "BC-UBND", "ngay": "2026-03-23", "nhan_xet": None}
    back = {"decision": "return", "by": "lanh-dao", "remarks": "Nêu rõ xã nào thiếu"}
    _, option, typed = answer_to(run, "", back, ids, [form_of(ids)])
    assert (option, typed["nhan_xet"], typed["so"]) == ("Trả lại", "Nêu rõ xã nào thiếu", None)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"number": "mười hai"}, "incomplete-issue"),
        ({"issued_on": "31/02/2026"}, "incomplete-issue"),
        ({"issued_on": "23/03/2062"}, "day-far-off"),
        ({"issued_on": "23/03/2025"}, "day-far-off"),
        ({"by": "van-hanh"}, "not-an-approver"),
        ({"decision": "return", "remarks": " "}, "remarks-needed"),
        ({"decision": "xoa"}, "no-approval"),
    ],
)
def test_what_the_task_would_refuse_or_nobody_means_is_refused(
    run: Run, given: dict[str, Any], rule: str
) -> None:
    ids = put_up(run)
    with pytest.raises(RuleRefused) as refused:
        answer_to(run, "", APPROVE | given, ids, [form_of(ids)])
    assert refused.value.rule == rule


def test_a_draft_that_was_not_shown_or_has_no_form_of_its_own_is_not_decided_on(run: Run) -> None:
    ids = put_up(run)
    for seen, forms, rule in (
        (ids[:1], [form_of(ids)], "edited-meanwhile"),
        ([], [form_of(ids)], "edited-meanwhile"),
        (ids, [form_of(ids[:1])], "no-form"),
        (ids, [], "no-form"),
    ):
        with pytest.raises(RuleRefused) as refused:
            answer_to(run, "", APPROVE, seen, forms)
        assert refused.value.rule == rule
    with pytest.raises(RuleRefused, match="không còn là dự thảo"):
        answer_to(run, "ke_hoach", APPROVE, ids, [form_of(ids)])


def test_the_draft_that_waits_is_read_as_of_the_moment_when_its_form_was_made(run: Run) -> None:
    ids = put_up(run)
    (waiting,) = waiting_in(run)
    assert [one.document_id for one in waiting.documents] == ids
    own = as_drafted(run, waiting)
    assert (own.as_of, own.about) == (DRAFTED, "") and to_know(own) == []
    assert len(documents(run.store, "2026-Q1")) == len(ids)


def test_figures_of_a_draft_that_contradict_each_other_are_told_with_their_place(run: Run) -> None:
    put_up(run)
    (waiting,) = waiting_in(run)
    own = as_drafted(run, waiting)
    wrong = ListSheet("Biểu", "B", ["Nội dung"], [90], [["Cấp huyện có 83/270 hồ sơ, đạt 22,43%."]] * 11)
    content = build_list_workbook([wrong], marking(own, draft=1))
    kept = [
        keep(own, kind, content, f"{kind}.xlsx", draft=2, approval=None, extra={})
        for kind in ("phu_luc", "phu_luc_noi_bo")
    ]
    put_draft(own, 2, kept)
    told = to_know(own)
    assert len(told) == 9, "eight places and how many more; what quotes units tells none"
    assert "phu_luc.xlsx" in told[0] and "sheet “Biểu”, ô A" in told[0] and "30,74%" in told[0]
    assert "còn 3 chỗ nữa" in told[-1]

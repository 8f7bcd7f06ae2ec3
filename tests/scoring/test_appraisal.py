"""Decisions on points: what may be decided by whom, with which words, how often, and what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.support.appraised import (
    DURING,
    LATE,
    OFFICE,
    OWN,
    ROUND,
    SCORED,
    SET,
    UNITS,
    appraisal,
    opened,
    proven,
    said,
)

from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import EXPLAINS, Stage, UnitExplanation, history, put_explanation, standing
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.store import Store

# Criteria of the sample set that so-tu-phap appraises: one whose files are required, one that every unit has proven.
LAW = [row for row in SET.rows if row.appraiser == "so-tu-phap"]
FILED = next(row.code for row in LAW if row.evidence_needed == "bat_buoc")
SYSTEM = next(row.code for row in LAW if row.evidence_needed != "bat_buoc")
MOST = {row.code: row.max_points for row in LAW}


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = opened(store, instance)
    for unit in UNITS:
        proven(run, unit, SYSTEM)
    return run


def decided(
    criterion: str, choice: AppraisalChoice, points: str | None = None, reason: str = "", source: str = ""
) -> Decided:
    given = None if points is None else Decimal(points)
    return Decided(SCORED, criterion, choice, given, reason, source)


def refused(run: Run, wanted: Decided, actor: str = "tp1") -> RuleRefused:
    with pytest.raises(RuleRefused) as error:
        appraisal(run, actor).decide([wanted])
    return error.value


def explain(run: Run, criterion: str) -> None:
    one = UnitExplanation(ROUND, SCORED, criterion, 0, EXPLAINS, "Đã ban hành", (), SCORED, LATE)
    with run.store.write() as tx:
        put_explanation(tx, one)


def test_a_claim_alone_is_never_kept_and_no_data_is_not_zero(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.CLAIM, "0.5")
    assert refused(run, decided(SYSTEM, AppraisalChoice.KEEP)).rule == "no-data"
    assert not standing(run.store, ROUND)[SCORED][SYSTEM].is_decided


def test_what_is_required_and_not_there_is_proposed_as_zero(run: Run) -> None:
    said(run, SCORED, FILED, Stage.CLAIM, "0.5")
    said(run, SCORED, FILED, Stage.COMPUTED, "0.5")
    appraisal(run, "tp1").decide([decided(FILED, AppraisalChoice.KEEP)])
    (event,) = [one for one in history(run.store, ROUND, SCORED, FILED) if one.stage is Stage.FIRST]
    assert (event.points, event.reason, event.actor) == (Decimal(0), "Thiếu minh chứng bắt buộc", "tp1")


def test_other_points_than_the_computed_ones_need_a_reason_and_a_source(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.COMPUTED, "0.5")
    assert refused(run, decided(SYSTEM, AppraisalChoice.CHANGE, "0.25")).rule == "reason-needed"
    assert refused(run, decided(SYSTEM, AppraisalChoice.CHANGE, "0.25", "Chậm")).rule == "source-needed"
    assert refused(run, decided(SYSTEM, AppraisalChoice.EXCLUDE, reason="Không có")).rule == "source-needed"
    assert (
        refused(run, decided(SYSTEM, AppraisalChoice.CHANGE, reason="Chậm", source="CV 1")).rule
        == "points-needed"
    )
    assert refused(run, decided(SYSTEM, AppraisalChoice.KEEP, "0.25")).rule == "kept-otherwise"
    done = appraisal(run, "tp1").decide([decided(SYSTEM, AppraisalChoice.CHANGE, "0.25", "Chậm", "CV 1")])
    first = standing(run.store, ROUND)[SCORED][SYSTEM].first
    assert done == 1
    assert first is not None
    assert (first.points, first.reason, first.document_no) == (Decimal("0.25"), "Chậm", "CV 1")


def test_points_beyond_the_maximum_are_refused_with_the_limits(run: Run) -> None:
    above = str(MOST[SYSTEM] + 1)
    error = refused(run, decided(SYSTEM, AppraisalChoice.CHANGE, above, "x", "y"))
    assert error.rule == "out-of-range"
    assert "Sở Y tế" in str(error)
    assert refused(run, decided(SYSTEM, AppraisalChoice.CHANGE, "-0.1", "x", "y")).rule == "out-of-range"


def test_who_is_not_of_the_group_decides_nothing_and_nothing_of_a_list_is_half_kept(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.COMPUTED, "0.5")
    assert refused(run, decided(SYSTEM, AppraisalChoice.KEEP), "tc1").rule == "not-in-group"
    with pytest.raises(RuleRefused):
        appraisal(run, "tp1").decide(
            [decided(SYSTEM, AppraisalChoice.KEEP), decided(FILED, AppraisalChoice.CHANGE)]
        )
    assert not standing(run.store, ROUND)[SCORED][SYSTEM].is_decided


def test_the_own_unit_is_appraised_by_who_stands_in(run: Run) -> None:
    said(run, OWN, SYSTEM, Stage.COMPUTED, "0.5")
    wanted = replace(decided(SYSTEM, AppraisalChoice.KEEP), unit=OWN)
    assert refused(run, wanted).rule == "own-unit"
    assert appraisal(run, "vp1").decide([wanted]) == 1
    docket = appraisal(run, "tp1").docket
    assert {one.unit.code for one in docket.of(docket.desk("so-tu-phap"))} == {SCORED, OFFICE}
    assert {one.unit.code for one in docket.of(docket.desk("so-tu-phap:thay-the"))} == {OWN}


def test_the_same_decision_again_is_none_and_another_one_is_a_second_event(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.COMPUTED, "0.5")
    assert appraisal(run, "tp1").decide([decided(SYSTEM, AppraisalChoice.KEEP)]) == 1
    assert appraisal(run, "tp1", DURING.replace(hour=11)).decide([decided(SYSTEM, AppraisalChoice.KEEP)]) == 0
    changed = decided(SYSTEM, AppraisalChoice.CHANGE, "0.25", "Chậm", "CV 1")
    assert appraisal(run, "tp2", DURING.replace(hour=12)).decide([changed]) == 1
    firsts = [one for one in history(run.store, ROUND, SCORED, SYSTEM) if one.stage is Stage.FIRST]
    assert [one.actor for one in firsts] == ["tp1", "tp2"]


def test_in_bulk_only_what_agrees_and_is_proven_and_one_event_each(run: Run) -> None:
    for unit in (SCORED, OFFICE):
        for criterion in (FILED, SYSTEM):
            said(run, unit, criterion, Stage.CLAIM, "0.5")
            said(run, unit, criterion, Stage.COMPUTED, "0.5")
    proven(run, SCORED, FILED)
    said(run, OWN, SYSTEM, Stage.CLAIM, "0.5")
    said(run, OWN, SYSTEM, Stage.COMPUTED, "0.5")
    assert appraisal(run, "tp1").confirm_alike("so-tu-phap") == 3
    assert appraisal(run, "tp1").confirm_alike("so-tu-phap") == 0
    stands = standing(run.store, ROUND)
    firsts = {
        (unit, code) for unit, own in stands.items() for code, one in own.items() if one.first is not None
    }
    assert firsts == {(SCORED, FILED), (SCORED, SYSTEM), (OFFICE, SYSTEM)}, "without its file nothing agrees"
    with pytest.raises(RuleRefused, match="không thuộc nhóm"):
        appraisal(run, "tc1").confirm_alike("so-tu-phap")


def decide_all(run: Run, desk: str = "so-tu-phap", actor: str = "tp1") -> None:
    work = appraisal(run, actor)
    wanted = [
        Decided(*one.key, AppraisalChoice.CHANGE, Decimal(0), "Không đạt")
        for one in work.docket.of(work.docket.desk(desk))
        if one.standing.first is None
    ]
    work.decide(wanted)


def test_a_group_is_confirmed_only_when_nothing_is_left_and_by_its_head(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.CLAIM, "0.5")
    found = appraisal(run, "tp1").group_standing("so-tu-phap", 1)
    assert (found.total, found.decided, found.left) == (2 * len(LAW), 0, 2 * len(LAW))
    assert found.without_evidence == 2 * (sum(row.evidence_needed != "khong" for row in LAW) - 1)
    with pytest.raises(RuleRefused, match=f"còn {2 * len(LAW)} tiêu chí chưa quyết") as error:
        appraisal(run, "tp1").confirm_group("so-tu-phap", 1)
    assert f"- Sở Y tế: {LAW[0].code}" in str(error.value)
    decide_all(run)
    found = appraisal(run, "tp1").group_standing("so-tu-phap", 1)
    assert (found.left, found.changed) == (0, 2 * len(LAW)), "no claim is not 0 points"
    with pytest.raises(RuleRefused, match="không phụ trách"):
        appraisal(run, "tp2").confirm_group("so-tu-phap", 1)
    assert appraisal(run, "tp1").confirm_group("so-tu-phap", 1) is True
    assert appraisal(run, "tp1").confirm_group("so-tu-phap", 1) is False


def test_after_the_confirmation_only_what_is_explained_or_opened_again_is_decided(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.COMPUTED, "0.5")
    decide_all_but = decided(SYSTEM, AppraisalChoice.KEEP)
    appraisal(run, "tp1").decide([decide_all_but])
    decide_all(run)
    appraisal(run, "tp1").confirm_group("so-tu-phap", 1)
    other = decided(SYSTEM, AppraisalChoice.CHANGE, "0.25", "Xem lại", "CV 2")
    assert refused(run, other).rule == "confirmed"
    assert appraisal(run, "tp1").group_standing("so-tu-phap", 2).total == 0
    explain(run, SYSTEM)
    later = appraisal(run, "tp1", LATE)
    assert later.group_standing("so-tu-phap", 2).undecided == ((SCORED, SYSTEM),)
    later.decide([other])
    stands = standing(run.store, ROUND)[SCORED][SYSTEM]
    assert stands.first is not None and stands.second is not None
    assert (stands.first.points, stands.second.points) == (Decimal("0.5"), Decimal("0.25"))
    assert stands.final.value == Decimal("0.25")


def test_only_the_secretary_opens_a_criterion_again_with_reason_and_document(run: Run) -> None:
    said(run, SCORED, SYSTEM, Stage.COMPUTED, "0.5")
    with pytest.raises(RuleRefused, match="chưa có gì để mở lại"):
        appraisal(run, "thuky1").reopen(SCORED, SYSTEM, "Sai số liệu", "CV 3")
    appraisal(run, "tp1").decide([decided(SYSTEM, AppraisalChoice.KEEP)])
    with pytest.raises(RuleRefused, match="phải ghi lý do và số văn bản"):
        appraisal(run, "thuky1").reopen(SCORED, SYSTEM, "Sai số liệu", " ")
    with pytest.raises(RuleRefused, match="không phải thư ký"):
        appraisal(run, "tp1").reopen(SCORED, SYSTEM, "Sai số liệu", "CV 3")
    assert appraisal(run, "thuky1").reopen(SCORED, SYSTEM, "Sai số liệu", "CV 3") is True
    kept = decided(SYSTEM, AppraisalChoice.KEEP)
    appraisal(run, "tp2", LATE).decide([kept])
    second = standing(run.store, ROUND)[SCORED][SYSTEM].second
    assert second is not None
    assert (second.points, second.reason) == (Decimal("0.5"), "Giữ điểm thẩm định lần 1")


def test_what_was_decided_stands_from_the_moment_on_and_what_was_not_may_still_be(run: Run) -> None:
    for criterion in (FILED, SYSTEM):
        said(run, SCORED, criterion, Stage.COMPUTED, "0.5")
    appraisal(run, "tp1").decide([decided(SYSTEM, AppraisalChoice.KEEP)])
    late = appraisal(run, "tp1", LATE)
    with pytest.raises(RuleRefused, match="đã hết hạn lúc 17 giờ 00"):
        late.decide([decided(SYSTEM, AppraisalChoice.CHANGE, "0.25", "Chậm", "CV 1")])
    assert late.decide([decided(FILED, AppraisalChoice.CHANGE, "0.5", "Đủ")]) == 1

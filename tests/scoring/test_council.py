"""The council decides in a session with a quorum, never of its own units; objections with a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import pytest
from tests.support.appraised import OFFICE, ROUND, SCORED, UNITS, appraisal, opened, proven, said

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.obligations import RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import FileEventKind, Stage, council_sessions, file_events, history, objections_of, standing
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.cases import Docket
from cchc.scoring.council import Council, Ruling
from cchc.scoring.objections import decide_objection, receive_objection, undecided_objections
from cchc.store import Store

CRITERION = "2.1.1"
HELD, PUBLISHED = at(date(2027, 1, 28), 14), at(date(2027, 1, 29), 16)
OBJECTED = at(date(2027, 2, 2), 9)
# Three of five are more than half.
PRESENT, WRITTEN = ["vp.pct", "tp.gd"], ["tc.gd"]

receive = partial(receive_objection, files=(), links=())


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """Decided once by the appraiser: 0.5 of 2."""
    run = opened(store, instance)
    proven(run, SCORED, CRITERION)
    said(run, SCORED, CRITERION, Stage.COMPUTED, "0.5")
    appraisal(run, "tp1").decide([Decided(SCORED, CRITERION, AppraisalChoice.KEEP)])
    return run


def council(run: Run, actor: str, moment: datetime = HELD) -> Council:
    own = replace(run, actor=actor, as_of=moment)
    return Council(own, Docket.load(own, UNITS))


def ruling(
    choice: AppraisalChoice = AppraisalChoice.CHANGE,
    points: str | None = "1",
    reason: str = "Đủ căn cứ",
    unit: str = SCORED,
) -> Ruling:
    return Ruling(unit, CRITERION, choice, reason, None if points is None else Decimal(points))


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RuleRefused) as refused:
        act()
    return refused.value.rule


def test_a_session_needs_more_than_half_in_the_room_or_in_writing(run: Run) -> None:
    chair = council(run, "vp.pct")
    with pytest.raises(RuleRefused, match="có 2/5 thành viên"):
        chair.hold(["vp.pct"], ["tc.gd"], HELD)
    assert refusal(lambda: chair.hold([*PRESENT, "xem"], WRITTEN, HELD)) == "strangers"
    assert refusal(lambda: chair.hold(PRESENT, [*WRITTEN, "tp.gd"], HELD)) == "twice"
    assert refusal(lambda: chair.hold(PRESENT, WRITTEN, HELD.replace(hour=15))) == "ahead"
    assert refusal(lambda: council(run, "thuky1").hold(PRESENT, WRITTEN, HELD)) == "not-council"
    assert council_sessions(run.store, ROUND) == []
    session = chair.hold(PRESENT, WRITTEN, HELD)
    assert chair.hold(PRESENT, WRITTEN, HELD) == session
    assert council_sessions(run.store, ROUND) == [session]


def test_the_council_changes_excludes_and_keeps_with_a_reason_in_its_session(run: Run) -> None:
    session = council(run, "vp.pct").hold(PRESENT, WRITTEN, HELD).session_id
    assert refusal(lambda: council(run, "tp.gd").rule("khác", ruling())) == "unknown-session"
    assert refusal(lambda: council(run, "vp.cvp").rule(session, ruling())) == "not-there"
    assert refusal(lambda: council(run, "tp.gd").rule(session, ruling(reason=" "))) == "reason-needed"
    assert refusal(lambda: council(run, "tp.gd").rule(session, ruling(points="2.5"))) == "out-of-range"
    assert refusal(lambda: council(run, "tp.gd").rule(session, ruling(points=None))) == "points-needed"
    assert council(run, "tp.gd").rule(session, ruling()) is True
    assert council(run, "tp.gd", HELD.replace(hour=15)).rule(session, ruling()) is False
    stands = standing(run.store, ROUND)[SCORED][CRITERION]
    assert stands.final.value == Decimal(1)
    assert stands.council is not None and "28/01/2027" in str(stands.council.document_no)
    assert council(run, "tc.gd").rule(session, ruling(AppraisalChoice.EXCLUDE, None)) is True
    assert standing(run.store, ROUND)[SCORED][CRITERION].final.dropped
    assert (
        council(run, "tc.gd", HELD.replace(hour=16)).rule(session, ruling(AppraisalChoice.KEEP, None)) is True
    )
    assert standing(run.store, ROUND)[SCORED][CRITERION].final.dropped, "what stood is kept"
    assert len(history(run.store, ROUND, SCORED, CRITERION)) == 5


def test_nobody_of_the_council_decides_of_his_own_unit(run: Run) -> None:
    session = council(run, "vp.pct").hold([*PRESENT, "nv.gd"], WRITTEN, HELD).session_id
    with pytest.raises(RuleRefused, match=r"nv\.gd thuộc Sở Nội vụ"):
        council(run, "nv.gd").rule(session, ruling(unit=OFFICE))
    with pytest.raises(RuleRefused, match=r"nv\.gd thuộc Sở Nội vụ"):
        council(run, "nv.gd").approve_few_points(session, OFFICE, "Ít việc")
    assert council(run, "tp.gd").rule(session, ruling(unit=OFFICE)) is True


def test_a_unit_with_too_few_points_in_force_is_ranked_by_a_decision_alone(run: Run) -> None:
    session = council(run, "vp.pct").hold(PRESENT, WRITTEN, HELD).session_id
    assert refusal(lambda: council(run, "tp.gd").approve_few_points(session, SCORED, "")) == "reason-needed"
    assert council(run, "tp.gd").approve_few_points(session, SCORED, "Ít việc phát sinh") is True
    assert council(run, "tp.gd").approve_few_points(session, SCORED, "Ít việc phát sinh") is False
    kinds = [one for one in file_events(run.store, ROUND) if one.kind is FileEventKind.UNRANKED_DECIDED]
    assert [(one.unit_code, one.reason) for one in kinds] == [(SCORED, "Ít việc phát sinh")]


def publish(run: Run) -> None:
    detail = {
        "draft": 1,
        "number": "7",
        "symbol": "QĐ-UBND",
        "issued_on": "2027-01-29",
        "documents": [],
        "not_held": [],
    }
    run.rounds.record(
        RoundEvent(ROUND, RoundEventKind.issued, PUBLISHED, PUBLISHED, "lanhdao", detail=detail)
    )


def test_after_the_publication_the_council_changes_points_by_objections_alone(run: Run) -> None:
    session = council(run, "vp.pct").hold(PRESENT, WRITTEN, HELD).session_id
    publish(run)
    assert refusal(lambda: council(run, "tp.gd", OBJECTED).rule(session, ruling())) == "published"


def test_an_objection_is_received_in_time_by_the_secretary_and_decided_with_a_document(run: Run) -> None:
    secretary = replace(run, actor="thuky1", as_of=OBJECTED)
    words = (SCORED, CRITERION, "Đã ban hành đủ", OBJECTED)
    assert refusal(lambda: receive(secretary, *words)) == "not-published"
    publish(run)
    assert refusal(lambda: receive(replace(secretary, actor="tp1"), *words)) == "not-secretary"
    late = run.round.moments["kien_nghi"].replace(hour=18)
    assert refusal(lambda: receive(replace(secretary, as_of=late), *words[:3], late)) == "too-late"
    assert refusal(lambda: receive(secretary, *words[:3], OBJECTED.replace(hour=10))) == "ahead"
    assert refusal(lambda: receive(secretary, SCORED, CRITERION, " ", OBJECTED)) == "text-needed"
    edge = run.round.moments["kien_nghi"]
    assert receive(replace(secretary, as_of=late), SCORED, "2.2.1", "Đúng giờ cuối", edge).received_at == edge
    objection = receive(secretary, *words)
    assert receive(secretary, *words) == objection
    assert objection.objection_id in {one.objection_id for one in undecided_objections(secretary)}
    member = replace(run, actor="tc.gd", as_of=OBJECTED.replace(day=8))
    given = (objection.objection_id, AppraisalChoice.CHANGE, "Chấp nhận một phần")
    assert refusal(lambda: decide_objection(member, *given, " ", Decimal(1))) == "document-needed"
    assert refusal(lambda: decide_objection(secretary, *given, "15/TB-HĐ", Decimal(1))) == "not-council"
    assert decide_objection(member, *given, "15/TB-HĐ", Decimal(1)) is True
    assert decide_objection(member, *given, "15/TB-HĐ", Decimal(1)) is False
    (decided,) = [one for one in objections_of(run.store, ROUND) if one.decision is not None]
    assert len(undecided_objections(secretary)) == 1
    assert (decided.decision, decided.points, decided.document_no) == ("sua", Decimal(1), "15/TB-HĐ")
    last = standing(run.store, ROUND)[SCORED][CRITERION].objection
    assert last is not None and (last.points, last.document_no) == (Decimal(1), "15/TB-HĐ")


def test_what_comes_with_an_objection_passes_the_same_door_and_proves_its_criterion(run: Run) -> None:
    publish(run)
    secretary = replace(run, actor="thuky1", as_of=OBJECTED)
    words = (SCORED, "2.2.1", "Đã ban hành đủ", OBJECTED)
    bad = {"files": [("kh.exe", b"MZ" + b"\0" * 99)], "links": ["https://10.0.0.1/", "http://a.vn/"]}
    with pytest.raises(RuleRefused) as refused:
        receive_objection(secretary, *words, **bad)
    assert [word in str(refused.value) for word in ("kh.exe", "mạng nội bộ", "không phải https")] == [
        True
    ] * 3
    assert (
        objections_of(run.store, ROUND) == [] and council(run, "tc.gd").docket.cases[words[:2]].lacks_evidence
    )
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 99
    given = receive_objection(secretary, *words, files=[("anh.png", picture)], links=["https://so.gov.vn/kh"])
    receive_objection(secretary, *words, files=[("khac.png", picture + b"\1")], links=[])
    assert len(objections_of(run.store, ROUND)) == 1 and len(given.evidence_ids) == 2
    case = council(run, "tc.gd", OBJECTED).docket.cases[words[:2]]
    assert {one.name for one in case.evidence} == {"anh.png", "https://so.gov.vn/kh", "khac.png"}
    assert not case.lacks_evidence
    kept = next(one for one in case.evidence if one.name == "anh.png")
    assert (run.instance.data / (kept.stored_path or "")).read_bytes() == picture

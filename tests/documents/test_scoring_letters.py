"""Documents on the way to a published index: what each must say, and that a sample set is called one everywhere."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn

from cchc.clock import at
from cchc.documents.marking import Marking
from cchc.documents.scoring_letters import (
    GroupLine,
    ScoringAbout,
    ScoringMinutes,
    SessionLine,
    SetLine,
    Submitted,
    build_appraisal_notice,
    build_council_decision,
    build_council_minutes,
    build_scoring_plan,
    build_submission,
)

MADE = Marking(at(date(2026, 12, 1), 9))
ABOUT = ScoringAbout(2026, 122, "Bộ A (bộ tiêu chí mẫu)", "Chấm theo bộ tiêu chí mẫu.")
GROUPS = [GroupLine("Sở Nội vụ", 4004, 4000, 120, 15), GroupLine("Sở Tư pháp", 976, 976, 3, 0)]
SESSION = SessionLine(
    "14 giờ 00, ngày 28/01/2027", 2, 1, 5, "Phó Chủ tịch, Giám đốc Sở Tư pháp", "Giám đốc Sở Tài chính"
)
ASKED = [("Sở Y tế", "3.2", "Giải trình không được chấp nhận")]
RULED = [("Sở Y tế", "3.2", "sửa: 2 điểm", "Đủ căn cứ")]


def plan(about: ScoringAbout) -> bytes:
    sets = [SetLine(about.criteria, 86, "100", 20)]
    steps = [("Khóa hồ sơ", "17 giờ 00, ngày 25/12/2026")]
    return build_scoring_plan(about, sets, steps, [("Sở Nội vụ", "Văn phòng UBND tỉnh", 69)], MADE)


def council(about: ScoringAbout) -> bytes:
    return build_council_decision(
        about, [("Phó Chủ tịch", "Chủ tịch Hội đồng"), ("nv.gd", "Thành viên")], "50", MADE
    )


def notice(about: ScoringAbout, asked: int = 37) -> bytes:
    return build_appraisal_notice(about, GROUPS, asked, "17 giờ 00, ngày 18/01/2027", "25/01/2027", MADE)


def minutes(about: ScoringAbout, *, held: bool = True) -> bytes:
    found = ScoringMinutes(GROUPS, ASKED, [SESSION], RULED) if held else ScoringMinutes(GROUPS, [])
    return build_council_minutes(about, found, MADE)


def submission(about: ScoringAbout) -> bytes:
    lists = [("Cấp sở", "20", "19", "98,00", "61,20", "Tốt 5; Khá 14")]
    return build_submission(about, Submitted(9472, 450, 60, 1, 3, GROUPS, lists), MADE)


def words(content: bytes) -> str:
    body = Document(io.BytesIO(content)).element.body
    return "\n".join("".join(node.text or "" for node in one.iter(qn("w:t"))) for one in body.iter(qn("w:p")))


@pytest.mark.parametrize("build", [plan, council, notice, minutes, submission])
def test_a_sample_set_is_called_one_in_every_document_until_it_is_none(
    build: Callable[[ScoringAbout], bytes],
) -> None:
    assert "bộ tiêu chí mẫu" in words(build(ABOUT))
    issued = replace(ABOUT, criteria="Bộ tiêu chí theo Quyết định 1187/QĐ-BNV", sample_note="")
    assert "mẫu" not in words(build(issued))


@pytest.mark.parametrize("build", [plan, council, notice, minutes, submission])
def test_the_same_facts_make_the_same_bytes(build: Callable[[ScoringAbout], bytes]) -> None:
    assert build(ABOUT) == build(ABOUT)


def test_the_plan_names_every_step_with_its_hour_and_who_stands_in_for_whom() -> None:
    found = words(plan(ABOUT))
    for part in (
        "86 tiêu chí, 100 điểm, áp dụng cho 20 đơn vị",
        "Khóa hồ sơ",
        "17 giờ 00, ngày 25/12/2026",
        "Văn phòng UBND tỉnh",
    ):
        assert part in found


def test_the_decision_names_the_members_and_the_quorum() -> None:
    found = words(council(ABOUT))
    assert "gồm 2 thành viên" in found
    assert "trên 50% thành viên" in found
    assert "Chủ tịch Hội đồng" in found


def test_the_notice_asks_nobody_to_explain_where_nothing_is_contested() -> None:
    asking = words(notice(ABOUT))
    assert "37 đơn vị" in asking
    assert "trước 17 giờ 00, ngày 18/01/2027" in asking
    nothing = words(notice(ABOUT, asked=0))
    assert "Không có đơn vị nào" in nothing
    assert "18/01/2027" not in nothing


def test_the_minutes_tell_presence_and_rulings_and_are_a_draft_before_the_session() -> None:
    held = words(minutes(ABOUT))
    for part in (
        SESSION.when,
        "2 thành viên dự họp, 1 thành viên cho ý kiến",
        "tổng số 5",
        "sửa: 2 điểm",
        "Đủ căn cứ",
    ):
        assert part in held
    draft = words(minutes(ABOUT, held=False))
    assert "(Ghi sau khi họp.)" in draft
    assert "Không có nội dung còn ý kiến khác nhau." in draft


def test_the_submission_adds_up_the_groups_and_shows_each_list() -> None:
    found = words(submission(ABOUT))
    for part in ("9.472 lượt tiêu chí", "Cộng", "4.980", "Cấp sở", "98,00", "Tốt 5; Khá 14"):
        assert part in found

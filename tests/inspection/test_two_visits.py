"""Two visits of one unit in a year, minutes written anew, visits at which nothing was found: each stands by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document
from tests.inspection.scene import Scene, approval, finding, leader

from cchc.clock import at
from cchc.documents.registry import document, documents
from cchc.errors import NothingToDo, RuleRefused
from cchc.inspection import FindingsRefused, PlannedVisit, VisitKind, VisitState, counts, known_visits
from cchc.inspection.findings_book import build_findings_workbook
from cchc.inspection.minutes import MinutesRow
from cchc.inspection.team_book import team_book_path
from cchc.inspection.visits import make_visits
from cchc.stages import concluding, inspecting
from cchc.workbooks.grid import Grid

A, B = "30292", "30301"
ROUND = "2026-KT"
NOW = at(date(2026, 5, 5), 9)


@pytest.fixture
def scene(store, instance) -> Scene:
    return Scene.made(store, instance, [A, B])


def text_of(scene: Scene, identity: str) -> str:
    kept = document(scene.run.store, identity)
    assert kept is not None
    return "\n".join(one.text for one in Document(kept.kept_at(scene.run.instance)).paragraphs)


def topical(scene: Scene) -> str:
    (number,) = make_visits(
        scene.run,
        [PlannedVisit(A, VisitKind.TOPICAL, f"{ROUND}/{A}/chuyen_de/2026-04-20", (date(2026, 4, 20),))],
    )
    return number


def book(scene: Scene, rows, visits: dict[str, str], minutes) -> None:
    names = {code: scene.run.units.get(code).name for code in scene.units}
    content = build_findings_workbook("K", names, rows, scene.run.as_of, minutes=minutes, visits=visits)
    team_book_path(scene.run).write_bytes(content)


def test_a_row_of_a_unit_with_two_visits_says_of_which_it_is(scene: Scene) -> None:
    """It went to the last visit of its unit, whichever that was."""
    second = topical(scene)
    minutes = [MinutesRow(one, A, date(2026, 5, 4), agreed=True) for one in ("KT26-C01", second)]
    row = finding(A, "Thiếu sổ", "Lập sổ")
    book(scene, [row], {}, minutes)
    with pytest.raises(FindingsRefused, match=f"Ô L5: đơn vị {A} có nhiều cuộc .*KT26-C01, {second}"):
        scene.read(NOW)
    assert scene.known() == []
    book(scene, [row], {"": "KT26-C02"}, minutes)
    with pytest.raises(FindingsRefused, match=f"KT26-C02 không phải cuộc kiểm tra của đơn vị {A}"):
        scene.read(NOW)
    book(scene, [row], {"": "kt26-c01"}, minutes)
    assert scene.read(NOW) == ["KT26-C01"]
    scene.conclude("KT26-C01", NOW + timedelta(hours=1))
    done = [one.finding for one in scene.known()]
    other = finding(A, "Trễ hạn", "Xin lỗi")
    book(scene, [*done, other], {"KT26-0001": "KT26-C01"}, minutes)
    assert scene.read(NOW + timedelta(days=1)) == [second], "one visit is open: nobody need say which"
    assert [one.visit_id for one in scene.known()] == ["KT26-C01", second]
    assert counts(scene.run.store, [A], date(2026, 5, 1), date(2026, 5, 31))[A].visits == 2


def test_a_surprise_visit_keeps_its_findings_apart_from_those_of_the_plan(scene: Scene) -> None:
    """The planned visit's row landed in the secret one; both workbooks then held both."""
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    planned = PlannedVisit(A, VisitKind.SURPRISE, f"{ROUND}/{A}/dot_xuat/2026-05-05", (date(2026, 5, 5),))
    number = inspecting.surprise(scene.at(NOW, actor=leader()), planned)
    assert scene.read(NOW) == ["KT26-C01"]
    assert [one.visit_id for one in scene.known()] == ["KT26-C01"]
    visit = next(one for one in known_visits(scene.run.store, ROUND) if one.visit_id == number)
    path = team_book_path(scene.run, visit)
    names = {A: "A"}
    own = [MinutesRow(number, A, date(2026, 5, 5), agreed=False)]
    path.write_bytes(build_findings_workbook("K", names, [finding(A, "Vắng", "Trực")], NOW, minutes=own))
    assert inspecting.read_findings(scene.at(NOW), visit) == [number]
    assert [one.visit_id for one in scene.known()] == ["KT26-C01", number]
    run = scene.at(NOW + timedelta(days=1))
    inspecting.read_findings(run)
    for path_, ids in ((path, ["KT26-0002"]), (team_book_path(scene.run), ["KT26-0001"])):
        sheet = Grid(path_.read_bytes(), "a.xlsx", "").sheet("Kết quả kiểm tra")
        assert sheet is not None and [row[0] for row in sheet.rows[4:] if row[0]] == ids
    assert run.notes == []


def test_minutes_that_were_begun_are_there_when_the_workbook_is_written_anew(scene: Scene) -> None:
    begun = MinutesRow("KT26-C02", B, None, results="Đã có kế hoạch", present="Lãnh đạo UBND")
    scene.handed_in(
        finding(A, "Thiếu sổ", "Lập sổ"),
        minutes=[MinutesRow("KT26-C01", A, date(2026, 5, 4), agreed=True), begun],
    )
    scene.read(NOW)
    sheet = Grid(team_book_path(scene.run).read_bytes(), "a.xlsx", "").sheet("Biên bản")
    assert sheet is not None and [row[7] for row in sheet.rows[4:]] == ["", "Đã có kế hoạch"]


def test_minutes_written_anew_count_until_a_conclusion_stands_on_them(scene: Scene) -> None:
    """Other words were passed over without a sound."""
    first = MinutesRow("KT26-C01", A, date(2026, 5, 4), results="Tốt", agreed=True)
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), minutes=[first])
    assert scene.read(NOW) == ["KT26-C01"]
    rows = [one.finding for one in scene.known()]
    scene.handed_in(*rows, minutes=[replace(first, results="Khá", agreed=False, opinion="Chưa rõ")])
    scene.read(NOW + timedelta(hours=1))
    visit = known_visits(scene.run.store, ROUND)[0]
    assert (visit.state, visit.minutes["results"]) == (VisitState.DISAGREED, "Khá")
    scene.conclude("KT26-C01", NOW + timedelta(hours=2))
    scene.handed_in(*rows, minutes=[replace(first, results="Khá", agreed=False, opinion="Chưa rõ ")])
    scene.read(NOW + timedelta(hours=3))
    scene.handed_in(*rows, minutes=[replace(first, results="Kém")])
    with pytest.raises(RuleRefused) as refused:
        scene.read(NOW + timedelta(hours=4))
    assert refused.value.rule == "concluded-already"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (MinutesRow("KT26-C01", A, date(2026, 6, 5), agreed=True), "05/06/2026, là ngày chưa tới"),
        (
            MinutesRow("KT26-C01", A, date(2026, 5, 4), agreed=True, due=date(2026, 5, 4)),
            "không sau ngày kiểm tra",
        ),
    ],
)
def test_days_of_minutes_that_cannot_be_are_refused(scene: Scene, row: MinutesRow, told: str) -> None:
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), minutes=[row])
    with pytest.raises(FindingsRefused, match=told):
        scene.read(NOW)
    assert scene.known() == [], "nothing of a refused workbook is taken"


def test_a_visit_whose_draft_waits_is_not_drafted_again_by_the_next_reading(scene: Scene) -> None:
    """Each reading put another draft before the approvers, and the one that they had before them was void."""
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    assert scene.read(NOW) == ["KT26-C01"]
    concluding.draft(scene.at(NOW + timedelta(minutes=5), about="KT26-C01"))
    assert scene.read(NOW + timedelta(hours=1)) == []
    scene.handed_in(*(one.finding for one in scene.known()), finding(A, "Trễ hạn", "Xin lỗi"))
    assert scene.read(NOW + timedelta(hours=2)) == ["KT26-C01"], "the draft does not say all"
    run = scene.at(NOW + timedelta(hours=3), about="KT26-C01")
    concluding.draft(run)
    assert scene.read(NOW + timedelta(hours=4)) == []
    returned = replace(approval(NOW + timedelta(hours=5)), decision="return", remarks="Thiếu căn cứ")
    with pytest.raises(RuleRefused, match="Thiếu căn cứ"):
        concluding.issue(run, returned)
    assert scene.read(NOW + timedelta(hours=6)) == ["KT26-C01"]


def test_a_visit_at_which_nothing_was_found_is_concluded_by_a_persons_run_alone(scene: Scene) -> None:
    """It waited for findings for ever."""
    scene.handed_in(minutes=[MinutesRow("KT26-C02", B, date(2026, 5, 4), results="Đầy đủ", agreed=True)])
    run = scene.at(NOW)
    assert inspecting.read_findings(run) == []
    assert any("không ghi tồn tại nào: UBND phường Mỹ Thới (KT26-C02)" in note for note in run.notes)
    (identity,) = scene.conclude("KT26-C02", NOW + timedelta(hours=1))
    text = text_of(scene, identity)
    assert "không phát hiện tồn tại, hạn chế phải khắc phục" in text and "chậm nhất" not in text
    assert scene.orders(NOW + timedelta(days=1)) == []
    inspecting.mending(scene.at(NOW + timedelta(days=1)))
    assert known_visits(scene.run.store, ROUND)[1].state is VisitState.DONE
    with pytest.raises(NothingToDo):
        concluding.draft(scene.at(NOW + timedelta(days=2), about="KT26-C02"))
    with pytest.raises(NothingToDo):
        concluding.draft(scene.at(NOW + timedelta(days=2), about="KT26-C01"))


def test_nobody_is_asked_to_have_answered_by_a_day_that_is_over(scene: Scene) -> None:
    row = MinutesRow("KT26-C01", A, date(2026, 5, 4), agreed=True, due=date(2026, 5, 8))
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), minutes=[row])
    scene.read(NOW)
    late = at(date(2026, 5, 12), 9)
    run = scene.at(NOW, about="KT26-C01")
    concluding.draft(run)
    for call in (
        lambda: concluding.issue(run, approval(late)),
        lambda: concluding.draft(replace(run, as_of=late)),
    ):
        with pytest.raises(RuleRefused) as refused:
            call()
        assert refused.value.rule == "due-past"
    assert not scene.known()[0].is_issued
    concluding.issue(run, approval(NOW + timedelta(days=1)))
    renumbered = concluding.issue(run, approval(late, "13"))
    assert renumbered and scene.known()[0].letter_label == "Công văn 13/UBND-NC", (
        "a wrong number may be put right"
    )


def test_the_teams_report_of_a_visit_says_its_minutes_and_findings_and_the_letter_rests_on_its_number(
    scene: Scene,
) -> None:
    from cchc.documents.numbering import issue as give_number

    minutes = MinutesRow(
        "KT26-C01", A, date(2026, 5, 4), place="Trụ sở", present="Lãnh đạo UBND\nĐoàn kiểm tra", sample="000.12.345",
        results="Có kế hoạch.", opinion="Xin thêm thời gian", agreed=False, due=date(2026, 6, 30),
    )  # fmt: skip
    scene.handed_in(
        finding(A, "Thiếu sổ theo dõi", "Lập sổ", topic="Tài chính công", evidence="Biên bản trang 2"),
        minutes=[minutes],
    )
    scene.read(NOW)
    scene.read(NOW + timedelta(minutes=1))
    (made,) = [one for one in documents(scene.run.store, ROUND) if one.kind == "bao_cao_doan"]
    text = text_of(scene, made.document_id)
    for words in (
        "ngày 04/05/2026, tại Trụ sở", "- Lãnh đạo UBND", "- 000.12.345", "không thống nhất với biên bản",
        "Có kế hoạch.", "phát hiện 1 tồn tại", "Xin thêm thời gian.", "chậm nhất là ngày 30/06/2026",
    ):  # fmt: skip
        assert words in text, words
    cells = [cell.text for cell in Document(made.kept_at(scene.run.instance)).tables[1].rows[1].cells]
    assert cells == ["1", "Tài chính công", "Thiếu sổ theo dõi (Biên bản trang 2)", "Vừa", "Lập sổ"]
    numbered = replace(approval(NOW + timedelta(hours=1), "21", "BC-ĐKT"))
    give_number(scene.at(NOW + timedelta(hours=1)), made.document_id, numbered)
    (identity,) = scene.conclude("KT26-C01", NOW + timedelta(hours=2))
    assert "Qua xem xét Báo cáo số 21/BC-ĐKT ngày 05/5/2026 của Đoàn kiểm tra" in text_of(scene, identity)

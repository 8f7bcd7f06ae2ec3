"""What changes of a visit after the plan: other days, other members, a unit left out or taken in; who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.inspection.scene import Scene, finding

from cchc.clock import at
from cchc.documents.registry import documents
from cchc.errors import RuleRefused
from cchc.inspection import PlannedVisit, Visit, VisitKind, VisitState, known_visits
from cchc.inspection.choices import ByPerson, add_unit
from cchc.inspection.outline import outline_due
from cchc.inspection.rescheduling import follow_schedule, leave_out, reschedule
from cchc.inspection.team import InspectionTeam
from cchc.inspection.team_book import team_book_path
from cchc.stages import inspecting
from cchc.workbooks.grid import Grid

A, B, LATER = "30292", "30301", "30307"
ROUND = "2026-KT"
TOLD = at(date(2026, 4, 1), 9)
SAID = ByPerson("van-hanh", "Đơn vị bận tiếp đoàn Trung ương")


@pytest.fixture
def scene(store, instance) -> Scene:
    return Scene.made(store, instance, [A, B])


def visit(scene: Scene, unit: str = A) -> Visit:
    return next(one for one in known_visits(scene.run.store, ROUND) if one.unit_code == unit)


def mails(scene: Scene) -> list[tuple[str, str]]:
    with scene.run.store.read() as tx:
        words = "SELECT unit_code, subject FROM mails WHERE kind = 'tra_loi_thu' ORDER BY mail_key"
        return [tuple(row) for row in tx.connection.exec_driver_sql(words)]


def rule(call, *arguments, **more) -> str:
    with pytest.raises(RuleRefused) as refused:
        call(*arguments, **more)
    return refused.value.rule


def test_a_unit_that_was_told_of_its_visit_is_told_of_the_new_day_and_members(scene: Scene) -> None:
    inspecting.announce(scene.at(TOLD, about="bat_dau"))
    run = scene.at(TOLD + timedelta(days=20))
    assert rule(reschedule, run, "KT26-C01", ByPerson("x", " "), days=[date(2026, 5, 6)]) == "reason-needed"
    assert rule(reschedule, run, "KT26-C01", SAID, days=[date(2026, 4, 1)]) == "past-day"
    assert rule(reschedule, run, "KT26-C01", SAID, members=["nguoi-la"]) == "not-of-team"
    assert rule(reschedule, run, "KT26-C42", SAID, days=[date(2026, 5, 6)]) == "no-such-visit"
    assert reschedule(run, "kt26-c01", SAID, days=[date(2026, 5, 6)], half="sang", members=["doan-tu-phap"])
    assert not reschedule(run, "KT26-C01", SAID, days=[date(2026, 5, 6)])
    moved = visit(scene)
    assert (moved.days, moved.half, moved.members) == ((date(2026, 5, 6),), "sang", ("doan-tu-phap",))
    assert (moved.history[-1].actor, moved.history[-1].reason) == (SAID.actor, SAID.reason)
    assert mails(scene) == [(A, "Đổi lịch kiểm tra CCHC năm 2026: sáng 06/5/2026")]
    notices = [one for one in documents(run.store, ROUND) if one.kind == "thong_bao_kiem_tra"]
    assert [one.unit_code for one in notices].count(A) == 2, (
        "a letter that says the old day is not the last word"
    )
    assert len({one.file_name for one in notices}) == len(notices)


def test_what_a_person_moved_is_not_moved_back_by_a_line_that_nobody_touched(scene: Scene) -> None:
    run = scene.at(TOLD)
    source = f"{ROUND}/{A}"
    line = PlannedVisit(A, VisitKind.PLANNED, source, (date(2026, 5, 5),), "sang", members=("doan-noi-vu",))
    assert follow_schedule(run, visit(scene), line)
    assert visit(scene).days == (date(2026, 5, 5),)
    assert reschedule(scene.at(TOLD + timedelta(days=1)), "KT26-C01", SAID, days=[date(2026, 5, 6)])
    assert not follow_schedule(scene.at(TOLD + timedelta(days=2)), visit(scene), line)
    assert visit(scene).days == (date(2026, 5, 6),)
    other = replace(line, members=("doan-tu-phap",), half="chieu")
    assert follow_schedule(scene.at(TOLD + timedelta(days=3)), visit(scene), other)
    now = visit(scene)
    assert (now.days, now.half, now.members) == ((date(2026, 5, 5),), "chieu", ("doan-tu-phap",))


def test_a_visit_that_was_held_is_not_moved(scene: Scene) -> None:
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    scene.read(TOLD)
    assert rule(reschedule, scene.at(TOLD), "KT26-C01", SAID, days=[date(2026, 5, 6)]) == "visit-order"


def test_a_unit_left_out_is_neither_told_nor_asked_nor_in_the_teams_workbook(scene: Scene) -> None:
    """It had its notice and its outline all the same."""
    assert leave_out(scene.at(TOLD - timedelta(days=1)), A, SAID)
    assert inspecting.announce(scene.at(TOLD, about="bat_dau")) == 1
    assert {one.unit_code for one in documents(scene.run.store, ROUND)} == {B}
    assert {one.unit_code for one, _ in scene.run.ledger.states(TOLD, round_id=ROUND)} == {B}
    assert mails(scene) == [], "nobody told it before"
    grid = Grid(team_book_path(scene.run).read_bytes(), "a.xlsx", "")
    sheet = grid.sheet("Biên bản")
    assert sheet is not None and [row[0] for row in sheet.rows[4:]] == ["KT26-C02"]


def test_a_unit_left_out_after_its_notice_is_told_and_asked_for_nothing(scene: Scene) -> None:
    inspecting.announce(scene.at(TOLD, about="bat_dau"))
    after = TOLD + timedelta(days=2)
    assert leave_out(scene.at(after), A, SAID)
    assert mails(scene) == [(A, "Không kiểm tra CCHC năm 2026 tại đơn vị theo lịch đã báo")]
    owed = scene.run.ledger.states(after, round_id=ROUND, only_owed=True)
    assert {one.unit_code for one, _ in owed} == {B}
    assert not list(scene.run.instance.round_out(ROUND).rglob(f"*de-cuong_{A}*"))
    assert rule(reschedule, scene.at(after), "KT26-C01", SAID, days=[date(2026, 5, 6)]) == "visit-order"
    again = after + timedelta(days=5)
    assert add_unit(scene.at(again), A, ByPerson("van-hanh", "Có phản ánh"))
    assert inspecting.announce(scene.at(again, about="bat_dau")) == 1
    owed = scene.run.ledger.states(again, round_id=ROUND, only_owed=True)
    assert {one.unit_code for one, _ in owed} == {A, B} and visit(scene).state is VisitState.ANNOUNCED
    assert inspecting.announce(scene.at(again + timedelta(hours=1), about="bat_dau")) == 0


def test_a_unit_taken_in_after_the_plan_has_its_row_in_the_teams_workbook(scene: Scene) -> None:
    """The team could neither choose it nor write its minutes."""
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), minutes=[])
    assert add_unit(scene.at(TOLD), LATER, ByPerson("van-hanh", "Có phản ánh"))
    inspecting.announce(scene.at(TOLD, about="bat_dau"))
    grid = Grid(team_book_path(scene.run).read_bytes(), "a.xlsx", "")
    minutes, findings = grid.sheet("Biên bản"), grid.sheet("Kết quả kiểm tra")
    assert minutes is not None and findings is not None
    assert [row[0] for row in minutes.rows[4:]] == ["KT26-C01", "KT26-C02", "KT26-C03"]
    assert findings.rows[4][3] == "Thiếu sổ", "the team's own row is lost"


def test_an_outline_comes_back_before_the_team_comes(scene: Scene) -> None:
    run, plain = scene.at(TOLD), visit(scene)
    due = {
        days: outline_due(run, replace(plain, days=(days,))).date()
        for days in (date(2026, 5, 5), date(2026, 4, 10), date(2026, 4, 2))
    }
    assert outline_due(run, plain).date() == date(2026, 4, 15)
    assert due[date(2026, 5, 5)] == date(2026, 4, 15)
    assert due[date(2026, 4, 10)] == date(2026, 4, 9)
    assert due[date(2026, 4, 2)] == date(2026, 4, 2), "not before anybody could answer"


def test_who_was_told_by_a_run_that_died_is_asked_by_the_next(scene: Scene, monkeypatch) -> None:
    """Every visit stood as announced, and nobody was sent an outline."""

    def dies(_run: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(inspecting, "request", dies)
        with pytest.raises(KeyboardInterrupt):
            inspecting.announce(scene.at(TOLD, about="bat_dau"))
    assert not scene.run.store.query("chasing.all_reminders")
    assert inspecting.announce(scene.at(TOLD, about="bat_dau")) == 0
    asked = {row["obligation_id"].split("/")[1] for row in scene.run.store.query("chasing.all_reminders")}
    assert asked == {A, B}


def test_nobody_goes_to_his_own_unit_and_a_deputy_leads_where_the_head_may_not() -> None:
    team = InspectionTeam.of_year(2026)
    assert [one.account for one in team.going((), A)] == [one.account for one in team.everyone]
    office = team.going((), team.head.unit)
    assert team.head not in office and office[0] in team.deputies
    assert [one.account for one in team.going(("doan-tu-phap",), A)] == [team.head.account, "doan-tu-phap"]

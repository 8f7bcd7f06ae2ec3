"""Plan, team, letters and report of a year are each decided on by a person; nothing leaves before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from docx import Document
from tests.inspection.scene import Scene, approval, finding

from cchc.clock import at
from cchc.documents.approvers import by_an_approver
from cchc.documents.decisions import newest_drafting
from cchc.documents.registry import documents, last_issued
from cchc.documents.unit_letters import UnitLetters
from cchc.documents.waiting import drafts, undecided
from cchc.errors import NothingToDo, RuleRefused
from cchc.inspection import InspectionRules, VisitState, known_findings, known_visits, load_choices
from cchc.inspection.choices import ByPerson, add_unit, load_ranked
from cchc.inspection.counts import counts
from cchc.inspection.fields import InspectionFields
from cchc.inspection.papers import expected_months
from cchc.inspection.rescheduling import leave_out
from cchc.inspection.team_book import minutes_of, team_book_path, team_content
from cchc.inspection.visits import advance, surprise_visit, visit_of
from cchc.run import Run
from cchc.stages import concluding, inspecting
from cchc.store import fingerprint

A, B = "30292", "30301"
ROUND = "2026-KT"
PLANNED = at(date(2026, 2, 2), 9)


def plan_run(store, instance, moment=PLANNED, about="ke_hoach") -> Run:
    return Run(store, instance, moment, ROUND, actor="thu", about=about)


def test_the_plan_is_chosen_once_by_tier_decided_on_and_lays_the_workbook_down(store, instance) -> None:
    run = plan_run(store, instance)
    ids = inspecting.draft(run)
    chosen = load_choices(store, ROUND)
    tiers = {tier: sum(one.tier == tier for one in chosen) for tier in ("so", "xa")}
    assert tiers == {"so": 6, "xa": 31}
    assert not team_book_path(run).exists(), "nothing is done before somebody decides"
    kinds = {"ke_hoach_kiem_tra_du_thao", "ke_hoach_kiem_tra_bieu_du_thao"}
    assert {one.kind for one in drafts(run)} == kinds
    assert inspecting.draft(run) == ids
    issued = inspecting.issue(run, approval(PLANNED + timedelta(hours=2), "9", "KH-UBND"))
    before = fingerprint(store)
    assert inspecting.issue(run, approval(PLANNED + timedelta(hours=2), "9", "KH-UBND")) == issued
    assert fingerprint(store) == before
    assert team_book_path(run).exists() and len(known_visits(store, ROUND)) == 37
    written = last_issued(store, ROUND, "ke_hoach_kiem_tra", at(date(2026, 2, 3), 9), about="ke_hoach")
    assert written is not None and (written.number, written.symbol) == ("9", "KH-UBND")
    table = Document(written.kept_at(instance)).tables[-1]
    cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert len(cells) == 37 and all(all(row) for row in cells), "a plan with an empty cell"
    assert all(row[2].replace(",", "").isdigit() for row in cells), "a point where Vietnamese has a comma"


@pytest.mark.parametrize(
    ("made", "first"), [(date(2026, 3, 2), 4), (date(2026, 8, 3), 8), (date(2026, 11, 2), 10)]
)
def test_every_chosen_unit_has_its_month_in_the_plan_those_of_most_risk_first(
    store, instance, made: date, first: int
) -> None:
    run = plan_run(store, instance, at(made, 9))
    rules = InspectionRules.load()
    assert (rules.first_month, rules.last_month) == (4, 10)
    months = [int(told.removeprefix("Tháng ").removesuffix("/2026")) for told in expected_months(run, 37)]
    assert months == sorted(months) and set(months) == set(range(first, 11))
    assert expected_months(run, 0) == []


@pytest.fixture
def scene(store, instance) -> Scene:
    return Scene.made(store, instance, [A, B])


def test_decisions_of_one_round_wait_beside_each_other_and_each_is_about_its_own(scene: Scene, store) -> None:
    """A second draft of the round took the place of the first: its answer would have been refused."""
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), finding(B, "Trễ hạn", "Xin lỗi"))
    moment = at(date(2026, 4, 1), 9)
    first, second = scene.read(moment)
    runs = [scene.at(moment + timedelta(minutes=n), about=one) for n, one in enumerate((first, second))]
    team = scene.at(moment + timedelta(minutes=5), about="quyet_dinh_doan")
    for run in runs:
        concluding.draft(run)
    inspecting.draft(team)
    assert {(one.round_id, one.about) for one in undecided(team)} == {
        (ROUND, first), (ROUND, second), (ROUND, "quyet_dinh_doan"),
    }  # fmt: skip
    assert [len(drafts(run)) for run in (*runs, team)] == [1, 1, 1]
    decided = moment + timedelta(hours=1)
    with pytest.raises(RuleRefused, match="Thiếu căn cứ"):
        concluding.issue(runs[1], replace(approval(decided), decision="return", remarks="Thiếu căn cứ"))
    concluding.issue(runs[0], approval(decided, "11"))
    inspecting.issue(team, approval(decided, "12", "QĐ-UBND"))
    states = {
        about: team.rounds.state(ROUND, decided, about) for about in (first, second, "quyet_dinh_doan", "")
    }
    assert {about: str(one.phase) for about, one in states.items() if one} == {
        first: "issued", second: "returned", "quyet_dinh_doan": "issued", "": "open",
    }  # fmt: skip
    assert [one.unit_code for one, _ in scene.orders(decided)] == [A], "what was returned orders nothing"
    again = scene.at(decided + timedelta(days=1), about=second)
    concluding.draft(again)
    newest = newest_drafting(again)
    assert newest is not None and newest.detail["draft"] == 2
    concluding.issue(again, approval(decided + timedelta(days=1, hours=1), "13"))
    assert {one.unit_code for one, _ in scene.orders(decided + timedelta(days=2))} == {A, B}


def test_nobody_but_an_approver_decides(scene: Scene) -> None:
    moment = at(date(2026, 4, 1), 9)
    with pytest.raises(RuleRefused) as refused:
        by_an_approver(scene.run, replace(approval(moment), by="van-hanh"))
    assert refused.value.rule == "not-an-approver"


def test_a_letter_needs_minutes_and_says_what_the_draft_said(scene: Scene) -> None:
    moment = at(date(2026, 4, 1), 9)
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"), minutes=[])
    assert scene.read(moment) == []
    with pytest.raises(RuleRefused) as refused:
        concluding.draft(scene.at(moment, about=scene.visits[A]))
    assert refused.value.rule == "no-minutes"
    scene.handed_in(scene.known()[0].finding)
    (visit,) = scene.read(moment + timedelta(minutes=1))
    run = scene.at(moment + timedelta(minutes=1), about=visit)
    concluding.draft(run)
    scene.handed_in(replace(scene.known()[0].finding, content="Thiếu hai sổ"), finding(A, "Mới", "Việc mới"))
    scene.read(moment + timedelta(minutes=2))
    concluding.issue(run, approval(moment + timedelta(hours=1)))
    first, second = scene.known()
    assert (first.is_issued, first.orders[0].text, second.is_issued) == (True, "Lập sổ", False)
    with pytest.raises(NothingToDo):
        concluding.draft(scene.at(moment + timedelta(hours=2), about=scene.visits[B]))


def test_while_a_second_letter_waits_for_its_signature_the_orders_of_the_first_are_chased(
    scene: Scene, instance, monkeypatch
) -> None:
    """A unit's newest letter counted: nothing of the first was chased until the second was signed too."""
    moment = at(date(2026, 4, 1), 9)
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    scene.letters_of(moment)
    (first,) = [one for one in documents(scene.run.store, ROUND) if one.kind == "cong_van_kiem_tra"]
    monkeypatch.setattr("cchc.documents.unit_letters.have_left", lambda *_: {first.document_id})
    scene.handed_in(scene.known()[0].finding, finding(A, "Trễ hạn", "Xin lỗi"))
    scene.letters_of(moment + timedelta(days=1))
    letters = UnitLetters(scene.run.store, instance)
    assert [letters.waits(ROUND, A, item) for item in ("KT26-0001", "KT26-0002")] == [False, True]
    assert letters.to_send(ROUND, A) == [first]
    forms = {path.name for path in (instance.round_out(ROUND) / "bieu-mau").iterdir()}
    kept = letters.kept_forms(ROUND, A)
    assert f"{ROUND}_{A}.xlsx" in forms - kept and len(forms & kept) == 1, "each letter has its form"


def test_a_unit_is_added_or_left_out_with_a_reason_and_one_that_must_go_by_a_document(scene: Scene) -> None:
    run = scene.run
    with pytest.raises(RuleRefused) as refused:
        add_unit(run, "30307", ByPerson("thu", " "))
    assert refused.value.rule == "reason-needed"
    assert add_unit(run, "30307", ByPerson("thu", "Có phản ánh")) and not add_unit(
        run, "30307", ByPerson("x", "y")
    )
    assert "30307" in {one.unit_code for one in load_choices(run.store, ROUND)}
    assert leave_out(run, A, ByPerson("thu", "Đang thanh tra"))
    gone = next(one for one in load_ranked(run.store, ROUND) if one.unit_code == A)
    assert not gone.chosen and gone.reason.endswith("bỏ khỏi danh sách: Đang thanh tra")
    visit = next(one for one in known_visits(run.store, ROUND) if one.unit_code == B)
    advance(run, visit, VisitState.HELD)
    with pytest.raises(RuleRefused) as refused:
        leave_out(run, B, ByPerson("thu", "x"))
    assert refused.value.rule == "visited-already"


def test_a_unit_that_must_go_this_year_is_left_out_by_a_document_alone(store, instance) -> None:
    run = plan_run(store, instance)
    inspecting.choose(run)
    one = next(one for one in load_choices(store, ROUND) if one.must_go)
    with pytest.raises(RuleRefused) as refused:
        leave_out(run, one.unit_code, ByPerson("thu", "Bận"))
    assert refused.value.rule == "document-needed"
    assert leave_out(run, one.unit_code, ByPerson("thu", "Bận", "45/UBND-NC"))


def test_units_are_told_of_their_visit_and_fill_in_an_outline_that_knows_what_we_know(
    scene: Scene, instance
) -> None:
    moment = at(date(2026, 4, 1), 9)
    run = scene.at(moment, about="bat_dau")
    assert inspecting.announce(run) == 2
    assert {one.state for one in known_visits(run.store, ROUND)} == {VisitState.ANNOUNCED}
    kinds = [one.kind for one in documents(run.store, ROUND)]
    assert kinds.count("thong_bao_kiem_tra") == kinds.count("bien_ban_kiem_tra") == 2
    asked = {row["obligation_id"] for row in run.store.query("chasing.all_reminders")}
    assert all("/de_cuong/KT26-C0" in one for one in asked) and len(asked) == 2 * len(
        InspectionFields.load().fields
    )
    before = fingerprint(run.store)
    assert inspecting.announce(run) == 0
    assert fingerprint(run.store) == before


def test_nothing_of_a_surprise_visit_is_told_before_its_minutes(scene: Scene, store, instance) -> None:
    moment = at(date(2026, 5, 5), 8)
    unit = "30307"
    run = replace(scene.at(moment), actor="truong-doan")
    mails = len(store.query("chasing.all_reminders"))
    planned = surprise_visit(run, unit, date(2026, 5, 5), "Có phản ánh")
    number = inspecting.surprise(run, planned)
    assert inspecting.surprise(run, planned) == number
    visit = next(one for one in known_visits(store, ROUND) if one.visit_id == number)
    assert visit.is_secret and visit.state is VisitState.HELD
    inspecting.announce(scene.at(moment, about="bat_dau"))
    told = [one for one in documents(store, ROUND) if one.unit_code == unit]
    assert told == [] and unit not in {
        one.unit_code for one, _ in scene.run.ledger.states(moment, round_id=ROUND)
    }
    names = " ".join(path.name for path in instance.round_out(ROUND).rglob("*"))
    assert unit not in names and number in names
    assert unit not in team_book_path(run).read_bytes().decode("latin-1")
    assert all(unit not in row["obligation_id"] for row in store.query("chasing.all_reminders")[mails:])
    window = (date(2026, 1, 1), date(2026, 12, 31))
    assert counts(store, [unit], *window)[unit].visits == 0, "a figure would tell"


def test_what_is_wrong_in_the_workbook_of_a_surprise_visit_is_told_beside_it_alone(scene: Scene) -> None:
    """Whoever reads Airflow would learn the unit from the words of a fault, or from a note on missing minutes."""
    run = replace(scene.at(at(date(2026, 5, 5), 8)), actor="truong-doan")
    name = run.units.get("30307").name
    number = inspecting.surprise(run, surprise_visit(run, "30307", date(2026, 5, 5), "Có phản ánh"))
    visit = visit_of(run, number)
    rows, book = [finding("30307", "Thiếu sổ", "Lập sổ")], team_book_path(run, visit)
    book.write_bytes(
        team_content(run, visit, rows, [replace(minutes_of(visit), visit_id="KT26-C77", agreed=True)])
    )
    with pytest.raises(RuleRefused) as refused:
        inspecting.read_findings(run, visit)
    assert refused.value.rule == "secret-refused" and number in str(refused.value)
    assert "30307" not in str(refused.value) and name not in str(refused.value)
    words = book.with_name(f"{number}_ket-qua-kiem-tra.loi.txt")
    assert "30307" in words.read_text(encoding="utf-8"), "the team has to know"
    book.write_bytes(team_content(run, visit, rows, []))
    assert inspecting.read_findings(run, visit) == [] and not words.exists()
    assert number in "".join(run.notes) and name not in "".join(run.notes)
    rows = [one.finding for one in known_findings(run.store, ROUND)]
    book.write_bytes(team_content(run, visit, rows, [replace(minutes_of(visit), agreed=True)]))
    assert inspecting.read_findings(run, visit) == [number]


def test_the_report_of_the_year_names_visits_findings_and_what_is_mended(scene: Scene, instance) -> None:
    moment = at(date(2026, 4, 1), 9)
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ", topic="Tài chính công"))
    scene.letters_of(moment)
    run = scene.at(at(date(2026, 11, 20), 9), about="bao_cao_doan")
    (identity,) = inspecting.draft(run)
    (made,) = [one for one in documents(run.store, ROUND) if one.document_id == identity]
    text = "\n".join(one.text for one in Document(made.kept_at(instance)).paragraphs)
    assert "Đã kiểm tra 1/2 cơ quan, đơn vị theo kế hoạch" in text
    assert "phát hiện 1 tồn tại, hạn chế; đến nay đã khắc phục xong 0, còn 1 yêu cầu chưa khắc phục" in text
    assert "trong đó 1 yêu cầu quá hạn" in text and "- Tài chính công: 1 tồn tại." in text

"""The steps of an appraisal: workbooks out and in, a head's word, explanations, the council, each repeatable."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from tests.support.appraised import OWN, ROUND, SCORED, UNITS, appraisal, opened, proven, said

from cchc.clock import at
from cchc.documents.registry import documents
from cchc.errors import RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import EXPLAINS, FileEventKind, FileState, Stage, file_events, file_states, history, standing
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN
from cchc.scoring.council import Council
from cchc.scoring.group_books import book_path
from cchc.stages import appraising, receiving
from cchc.stages.appraising import Confirmation
from cchc.store import Store
from cchc.workbooks.appraisal_book import AT, FIRST_ROW
from cchc.workbooks.explanation_book import AT as EXPLAINED_AT

LAW, PROVEN = "so-tu-phap", "2.1.1"
LOCKED, FIRST = at(date(2026, 12, 25), 17), at(date(2027, 1, 11), 17)
CONFIRMED = at(date(2027, 1, 12), 9)  # the heads took until the next morning
EXPLAINED, OVER = at(date(2027, 1, 14), 9), at(date(2027, 1, 20), 17)
SECOND, COUNCIL = at(date(2027, 1, 25), 17), at(date(2027, 1, 28), 14)


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """Of everything nothing was claimed, but one criterion, which a unit claimed higher than it is computed."""
    run = opened(store, instance)
    for unit in UNITS:
        proven(run, unit, PROVEN)
        said(run, unit, PROVEN, Stage.CLAIM, "2" if unit == SCORED else "1")
        said(run, unit, PROVEN, Stage.COMPUTED, "1")
    return run


def on(run: Run, moment: datetime) -> Run:
    return replace(run, as_of=moment)


def word(run: Run, key: str, *, done: bool = True, moment: datetime = CONFIRMED) -> Confirmation:
    head = appraisal(run, "", moment).docket.desk(key).head
    return Confirmation(done, head, moment)


def decide_rest(run: Run, moment: datetime = FIRST) -> None:
    """Every desk decides what is open, as its head."""
    docket = appraisal(run, "", moment).docket
    for desk in docket.desks:
        work = appraisal(run, desk.head, moment)
        open_cases = [one for one in docket.of(desk) if one.standing.first is None]
        wanted = [
            Decided(*one.key, AppraisalChoice.KEEP)
            if one.row.code == PROVEN
            else Decided(*one.key, AppraisalChoice.CHANGE, Decimal(0), "Không đạt")
            for one in open_cases
        ]
        work.decide(wanted)


def confirm_all(run: Run, turn: int = FIRST_TURN, moment: datetime = FIRST) -> None:
    step = on(run, moment)
    for key in appraising.desks(step, turn):
        appraising.confirm(step, key, turn, word(run, key, moment=max(moment, CONFIRMED)))


def facts(run: Run) -> dict[str, object]:
    """Everything that a repetition must leave as it is."""
    tables = (
        "score_events",
        "score_file_events",
        "obligations",
        "obligation_events",
        "mails",
        "documents",
        "explanations",
    )
    with run.store.read() as tx:
        counts = {
            name: tx.connection.exec_driver_sql(f"SELECT COUNT(*) FROM {name}").scalar() for name in tables
        }
    files = {
        path.name: path.read_bytes() for path in run.instance.round_out(ROUND).rglob("*") if path.is_file()
    }
    return {**counts, "files": files}


def twice(run: Run, step: Callable[[], object]) -> object:
    """A step that was killed at its end and cleared: the second time changes nothing."""
    first = step()
    before = facts(run)
    assert step() == first
    assert facts(run) == before
    return first


def test_each_desk_gets_its_workbook_once_and_what_is_in_it_is_not_overwritten(run: Run) -> None:
    step = on(run, LOCKED)
    keys = appraising.desks(step, FIRST_TURN)
    assert {"so-noi-vu", "so-noi-vu:thay-the", LAW, f"{LAW}:thay-the"} <= set(keys)
    assert "vp-ubnd:thay-the" not in keys, "its own unit is not among those that are scored"
    twice(run, lambda: appraising.write_books(step, keys, FIRST_TURN))
    path = book_path(step, appraisal(run, "").docket.desk(LAW), FIRST_TURN)
    path.write_bytes(path.read_bytes() + b" ")
    appraising.write_books(on(run, FIRST), keys, FIRST_TURN)
    assert path.read_bytes().endswith(b" ")
    states = file_states(run.store, ROUND, FIRST)
    assert {one.state for one in states.values()} == {FileState.APPRAISAL_1}


def test_a_filled_workbook_is_taken_in_in_the_name_of_the_head(run: Run) -> None:
    step = on(run, LOCKED)
    appraising.write_books(step, [LAW], FIRST_TURN)
    path = book_path(step, appraisal(run, "").docket.desk(LAW), FIRST_TURN)
    book = openpyxl.load_workbook(path)
    sheet = book["Thẩm định"]
    for row in range(FIRST_ROW + 1, sheet.max_row + 1):
        if sheet.cell(row, AT["criterion"] + 1).value == PROVEN:
            sheet.cell(row, AT["choice"] + 1).value = "Giữ"
    book.save(path)
    assert appraising.read_book(on(run, FIRST), LAW, FIRST_TURN).decided == 2
    firsts = [standing(run.store, ROUND)[unit][PROVEN].first for unit in (SCORED, "so-noi-vu")]
    assert [(one.points, one.actor) for one in firsts if one] == [(Decimal(1), "tp1")] * 2
    assert standing(run.store, ROUND)[OWN][PROVEN].first is None


def test_a_word_given_too_early_is_refused_with_what_is_left_and_holds_up_no_other_group(run: Run) -> None:
    step = on(run, FIRST)
    with pytest.raises(RuleRefused, match="tiêu chí chưa quyết") as refused:
        appraising.confirm(step, LAW, FIRST_TURN, word(run, LAW))
    assert "- Sở Y tế: 2.1.1" in str(refused.value)
    decide_rest(run)
    with pytest.raises(RuleRefused, match="Chưa xong"):
        appraising.confirm(step, LAW, FIRST_TURN, word(run, LAW, done=False))
    assert appraising.confirm(step, "so-noi-vu", FIRST_TURN, word(run, "so-noi-vu")) is True
    with pytest.raises(RuleRefused, match="không phụ trách nhóm"):
        appraising.confirm(step, LAW, FIRST_TURN, Confirmation(True, "tp2", CONFIRMED))
    assert appraising.confirm(step, LAW, FIRST_TURN, word(run, LAW)) is True
    assert appraising.confirm(step, LAW, FIRST_TURN, word(run, LAW)) is False
    with pytest.raises(RuleRefused, match="chưa xác nhận"):
        appraising.ask_explanations(step, UNITS)


def test_only_units_with_contested_rows_are_asked_and_a_late_notice_gives_them_their_days(run: Run) -> None:
    decide_rest(run)
    confirm_all(run)
    step = on(run, FIRST)
    assert twice(run, lambda: appraising.ask_explanations(step, UNITS)) == 3, "all lack required evidence"
    twice(run, lambda: appraising.send_notice(step) and None)
    owed = run.ledger.states(CONFIRMED, round_id=ROUND, product="giai_trinh")
    assert {one.due_at for one, _ in owed} == {at(date(2027, 1, 19), 17)}, "five working days from the notice"
    folder = run.instance.round_out(ROUND) / "bieu-mau"
    sheet = openpyxl.load_workbook(folder / f"{ROUND}_{OWN}-giai-trinh.xlsx")["Giải trình"]
    listed = {sheet.cell(row, 1).value for row in range(5, sheet.max_row + 1)}
    assert PROVEN not in listed, "kept as claimed"
    other = openpyxl.load_workbook(folder / f"{ROUND}_{SCORED}-giai-trinh.xlsx")["Giải trình"]
    assert PROVEN in {other.cell(row, 1).value for row in range(5, other.max_row + 1)}
    with run.store.read() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT obligation_id, rung FROM reminders WHERE obligation_id LIKE '%giai_trinh'"
        ).all()
    assert sorted(row[0] for row in rows) == sorted(f"{ROUND}/{unit}/giai_trinh" for unit in UNITS)
    assert {row[1] for row in rows} == {"yeu_cau"}, "a right is asked about once, nobody is reminded of it"
    assert "thong_bao_tham_dinh_1" in {one.kind for one in documents(run.store, ROUND)}


def explained(run: Run, unit: str, criterion: str, text: str) -> None:
    """The unit's form comes back through the folder, with one row explained."""
    path = run.instance.round_out(ROUND) / "bieu-mau" / f"{ROUND}_{unit}-giai-trinh.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book["Giải trình"]
    row = next(row for row in range(5, sheet.max_row + 1) if sheet.cell(row, 1).value == criterion)
    sheet.cell(row, EXPLAINED_AT["stance"] + 1).value = "Giải trình"
    sheet.cell(row, EXPLAINED_AT["text"] + 1).value = text
    inbox = run.instance.inbox / ROUND
    inbox.mkdir(parents=True, exist_ok=True)
    book.save(inbox / path.name)
    step = on(run, EXPLAINED)
    assert sum(receiving.receive(step, receiving.pending(step)).values()) == 1


def test_what_a_unit_explains_comes_up_again_and_silence_lets_the_decision_stand(run: Run) -> None:
    decide_rest(run)
    confirm_all(run)
    appraising.ask_explanations(on(run, FIRST), UNITS)
    explained(run, SCORED, PROVEN, "Đã bổ sung")
    said_so = standing(run.store, ROUND)[SCORED][PROVEN].explanation
    assert said_so is not None and (said_so.stance, said_so.text) == (EXPLAINS, "Đã bổ sung")
    early = on(run, at(date(2027, 1, 18), 17))
    with pytest.raises(RuleRefused, match="kéo dài đến 17 giờ 00"):
        appraising.close_explanations(early)
    step = on(run, OVER)
    assert twice(run, lambda: appraising.close_explanations(step) and None) is None
    states = file_states(run.store, ROUND, OVER)
    assert states[SCORED].state is FileState.EXPLAINED
    assert states[OWN].state is FileState.NOT_EXPLAINED
    assert not any(state.owed for _, state in run.ledger.states(OVER, round_id=ROUND, product="giai_trinh"))
    keys = appraising.desks(step, SECOND_TURN)
    assert keys == [LAW]
    twice(run, lambda: appraising.write_books(step, keys, SECOND_TURN))
    sheet = openpyxl.load_workbook(book_path(step, appraisal(run, "").docket.desk(LAW), SECOND_TURN))[
        "Thẩm định"
    ]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW + 1)]
    assert [(row[AT["unit"]], row[AT["criterion"]], row[AT["explanation"]]) for row in rows] == [
        (SCORED, PROVEN, "Đã bổ sung")
    ]


def test_the_council_is_done_when_its_chair_says_so_in_a_session_and_nothing_is_left(run: Run) -> None:
    decide_rest(run)
    confirm_all(run)
    step = on(run, COUNCIL)
    twice(run, lambda: appraising.meeting_papers(step))
    chair = Confirmation(True, "vp.pct", at(date(2027, 1, 28), 17))
    with pytest.raises(RuleRefused, match="Chưa ghi phiên họp"):
        appraising.after_council(step, chair)
    own = replace(step, actor="vp.pct")
    Council.of(own).hold(["vp.pct", "tp.gd", "tc.gd"], [], COUNCIL)
    with pytest.raises(RuleRefused, match="không phải Chủ tịch"):
        appraising.after_council(step, replace(chair, by="tp.gd"))
    with pytest.raises(RuleRefused, match="Chưa thông qua"):
        appraising.after_council(step, replace(chair, done=False))
    twice(run, lambda: appraising.after_council(step, chair))
    kinds = [one.kind for one in documents(run.store, ROUND)]
    assert kinds.count("bien_ban_hoi_dong") == 2, "what was put before the council, and what it decided"
    told = {one.unit_code for one in file_events(run.store, ROUND) if one.kind is FileEventKind.COUNCIL}
    assert told == set(UNITS)


def test_every_point_has_its_history_with_who_and_why(run: Run) -> None:
    decide_rest(run)
    stages = [(one.stage, one.actor, bool(one.reason)) for one in history(run.store, ROUND, OWN, PROVEN)]
    assert stages == [
        (Stage.CLAIM, OWN, False),
        (Stage.COMPUTED, "he-thong", False),
        (Stage.FIRST, "vp1", True),
    ]


def test_the_plan_and_the_decision_on_the_council_are_made_once(run: Run) -> None:
    twice(run, lambda: appraising.opening_documents(run))
    kinds = {one.kind for one in documents(run.store, ROUND)}
    assert kinds == {"ke_hoach_cham_diem", "quyet_dinh_hoi_dong"}

"""Publication: published is what was drafted; editions stay; nothing undecided, nothing changed since the draft."""

from __future__ import annotations

import io
import re
import shutil
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.support.results import decide_all, kept_set

from cchc.audit import audit
from cchc.clock import at, to_text
from cchc.config_files.folder import config_dir
from cchc.criteria import CriteriaSets, Points
from cchc.documents.provenance import DECISION
from cchc.documents.registry import DocumentRecord, documents, record_document
from cchc.documents.waiting import drafts
from cchc.errors import NothingToDo, RuleRefused
from cchc.obligations import Phase
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.scores import NumberUsed, ScoreEvent, Stage, append, pin_sets, rankings_of
from cchc.scoring import sheets
from cchc.scoring.editions import Publishing, editions_of, put_edition
from cchc.scoring.results import ScoredCriterion, UnitScores, rank_list
from cchc.scoring.round_results import RoundResults
from cchc.scoring.verifying import verify
from cchc.stages import score_publishing
from cchc.store import Store

ROUND = "2026-CD"
FIRST, SECOND, THIRD = "so-noi-vu", "so-tu-phap", "so-y-te"
OPENED, DECIDED = at(date(2026, 12, 1), 9), at(date(2027, 1, 20), 9)
DRAFTED, PUBLISHED = at(date(2027, 1, 28), 9), at(date(2027, 1, 29), 10)
OBJECTED, ADJUSTED = at(date(2027, 2, 5), 9), at(date(2027, 2, 10), 9)
SET = kept_set(
    ("1.1", "60", "dat:60;mot_phan:30;khong:0"),
    ("2.1", "40", "dat:40;mot_phan:20;khong:0"),
    applies_to={"units": [FIRST, SECOND, THIRD]},
)
POINTS = {FIRST: ("60", "40"), SECOND: ("30", "40"), THIRD: ("60", "20")}


def decision(
    unit: str, code: str, points: str, stage: Stage, moment: datetime, reason: str = "đủ minh chứng"
) -> ScoreEvent:
    return ScoreEvent(
        ROUND, unit, code, SET.version, stage, Decimal(points), False, "thẩm định", "tp1", moment, reason=reason
    )  # fmt: skip


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """Three units, every criterion decided, at the hour of the ranking."""
    own = Run(store, instance, OPENED, ROUND)
    decide_all(own, SET, POINTS, DECIDED)
    return replace(own, as_of=DRAFTED)


@pytest.fixture
def changed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editable copy of the configuration, in force."""
    folder = Path(shutil.copytree(config_dir(), tmp_path / "config"))
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    return folder


def change_folder(folder: Path) -> None:
    """Another set, other units, other names: nothing of it was approved."""
    for path in (folder / "criteria").rglob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("CCHC", "cải cách"), encoding="utf-8")
    units = (folder / "units.csv").read_text(encoding="utf-8")
    units = "".join(line for line in units.splitlines(keepends=True) if SECOND not in line)
    (folder / "units.csv").write_text(units.replace("Sở Y tế", "Sở Y tế và Dân số"), encoding="utf-8")


def approval(kind: str = "approve", moment: datetime = PUBLISHED, **more: str) -> Approval:
    given = {"number": "7", "symbol": "QĐ-UBND", "issued_on": moment.date().isoformat(), **more}
    return Approval.parse({"decision": kind, "by": "Chủ tịch", "decided_at": to_text(moment), **given})


def made(run: Run, ids: list[str]) -> dict[str, DocumentRecord]:
    return {one.kind: one for one in documents(run.store, ROUND) if one.document_id in ids}


def words(run: Run, one: DocumentRecord) -> list[str]:
    document = Document(str(one.kept_at(run.instance)))
    cells = [cell.text for grid in document.tables for row in grid.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def cells(run: Run, one: DocumentRecord) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(one.kept_at(run.instance).read_bytes()))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def mails_of(run: Run) -> list[dict[str, Any]]:
    with run.store.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT * FROM mails WHERE kind = 'van_ban_ban_hanh'")
        return [dict(row) for row in found.mappings()]


def object_to(run: Run, points: str = "40") -> Run:
    """An objection of the third unit is granted; the run gathers objections afterwards."""
    with run.store.write() as tx:
        granted = decision(THIRD, "2.1", points, Stage.OBJECTION, OBJECTED, "Chấp nhận kiến nghị")
        append(tx, [granted])
    return replace(run, as_of=OBJECTED + timedelta(days=1))


def test_published_documents_are_the_draft_but_for_number_date_and_mark_whatever_the_folder_says_then(
    run: Run, changed_folder: Path
) -> None:
    drafted = made(run, score_publishing.draft(run))
    change_folder(changed_folder)
    issued = made(run, score_publishing.publish(replace(run), approval()))
    changes = {
        (before, after)
        for before, after in zip(
            words(run, drafted["quyet_dinh_xep_hang_du_thao"]),
            words(run, issued["quyet_dinh_xep_hang"]),
            strict=True,
        )
        if before != after
    }
    assert changes and all(re.search(r"Số:|tháng|Kèm theo", before) for before, _ in changes)
    assert set(issued) == {"xep_hang", "quyet_dinh_xep_hang"}
    before, after = cells(run, drafted["xep_hang_du_thao"]), cells(run, issued["xep_hang"])
    assert before.keys() == after.keys()
    other = {
        (old, new)
        for sheet in before
        for rows in zip(before[sheet], after[sheet], strict=True)
        for old, new in zip(*rows, strict=True)
        if old != new
    }
    assert other == {("DỰ THẢO LẦN 1", "Kèm theo Quyết định số 7/QĐ-UBND ngày 29/01/2027")}
    state = run.rounds.state(ROUND, PUBLISHED)
    assert state is not None
    assert state.phase is Phase.ISSUED


def test_one_list_stands_behind_decision_workbook_store_and_sheet(run: Run) -> None:
    score_publishing.draft(run)
    issued = made(run, score_publishing.publish(run, approval()))
    ranks = {FIRST: 1, THIRD: 2, SECOND: 3}
    names = {run.units.get(code).name: rank for code, rank in ranks.items()}
    (lines,) = rankings_of(run.store, ROUND).values()
    assert {line.unit_code: line.rank for line in lines} == ranks
    book = cells(run, issued["xep_hang"])["Danh sách thử"]
    assert {row[1]: row[0] for row in book if row[1] in names} == names
    table = next(
        grid for grid in Document(str(issued["quyet_dinh_xep_hang"].kept_at(run.instance))).tables
        if grid.rows[0].cells[0].text == "Hạng"
    )  # fmt: skip
    assert {row.cells[1].text: int(row.cells[0].text) for row in table.rows[1:]} == names
    made_sheets = sheets.make_sheets(run, [FIRST, SECOND, THIRD])
    for code, identity in zip((FIRST, SECOND, THIRD), made_sheets, strict=True):
        sheet = next(one for one in documents(run.store, ROUND) if one.document_id == identity)
        assert sheet.unit_code == code
        assert f"hạng {ranks[code]}/3" in "\n".join(words(run, sheet))
        others = [name for name, rank in names.items() if rank > ranks[code]]
        assert not [name for name in others if name in "\n".join(words(run, sheet))], (
            "only its own and the one above"
        )


def test_nothing_is_ranked_while_a_criterion_has_no_decision(run: Run, store: Store) -> None:
    with store.write() as tx:
        claim = replace(decision(FIRST, "1.1", "60", Stage.CLAIM, OPENED), reason=None, unit_code=SECOND)
        append(tx, [claim])
    early = replace(run, as_of=DECIDED - timedelta(hours=1))
    with pytest.raises(RuleRefused, match=r"còn 6 tiêu chí của 3 đơn vị") as refused:
        score_publishing.rank(early)
    assert refused.value.rule == "undecided"
    assert "Sở Tư pháp: 1.1, 2.1" in str(refused.value), "a claim alone decides nothing"


def test_points_that_changed_since_the_draft_stop_the_publication(run: Run, store: Store) -> None:
    """A decision whose moment lies before the draft's, written afterwards: the draft would not be what stands."""
    score_publishing.draft(run)
    with store.write() as tx:
        append(tx, [decision(SECOND, "1.1", "60", Stage.COUNCIL, DRAFTED - timedelta(hours=1))])
    with pytest.raises(RuleRefused) as refused:
        score_publishing.publish(run, approval())
    assert refused.value.rule == "changed-since-draft"
    assert rankings_of(store, ROUND) == {}


def test_a_returned_draft_publishes_nothing(run: Run) -> None:
    score_publishing.draft(run)
    with pytest.raises(RuleRefused, match="trả lại"):
        score_publishing.publish(run, approval("return", remarks="Xem lại nhóm 2"))
    assert editions_of(run.store, ROUND) == []


def test_publishing_twice_is_once_and_another_number_is_no_other_edition(run: Run) -> None:
    score_publishing.draft(run)
    first = score_publishing.publish(run, approval())
    assert score_publishing.publish(run, approval()) == first
    again = score_publishing.publish(run, approval(moment=PUBLISHED + timedelta(hours=1), number="8"))
    assert again != first
    assert [(one.number, one.document_no) for one in editions_of(run.store, ROUND)] == [
        (1, "Quyết định số 7/QĐ-UBND ngày 29/01/2027")
    ]
    sheets.make_sheets(run, [FIRST])
    sheet = next(one for one in documents(run.store, ROUND) if one.kind == "phieu_diem")
    assert sheet.number == "8"


def test_an_accepted_objection_is_a_second_edition_with_its_decision_and_the_first_stays(run: Run) -> None:
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    first = rankings_of(run.store, ROUND)
    later = object_to(run)
    drafted = made(later, score_publishing.gather_objections(later))
    text = "\n".join(words(later, drafted["quyet_dinh_dieu_chinh_du_thao"]))
    assert "Quyết định số 7/QĐ-UBND ngày 29/01/2027" in text
    assert {one.kind for one in drafts(later)} == set(drafted), "the first draft is decided on"
    assert "Chấp nhận kiến nghị" in text and "BỘ TIÊU CHÍ MẪU" in text
    issued = score_publishing.adjust(later, approval(moment=ADJUSTED, number="15"))
    found = rankings_of(run.store, ROUND)
    assert found[SET.code, 1] == first[SET.code, 1]
    assert {line.unit_code: (str(line.index), line.rank) for line in found[SET.code, 2]} == {
        FIRST: ("100.00", 1), THIRD: ("100.00", 1), SECOND: ("70.00", 3),
    }  # fmt: skip
    assert made(later, issued)["quyet_dinh_dieu_chinh"].number == "15"
    assert [(one.number, one.adjusted) for one in editions_of(run.store, ROUND)] == [(1, ()), (2, (THIRD,))]
    assert sheets.blocks(later) == [[THIRD]], "the others' sheets say the same"
    assert verify(run.store, ROUND, 2026, "").differences == ()


def test_without_an_accepted_objection_there_is_nothing_to_adjust(run: Run) -> None:
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    with pytest.raises(NothingToDo, match="Không có kiến nghị nào"):
        score_publishing.gather_objections(object_to(run, points="20"))


def test_a_unit_gets_its_own_sheet_once_and_not_before_the_decision_is_signed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    sheets.make_sheets(run, [THIRD, SECOND])
    assert sheets.mail_sheets(run) == 0, "it waits for the signed copy"
    monkeypatch.setattr(sheets, "waits", lambda *_: False)
    assert sheets.mail_sheets(run) == 2
    assert sheets.mail_sheets(run) == 0
    mails = mails_of(run)
    assert {row["unit_code"] for row in mails} == {THIRD, SECOND}
    for row in mails:
        assert row["unit_code"] in row["attachments"]
        other = SECOND if row["unit_code"] == THIRD else THIRD
        assert other not in row["attachments"] and run.units.get(other).name not in row["plain"]
        assert "kiến nghị theo từng tiêu chí trước" in row["plain"]


def test_the_daily_audit_takes_sheets_for_issued_with_their_decision_and_only_then(run: Run) -> None:
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    sheets.make_sheets(run, [THIRD])
    (sheet,) = [one for one in documents(run.store, ROUND) if one.kind == sheets.SHEET]
    assert documents_found(run) == []
    other = replace(
        sheet,
        unit_code=SECOND,
        file_name=sheet.file_name.replace(THIRD, SECOND),
        provenance={**sheet.provenance, DECISION: "of/nobody"},
    )
    stray = record_document(run.store, run.instance, other, sheet.kept_at(run.instance).read_bytes())
    assert documents_found(run) == [("document_not_issued", stray)]


def documents_found(run: Run) -> list[tuple[str, str]]:
    later = replace(run, as_of=PUBLISHED + timedelta(days=1))
    return [(one.kind, one.thing) for one in audit(later).damages if one.kind.startswith("document")]


def test_a_result_is_recomputed_to_the_digit_whatever_became_of_the_folder(
    run: Run, changed_folder: Path
) -> None:
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    shutil.rmtree(changed_folder)
    found = verify(run.store, ROUND, 2026, "")
    assert (found.units, found.criteria, found.differences) == (3, 6, ())


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE rankings SET index_value = '71.00' WHERE rank = 3",
            "chỉ số đã công bố 71.00, tính lại 70.00",
        ),
        ("UPDATE rankings SET rank = 1 WHERE rank = 3", "hạng đã công bố 1, tính lại 3"),
        ("UPDATE score_events SET points = '60' WHERE points = '30'", "1.1: sự kiện"),
        ("UPDATE scoring_sets SET content = replace(content, 'Nhóm 1', 'Nhóm một')", "bộ tiêu chí thu@"),
        ("DELETE FROM rankings WHERE rank = 3", "không có trong bảng đã công bố"),
    ],
)
def test_whoever_tampers_with_the_record_is_found_out(run: Run, statement: str, told: str) -> None:
    """The store refuses such statements; whoever takes its triggers away is told by the figures."""
    score_publishing.draft(run)
    score_publishing.publish(run, approval())
    with run.store.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in rows.fetchall():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(statement)
    found = verify(run.store, ROUND, 2026, "")
    assert told in "\n".join(one.told for one in found.differences)


def test_a_computed_value_is_computed_again_from_the_numbers_kept_with_it(run: Run) -> None:
    """Cà Mau 1.1.4: 8 of 10 tasks are one point; whoever wrote two is told so."""
    scored = CriteriaSets.load().get("xa-2026")
    numbers = (NumberUsed("I.1.2", Decimal(8), "báo cáo"), NumberUsed("I.1.1", Decimal(10), "báo cáo"))

    def computed(unit: str, points: int) -> ScoreEvent:
        return ScoreEvent(
            ROUND, unit, "1.1.4", scored.version, Stage.COMPUTED, Decimal(points), False, "số liệu", "he-thong",
            DECIDED, numbers=numbers,
        )  # fmt: skip

    with run.store.write() as tx:
        pin_sets(tx, ROUND, {"xa-2026": scored}, OPENED, actor="thu")
        append(tx, [computed("30760", 1), computed("30292", 2)])
        put_edition(tx, results_of_three(run), Publishing(1, DRAFTED, PUBLISHED, "thu", 1, "7/QĐ-UBND"))
    found = verify(run.store, ROUND, 2026, "")
    assert found.recomputed == 2
    assert [(one.unit_code, one.told) for one in found.differences] == [
        ("30292", "1.1.4: điểm hệ thống tính ghi 2, tính lại từ số liệu kèm theo được 1")
    ]


def results_of_three(run: Run) -> RoundResults:
    criteria = {
        unit: tuple(
            ScoredCriterion(row, Points(Decimal(value))) for row, value in zip(SET.rows, given, strict=True)
        )
        for unit, given in POINTS.items()
    }
    scores = [UnitScores(unit, SET, own) for unit, own in criteria.items()]
    return RoundResults(ROUND, 2026, (rank_list(SET.code, "Danh sách thử", scores),))

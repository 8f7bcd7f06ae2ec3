"""What comes with an explanation is evidence as what came with the self-score: same door, same limits, row by row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from tests.support.appraised import DURING, ROUND, SCORED, appraisal, opened, said, submission_of

from cchc.clock import END, at
from cchc.form_key import form_key
from cchc.obligations import Obligation
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    Stage,
    evidence_ever,
    evidence_of,
    put_evidence,
    standing,
)
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.group_books import group_book
from cchc.scoring.proposals import ProposedFor
from cchc.stages import receiving
from cchc.store import Store
from cchc.submissions import late
from cchc.submissions.inbox import prepare
from cchc.submissions.kept import findings_of
from cchc.workbooks.appraisal_book import AT, FIRST_ROW
from cchc.workbooks.explanation_book import AT as EXPLAINED_AT
from cchc.workbooks.explanation_book import Contested, build_explanation_workbook
from cchc.year import Product

FILED, OTHER = "2.2.1", "1.1.1"
OWED = f"{ROUND}/{SCORED}/{Product.EXPLANATION}"
SENT, LAW = at(date(2027, 1, 14), 9), "so-tu-phap"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 99


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """A unit that was given 0 for want of a required file, and may explain itself."""
    run = opened(store, instance)
    said(run, SCORED, FILED, Stage.CLAIM, "1")
    said(run, SCORED, FILED, Stage.COMPUTED, "1")
    assert appraisal(run, "").docket.cases[SCORED, FILED].proposal.why is ProposedFor.NO_EVIDENCE
    appraisal(run, "tp1").decide([Decided(SCORED, FILED, AppraisalChoice.KEEP)])
    due = at(date(2027, 1, 16), 17)
    owed = Obligation(OWED, ROUND, SCORED, Product.EXPLANATION, "", "Giải trình", due)
    run.ledger.open([owed], DURING, "thu")
    prepare(run, run.round)
    return run


def sent(
    run: Run,
    rows: Mapping[str, tuple[str, str]],
    files: Mapping[str, bytes] | None = None,
    moment: datetime = SENT,
) -> dict[str, int]:
    """The form comes by the folder with its files. rows: criterion -> (words, evidence)."""
    contested = [
        Contested(code, "Tiêu chí", Decimal(2), Decimal(1), Decimal(0), "Thiếu minh chứng")
        for code in (FILED, OTHER)
    ]
    content = build_explanation_workbook(
        run.units.get(SCORED), run.round, contested, moment, moment, form_key(run.instance)
    )
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["Giải trình"]
    for row in range(5, sheet.max_row + 1):
        if (words := rows.get(str(sheet.cell(row, 1).value))) is not None:
            sheet.cell(row, EXPLAINED_AT["stance"] + 1).value = "Giải trình"
            sheet.cell(row, EXPLAINED_AT["text"] + 1).value = words[0]
            sheet.cell(row, EXPLAINED_AT["evidence"] + 1).value = words[1]
    buffer, archive = io.BytesIO(), io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("giai-trinh.xlsx", buffer.getvalue())
        for name, one in (files or {}).items():
            packed.writestr(name, one)
    (run.instance.inbox / ROUND / f"{ROUND}_{SCORED}-giai-trinh.zip").write_bytes(archive.getvalue())
    own = replace(run, as_of=moment, peer_cache={}, system_cache={})
    return receiving.receive(own, receiving.pending(own))


def names(run: Run, criterion: str = FILED, moment: datetime = END) -> set[str]:
    return {one.name for one in evidence_of(run.store, ROUND, SCORED, criterion, as_of=moment)}


def messages(run: Run) -> list[str]:
    rows = run.store.query("submissions.submissions_of_obligation", obligation_id=OWED)
    return [one.message for one in findings_of(run.store, rows[-1]["submission_id"])]


def test_a_criterion_counts_as_proven_in_the_second_turn_by_what_came_with_the_explanation(run: Run) -> None:
    rows = {FILED: ("Đã có, Công văn 5/SNV", "bao cao.png;  https://so.gov.vn/kh\nCông văn 5/SNV")}
    assert sent(run, rows, {"Bao cao.PNG": PICTURE}) == {"accepted": 1}
    assert names(run) == {"bao cao.png", "https://so.gov.vn/kh"}, "words that name no file are words"
    kept = {one.name: one for one in evidence_of(run.store, ROUND, SCORED, as_of=END)}
    assert (run.instance.data / (kept["bao cao.png"].stored_path or "")).read_bytes() == PICTURE
    explanation = standing(run.store, ROUND)[SCORED][FILED].explanation
    assert explanation is not None and set(explanation.evidence_ids) == {
        one.evidence_id for one in kept.values()
    }
    own = appraisal(run, "tp1", SENT + timedelta(days=3))
    case = own.docket.cases[SCORED, FILED]
    assert case.for_second and not case.lacks_evidence
    assert own.group_standing(LAW, 2).without_evidence == 0
    sheet = openpyxl.load_workbook(io.BytesIO(group_book(own, own.docket.desk(LAW), 2)))["Thẩm định"]
    (row,) = [[cell.value for cell in one] for one in sheet.iter_rows(min_row=FIRST_ROW + 1)]
    assert "bao cao.png" in row[AT["evidence"]] and "liên kết chưa mở thử" in row[AT["evidence"]]


def test_what_is_wrong_with_it_is_told_as_with_a_self_score_and_the_form_counts(run: Run) -> None:
    rows = {FILED: ("Đã có", "mat.pdf; kh.exe; http://10.1.2.3/x")}
    assert sent(run, rows, {"kh.exe": b"MZ" + b"\0" * 99, "la.png": PICTURE}) == {"warned": 1}
    said_of = "\n".join(messages(run))
    assert 'Tệp "mat.pdf" không có trong thư nhưng có ở cột Minh chứng bổ sung, dòng 5.' in said_of
    assert 'Tệp "kh.exe" không phải văn bản được nhận' in said_of
    assert "chỉ mở được trong mạng nội bộ" in said_of
    assert 'Tệp "la.png" có trong thư nhưng không có ở cột Minh chứng bổ sung' in said_of
    assert names(run) == set() and appraisal(run, "", SENT).docket.cases[SCORED, FILED].lacks_evidence
    assert standing(run.store, ROUND)[SCORED][FILED].explanation is not None


def test_each_criterion_keeps_what_came_with_its_last_words(run: Run) -> None:
    sent(run, {FILED: ("Một", "a.png"), OTHER: ("Hai", "a.png")}, {"a.png": PICTURE})
    sent(run, {FILED: ("Một, sửa", "b.png")}, {"b.png": PICTURE + b"1"}, SENT + timedelta(hours=1))
    assert (names(run), names(run, OTHER)) == ({"b.png"}, {"a.png"})
    assert {one.name for one in evidence_ever(run.store, ROUND, SCORED)} == {"a.png", "b.png"}, (
        "nothing is lost"
    )
    sent(run, {FILED: ("Một, sửa lần nữa", "a.png")}, {}, SENT + timedelta(hours=2))
    assert names(run) == {"a.png"}, "what was sent before need not be sent again"


def test_what_was_proven_on_a_day_gone_by_is_proven_when_that_day_is_shown(run: Run) -> None:
    sent(run, {FILED: ("Một", "a.png")}, {"a.png": PICTURE})
    sent(run, {FILED: ("Một, sửa", "")}, {}, SENT + timedelta(days=2))
    assert names(run) == set() and names(run, moment=SENT + timedelta(days=1)) == {"a.png"}
    for moment, proven in ((SENT + timedelta(days=1), True), (SENT + timedelta(days=2), False)):
        docket = appraisal(run, "tp1", moment).docket
        assert docket.cases[SCORED, FILED].is_proven is proven
        desk = docket.desk_of(docket.cases[SCORED, FILED])
        assert {one.key: one.is_proven for one in docket.briefs_of(desk)}[SCORED, FILED] is proven


def test_a_unit_has_so_many_links_whatever_they_come_with(run: Run) -> None:
    one = KeptEvidence(
        ROUND,
        SCORED,
        OTHER,
        EvidenceKind.LINK,
        "x",
        submission_of(SCORED),
        DURING,
        EvidenceStatus.NOT_OPENED,
        url="x",
    )
    urls = [f"https://a.gov.vn/{number}" for number in range(19)]
    with run.store.write() as tx:
        put_evidence(tx, [replace(one, name=url, url=url) for url in urls])
    sent(run, {FILED: ("Một", "https://a.gov.vn/0; https://a.gov.vn/x; https://a.gov.vn/y")})
    assert names(run) == {"https://a.gov.vn/0", "https://a.gov.vn/x"}
    assert any("https://a.gov.vn/y: mỗi đơn vị gửi nhiều nhất 20" in one for one in messages(run))


def test_what_comes_after_the_time_waits_with_its_files_for_a_person(run: Run) -> None:
    with run.store.write() as tx:
        from cchc.obligations import lock_in

        lock_in(tx, [OWED], SENT, "thu", "Hết hạn", "giai-trinh")
    moment = SENT + timedelta(days=1)
    assert sent(run, {FILED: ("Muộn", "a.png")}, {"a.png": PICTURE}, moment) == {"late": 1}
    assert names(run) == set()
    decided = replace(run, as_of=moment + timedelta(hours=1), actor="thuky1")
    (waiting,) = late.waiting_late(decided)
    assert late.accept_late(decided, waiting["submission_id"], "Có văn bản đồng ý")
    assert names(run) == {"a.png"}

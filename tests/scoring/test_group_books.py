"""A group's workbook: what lies in it, and that it is taken in whole or not at all."""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal

import openpyxl
import pytest
from tests.support.appraised import (
    LOCKED,
    OFFICE,
    OWN,
    ROUND,
    SCORED,
    UNITS,
    appraisal,
    opened,
    proven,
    said,
    submission_of,
)

from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    Stage,
    put_evidence,
    put_evidence_check,
    standing,
)
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.group_books import TakenIn, group_book, take_in
from cchc.store import Store
from cchc.workbooks.appraisal_book import AT, FIRST_ROW
from cchc.workbooks.read_appraisal import AppraisalRefused, read_appraisal_book

DESK, PROVEN, FILED = "so-tu-phap", "2.1.1", "2.2.1"
Cells = Mapping[tuple[str, str, str], object]  # (unit, criterion, column) -> value


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    run = opened(store, instance)
    for unit in UNITS:
        proven(run, unit, PROVEN)
        said(run, unit, PROVEN, Stage.CLAIM, "1")
        said(run, unit, PROVEN, Stage.COMPUTED, "0.5")
    return run


def written(run: Run, cells: Cells, desk: str = DESK, actor: str = "tp1") -> bytes:
    own = appraisal(run, actor)
    book = openpyxl.load_workbook(io.BytesIO(group_book(own, own.docket.desk(desk), 1)))
    sheet = book["Thẩm định"]
    rows = {
        (sheet.cell(row, AT["unit"] + 1).value, sheet.cell(row, AT["criterion"] + 1).value): row
        for row in range(FIRST_ROW + 1, sheet.max_row + 1)
    }
    for (unit, criterion, name), value in cells.items():
        sheet.cell(rows[unit, criterion], AT[name] + 1).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def taken(run: Run, content: bytes, desk: str = DESK, turn: int = 1, actor: str = "tp1") -> TakenIn:
    own = appraisal(run, actor)
    return take_in(own, own.docket.desk(desk), turn, read_appraisal_book(content, "nhom.xlsx"), "nhom.xlsx")


def test_the_own_unit_is_in_the_workbook_of_who_stands_in_and_in_no_other(run: Run) -> None:
    for desk, units in ((DESK, {SCORED, OFFICE}), (f"{DESK}:thay-the", {OWN})):
        sheet = openpyxl.load_workbook(io.BytesIO(written(run, {}, desk)))["Thẩm định"]
        codes = {row[0].value for row in sheet.iter_rows(min_row=FIRST_ROW + 1)}
        assert codes == units


def test_a_row_shows_claim_computed_value_proposal_and_what_is_missing(run: Run) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(run, {})))["Thẩm định"]
    rows = {
        (row[AT["unit"]].value, row[AT["criterion"]].value): row
        for row in sheet.iter_rows(min_row=FIRST_ROW + 1)
    }
    names = ("claim", "computed", "proposal")
    assert [rows[SCORED, PROVEN][AT[name]].value for name in names] == [1, 0.5, 0.5]
    assert rows[SCORED, PROVEN][AT["evidence"]].value.startswith("kế hoạch.pdf")
    assert rows[SCORED, FILED][AT["proposal"]].value == 0
    assert str(rows[SCORED, FILED][AT["evidence"]].value).startswith("THIẾU: ")


def test_evidence_says_whether_its_link_opened_and_where_the_same_file_stands_too(run: Run) -> None:
    url = "https://so.gov.vn/kh"
    link = KeptEvidence(
        ROUND,
        SCORED,
        PROVEN,
        EvidenceKind.LINK,
        url,
        submission_of(SCORED),
        LOCKED,
        EvidenceStatus.NOT_OPENED,
        url=url,
    )
    with run.store.write() as tx:
        put_evidence(tx, [link])
        put_evidence_check(tx, link.evidence_id, EvidenceStatus.DOES_NOT_OPEN, "không trả lời", LOCKED)
    sheet = openpyxl.load_workbook(io.BytesIO(written(run, {})))["Thẩm định"]
    shown = {row[AT["unit"]].value: row[AT["evidence"]].value for row in sheet.iter_rows(min_row=FIRST_ROW + 1)
             if row[AT["criterion"]].value == PROVEN}  # fmt: skip
    office, other = run.units.get(OFFICE).name, run.units.get(OWN).name
    assert f"{url} [liên kết không mở được]" in shown[SCORED]
    assert f"kế hoạch.pdf [cũng là minh chứng của {office}, {PROVEN} (2026-CD); {other}" in shown[SCORED]


def test_a_filled_workbook_becomes_decisions_and_again_it_becomes_none(run: Run) -> None:
    content = written(run, {(SCORED, PROVEN, "choice"): "Giữ", (OFFICE, PROVEN, "choice"): "Sửa",
                            (OFFICE, PROVEN, "points"): 0.25, (OFFICE, PROVEN, "reason"): "Chậm",
                            (OFFICE, PROVEN, "source"): "CV 1"})  # fmt: skip
    assert taken(run, content).decided == 2
    assert taken(run, content).decided == 0
    stands = standing(run.store, ROUND)
    firsts = {unit: stands[unit][PROVEN].first for unit in (SCORED, OFFICE)}
    assert {unit: one.points for unit, one in firsts.items() if one} == {
        SCORED: Decimal("0.5"),
        OFFICE: Decimal("0.25"),
    }


def test_what_was_decided_elsewhere_since_is_not_put_back_by_a_row_that_nobody_touched(run: Run) -> None:
    appraisal(run, "tp1").decide([Decided(SCORED, PROVEN, AppraisalChoice.KEEP)])
    content = written(run, {(OFFICE, PROVEN, "choice"): "Giữ"})
    changed = Decided(SCORED, PROVEN, AppraisalChoice.CHANGE, Decimal("0.75"), "Xem lại", "CV 2")
    appraisal(run, "tp2").decide([changed])
    found = taken(run, content)
    assert (found.decided, found.untouched) == (1, 1)
    first = standing(run.store, ROUND)[SCORED][PROVEN].first
    assert first is not None and first.points == Decimal("0.75")


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"choice": "Sửa", "points": 3, "reason": "x", "source": "y"}, "M", "3 điểm; cho phép từ 0 đến 2"),
        ({"choice": "Sửa", "points": 1}, "N", "phải ghi lý do"),
        ({"choice": "Sửa", "points": 1, "reason": "x"}, "O", "phải ghi căn cứ"),
        ({"choice": "Giữ", "points": 1}, "M", "giữ là giữ 0,50"),
        ({"choice": "Loại", "points": 1, "reason": "x"}, "M", "thì không ghi điểm"),
    ],
)
def test_one_wrong_row_keeps_the_whole_file_out_and_names_its_cell(
    run: Run, cells: dict[str, object], column: str, words: str
) -> None:
    wrong = {(SCORED, PROVEN, name): value for name, value in cells.items()}
    content = written(run, {**wrong, (OFFICE, PROVEN, "choice"): "Giữ"})
    with pytest.raises(AppraisalRefused, match="có 1 lỗi, chưa nạp dòng nào") as refused:
        taken(run, content)
    assert f"ô {column}" in str(refused.value)
    assert words in str(refused.value)
    assert standing(run.store, ROUND)[OFFICE][PROVEN].first is None


def test_a_row_of_the_own_unit_or_of_another_group_that_was_written_in_is_refused(run: Run) -> None:
    own = written(run, {(SCORED, PROVEN, "choice"): "Giữ", (SCORED, PROVEN, "unit"): OWN})
    with pytest.raises(AppraisalRefused, match="không thẩm định chính Sở Tư pháp"):
        taken(run, own)
    other = written(run, {(SCORED, PROVEN, "choice"): "Giữ", (SCORED, PROVEN, "criterion"): "3.1.2"})
    with pytest.raises(AppraisalRefused, match="không thuộc nhóm"):
        taken(run, other)


def test_another_groups_or_another_turns_workbook_is_refused_by_name(run: Run) -> None:
    content = written(run, {}, "so-noi-vu", "nv1")
    with pytest.raises(AppraisalRefused, match="là biểu của đợt 2026-CD, nhóm so-noi-vu, lần 1"):
        taken(run, content)
    with pytest.raises(AppraisalRefused, match="lần 2"):
        taken(run, written(run, {}), turn=2)

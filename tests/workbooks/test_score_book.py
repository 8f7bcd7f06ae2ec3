"""The self-score workbook: what it shows, what comes back of it, and what it refuses already in the sheet."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from cchc.workbooks.as_xlsx import as_xlsx
from cchc.workbooks.forms import FilledForm, NotAForm
from cchc.workbooks.read_book import read_workbook
from cchc.workbooks.score_book import ScoreLine, build_self_score_workbook, layout_of
from cchc_rehearsal.fill import Answers, fill_workbook

SET = "Bộ tiêu chí năm 2026 (bộ tiêu chí mẫu)"
LINES = [
    ScoreLine(
        "1.1", "Ban hành kế hoạch", Decimal("1.5"), "kịp thời: 1,5", "1. Chỉ đạo", evidence="Kế hoạch CCHC",
        evidence_needed="bat_buoc", data="I.1.2 = 8; I.1.1 = 10 (báo cáo năm)", computed=Decimal("1.25"),
    ),
    ScoreLine("1.2", "Sáng kiến", Decimal(2), group="1. Chỉ đạo", options={"a": Decimal(2), "b": Decimal("0.5")}),
    ScoreLine("8.1", "Hài lòng", Decimal(10), group="8. Tác động", is_claimable=False, computed="chưa có"),
    ScoreLine("9.1", "Nhiệm vụ quá hạn", Decimal(-2), "trừ 0,25 mỗi nhiệm vụ", "9. Điểm trừ", in_total=False),
]  # fmt: skip


@pytest.fixture
def content(unit, round_, as_of) -> bytes:
    return build_self_score_workbook(unit, round_, LINES, as_of, b"key", scored_by=SET)


def filled(content: bytes, scores=None, evidence=()) -> FilledForm:
    return read_workbook(
        fill_workbook(content, Answers(scores=scores or {}, evidence=evidence)), "tu-cham.xlsx", b"key"
    )


def test_the_same_rows_make_the_same_bytes(unit, round_, as_of, content):
    assert content == build_self_score_workbook(unit, round_, LINES, as_of, b"key", scored_by=SET)


def test_points_come_back_with_their_limits_and_reasons(content):
    form = filled(
        content,
        {"1.1": {"self_points": "1,25"}, "9.1": {"self_points": Decimal("-0.5"), "explanation": "Chậm"}},
    )
    assert form.problems == []
    assert form.signed is True
    assert [(one.criterion, one.self_points, one.max_points) for one in form.scores] == [
        ("1.1", Decimal("1.25"), Decimal("1.5")), ("1.2", None, Decimal(2)), ("8.1", None, Decimal(10)),
        ("9.1", Decimal("-0.5"), Decimal(-2)),
    ]  # fmt: skip
    assert form.scores[3].explanation == "Chậm"
    assert [one.is_claimable for one in form.scores] == [True, True, False, True]
    assert (form.scores[0].evidence_needed, form.scores[0].evidence_name) == ("bat_buoc", "Kế hoạch CCHC")


def test_an_option_that_is_chosen_gives_its_points_without_any_typing(content):
    form = filled(content, {"1.2": {"chosen": "B"}})
    assert form.problems == []
    assert (form.scores[1].chosen, form.scores[1].self_points) == ("b", Decimal("0.5"))
    (problem,) = filled(content, {"1.2": {"chosen": "c"}}).problems
    assert (
        problem.message == "Tiêu chí 1.2: “c” không phải lựa chọn. Chọn một trong: a = 2 điểm; b = 0,5 điểm."
    )


WORDS = [
    ScoreLine("1.1", "Ban hành", Decimal(1), options={"30_ngay": Decimal(1), "khong": Decimal(0)}),
    ScoreLine("1.2", "Đúng", Decimal(1), options={"dung": Decimal(1), "dung_mot_phan": Decimal("0.5")}),
]


def test_options_stand_in_words_and_are_read_however_a_person_writes_them(unit, round_, as_of):
    content = build_self_score_workbook(unit, round_, WORDS, as_of, b"key", scored_by=SET)
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Tự chấm"]
    assert "Lựa chọn: Trong 30 ngày = 1 điểm; Không = 0 điểm." in sheet["C6"].value
    assert sheet["G6"].value == '=IF(H6="Trong 30 ngày",1,IF(H6="Không",0,""))'
    for written, option in (("30_ngay", "30_ngay"), ("trong 30 NGÀY", "30_ngay"), ("30 ngay", "30_ngay"),
                            ("Không", "khong"), ("Kho\u0302ng", "khong"), ("khong", "khong")):  # fmt: skip
        form = filled(content, {"1.1": {"chosen": written}, "1.2": {"chosen": "Đúng"}})
        assert (form.problems, form.scores[0].chosen, form.scores[1].chosen) == ([], option, "dung"), written
    (problem,) = filled(content, {"1.1": {"chosen": "x"}}).problems
    assert problem.message.endswith("Chọn một trong: Trong 30 ngày = 1 điểm; Không = 0 điểm.")


def test_points_that_are_typed_choose_their_option_or_none(unit, round_, as_of):
    content = build_self_score_workbook(unit, round_, WORDS, as_of, b"key", scored_by=SET)
    assert filled(content, {"1.1": {"self_points": "1 điểm"}}).scores[0].chosen == "30_ngay"
    (problem,) = filled(content, {"1.1": {"self_points": "0,3"}}).problems
    assert problem.message.startswith("Tiêu chí 1.1: không lựa chọn nào được 0,3 điểm.")


@pytest.mark.parametrize("typed", ["75%", "1/2", "tối đa"])
def test_what_is_no_number_of_points_is_told_as_points(content, typed):
    (problem,) = filled(content, {"1.1": {"self_points": typed}}).problems
    assert f"“{typed}” không phải số điểm. Ghi số, ví dụ 1,5" in problem.message


def test_evidence_comes_back_row_by_row_and_names_its_criterion(content):
    form = filled(
        content,
        {"1.1": {"self_points": 1}},
        [
            {"code": "1.1", "name": "kh.pdf", "document": "05/KH-UBND", "day": date(2026, 1, 15), "summary": "x"},
            {"code": "1.1", "name": "https://example.gov.vn/kh"},
            {"code": "7.7", "name": "la.pdf"},
            {"code": "1.2"},
        ],
    )  # fmt: skip
    assert [(one.criterion, one.name, one.document, one.day, one.row) for one in form.evidence] == [
        ("1.1", "kh.pdf", "05/KH-UBND", date(2026, 1, 15), 5),
        ("1.1", "https://example.gov.vn/kh", "", None, 6),
    ]
    assert form.scores[0].evidence == "kh.pdf; https://example.gov.vn/kh"
    assert [problem.message.split(":")[0] for problem in form.problems] == ["Dòng 7", "Dòng 8, tiêu chí 1.2"]


def test_a_row_that_nobody_claims_takes_no_words_but_its_own(content):
    form = filled(content, {"8.1": {"self_points": 9}})
    assert form.scores[2].self_points == 9, "read, so that the checks can refuse it"
    assert filled(content).scores[2].self_points is None


def test_the_sheet_refuses_points_beyond_the_criterion_and_locks_what_is_not_claimed(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Tự chấm"]
    limits = [
        (float(one.formula1), float(one.formula2))
        for one in sheet.data_validations.dataValidation
        if one.type == "decimal"
    ]
    assert limits == [(0.0, 1.5), (0.0, 2.0), (-2.0, 0.0)]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    assert sheet["A3"].value == f"Chấm theo: {SET}."
    assert rows["8.1"][6].value == "không tự chấm"
    assert rows["8.1"][6].protection.locked and not rows["1.1"][6].protection.locked
    assert rows["1.2"][6].value == '=IF(H7="a",2,IF(H7="b",0.5,""))'
    assert (rows["1.1"][4].value, rows["1.1"][5].value) == ("I.1.2 = 8; I.1.1 = 10 (báo cáo năm)", 1.25)


def test_the_hash_of_a_form_follows_what_is_asked_and_not_what_is_shown(content):
    known = layout_of(LINES)
    assert read_workbook(content, "x").identity.layout == known
    assert layout_of([*LINES[:-1]]) != known
    shown = [ScoreLine(**{**vars(LINES[0]), "data": "", "computed": "chưa có"}), *LINES[1:]]
    assert layout_of(shown) == known


def test_a_form_of_another_program_is_written_over_with_its_evidence(content):
    back = fill_workbook(
        content, Answers(scores={"1.2": {"chosen": "a"}}, evidence=[{"code": "1.2", "name": "a.pdf"}])
    )
    rewritten = as_xlsx(back, "x.ods", content)
    assert rewritten is not None
    form = read_workbook(rewritten.content, "x.xlsx")
    assert [one.name for one in form.evidence] == ["a.pdf"]
    assert form.scores[1].self_points == 2
    assert rewritten.places["Minh chứng", "B5"] == "B5"


def test_a_form_without_its_sheet_of_evidence_is_none_of_ours(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    del book["Minh chứng"]
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(NotAForm, match="thiếu sheet “Minh chứng”"):
        read_workbook(buffer.getvalue(), "x.xlsx")


def test_the_sums_leave_bonus_and_penalty_out_of_the_maximum(content):
    sheet = openpyxl.load_workbook(io.BytesIO(content), data_only=True)["Tổng hợp"]
    rows = {row[0]: row[1:] for row in sheet.iter_rows(min_row=5, values_only=True) if row[0]}
    assert rows["1. Chỉ đạo"] == (3.5, 1.25, 0, 2, 0)
    assert rows["9. Điểm trừ"][0] == "–"
    assert rows["Tổng cộng"] == (13.5, 1.25, 0, 3, 0)

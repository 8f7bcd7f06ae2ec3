"""Item workbooks and self-scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cchc.workbooks.forms import FilledItem, FilledScore


def item(**given):
    return FilledItem("2026-KH/30760/nhiem_vu/1.2", cell="E5", key="1.2", **given)


def score(points, maximum="2", **given):
    points = None if points is None else Decimal(points)
    return FilledScore("1.1", points, cell="E5", max_points=Decimal(maximum), **given)


def test_work_cannot_be_completed_after_it_was_reported(check):
    late = item(result="Xong", document="1/KH", done_on=date(2026, 3, 17))
    assert check(items=[late])["ngay-hoan-thanh-tuong-lai"].cell == "E5"
    assert check(items=[item(result="Xong", document="1/KH", done_on=date(2026, 3, 16))]) == {}


def test_a_result_needs_its_day_and_should_have_its_document(check):
    found = check(items=[item(result="Xong")])
    assert found["thieu-ngay-hoan-thanh"].severity == "loi"
    assert found["thieu-van-ban"].severity == "canh_bao"
    assert check(items=[item(note="Đang làm")]) == {}
    assert check(items=[item()]) == {}


def test_points_stay_within_their_criterion(check):
    found = check(scores=[score("3")])["diem-ngoai-khung"]
    assert (found.severity, found.expected) == ("loi", "từ 0 đến 2")
    assert found.message == "Điểm tự chấm 1.1: 3 > 2 (tối đa)."
    assert check(scores=[score("2")]) == {}
    below = check(scores=[score("-2.5", "-2")])["diem-ngoai-khung"]
    assert (below.expected, below.message) == ("từ -2 đến 0", "Điểm tự chấm 1.1: -2,5 < -2 (tối thiểu).")
    assert check(scores=[score("-2", "-2")]) == {}


def test_what_a_survey_decides_is_not_claimed(check):
    found = check(scores=[score("1", is_claimable=False)])["khong-tu-cham"]
    assert (found.severity, found.message) == ("loi", "1.1 là tiêu chí khảo sát: không tự chấm.")
    assert check(scores=[score(None, is_claimable=False)]) == {}


def test_points_that_are_typed_are_those_of_the_option(check):
    found = check(scores=[score("2", chosen="b", chosen_points=Decimal("0.5"))])["diem-khac-lua-chon"]
    assert (found.severity, found.expected) == ("loi", "0,5")
    assert check(scores=[score("0.5", chosen="b", chosen_points=Decimal("0.5"))]) == {}


def test_points_without_the_evidence_that_is_asked_for_and_missing_points_are_warnings(check):
    must = {"evidence_needed": "bat_buoc", "evidence_name": "Kế hoạch CCHC"}
    found = check(scores=[score("1", explanation="Có", **must)])["thieu-kiem-chung"]
    assert (found.severity, found.message) == (
        "canh_bao",
        '1.1: thiếu minh chứng "Kế hoạch CCHC" (bắt buộc).',
    )
    assert check(scores=[score("1", evidence="kh.pdf", **must)]) == {}
    may = {"evidence_needed": "giai_trinh_thay", "evidence_name": "Biên bản"}
    assert check(scores=[score("1", **may)])["thieu-kiem-chung"].severity == "canh_bao"
    assert check(scores=[score("1", explanation="Đã làm", **may)]) == {}
    assert check(scores=[score("0", **must)]) == {}
    assert check(scores=[score("1", evidence_needed="khong")]) == {}
    assert check(scores=[score(None)])["chua-cham"].severity == "canh_bao"
    assert check(scores=[score(None, explanation="Không áp dụng")])["chua-cham"].severity == "luu_y"

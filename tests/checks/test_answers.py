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
    assert check(scores=[score("2.01", evidence="x")])["diem-ngoai-khung"].expected == "từ 0 đến 2"
    assert check(scores=[score("2", evidence="x")]) == {}
    assert check(scores=[score("-2.5", "-2")])["diem-ngoai-khung"].expected == "từ -2 đến 0"
    assert check(scores=[score("-2", "-2")]) == {}


def test_points_without_evidence_and_missing_points_are_warnings(check):
    assert check(scores=[score("1")])["thieu-kiem-chung"].severity == "canh_bao"
    assert check(scores=[score("0")]) == {}
    assert check(scores=[score(None)])["chua-cham"].severity == "canh_bao"
    assert check(scores=[score(None, explanation="Không áp dụng")])["chua-cham"].severity == "luu_y"

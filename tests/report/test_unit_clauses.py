"""Units' texts as the report repeats them: single ideas, merged over units, nothing about nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.documents.text import clean
from cchc.report.narrative_rules import NarrativeRules
from cchc.report.unit_clauses import clauses, merged
from cchc.units import UnitRegister

RULES = NarrativeRules.load().texts
UNITS = [unit for unit in UnitRegister.load().all if unit.tier == "xa" and unit.valid_to is None][:12]


def said(*texts: str, told: tuple[str, ...] = ()) -> list[tuple[str, int]]:
    by_unit = {unit.code: text for unit, text in zip(UNITS, texts, strict=False)}
    return [(one.text, len(one.units)) for one in merged(UNITS, by_unit, RULES, 90, told)]


def test_a_clause_that_many_texts_share_is_told_once_and_what_follows_it_stands_by_itself() -> None:
    shared = "Đơn vị duy trì giao ban cải cách hành chính hằng tháng"
    assert said(
        f"{shared}; mở thêm một quầy hỗ trợ người dân.", f"{shared}; rút ngắn thời gian xử lý hồ sơ."
    ) == [
        ("Duy trì giao ban cải cách hành chính hằng tháng", 2),
        ("Mở thêm một quầy hỗ trợ người dân", 1),
        ("Rút ngắn thời gian xử lý hồ sơ", 1),
    ]


def test_a_clause_with_other_figures_in_each_unit_is_nobodys_and_is_left_out() -> None:
    assert said("Đã số hóa 120 hồ sơ của năm trước.", "Đã số hóa 85 hồ sơ của năm trước.") == []
    assert said("Ban hành Kế hoạch số 05/KH-UBND ngày 21/01/2026.") == [
        ("Ban hành Kế hoạch số 05/KH-UBND ngày 21/01/2026", 1)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Không.", "Không phát sinh trong kỳ báo cáo.", "Không có kiến nghị, đề xuất gì thêm.",
        "Trong kỳ nhận giải quyết 0 hồ sơ, không có hồ sơ quá hạn.", "-", "Như trên.",
        "Phần còn lại có thời hạn cụ thể.",
        "Đồng thời phân công người theo dõi.", "a" * 2000,
    ],
)  # fmt: skip
def test_what_says_nothing_or_cannot_stand_alone_is_no_idea(text: str) -> None:
    assert said(text) == []


def test_ten_dossiers_are_not_none() -> None:
    assert said("Còn 10 hồ sơ đất đai chờ xác minh.") == [("Còn 10 hồ sơ đất đai chờ xác minh", 1)]


def test_what_an_earlier_section_told_is_not_told_again() -> None:
    text = "Mở thêm một quầy hỗ trợ người dân."
    assert said(text, told=("Mở thêm một quầy hỗ trợ người dân",)) == []


def test_a_noun_behind_the_subject_is_no_verb() -> None:
    text = "Đơn vị sự nghiệp tự chủ còn ít."
    assert said(text) == [("Đơn vị sự nghiệp tự chủ còn ít", 1)]


@given(st.lists(st.text(max_size=120), max_size=6))
def test_no_text_of_a_unit_gives_an_idea_that_is_empty_too_long_or_not_in_it(texts: list[str]) -> None:
    for text in texts:
        for one in clauses(text, RULES):
            assert RULES.least_characters <= len(one) <= RULES.characters
            assert one[1:] in clean(text)
    found = merged(UNITS, {unit.code: text for unit, text in zip(UNITS, texts, strict=False)}, RULES, 90)
    counts = [len(one.units) for one in found]
    assert counts == sorted(counts, reverse=True) and all(counts)

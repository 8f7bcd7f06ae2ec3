"""Units' own words: nothing lost, near-identical texts told once with all their units."""

from __future__ import annotations

import random

import pytest

from cchc.report.unit_texts import left_out, sound_lines, voices
from cchc.units import UnitRegister
from cchc.workbooks.outline import load_outline

SECTION = load_outline()[0]
UNITS = [unit for unit in UnitRegister.load().all if unit.tier == "xa" and unit.valid_to is None][:30]


def said(*texts: str, similar: int = 90, limit: int = 500) -> list[tuple[str, int]]:
    narratives = {unit.code: {SECTION.code: text} for unit, text in zip(UNITS, texts, strict=False)}
    return [(voice.text, len(voice.units)) for voice in voices(SECTION, UNITS, narratives, similar, limit)]


def test_near_identical_texts_are_told_once_with_the_count_and_the_commonest_first() -> None:
    common = "Tiếp tục đẩy mạnh cải cách thủ tục hành chính trên địa bàn."
    assert said("Việc riêng của một xã.", common, common.replace("địa bàn", "địa bàn xã"), common) == [
        (common, 3),
        ("Việc riêng của một xã.", 1),
    ]


def test_texts_that_differ_in_their_numbers_alone_are_one_without_any_unit_s_numbers() -> None:
    texts = [
        f"Đã giải quyết {count} hồ sơ, quá hạn {late}." for count, late in ((1, 0), (123_456, 7), (89, 12))
    ]
    assert said(*texts) == [("Đã giải quyết … hồ sơ, quá hạn ….", 3)]
    assert said(texts[0], texts[0]) == [(texts[0], 2)]


def test_saying_that_there_is_nothing_is_no_text() -> None:
    assert said("Không", "không có.", "  ", "-", "Không phát sinh.") == []


def test_a_text_over_the_limit_is_cut_and_says_so() -> None:
    ((text, _),) = said("a" * 100_000, limit=100)
    assert len(text) < 200
    assert "xem báo cáo của đơn vị" in text


def test_every_speaking_unit_stands_behind_exactly_one_text() -> None:
    chance = random.Random(3)
    texts = ["".join(chance.choice("abcd ") for _ in range(chance.randint(5, 40))) for _ in UNITS]
    narratives = {unit.code: {SECTION.code: text} for unit, text in zip(UNITS, texts, strict=True)}
    speaking = [unit for unit in UNITS if narratives[unit.code][SECTION.code].strip()]
    found = [unit.code for voice in voices(SECTION, UNITS, narratives, 80, 500) for unit in voice.units]
    assert sorted(found) == sorted(unit.code for unit in speaking)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        # A sentence torn by line breaks, as it is pasted from a PDF, goes as a whole.
        (
            "Đã tập huấn đầy đủ.\nNộp hồ sơ trực tuyến trong kỳ phát sinh\n83/270 hồ sơ, đạt 22,43%\ntrên địa bàn xã.\n"
            "Đã niêm yết thủ tục.",
            ["Đã tập huấn đầy đủ.", "Đã niêm yết thủ tục."],
        ),
        # Lines that are sentences of their own stay, with or without a full stop.
        (
            "Đã tập huấn đầy đủ\nNộp hồ sơ trực tuyến: 83/270 hồ sơ, đạt 22,43%\nĐã niêm yết thủ tục",
            ["Đã tập huấn đầy đủ", "Đã niêm yết thủ tục"],
        ),
        (
            "- Đã tập huấn;\n- Trực tuyến: 83/270 hồ sơ, đạt 22,43%;\n- đã niêm yết.",
            ["- Đã tập huấn;", "- đã niêm yết."],
        ),
    ],
)
def test_of_a_sentence_at_fault_no_fragment_is_left(told: str, kept: list[str]) -> None:
    assert list(sound_lines(told)) == kept


def test_a_line_that_contradicts_itself_is_not_repeated_but_counted() -> None:
    wrong = "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%."
    right = "Tiếp tục vận động người dân nộp hồ sơ qua mạng."
    assert said(f"{wrong}\n{right}", wrong) == [(right, 1)]
    narratives = {
        UNITS[0].code: {SECTION.code: f"{wrong}\n{right}"},
        UNITS[1].code: {SECTION.code: wrong},
        UNITS[2].code: {SECTION.code: right},
    }
    assert left_out(UNITS, narratives) == {UNITS[0].code: 1, UNITS[1].code: 1}

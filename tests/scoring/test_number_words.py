"""What people read of numbers: no name of a program's own, every origin with its day or round."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cchc.scores import NumberUsed
from cchc.scoring.number_words import basis_in_words, input_in_words, lines_in_words

NAMES = {"I.1.2": "Số nhiệm vụ đã hoàn thành", "T06.6": "Hồ sơ đã giải quyết"}


def number(name: str, value: str | None, origin: str) -> NumberUsed:
    return NumberUsed(name, None if value is None else Decimal(value), origin)


def test_numbers_of_one_origin_stand_on_one_line_with_its_round_or_day() -> None:
    used = [
        number("I.1.2", "26", "2026-NAM/so-y-te/bao_cao/204678e883e8a00f"),
        number("T06.6", "1200", "one_stop-2026-12-14"),
        number("I.1.1", "27", "2026-NAM/so-y-te/bao_cao/204678e883e8a00f"),
    ]
    assert lines_in_words(used) == [
        "I.1.2 = 26; I.1.1 = 27 (báo cáo 2026-NAM của đơn vị)",
        "T06.6 = 1.200 (Một cửa điện tử, chốt 14/12/2026)",
    ]


@pytest.mark.parametrize(("late", "told"), [("0", "đúng hạn"), ("3", "trễ 3 ngày"), (None, "chưa nộp")])
def test_a_duty_tells_how_late_it_was_and_no_number(late: str | None, told: str) -> None:
    used = [number("obl:nhiem_vu/NV01", late, "2026-KH/so-y-te/nhiem_vu/NV01")]
    assert lines_in_words(used) == [f"2026-KH NV01: {told}"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("I.1.2", "I.1.2 Số nhiệm vụ đã hoàn thành"),
        ("T06.6.num", "T06.6 Hồ sơ đã giải quyết, tử số"),
        ("kt:bao_cao", "tồn tại về chế độ báo cáo"),
        ("kt:thu-tuc", "tồn tại “thu-tuc”"),
        ("obl:bao_cao", "thời hạn của báo cáo"),
        ("ks:hai_long", "khảo sát hai_long"),
        ("ngoai:SIPAS", "số công bố SIPAS"),
    ],
)
def test_every_kind_of_input_has_words(name: str, words: str) -> None:
    assert input_in_words(name, NAMES) == words


def test_a_basis_names_its_inputs_as_people_do_and_keeps_the_rest() -> None:
    said = "không có số liệu kiểm chứng: kt:bao_cao, obl:tu_cham"
    assert basis_in_words(said, NAMES) == (
        "không có số liệu kiểm chứng: tồn tại về chế độ báo cáo, thời hạn của tự chấm điểm"
    )
    assert basis_in_words("Đơn vị tự chấm, lựa chọn Đạt", NAMES) == "Đơn vị tự chấm, lựa chọn Đạt"

"""Numbers in words are figures where they count, and names, years and articles are none."""

from __future__ import annotations

import pytest

from cchc.claims import check_text
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort
from cchc.severity import Severity


def figures(text: str) -> list[tuple[str, str]]:
    """The figures of a text: how they are written and what they are worth."""
    passage = Passage(text)
    return [
        (text[one.start : one.end], "/".join(str(value) for value in (one.value, *one.bottoms)))
        for one in passage.tokens
        if one.sort is not Sort.NUMBER or passage.is_count(one)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đã họp bảy cuộc", [("bảy", "7")]),
        ("Bảy đơn vị đã nộp", [("Bảy", "7")]),
        ("có hai mươi mốt hồ sơ trễ hạn", [("hai mươi mốt", "21")]),
        ("khoảng mười lăm nghìn lượt", [("mười lăm nghìn", "15000")]),
        ("đã cấp một nghìn hai trăm bản", [("một nghìn hai trăm", "1200")]),
        ("bảy trăm bốn mươi lăm hồ sơ", [("bảy trăm bốn mươi lăm", "745")]),
        ("năm trăm linh ba lượt", [("năm trăm linh ba", "503")]),
        ("hai nghìn không trăm linh tám hộ", [("hai nghìn không trăm linh tám", "2008")]),
        ("một triệu hai trăm nghìn lượt", [("một triệu hai trăm nghìn", "1200000")]),
        ("hai chục hộ dân", [("hai chục", "20")]),
        ("trễ hạn ba hồ sơ", [("ba", "3")]),
        ("cao hơn ba lần", [("ba", "3")]),
        ("gấp hai lần rưỡi số lượt", [("hai", "2.5")]),
        ("trong đó một hồ sơ quá hạn", [("một", "1")]),
        ("gồm sáu cuộc giao ban, năm cuộc họp", [("sáu", "6"), ("năm", "5")]),
        ("giao 02 (hai) nhiệm vụ", [("02", "2")]),
        ("giao ba (03) nhiệm vụ", [("ba", "3")]),
        ("đạt ba mươi tám phẩy năm phần trăm", [("ba mươi tám phẩy năm phần trăm", "38.5")]),
        ("đạt 38 phần trăm", [("38 phần trăm", "38")]),
        ("tăng 5,03 phần trăm", [("5,03 phần trăm", "5.03")]),
        ("tăng 2,1 điểm phần trăm", [("2,1", "2.1")]),
        ("hai mươi mốt trong số hai mươi bốn tổ", [("hai mươi mốt trong số hai mươi bốn", "21/24")]),
        ("hơn một phần ba số hộ", [("một phần ba", "1/3")]),
        ("ba phần tư số xã, quá nửa số hộ", [("ba phần tư", "3/4"), ("nửa", "1/2")]),
    ],
)  # fmt: skip
def test_numbers_in_words_are_figures(text: str, expected: list[tuple[str, str]]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "thứ nhất, thứ hai, thứ ba",
        "trong tháng bảy đã họp",
        "quý hai, lần hai, đợt ba",
        "bộ phận một cửa",
        "một số đơn vị, một bộ phận người dân",
        "cả hai đơn vị đều đạt",
        "mô hình hai cấp",
        "trong năm đơn vị đã đạt",
        "hằng quý, năm đơn vị báo cáo",
        "trong mười năm qua",
        "năm hai nghìn không trăm hai mươi lăm",
        "xã Ba Vì và ông Tám",
        "vài trăm hồ sơ, hai ba đơn vị",
        "nửa đầu năm",
        "ba don vi, hai muoi ho so, bay cuoc hop",
    ],
)
def test_words_that_count_nothing_are_no_figures(text: str) -> None:
    assert figures(text) == []


def test_a_list_that_ends_in_words_adds_up() -> None:
    text = "Tiếp nhận 1.847 hồ sơ, gồm trước hạn 1.203 hồ sơ, đúng hạn 641 hồ sơ, trễ hạn {} hồ sơ.\n"
    assert not check_text(text.format("ba")).faults
    assert [one.severity for one in check_text(text.format("bảy")).faults] == [Severity.ERROR]

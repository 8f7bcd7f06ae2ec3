"""Numbers, days and documents in prose, with and without accents, and in text nobody wrote for us."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.checks.prose import days, documents, fractions, percents, plain, whole


@given(st.text())
def test_plain_text_keeps_every_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(plain(text)) == len(composed)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("Đúng hạn", "dung han"), ("ĐẾN NGÀY", "den ngay"), ("Nguyễn Ưỡ", "nguyen uo"), ("i̇ß", "i̇ß")],
)
def test_plain_text_has_no_accents(written: str, expected: str) -> None:
    assert plain(written) == expected


def test_plain_text_of_decomposed_letters_is_that_of_composed_ones() -> None:
    text = "Kỳ báo cáo đạt tỷ lệ"
    assert plain(unicodedata.normalize("NFD", text)) == plain(text) == "ky bao cao dat ty le"


@pytest.mark.parametrize(
    ("written", "number"), [("27.554", 27554), ("04", 4), ("0", 0), ("1.234.567", 1234567)]
)
def test_a_dot_groups_thousands(written: str, number: int) -> None:
    assert whole(written) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kiem tra 11/26 don vi", [(11, 26)]),
        ("nhap 6.802/17.175 ho so", [(6802, 17175)]),
        ("ky so 11482/11941 van ban", [(11482, 11941)]),
        ("ke hoach so 05/kh-ubnd ngay 21/01/2021", []),
        ("nghi dinh 61/2018/nd-cp", []),
        ("ngay 15/6/2022", []),
        ("quyet dinh so 01/2022/qd-ubnd", []),
        ("dat 3,5/10 diem", []),
        ("4/4 ho so; 0/0 ho so.", [(4, 4), (0, 0)]),
    ],
)
def test_fractions_are_neither_days_nor_document_numbers(text: str, expected: list[tuple[int, int]]) -> None:
    assert [(one.top, one.bottom) for one in fractions(text)] == expected


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [("dat 92,85%", "92.85", 2), ("dat 96.90 %", "96.90", 2), ("dat 100%", "100", 0), ("dat 59%", "59", 0)],
)
def test_a_percentage_keeps_its_decimals(text: str, value: str, decimals: int) -> None:
    (one,) = percents(text)
    assert (one.value, one.decimals) == (Decimal(value), decimals)


def test_days_in_figures_and_in_words_stand_in_their_order() -> None:
    found = days("ngay 31 thang 6 nam 2022, tu 01/01/2022 den 31-12-2022")
    assert [one.value for one in found] == [None, date(2022, 1, 1), date(2022, 12, 31)]


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_every_real_day_is_read_in_both_forms(day: date) -> None:
    text = f"{day.day:02d}/{day.month:02d}/{day.year} va ngay {day.day} thang {day.month} nam {day.year}"
    assert [one.value for one in days(text)] == [day, day]


def test_a_document_carries_the_day_beside_it() -> None:
    text = "ke hoach so 175/kh-ubnd ngay 24/12/2021, cong van so: 139/ubnd-th, ngay hom sau 01/01/2022"
    first, second = documents(text)
    assert first.name == "ke hoach 175/kh-ubnd" and first.day and first.day.value == date(2021, 12, 24)
    assert second.name == "cong van 139/ubnd-th" and second.day is None


@pytest.mark.parametrize(
    "unit",
    ["1", "1/", "1.", "1.000", "11/11 ", "ngay 1 thang ", "ke hoach so 1/", "0 %", " ", "(", "tu ngay den "],
)
@pytest.mark.timeout(60)  # a quadratic search would take hours
def test_hostile_text_does_not_hang_the_reader(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    for read in (fractions, percents, days, lambda one: list(documents(one))):
        read(text)

"""Numbers, days and documents in prose, with and without accents, and in text nobody wrote for us."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.claims.flat import flattened, plain
from cchc.claims.passage import Passage
from cchc.claims.tokens import Sort, readings, tokens


@given(st.text())
def test_plain_text_keeps_every_place(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert len(plain(text)) == len(composed)


@given(st.text(alphabet="ăâđêôơưàáảãạằắẳẵặ hồsơ 0123456789/,.%", max_size=60))
def test_places_of_decomposed_letters_are_the_texts_own(text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    flat, places = flattened(apart)
    assert flat == plain(text)
    if places is not None:
        assert len(places) == len(flat) + 1
        back = "".join(apart[one:two] for one, two in pairwise(places))
        assert back == apart


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Đúng hạn", "dung han"),
        ("ĐẾN NGÀY", "den ngay"),
        ("Nguyễn Ưỡ", "nguyen uo"),
        ("i̇ß", "i̇ß"),
        ("12％", "12%"),
        ("１２ hồ sơ", "12 ho so"),
    ],
)
def test_plain_text_has_no_accents(written: str, expected: str) -> None:
    assert plain(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("27.554", ["27554", "27.554"]),
        ("4,747", ["4747", "4.747"]),
        ("04", ["4"]),
        ("39,60", ["39.60"]),
        ("96.90", ["96.90"]),
        ("1.234.567", ["1234567"]),
        ("1,234,567", ["1234567"]),
        ("1.234,5", ["1234.5"]),
        ("1,234.5", ["1234.5"]),
        ("0,125", ["0.125"]),
        ("12.34.56", []),
        ("1" * 30, []),
    ],
)
def test_both_styles_of_numbers_are_read(written: str, expected: list[str]) -> None:
    assert [str(one) for one in readings(written)] == expected


def test_three_digits_of_a_percentage_are_decimals() -> None:
    assert readings("99,813", share=True)[0] == Decimal("99.813")


def sorts(text: str) -> list[tuple[str, str]]:
    return [(one.sort.name, text[one.start : one.end]) for one in Passage(text).tokens]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kiem tra 11/26 don vi", [("FRACTION", "11/26")]),
        ("nhap 6.802/17.175 ho so", [("FRACTION", "6.802/17.175")]),
        ("ke hoach so 05/kh-ubnd", [("DOCUMENT", "05/kh-ubnd")]),
        ("nghi dinh 61/2018/nd-cp ngay 23/4/2018", [("DOCUMENT", "61/2018/nd-cp"), ("DAY", "23/4/2018")]),
        ("nghi quyet so 18-nq/tw ngay 25-10-2017", [("DOCUMENT", "18-nq/tw"), ("DAY", "25-10-2017")]),
        ("quyet dinh 983/qd-\nubnd ngay 31", [("DOCUMENT", "983/qd-\nubnd"), ("NUMBER", "31")]),
        ("dang ngay 13/10; 20/10; 10/11", [("DAY_MONTH", "13/10"), ("DAY_MONTH", "20/10"), ("DAY_MONTH", "10/11")]),
        ("trong thang 9/2022", [("DAY_MONTH", "9/2022")]),
        ("ngay 06 thang 3\nnim 2020", [("DAY", "06 thang 3\nnim 2020")]),
        ("dien thoai 0918.235.035", []),
        ("thu s6 12a va f0", []),
        ("ky 05.12.2020 03:51", [("DAY", "05.12.2020"), ("NUMBER", "03"), ("NUMBER", "51")]),
        ("4/4 ho so; 0/0 ho so.", [("FRACTION", "4/4"), ("FRACTION", "0/0")]),
        ("dat 92,85% va 96.90 %", [("PERCENT", "92,85%"), ("PERCENT", "96.90 %")]),
    ],
)  # fmt: skip
def test_every_figure_is_taken_for_what_it_is(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorts(text) == expected


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_every_real_day_is_read_in_both_forms(day: date) -> None:
    text = f"{day.day:02d}/{day.month:02d}/{day.year} va ngay {day.day} thang {day.month} nam {day.year}"
    assert [one.day for one in tokens(text)] == [day, day]


@given(st.text(alphabet="0123456789./,-% \nathngymkubd()", max_size=200))
def test_figures_stand_in_order_and_do_not_overlap(text: str) -> None:
    found = tokens(text)
    for one, two in pairwise(found):
        assert one.start < one.end <= two.start


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1/",
        "1.",
        "1.000",
        "11/11 ",
        "ngay 1 thang ",
        "ke hoach so 1/",
        "0 %",
        " ",
        "(",
        "tu ngay den ",
        "1-",
        "1/a-",
    ],
)
def test_hostile_text_does_not_hang_the_reader(unit: str) -> None:
    text = (unit * 1_000_000)[:1_000_000]
    assert all(one.sort in Sort for one in tokens(text))

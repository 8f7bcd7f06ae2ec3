"""Reading and writing numbers the Vietnamese way: what real reports hold, and round trips."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.indicators import NumberFault, format_number, parse_number

WHOLE_KINDS = ("count", "money", "boolean", "enum")


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("27.554", "count", "27554"),
        ("4,747", "count", "4747"),
        ("10.593", "count", "10593"),
        ("21,125", "count", "21125"),
        ("04", "count", "4"),
        ("0", "count", "0"),
        ("1 324", "count", "1324"),
        ("1\u00a0324", "count", "1324"),
        ("1\u202f324", "count", "1324"),
        ("-5", "count", "-5"),
        ("6.313.329.686", "money", "6313329686"),
        ("6.313.329.686 đồng", "money", "6313329686"),
        ("500000đ", "money", "500000"),
        ("500.000 VNĐ", "money", "500000"),
        ("39,60", "percent", "39.60"),
        ("1,50 điểm", "points", "1.50"),
        ("-0.5đ", "points", "-0.5"),
        ("96.90", "percent", "96.90"),
        ("98.44", "percent", "98.44"),
        ("46,20", "percent", "46.20"),
        ("96,9%", "percent", "96.9"),
        ("96,9 %", "percent", "96.9"),
        ("100", "percent", "100"),
        ("99.805", "percent", "99.805"),
        ("1.234,56", "percent", "1234.56"),
        ("1,234.56", "percent", "1234.56"),
        ("1", "boolean", "1"),
        ("2", "enum", "2"),
        (True, "boolean", "1"),
        (27554, "count", "27554"),
        (27554.0, "count", "27554"),
        (6313329686.0, "money", "6313329686"),
        (96.9, "percent", "96.9"),
        (Decimal("39.60"), "percent", "39.60"),
    ],
)
def test_a_number_of_a_real_report_is_read_by_its_kind(
    raw: str | float | Decimal, kind: str, value: str
) -> None:
    number = parse_number(raw, kind)
    assert str(number) == value


@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("5 hồ sơ", "count", "5"),
        ("27.554 Hồ sơ", "count", "27554"),
        ("27,554 văn bản", "count", "27554"),
        ("12 người", "count", "12"),
        (unicodedata.normalize("NFD", "1.000.000 đồng"), "money", "1000000"),
        ("1.000.000 Ðồng", "money", "1000000"),
        ("1,000,000 VNĐ", "money", "1000000"),
        ('="27554"', "count", "27554"),
        ("'27554", "count", "27554"),
        ("27\u200b554", "count", "27554"),
        ("\ufeff39,60\u00a0%", "percent", "39.60"),
        ("２７.５５４", "count", "27554"),
        ("\u22125", "count", "-5"),
        ("12 (hồ sơ)", "count", "12"),
        ("12 hồ sơ.", "count", "12"),
        ("27 554 hồ sơ", "count", "27554"),
        ('="1.000.000 đồng"', "money", "1000000"),
        ("1.000.000 (đồng).", "money", "1000000"),
        ("39,60 phần trăm", "percent", "39.60"),
        ("39,60 (%)", "percent", "39.60"),
        ("\u000b1.234,5 %\u0007", "percent", "1234.5"),
    ],
)
def test_a_figure_is_read_as_software_and_keyboards_write_it(raw: str, kind: str, value: str) -> None:
    assert parse_number(raw, kind) == Decimal(value)


@pytest.mark.parametrize("kind", ["count", "percent", "money", "boolean", "enum"])
@pytest.mark.parametrize("raw", [None, "", " ", "-", " – ", "—", "\u00a0"])
def test_nothing_given_is_not_zero(raw: str | None, kind: str) -> None:
    assert parse_number(raw, kind) is None


@pytest.mark.parametrize(
    ("raw", "kind", "named"),
    [
        ("27.55", "count", "27.55"),
        ("27,5", "count", "27,5"),
        ("27554,0", "count", "27554,0"),
        ("1.234,567", "count", "1.234,567"),
        ("1.2345", "count", "1.2345"),
        ("12.345.67", "count", "12.345.67"),
        ("1234.567", "count", "1234.567"),
        ("15\n300", "count", "15"),
        ("04/592", "count", "04/592"),
        ("82%", "count", "82%"),
        ("5 triệu", "count", "5 triệu"),
        ("1,5 nghìn hồ sơ", "count", "1,5 nghìn hồ sơ"),
        ("5 hồ sơ", "percent", "5 hồ sơ"),
        ("5 đồng", "count", "5 đồng"),
        ("khoảng 500 đồng", "money", "khoảng 500 đồng"),
        ("Có", "boolean", "Có"),
        ("١٢", "count", "١٢"),
        ("1" * 61, "count", "1" * 61),
        ("1e3", "count", "1e3"),
        ("NaN", "count", "NaN"),
        ("83/270", "percent", "83/270"),
        ("39,60,1", "percent", "39,60,1"),
        ("39,60%%", "percent", "39,60%%"),
        ("%", "percent", "%"),
        ("Infinity", "percent", "Infinity"),
        (27.554, "count", "27.554"),
        (0.5, "boolean", "0.5"),
        (float("nan"), "percent", "nan"),
        (float("inf"), "count", "inf"),
        (1e300, "count", "1e+300"),
    ],
)
def test_what_is_no_number_of_its_kind_is_refused_by_name(raw: str | float, kind: str, named: str) -> None:
    with pytest.raises(NumberFault) as caught:
        parse_number(raw, kind)
    assert f"“{named}" in str(caught.value)


def test_a_typed_thousand_that_the_spreadsheet_took_for_a_decimal_says_what_to_write() -> None:
    with pytest.raises(NumberFault, match=r"số nguyên, ví dụ 27\.554"):
        parse_number(27.554, "count")


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (27554, None, "27.554"),
        (Decimal("39.60"), None, "39,60"),
        (Decimal("39.6"), 2, "39,60"),
        (Decimal("6313329686"), None, "6.313.329.686"),
        (Decimal("1234.5"), None, "1.234,5"),
        (Decimal("96.905"), 2, "96,91"),
        (Decimal("96.895"), 2, "96,90"),
        (Decimal("0.5"), 0, "1"),
        (Decimal("-0.001"), 2, "0,00"),
        (Decimal("-0"), None, "0"),
        (Decimal("-1.005"), 2, "-1,01"),
        (Decimal("1E+3"), None, "1.000"),
        (Decimal(10) ** 40, 2, "10." + ".".join(["000"] * 13) + ",00"),
        (
            Decimal("123456789012345678901234567890.123456"),
            None,
            "123.456.789.012.345.678.901.234.567.890,123456",
        ),
        (1234.25, 1, "1.234,3"),
    ],
)
def test_a_number_is_written_with_dots_and_a_comma(
    value: Decimal | float, decimals: int | None, text: str
) -> None:
    assert format_number(value, decimals) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_not_written(value: str) -> None:
    with pytest.raises(ValueError, match=value.lstrip("-")):
        format_number(Decimal(value))


@given(value=st.integers(-(10**15), 10**15), kind=st.sampled_from(WHOLE_KINDS))
def test_a_whole_number_comes_back_as_it_was_written(value: int, kind: str) -> None:
    assert parse_number(format_number(value), kind) == value
    assert parse_number(str(value), kind) == value
    assert parse_number(format_number(value).replace(".", ","), kind) == value


@given(value=st.decimals(-99_999, 99_999, places=2))
def test_a_percentage_comes_back_as_it_was_written(value: Decimal) -> None:
    assert parse_number(format_number(value, 2), "percent") == value
    assert parse_number(f"{format_number(value, 2)} %", "percent") == value


@given(value=st.decimals(-999, 999, places=3))
def test_a_percentage_below_a_thousand_comes_back_with_either_separator(value: Decimal) -> None:
    text = format_number(value)
    assert parse_number(text, "percent") == value
    assert parse_number(text.replace(",", "."), "percent") == value


@given(value=st.integers(0, 10**12))
def test_a_number_cell_is_the_number_it_shows(value: int) -> None:
    assert parse_number(value, "count") == parse_number(float(value), "count") == value


@given(text=st.text(max_size=20), kind=st.sampled_from([*WHOLE_KINDS, "percent"]))
def test_any_text_is_a_number_or_a_named_fault(text: str, kind: str) -> None:
    try:
        number = parse_number(text, kind)
    except NumberFault:
        return
    assert number is None or number.is_finite()


@given(value=st.decimals(-(10**9), 10**9, places=6), decimals=st.integers(0, 4))
def test_rounding_is_never_off_by_more_than_half_a_step(value: Decimal, decimals: int) -> None:
    written = Decimal(format_number(value, decimals).replace(".", "").replace(",", "."))
    assert abs(written - value) <= Decimal(5).scaleb(-decimals - 1)

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.samples import register, unit

from cchc.errors import CchcError
from cchc.folding import loose
from cchc.sources.names import UnitFinder
from cchc.units import UnitRegister

DAY = date(2026, 3, 14)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ngày  hẹn\ntrả", "ngay hen tra"),
        ("ĐẤT ĐAI", "dat dai"),
        ("Số, ký hiệu", "so ky hieu"),
        ("Hoà", "hoa"),
        ("Hòa", "hoa"),
        ("***", ""),
    ],
)
def test_case_accents_punctuation_and_line_breaks_do_not_matter(text: str, plain: str) -> None:
    assert loose(text) == plain


@given(st.text(max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert loose(loose(text)) == loose(text)


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        ("30001", "", "30001"),
        ("", "UBND xã Thử Một", "30001"),
        ("30001", "xã thử một", "30001"),
        ("", "Uỷ ban nhân dân Xã Thử Hoà", "30002"),
        ("", "SỞ THỬ NGHIỆM", "so-thu"),
        ("mã của phần mềm", "Sở Thử Nghiệm", "so-thu"),
    ],
)
def test_a_unit_is_found_by_code_or_name(code: str, name: str, found: str) -> None:
    assert UnitFinder(register(), DAY, {}).find(code, name) == (found, None)


@pytest.mark.parametrize(
    ("code", "name", "fault"),
    [
        ("", "", "no_unit"),
        ("", "UBND xã Chưa Hề Có", "unknown_unit"),
        ("30001", "UBND xã Thử Hòa", "unit_disagrees"),
        ("", "Tỉnh Thử", "unknown_unit"),
    ],
)
def test_an_unknown_or_contradictory_unit_is_never_guessed(code: str, name: str, fault: str) -> None:
    assert UnitFinder(register(), DAY, {}).find(code, name) == (None, fault)


def test_a_name_that_two_units_bear_means_the_one_valid_on_the_day() -> None:
    assert UnitFinder(register(), date(2025, 3, 1), {}).find("", "huyện trùng") == ("h-trung", None)
    assert UnitFinder(register(), DAY, {}).find("", "huyện trùng") == ("30009", None)


def test_a_name_of_two_units_of_the_same_day_is_ambiguous() -> None:
    twins = UnitRegister([unit("1", "UBND xã Vĩnh Hòa"), unit("2", "UBND xã Vĩnh Hoá")])
    assert UnitFinder(twins, DAY, {}).find("", "xã Vĩnh Hoa") == (None, "ambiguous_unit")
    assert UnitFinder(twins, DAY, {}).find("", "UBND xã Vĩnh Hoá") == ("2", None)


def test_an_alias_goes_before_the_register_and_must_name_a_unit_of_it() -> None:
    assert UnitFinder(register(), DAY, {"H01.22": "30003"}).find("H01.22", "") == ("30003", None)
    with pytest.raises(CchcError, match="30999"):
        UnitFinder(register(), DAY, {"H01.22": "30999"})

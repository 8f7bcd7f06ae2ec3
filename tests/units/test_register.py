"""The committed register: who reports on which day, and who came after whom."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.errors import CchcError
from cchc.units import REPORTING_TIERS, Unit, UnitRegister

REGISTER = UnitRegister.load()
CHANGE = date(2025, 7, 1)
DAYS = st.dates(date(2019, 1, 1), date(2031, 12, 31))


def test_since_the_two_tiers_the_province_has_102_communes_and_20_bodies() -> None:
    units = REGISTER.on(date(2026, 3, 14))
    assert Counter(unit.tier for unit in units) == {"so": 20, "xa": 102}
    assert Counter(unit.kind for unit in units if unit.tier == "xa") == {"xã": 85, "phường": 14, "đặc khu": 3}
    assert {unit.parent for unit in units} == {"tinh-an-giang"}


def test_until_june_2025_only_units_of_three_tiers_report() -> None:
    before = REGISTER.on(CHANGE - timedelta(days=1))
    assert Counter(unit.tier for unit in before) == {"so": 1, "huyen": 7}
    assert {unit.name for unit in before if unit.parent == "tinh-kien-giang"} == {
        "Văn phòng UBND tỉnh Kiên Giang",
        "UBND huyện U Minh Thượng",
        "UBND huyện Kiên Lương",
        "UBND huyện An Biên",
        "UBND huyện Giang Thành",
        "UBND huyện Vĩnh Thuận",
    }
    assert REGISTER.get("h-long-my").parent == "tinh-hau-giang"
    assert REGISTER.get("h-my-tu").parent == "tinh-soc-trang"
    assert not {unit.code for unit in before} & {unit.code for unit in REGISTER.on(CHANGE)}


def test_a_province_is_a_parent_and_never_reports() -> None:
    provinces = [unit for unit in REGISTER.all if unit.tier == "tinh"]
    assert {unit.parent for unit in REGISTER.all if unit.parent} <= {unit.code for unit in provinces}
    assert not any(unit.reports for unit in provinces)
    assert all(unit.tier in REPORTING_TIERS for unit in REGISTER.on(date(2026, 1, 1)))


def test_every_unit_can_be_written_to_and_nobody_real_is() -> None:
    mailboxes = [mailbox for unit in REGISTER.all for mailbox in unit.mailboxes]
    assert len(set(mailboxes)) == len(mailboxes) == sum(unit.reports for unit in REGISTER.all)
    assert all(mailbox.endswith(".example") for mailbox in mailboxes)
    assert REGISTER.without_mailbox() == []


def test_the_head_is_a_title() -> None:
    titles = {unit.head.split()[0] for unit in REGISTER.all if unit.reports}
    assert titles <= {"Chủ", "Giám", "Chánh", "Trưởng"}


@pytest.mark.parametrize(
    ("code", "successors"),
    [
        ("h-u-minh-thuong", {"31012", "31027"}),
        ("h-kien-luong", {"30766", "30787", "30790", "30811", "30814"}),
        ("tinh-kien-giang", {"tinh-an-giang"}),
        ("tinh-hau-giang", {"tinh-can-tho"}),
        ("tinh-soc-trang", {"tinh-can-tho"}),
        ("30292", set()),
    ],
)
def test_successors(code: str, successors: set[str]) -> None:
    assert {unit.code for unit in REGISTER.successors(code)} == successors


def test_every_district_of_the_province_has_successors_that_begin_when_it_ends() -> None:
    for unit in REGISTER.all:
        if unit.tier == "huyen" and unit.parent == "tinh-kien-giang":
            assert unit.valid_to is not None
            days = {one.valid_from for one in REGISTER.successors(unit.code)}
            assert days == {unit.valid_to + timedelta(days=1)}, unit.name


def test_an_unknown_code_says_where_the_codes_are_listed() -> None:
    with pytest.raises(CchcError, match=r"'99999'.*don-vi danh-sach"):
        REGISTER.get("99999")


@given(day=DAYS)
def test_the_units_of_a_day_are_the_units_of_its_tiers(day: date) -> None:
    together = [unit for tier in REPORTING_TIERS for unit in REGISTER.on(day, [tier])]
    assert {unit.code for unit in REGISTER.on(day)} == {unit.code for unit in together}
    assert len(together) == len(REGISTER.on(day))


@given(first=DAYS, length=st.none() | st.integers(0, 3000), day=DAYS)
def test_a_unit_is_valid_from_its_first_to_its_last_day(first: date, length: int | None, day: date) -> None:
    last = None if length is None else first + timedelta(days=length)
    unit = replace(REGISTER.get("so-noi-vu"), valid_from=first, valid_to=last)
    assert unit.valid_on(first) and not unit.valid_on(first - timedelta(days=1))
    if last:
        assert unit.valid_on(last) and not unit.valid_on(last + timedelta(days=1))
    assert unit.valid_on(day) == (day >= first and (last is None or day <= last))


@given(days=st.lists(DAYS, min_size=4, max_size=4), open_ends=st.tuples(st.booleans(), st.booleans()))
def test_a_unit_lies_within_another_when_no_day_of_it_is_outside(
    days: list[date], open_ends: tuple[bool, bool]
) -> None:
    def made(first: date, last: date, is_open: bool) -> Unit:
        first, last = sorted((first, last))
        return replace(REGISTER.get("so-noi-vu"), valid_from=first, valid_to=None if is_open else last)

    inner, outer = made(*days[:2], open_ends[0]), made(*days[2:], open_ends[1])
    edges = [day for unit in (inner, outer) for day in (unit.valid_from, unit.valid_to) if day]
    around = {day + timedelta(days=step) for day in [*edges, date(2040, 1, 1)] for step in (-1, 0, 1)}
    assert inner.within(outer) == all(outer.valid_on(day) for day in around if inner.valid_on(day))


def test_without_mailbox_looks_at_the_day_that_is_given() -> None:
    ended = replace(REGISTER.get("h-my-tu"), mailboxes=())
    living = replace(REGISTER.get("30292"), mailboxes=())
    register = UnitRegister([ended, living, REGISTER.get("tinh-an-giang")])
    assert register.without_mailbox() == [ended, living]
    assert register.without_mailbox(date(2026, 1, 1)) == [living]
    assert register.without_mailbox(CHANGE - timedelta(days=1)) == [ended]


def test_communes_are_in_the_order_of_their_codes() -> None:
    codes = [unit.code for unit in REGISTER.on(CHANGE, ["xa"])]
    assert all(first < second for first, second in pairwise(codes))


def test_the_register_is_light_to_import() -> None:
    heavy = ["pandas", "airflow", "openpyxl", "sqlalchemy", "duckdb", "vietnam_provinces"]
    code = f"import sys, cchc.units; print(*[name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""

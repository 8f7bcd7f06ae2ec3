"""The committed register: 173 indicators and the plan's two, who owes them when, and that each ratio has its parts."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.indicators import IndicatorRegister, codes_of
from cchc.indicators.model import OWN, TWO_TIERS_SINCE
from cchc.units import UnitRegister

REGISTER = IndicatorRegister.load()
UNITS = UnitRegister.load()
NOW = date(2026, 6, 14)
THEN = date(2021, 12, 14)
REPORTS = ("Q1", "6T", "Q3", "NAM")


def codes(tier: str, day: date, kind: str = "NAM") -> set[str]:
    return {one.code for one in REGISTER.owed_by_all(tier, day, kind)}


def test_the_appendix_has_173_rows_of_which_144_are_the_printed_table_and_five_of_our_own_books() -> None:
    assert len(REGISTER.all) == len({one.code for one in REGISTER.all}) == 173 + 5
    assert Counter(one.section for one in REGISTER.all if one.code.startswith(f"{one.section}.")) == {
        "I": 21,
        "II": 13,
        "III": 27,
        "IV": 28,
        "V": 24,
        "VI": 7,
        "VII": 24,
    }


def test_sections_stand_together_in_the_order_of_the_appendix() -> None:
    assert list(dict.fromkeys(one.section for one in REGISTER.all)) == [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
    ]
    changes = sum(a.section != b.section for a, b in zip(REGISTER.all, REGISTER.all[1:], strict=False))
    assert changes == 6


def test_each_section_has_one_name() -> None:
    assert len({(one.section, one.section_name) for one in REGISTER.all}) == 7


def test_since_july_2025_every_valid_indicator_is_stated_by_somebody_and_none_by_districts() -> None:
    valid = {one.code for one in REGISTER.on(NOW)}
    assert {one.code for one in REGISTER.all} - valid == {"III.3.2"}
    asked = codes("so", NOW) | codes("xa", NOW)
    for owner in REGISTER.owners(NOW):
        asked |= {one.code for one in REGISTER.owed(UNITS.get(owner), NOW, "NAM")}
    assert valid - asked == {one.code for one in REGISTER.on(NOW) if one.stated_by in ("ledger", "figures")}
    assert codes("huyen", NOW) == set()


def test_what_an_owner_states_is_asked_of_the_owner_alone() -> None:
    inspector, office = UNITS.get("thanh-tra-tinh"), UNITS.get("vp-ubnd")
    asked = {one.code for one in REGISTER.owed(inspector, NOW, "NAM")}
    assert asked - codes("so", NOW) == {"IV.7.1", "IV.7.2", "IV.7.3", "IV.7.4"}
    assert "III.2.3" in {one.code for one in REGISTER.owed(office, NOW, "NAM")} - codes("so", NOW)


def test_no_commune_is_asked_about_counting_inspecting_or_connecting_communes() -> None:
    known_wrong = {
        *("I.2.3", "IV.6.1", "IV.7.2", "VII.2.2", "VII.3.2", "VII.6.4", "VII.6.5", "VII.6.6", "VB.9"),
        *(one.code for one in REGISTER.on(NOW) if one.province_figure == "distinct"),
    }
    assert not known_wrong & codes("xa", NOW)
    for one in REGISTER.owed_by_all("xa", NOW, "NAM"):
        counted_communes = one.kind == "count" and "số ubnd cấp xã" in one.name.lower()
        assert not counted_communes, one.code


def test_no_two_indicators_of_a_group_have_one_name_and_words_of_before_are_gone() -> None:
    names = [(one.section, one.group, one.name) for one in REGISTER.on(NOW)]
    assert len(names) == len(set(names))
    for one in REGISTER.on(NOW):
        words = f"{one.group} {one.name}".lower()
        for old in ("huyện", "mức độ 3", "mức độ 4", "tinh giảm", "chỉ thị 10", "trang một cửa"):
            assert old not in words, one.code
    assert "tinh giảm" in next(one for one in REGISTER.on(THEN) if one.code == "IV.2.4").name


def test_every_row_says_its_reason_and_one_that_ended_stays_known() -> None:
    assert all(one.reason.strip() for one in REGISTER.periods)
    assert REGISTER.get("III.3.2").valid_until == date(2025, 6, 30)
    assert "III.3.2" in codes("huyen", THEN)


def test_the_district_owed_every_row_and_the_others_what_was_asked_of_all() -> None:
    assert len(codes("huyen", THEN)) == 173
    asked_of_all = codes("so", THEN) & codes("xa", THEN)
    assert asked_of_all == {
        *(f"T06.{row}" for row in (*range(1, 12), "R")),
        *(f"VB.{row}" for row in range(1, 12)),
        "OS.2",
        "CK.1",
        "TC.1",
        "QC.1",
    }
    assert codes("so", THEN) - asked_of_all == {"CB.1"}
    assert codes("xa", THEN) - asked_of_all == {"OS.1"}


def test_the_day_of_the_change_belongs_to_the_two_tiers() -> None:
    last = TWO_TIERS_SINCE - timedelta(days=1)
    assert len(codes("huyen", last)) == 173 and not codes("huyen", TWO_TIERS_SINCE)
    assert "I.1.1" in codes("xa", TWO_TIERS_SINCE) and "I.1.1" not in codes("xa", last)


def test_rows_about_one_tier_are_asked_of_that_tier_only() -> None:
    only_communes, only_bodies = codes("xa", NOW) - codes("so", NOW), codes("so", NOW) - codes("xa", NOW)
    assert {"III.6.6", "III.6.8", "IV.5.4", "VII.1.2", "OS.1"} <= only_communes
    assert only_bodies == {
        *(f"III.6.{row}" for row in range(1, 6)),
        "IV.5.1",
        "V.3.2",
        "V.6.2",
        "VII.1.1",
    }
    for one in REGISTER.owed_by_all("so", NOW, "NAM"):
        assert "cấp xã" not in one.name, one.code


def test_no_name_of_today_speaks_of_districts_and_old_names_are_kept_for_old_rounds() -> None:
    for tier in ("so", "xa"):
        for one in REGISTER.owed_by_all(tier, NOW, "NAM"):
            assert "huyện" not in f"{one.group} {one.name}", one.code
    old = {one.code: one for one in REGISTER.owed_by_all("huyen", THEN, "NAM")}
    assert old["III.6.1"].name == "Số hồ sơ TTHC do UBND cấp huyện tiếp nhận"
    assert old["IV.7.2"].group == "Hoạt động thanh tra cấp huyện"
    new = {one.code: one for one in REGISTER.owed_by_all("so", NOW, "NAM")}
    assert new["III.6.1"].name == "Số hồ sơ TTHC do sở, ban, ngành cấp tỉnh tiếp nhận"


def test_new_models_are_described_at_mid_year_and_at_the_end_only() -> None:
    asked = {kind for kind in REPORTS for one in REGISTER.owed_by_all("xa", NOW, kind) if one.code == "QC.1"}
    assert asked == {"6T", "NAM"}
    assert codes("xa", NOW, "NAM") - codes("xa", NOW, "Q1") == {"QC.1"}


@pytest.mark.parametrize(
    ("code", "numerator", "denominator"),
    [
        ("T06.R", "T06.6+T06.7", "T06.5"),
        ("I.5.3", OWN, "I.5.1"),
        ("VB.11", OWN, "VB.1"),
        ("VII.2.4", OWN, "VII.2.3"),
        ("III.6.8", OWN, OWN),
        ("I.3.1", OWN, OWN),
    ],
)
def test_a_ratio_is_made_of_its_parts(code: str, numerator: str, denominator: str) -> None:
    one = REGISTER.get(code)
    assert (one.numerator, one.denominator, one.aggregation) == (numerator, denominator, "ratio")


def test_whoever_owes_a_ratio_owes_its_parts_in_the_same_round() -> None:
    for day in (THEN, NOW):
        for tier in ("so", "huyen", "xa"):
            for kind in REPORTS:
                owed = {one.code: one for one in REGISTER.owed_by_all(tier, day, kind)}
                for one in owed.values():
                    for expression in {one.numerator, one.denominator} - {None, OWN}:
                        assert set(codes_of(str(expression))) <= owed.keys(), (one.code, tier, kind)


def test_choices_have_their_words() -> None:
    assert REGISTER.get("I.5.2").options == {"0": "Trực tuyến", "1": "Phát phiếu", "2": "Kết hợp"}
    assert REGISTER.get("I.7.1").options == {"1": "Tốt", "0": "Có vi phạm"}
    for one in REGISTER.all:
        assert bool(one.options) == (one.kind in ("boolean", "enum")), one.code


def test_the_register_holds_no_figures_and_no_addresses_of_a_report() -> None:
    for one in REGISTER.all:
        assert "http" not in one.name and "@" not in one.name, one.code
        assert not one.name.endswith((":", ";", ",")), one.code


def test_an_unknown_code_is_a_key_error() -> None:
    assert "X.9.9" not in REGISTER
    with pytest.raises(KeyError):
        REGISTER.get("X.9.9")


@given(
    tier=st.sampled_from(["so", "huyen", "xa", "tinh"]),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    kind=st.sampled_from([*REPORTS, "KH", "KT", "CD"]),
)
def test_what_is_owed_keeps_the_order_of_the_file_and_depends_on_the_side_of_the_change_only(
    tier: str, day: date, kind: str
) -> None:
    owed = REGISTER.owed_by_all(tier, day, kind)
    order = [one.code for one in REGISTER.all]
    assert [one.code for one in owed] == [code for code in order if code in {one.code for one in owed}]
    assert owed == REGISTER.owed_by_all(tier, NOW if day >= TWO_TIERS_SINCE else THEN, kind)


def test_the_register_is_light_to_import() -> None:
    heavy = ["pandas", "airflow", "openpyxl", "sqlalchemy", "duckdb"]
    code = f"import sys, cchc.indicators; print(*[name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""

"""A set names its version, is read back from what was pinned, and is compared with another version of itself."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from tests.criteria.conftest import files_of

from cchc.criteria import CriteriaSets, parse_set
from cchc.criteria.sets import code_order, draft_of
from cchc.errors import CchcError, ConfigErrors
from cchc.units import UnitRegister

DAY = date(2026, 12, 31)


def test_the_version_is_that_of_the_files_as_they_are() -> None:
    found = CriteriaSets.load().get("xa-2026")
    files = files_of("xa-2026")
    whole = files.settings + files.rows + files.surveys["KS4"] + files.surveys["KS5"]
    assert found.version == f"xa-2026@{hashlib.sha256(whole).hexdigest()[:12]}"


@pytest.mark.parametrize("code", ["so-2026", "xa-2026", "qd766"])
def test_what_was_pinned_gives_the_same_set_again(code) -> None:
    found = CriteriaSets.load().get(code)
    again = parse_set(found.content)
    assert again == found
    assert again.rows == found.rows


def test_one_letter_makes_another_version(sets) -> None:
    sets.edit("so-2026", "1.1.1", how="kịp thời 1")
    assert draft_of(sets.files["so-2026"]).finished().version != CriteriaSets.load().get("so-2026").version


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"bo.yaml": "x"}', '{"bo.yaml": 1, "tieu_chi.csv": ""}']
)
def test_what_is_no_set_is_told(content) -> None:
    with pytest.raises(CchcError, match="Nội dung bộ tiêu chí đã lưu không đọc được"):
        parse_set(content)


def test_a_pinned_set_with_a_fault_is_not_used(sets) -> None:
    sets.edit("so-2026", "1.1.4", parameters="lạ")
    with pytest.raises(ConfigErrors, match=r"tieu_chi\.csv, dòng 5, cột parameters"):
        parse_set(sets.files["so-2026"].content)


def test_codes_are_in_the_order_of_numbers() -> None:
    assert sorted(["P.1", "1.10", "1.9", "10.1", "2"], key=code_order) == ["1.9", "1.10", "2", "10.1", "P.1"]


def test_every_unit_is_scored_by_the_set_of_its_kind_and_year() -> None:
    units, sets = UnitRegister.load(), CriteriaSets.load()
    assert sets.of(units.get("so-y-te"), DAY).code == "so-2026"
    assert sets.of(units.get("30292"), DAY).code == "xa-2026"
    with pytest.raises(CchcError, match="thuộc 0 bộ tiêu chí ngày 31/12/2027"):
        sets.of(units.get("so-y-te"), date(2027, 12, 31))


def test_rows_for_some_units_are_theirs_alone() -> None:
    units, found = UnitRegister.load(), CriteriaSets.load().get("so-2026")
    only = {
        code: {row.code for row in found.rows_of(units.get(code))} & {"3.2.3", "3.2.4"}
        for code in ("so-xay-dung", "so-nong-nghiep-moi-truong", "so-y-te")
    }
    assert only == {"so-xay-dung": {"3.2.4"}, "so-nong-nghiep-moi-truong": {"3.2.3"}, "so-y-te": set()}


def test_branches_of_ministries_are_ranked_apart() -> None:
    units, found = UnitRegister.load(), CriteriaSets.load().get("so-2026")
    lists = {code: found.list_of(units.get(code)) for code in ("thue-tinh", "so-y-te")}
    assert lists == {
        "thue-tinh": ("nganh-doc", "Cơ quan ngành dọc đặt tại địa phương"),
        "so-y-te": ("so-2026", "Các sở, ban, ngành"),
    }


def test_surveys_and_published_indices_are_never_claimed() -> None:
    found = CriteriaSets.load().get("so-2026")
    assert {row.code for row in found.rows if not row.is_claimable} == {"8.1.1", "8.2.1", "8.2.2", "8.2.3"}


def test_the_sample_says_that_it_is_one_and_the_decree_does_not() -> None:
    sets = CriteriaSets.load()
    assert sets.get("so-2026").title.endswith("(bộ tiêu chí mẫu)")
    assert sets.get("qd766").title.endswith("Thủ tướng Chính phủ")
    assert not sets.get("qd766").is_sample


def test_a_row_tells_what_it_reads_and_what_can_be_chosen() -> None:
    found = CriteriaSets.load().get("so-2026")
    assert found.row("3.2.1").terms == ("T06.6", "T06.7", "T06.10", "T06.1")
    assert found.row("5.5.2").terms == ("kt:vua", "kt:nang")
    assert found.row("1.1.1").terms == ("obl:nhiem_vu/NV01",)
    assert found.row("1.1.1").options == {"dung_han": 1, "cham": Decimal("0.5"), "khong": 0}
    assert found.row("3.2.1").options == {}
    assert (found.row("3.2.1").asks, CriteriaSets.load().get("xa-2026").row("5.3.2").asks) == ("", "5.3.1")


@pytest.mark.parametrize(
    ("index", "expected"), [("90.00", "Tốt"), ("89.99", "Khá"), ("75", "Khá"), ("49.99", "Yếu"), ("0", "Yếu")]
)
def test_the_class_is_that_of_the_published_index(index, expected) -> None:
    assert CriteriaSets.load().get("xa-2026").settings.class_of(Decimal(index)) == expected

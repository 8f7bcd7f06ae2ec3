"""Every fault of `indicators.csv` is named with its row, its value and what is allowed."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.indicators.conftest import COUNT, DONE, SHARE, TEXT, YES, Write

from cchc.config_files import config_dir
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import IndicatorRegister
from cchc.units import UnitRegister

ROWS = (COUNT, DONE, SHARE, YES, TEXT)  # rows 2 to 6 of the file
BASE = {row["code"]: row for row in ROWS}
DERIVED = {"stated_by": "figures", "province_figure": "sum_of"}
YES_OF = {"stated_by": "figures", "province_figure": "yes_of"}


def faults(folder: Path) -> list[ConfigError]:
    with pytest.raises(ConfigErrors) as caught:
        IndicatorRegister.load(folder)
    assert caught.value.exit_code == 2
    return caught.value.errors


def changed(code: str, cells: dict[str, str]) -> list[dict[str, str]]:
    return [row | cells if row["code"] == code else row for row in ROWS]


def test_the_rows_of_these_tests_are_right_as_they_are(write: Write) -> None:
    assert [one.code for one in IndicatorRegister.load(write(*ROWS)).all] == list(BASE)


@pytest.mark.parametrize(
    ("code", "cells", "found", "allowed"),
    [
        ("III.1.1", {"code": "III"}, "III", "III.6.10"),
        ("III.1.1", {"kind": "number"}, "number", "count, money, percent, boolean, enum, text"),
        ("III.1.1", {"source": "me"}, "me", "self, one_stop, doc_management, computed, catalogue"),
        (
            "III.1.1",
            {"province_figure": "ratio"},
            "ratio",
            "sum (cách ra số toàn tỉnh của loại count do unit nêu)",
        ),
        ("III.1.3", {"province_figure": "sum"}, "sum", "ratio (cách ra số toàn tỉnh của loại percent"),
        ("III.1.1", {"province_figure": "units_where"}, "units_where", "sum (cách ra"),
        ("III.1.5", {"stated_by": "ledger", "province_figure": "plan_tasks"}, "plan_tasks", "không cách nào"),
        ("III.1.1", {"stated_by": "everybody"}, "everybody", "unit, system, owner, catalogue, ledger"),
        ("III.1.1", {"owner": "so-noi-vu"}, "so-noi-vu", "để trống; chỉ chỉ tiêu do catalogue, owner nêu"),
        ("III.1.1", {"stated_by": "owner", "province_figure": "owner"}, "", "mã của cơ quan đầu mối"),
        ("III.1.1", {"made_of": "III.1.2"}, "III.1.2", "sum_of, units_where, yes_of"),
        ("III.1.1", {"stated_by": "figures", "province_figure": "sum_of"}, "", "sum_of, units_where, yes_of"),
        ("III.1.1", DERIVED | {"made_of": "III.1.2+III.8.8"}, "III.8.8", "các mã chỉ tiêu trong tệp"),
        ("III.1.1", DERIVED | {"made_of": "III.1.4"}, "III.1.4", "đếm được"),
        ("III.1.4", YES_OF | {"made_of": "III.1.1"}, "III.1.1", "đúng một chỉ tiêu có/không"),
        ("III.1.1", {"valid_from": "01/7/2025"}, "01/7/2025", "ngày dạng 2025-07-01"),
        ("III.1.1", {"valid_until": "2025-06-30"}, "2025-06-30", "không trước valid_from 2025-07-01"),
        (
            "III.1.2",
            {"name": "Số hồ sơ tiếp nhận"},
            "Số hồ sơ tiếp nhận",
            "chỉ tiêu III.1.1 ở dòng 2 đã có tên này",
        ),
        ("III.1.1", {"numerator": "own"}, "own", "chỉ tiêu khác để trống"),
        ("III.1.3", {"denominator": ""}, "", "có cả tử số và mẫu số"),
        ("III.1.3", {"numerator": "III.1.2+III.9.9"}, "III.9.9", "các mã chỉ tiêu trong tệp"),
        ("III.1.3", {"numerator": "III.1.2*2"}, "III.1.2*2", "nối bằng + hoặc -"),
        ("III.1.3", {"numerator": "III.1.3"}, "III.1.3", "đếm được"),
        ("III.1.3", {"denominator": "III.1.4"}, "III.1.4", "đếm được"),
        ("III.1.2", {"stated_by": "ledger", "province_figure": "plan_tasks"}, "III.1.2", "ghi own"),
        ("III.1.1", {"tiers": "xa"}, "III.1.1", "mọi cấp và mọi đợt phải báo cáo III.1.3"),
        ("III.1.1", {"rounds": "6T NAM"}, "III.1.1", "mọi cấp và mọi đợt phải báo cáo III.1.3"),
        ("III.1.1", {"options": "1=Có;0=Không"}, "1=Có;0=Không", "chỉ boolean và enum"),
        ("III.1.4", {"options": ""}, "", "1=Có;0=Không"),
        ("III.1.4", {"options": "1=Có"}, "1=Có", "ít nhất hai lựa chọn"),
        ("III.1.4", {"options": "1=Có;1=Không"}, "1=Có;1=Không", "mỗi số một lần"),
        ("III.1.4", {"options": "Có;Không"}, "Có;Không", "1=Có;0=Không"),
        ("III.1.4", {"options": "1=Có;2=Không"}, "1=Có;2=Không", "1 và 0 cho boolean"),
        ("III.1.5", {"valid_from": "", "tiers": "huyện"}, "huyện", "so, huyen, xa"),
        ("III.1.5", {"tiers": "huyen"}, "huyen", "các từ so, xa,"),
        ("III.1.5", {"rounds": "Q2"}, "Q2", "Q1, 6T, Q3, NAM"),
    ],
)
def test_a_wrong_cell_is_named(
    write: Write, code: str, cells: dict[str, str], found: str, allowed: str
) -> None:
    named = [(fault.found, fault.allowed) for fault in faults(write(*changed(code, cells)))]
    assert any(one == found and allowed in words for one, words in named), named


def test_two_rows_with_one_code_are_named_with_both(write: Write) -> None:
    fault, *_ = faults(write(*ROWS, {**COUNT, "name": "Khác", "tiers": "so xa"}))
    assert (fault.place, fault.found) == ("dòng 7, cột code", "III.1.1")
    assert "dòng 2" in fault.allowed


def test_a_code_may_have_one_row_a_period(write: Write) -> None:
    before = COUNT | {"valid_from": "", "valid_until": "2025-06-30", "tiers": "huyen", "name": "Số hồ sơ cũ"}
    register = IndicatorRegister.load(write(before, *ROWS))
    assert [one.name for one in register.on(date(2025, 6, 30))] == ["Số hồ sơ cũ"]
    assert register.get("III.1.1").name == COUNT["name"] and len(register.all) == len(ROWS)
    assert len(register.periods) == len(ROWS) + 1


def test_an_owner_that_the_units_do_not_know_leaves_its_figures_to_nobody_and_is_named(write: Write) -> None:
    folder = write(
        COUNT | {"stated_by": "owner", "province_figure": "owner", "owner": "so-la", "tiers": "so"}
    )
    shutil.copy(config_dir() / "units.csv", folder)
    register, day = IndicatorRegister.load(folder), date(2026, 3, 1)
    units = UnitRegister.load(folder, strict=False).on(day)
    assert register.without_owner(units, day) == {"so-la": ["III.1.1"]}
    assert not any(register.owed(unit, day, "Q1") for unit in units)


def test_an_owner_of_another_tier_is_named_with_its_own(write: Write) -> None:
    cells = {"stated_by": "owner", "province_figure": "owner", "owner": "so-noi-vu", "tiers": "xa"}
    folder = write(COUNT | cells)
    shutil.copy(config_dir() / "units.csv", folder)
    (fault,) = faults(folder)
    assert (fault.place, fault.found) == ("dòng 2, cột tiers", "xa") and "so (cấp của" in fault.allowed


def test_all_faults_of_the_file_come_in_one_pass(write: Write) -> None:
    rows = (COUNT | {"kind": "number"}, DONE | {"rounds": "Q2 Q4"}, SHARE | {"numerator": "III.9.9"})
    assert [(fault.place, fault.found) for fault in faults(write(*rows))] == [
        ("dòng 2, cột kind", "number"),
        ("dòng 3, cột rounds", "Q2"),
        ("dòng 3, cột rounds", "Q4"),
        ("dòng 4, cột numerator", "III.9.9"),
        ("dòng 4, cột denominator", "III.1.1"),
    ]


def test_an_unknown_column_and_an_empty_compulsory_cell_are_named(write: Write) -> None:
    folder = write(COUNT | {"name": ""})
    assert [fault.place for fault in faults(folder)] == ["dòng 2, cột name"]
    file = folder / "indicators.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("rounds", "round"), encoding="utf-8")
    assert "“rounds”?" in str(faults(folder)[-1])


def test_a_row_keeps_the_number_that_an_editor_shows(write: Write) -> None:
    folder = write(COUNT | {"name": "Số hồ sơ\ntiếp nhận"}, TEXT | {"rounds": "Q2"})
    assert [fault.place for fault in faults(folder)] == ["dòng 4, cột rounds"]


def test_an_absent_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"indicators\.csv"):
        IndicatorRegister.load(tmp_path)

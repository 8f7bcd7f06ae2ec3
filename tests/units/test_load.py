"""Every fault of `units.csv` is named with its row, its value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.units.conftest import BODY, COMMUNE, HEADER, PROVINCE, Write

from cchc.errors import ConfigError, ConfigErrors
from cchc.units import UnitRegister


def faults(folder: Path, *, strict: bool = True) -> list[ConfigError]:
    with pytest.raises((ConfigErrors, ConfigError)) as caught:
        UnitRegister.load(folder, strict=strict)
    assert caught.value.exit_code == 2
    return caught.value.errors if isinstance(caught.value, ConfigErrors) else [caught.value]


def only(folder: Path, *, strict: bool = True) -> ConfigError:
    found = faults(folder, strict=strict)
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def test_two_units_with_one_code_are_named_with_both_rows(write: Write) -> None:
    fault = only(write(PROVINCE, BODY, COMMUNE.replace("30292,", "so-noi-vu,", 1)))
    assert fault.place == "dòng 4, cột code"
    assert fault.found == "so-noi-vu"
    assert "dòng 3 (Sở Nội vụ)" in fault.allowed


@pytest.mark.parametrize(
    ("row", "column", "found", "allowed"),
    [
        (COMMUNE.replace("tinh-a", "tinh-b"), "parent", "tinh-b", "cột code"),
        (COMMUNE.replace("2025-07-01,,,", "2025-07-01,2025-06-30,,"), "valid_to", "2025-06-30", "01/07/2025"),
        (COMMUNE.replace("2025-07-01,,,", "2025-07-01,2026-06-31,,"), "valid_to", "2026-06-31", "YYYY-MM-DD"),
        (COMMUNE.replace("2025-07-01", "01/07/2025"), "valid_from", "01/07/2025", "YYYY-MM-DD"),
        (COMMUNE.replace("2025-07-01", "20250701"), "valid_from", "20250701", "YYYY-MM-DD"),
        (COMMUNE.replace("2025-07-01,,,", "2025-07-01,,h-cu,"), "predecessors", "h-cu", "cột code"),
        (COMMUNE.replace("2025-07-01,,,", "2025-07-01,,30292,"), "predecessors", "30292", "đơn vị khác"),
        (COMMUNE.replace(",xa,", ",xã,", 1), "tier", "xã", "tinh, so, huyen, xa"),
        (COMMUNE.replace("30292,", "Xã B,", 1), "code", "Xã B", "30292"),
        (COMMUNE.replace("30292@a.example", "30292"), "mailboxes", "30292", "ten@mien.vn"),
        (COMMUNE.replace("30292@a.example", "a@b@c.vn"), "mailboxes", "a@b@c.vn", "ten@mien.vn"),
        (COMMUNE.replace("30292@a.example", "xã@a.example"), "mailboxes", "xã@a.example", "không dấu"),
        (COMMUNE.replace("30292@a.example", "a@.a.example"), "mailboxes", "a@.a.example", "ten@mien.vn"),
        (COMMUNE.replace("30292@a.example", "a@mien"), "mailboxes", "a@mien", "ten@mien.vn"),
        (COMMUNE.replace("30292@a.example", ""), "mailboxes", "", "ít nhất một hộp thư cho UBND xã B"),
        (COMMUNE.replace("tinh-a", "30292"), "parent", "30292", "không nằm dưới UBND xã B"),
        (COMMUNE.replace("2025-07-01", "2019-12-31"), "parent", "tinh-a", "31/12/2019 - nay"),
    ],
)
def test_a_wrong_cell_is_named(write: Write, row: str, column: str, found: str, allowed: str) -> None:
    fault = only(write(PROVINCE, BODY, row))
    assert (fault.place, fault.found) == (f"dòng 4, cột {column}", found)
    assert allowed in fault.allowed
    assert "units.csv" in str(fault)


def test_all_faults_of_the_file_come_in_one_pass(write: Write) -> None:
    rows = (
        COMMUNE.replace("tinh-a", "tinh-b"),
        BODY.replace("so-noi-vu@a.example", ""),
        COMMUNE.replace("2025-07-01", "hôm nay"),
    )
    assert [(fault.place) for fault in faults(write(PROVINCE, *rows))] == [
        "dòng 5, cột code",
        "dòng 3, cột parent",
        "dòng 4, cột mailboxes",
        "dòng 5, cột valid_from",
    ]


def test_a_row_keeps_the_number_that_an_editor_shows(write: Write) -> None:
    """Blank lines count, and so do the lines of a cell with a line break."""
    broken = COMMUNE.replace("UBND xã B", '"UBND\nxã B"')
    assert (
        only(write(PROVINCE, "", "", broken, BODY.replace("tinh-a", "tinh-b"))).place == "dòng 7, cột parent"
    )


def test_provinces_above_each_other_in_a_circle_are_refused(write: Write) -> None:
    first = PROVINCE.replace("tỉnh,,", "tỉnh,tinh-b,")
    second = first.replace("tinh-a", "tinh-c").replace("tinh-b", "tinh-a").replace("tinh-c", "tinh-b")
    assert [fault.place for fault in faults(write(first, second))] == [
        "dòng 2, cột parent",
        "dòng 3, cột parent",
    ]


def test_a_unit_below_one_that_stands_in_a_circle_ends_the_search(write: Write) -> None:
    circle = PROVINCE.replace("tỉnh,,", "tỉnh,tinh-a,")
    assert [fault.place for fault in faults(write(circle, BODY))] == ["dòng 2, cột parent"]


def test_an_ended_parent_cannot_have_a_living_unit(write: Write) -> None:
    ended = PROVINCE.replace("2020-01-01,,", "2020-01-01,2025-12-31,")
    assert only(write(ended, BODY)).place == "dòng 3, cột parent"
    assert (
        len(UnitRegister.load(write(ended, BODY.replace("2025-07-01,,", "2025-07-01,2025-12-31,"))).all) == 2
    )


def test_a_unit_without_mailbox_is_refused_but_can_be_listed(write: Write) -> None:
    folder = write(PROVINCE, BODY, COMMUNE.replace("30292@a.example", ""))
    assert only(folder).action.startswith("Điền hộp thư công vụ")
    assert [unit.code for unit in UnitRegister.load(folder, strict=False).without_mailbox()] == ["30292"]


def test_listing_units_without_mailbox_still_refuses_other_faults(write: Write) -> None:
    folder = write(PROVINCE, BODY.replace("so-noi-vu@a.example", ""), COMMUNE.replace("tinh-a", "tinh-b"))
    assert only(folder, strict=False).place == "dòng 4, cột parent"


def test_a_province_needs_no_mailbox(write: Write) -> None:
    assert [unit.code for unit in UnitRegister.load(write(PROVINCE)).all] == ["tinh-a"]


def test_several_mailboxes_may_be_separated_as_people_do(write: Write) -> None:
    several = COMMUNE.replace("30292@a.example", '"a@a.example; b@a.example, c@a.example"')
    assert UnitRegister.load(write(PROVINCE, several)).get("30292").mailboxes == (
        "a@a.example",
        "b@a.example",
        "c@a.example",
    )


def test_an_unknown_column_and_an_absent_one_are_named(write: Write) -> None:
    folder = write(PROVINCE)
    file = folder / "units.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("mailboxes", "mailbox"), encoding="utf-8")
    assert "có phải ý là “mailboxes”?" in only(folder).allowed
    file.write_text(HEADER.replace(",tier", "") + "\ntinh-a,Tỉnh A,tỉnh,,2020-01-01,,,,\n", encoding="utf-8")
    assert only(folder).place == "dòng 1, cột tier"


def test_an_absent_file_is_a_configuration_error(tmp_path: Path) -> None:
    assert "units.csv" in str(only(tmp_path))


def test_an_edited_file_is_read_again(write: Write) -> None:
    assert "30292" not in UnitRegister.load(write(PROVINCE, BODY))
    assert "30292" in UnitRegister.load(write(PROVINCE, BODY, COMMUNE))

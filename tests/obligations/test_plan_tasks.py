"""Tasks of the yearly plan: whom they are given to, when they are due, and every wrong cell by name."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.clock import at
from cchc.config_files.folder import config_dir
from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.obligations.plan_tasks import EVERY_UNIT, PlanTask, fitting_rows
from cchc.units import UnitRegister
from cchc.year import Calendar

TASKS = PlanTask.load()
UNITS = UnitRegister.load()
DAYS = Calendar.load().working_days
JANUARY = date(2026, 1, 5)
HEADER = "code,section,title,product,lead,due,basis"
ROW = "NV01,Cải cách thể chế,Rà soát văn bản,Báo cáo rà soát,so-tu-phap,05-29,Kế hoạch của tỉnh"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes `plan_tasks.csv` beside the committed register; returns their folder."""
    shutil.copy(config_dir() / "units.csv", tmp_path)

    def rows(*lines: str) -> Path:
        (tmp_path / "plan_tasks.csv").write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
        return tmp_path

    return rows


def faults(folder: Path) -> list[ConfigError]:
    with pytest.raises(ConfigErrors) as caught:
        PlanTask.load(folder)
    assert caught.value.exit_code == 2
    return caught.value.errors


def test_the_plan_has_24_tasks_over_the_seven_fields_and_the_whole_year() -> None:
    assert len(TASKS) == len({task.code for task in TASKS}) == len({task.title for task in TASKS}) == 24
    assert len({task.section for task in TASKS}) == 7
    assert {int(task.due[:2]) for task in TASKS} >= set(range(1, 12))
    assert all(task.product and task.basis for task in TASKS)


def test_two_tasks_are_every_unit_s_and_the_others_have_one_lead() -> None:
    counts = Counter(len(task.units(UNITS, JANUARY)) for task in TASKS)
    assert counts == {122: 2, 1: 22}
    assert {
        unit.tier for task in TASKS for unit in task.units(UNITS, JANUARY) if task.lead != EVERY_UNIT
    } == {"so"}


def test_a_task_may_be_a_tier_s() -> None:
    for tier, size in (("so", 20), ("xa", 102)):
        units = replace(TASKS[0], lead=tier).units(UNITS, JANUARY)
        assert (len(units), {unit.tier for unit in units}) == (size, {tier})


def test_a_task_whose_lead_has_ended_is_given_to_nobody_in_silence() -> None:
    gone = replace(TASKS[0], code="NV99", lead="vp-ubnd-kien-giang")
    with pytest.raises(
        CchcError, match=r"NV99 .*Văn phòng UBND tỉnh Kiên Giang.*05/01/2026.*plan_tasks\.csv"
    ):
        gone.units(UNITS, JANUARY)
    assert [unit.code for unit in gone.units(UNITS, date(2025, 6, 30))] == ["vp-ubnd-kien-giang"]


def test_a_due_day_that_is_off_moves_to_the_working_day_before() -> None:
    saturday = replace(TASKS[0], due="05-30")
    assert saturday.due_at(2026, DAYS) == at(date(2026, 5, 29), 17)
    assert replace(TASKS[0], due="05-29").due_at(2026, DAYS) == at(date(2026, 5, 29), 17)
    assert replace(TASKS[0], due="02-last").due_at(2028, DAYS) == at(date(2028, 2, 29), 17)


@given(year=st.integers(2020, 2035), task=st.sampled_from(TASKS))
def test_every_task_is_due_on_a_working_day_at_most_a_long_holiday_early(year: int, task: PlanTask) -> None:
    named = date(year, int(task.due[:2]), int(task.due[3:]))
    due = task.due_at(year, DAYS)
    assert DAYS.is_working(due.date())
    assert timedelta(0) <= named - due.date() <= timedelta(days=14)
    assert not any(
        DAYS.is_working(due.date() + timedelta(days=n)) for n in range(1, (named - due.date()).days + 1)
    )


@pytest.mark.parametrize(
    ("cell", "wrong", "column", "allowed"),
    [
        ("05-29", "06-31", "due", "tháng 6 có các ngày từ 01 đến 30"),
        ("05-29", "02-29", "due", "02-last"),
        ("05-29", "13-01", "due", "01 đến 12"),
        ("05-29", "29/05", "due", "MM-DD"),
        ("05-29", "-1/12-15", "due", "năm của kế hoạch"),
        ("so-tu-phap", "so-phap-che", "lead", "units.csv"),
        ("so-tu-phap", "huyen", "lead", "so, xa, moi-don-vi"),
        ("so-tu-phap", "tinh-an-giang", "lead", "đơn vị báo cáo"),
        ("NV01", "NV 01", "code", "NV01"),
        ("NV01", "NV/01", "code", "NV01"),
    ],
)
def test_a_wrong_cell_is_named(write: Write, cell: str, wrong: str, column: str, allowed: str) -> None:
    (fault,) = faults(write(ROW.replace("NV01", "NV02"), ROW.replace(cell, wrong)))
    assert (fault.place, fault.found) == (f"dòng 3, cột {column}", wrong)
    assert allowed in fault.allowed
    assert "plan_tasks.csv" in str(fault)


def test_two_tasks_with_one_code_are_named_with_both_rows(write: Write) -> None:
    (fault,) = faults(write(ROW, ROW))
    assert fault.place == "dòng 3, cột code"
    assert "dòng 2" in fault.allowed


def test_all_faults_of_the_file_come_in_one_pass(write: Write) -> None:
    folder = write(
        ROW.replace("05-29", "06-31").replace("so-tu-phap", "x"), "", ROW.replace("05-29", "13-01")
    )
    assert [fault.place for fault in faults(folder)] == [
        "dòng 2, cột lead",
        "dòng 2, cột due",
        "dòng 4, cột due",
        "dòng 4, cột code",
    ]


def test_a_unit_without_mailbox_is_not_a_fault_of_the_tasks(write: Write) -> None:
    folder = write(ROW)
    units = folder / "units.csv"
    units.write_text(
        units.read_text(encoding="utf-8").replace("so-y-te@angiang.example", ""), encoding="utf-8"
    )
    assert [task.code for task in PlanTask.load(folder)] == ["NV01"]


def test_a_short_list_of_units_is_one_fault_and_not_one_a_task(write: Write) -> None:
    folder = write(*(ROW.replace("NV01", f"NV{number:02}") for number in range(1, 21)))
    (folder / "units.csv").write_text(
        "code,name,tier,kind,valid_from,mailboxes\nso-noi-vu,Sở Nội vụ,so,sở,2025-07-01,a@so.vn\n",
        encoding="utf-8",
    )
    (fault,) = faults(folder)
    assert fault.place.startswith("dòng 2, 3, 4") and fault.place.endswith("21, cột lead")
    assert fault.found == "so-tu-phap"
    assert "xóa 20 dòng đó" in fault.action and "cau-hinh" in fault.action


def test_the_tasks_that_a_list_of_units_can_be_given_are_picked() -> None:
    rows = [{"lead": lead} for lead in ("moi-don-vi", "so-tu-phap", "xa", "so-noi-vu")]
    assert [row["lead"] for row in fitting_rows(rows, {"so-noi-vu"})] == ["moi-don-vi", "xa", "so-noi-vu"]

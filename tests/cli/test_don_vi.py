"""`./cchc don-vi` on a register of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from cchc import clock
from cchc.cli.don_vi import app
from cchc.clock import at
from cchc.errors import CchcError, ConfigErrors
from cchc.paths import PROJECT_ROOT

Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the register that the test may edit."""
    monkeypatch.setenv("CCHC_CONFIG", str(tmp_path))
    return Path(shutil.copy(PROJECT_ROOT / "include" / "config" / "units.csv", tmp_path))


@pytest.fixture
def run(file: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(clock, "now", lambda: at(date(2026, 3, 10), 9))

    def call(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, CchcError):
            raise result.exception
        return result

    return call


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_list_shows_the_units_of_today(run: Run) -> None:
    output = run("danh-sach").output
    assert "122 đơn vị có hiệu lực ngày 10/03/2026." in output
    row = next(line for line in output.splitlines() if "│ 31078 " in line)
    for part in (
        "UBND đặc khu Phú Quốc",
        "Xã, phường, đặc khu",
        "ubnd.31078@angiang.example",
        "01/07/2025 - nay",
    ):
        assert part in row
    assert "h-my-tu" not in output


@pytest.mark.parametrize(("tier", "count"), [("so", 20), ("xa", 102), ("huyen", 0)])
def test_the_list_of_one_tier(run: Run, tier: str, count: int) -> None:
    output = run("danh-sach", "--cap", tier).output
    assert f"{count} đơn vị có hiệu lực" in output
    assert output.count("nay │") == count


def test_the_list_of_a_day_before_the_change(run: Run) -> None:
    output = run("danh-sach", "--ngay", "2025-06-30", "--cap", "huyen").output
    assert "UBND huyện Mỹ Tú" in output and "01/01/2020 - 30/06/2025" in output
    assert "7 đơn vị có hiệu lực ngày 30/06/2025." in output


def test_a_tier_that_does_not_report_is_refused(run: Run) -> None:
    with pytest.raises(CchcError, match="Cho phép: so, huyen, xa"):
        run("danh-sach", "--cap", "tinh")


def test_nobody_without_mailbox(run: Run) -> None:
    assert run("thieu-thu").output.startswith("Mọi đơn vị trong ")
    assert run("thieu-thu", "--ngay", "2026-03-10").output == (
        "Mọi đơn vị có hiệu lực ngày 10/03/2026 đều có hộp thư.\n"
    )


def test_units_without_mailbox_are_listed_and_fail_the_command(run: Run, file: Path) -> None:
    edit(file, "so-y-te@angiang.example", "")
    edit(file, "h-my-tu@soctrang.example", "")
    result = run("thieu-thu")
    assert result.exit_code == 1
    assert "Sở Y tế" in result.output and "UBND huyện Mỹ Tú" in result.output
    assert "2 đơn vị chưa có hộp thư. Điền cột mailboxes trong " in result.output
    today = run("thieu-thu", "--ngay", "2026-03-10")
    assert today.exit_code == 1
    assert "Sở Y tế" in today.output and "UBND huyện Mỹ Tú" not in today.output


def test_checking_counts_rows_and_units(run: Run) -> None:
    result = run("kiem-tra")
    assert result.exit_code == 0
    assert "hợp lệ: 135 dòng, 122 đơn vị có hiệu lực ngày 10/03/2026." in result.output


def test_checking_names_every_fault_and_exits_with_2(run: Run, file: Path) -> None:
    edit(file, "so-y-te@angiang.example", "")
    edit(file, "so-du-lich,Sở Du lịch", "so-y-te,Sở Du lịch")
    with pytest.raises(ConfigErrors) as caught:
        run("kiem-tra")
    assert caught.value.exit_code == 2
    places = {(fault.place, fault.found) for fault in caught.value.errors}
    assert places == {("dòng 15, cột mailboxes", ""), ("dòng 18, cột code", "so-y-te")}


def test_the_lists_are_written_as_files(run: Run, file: Path, tmp_path: Path) -> None:
    output = run("danh-sach", "--ra", str(tmp_path / "ds.xlsx")).output
    assert f"Đã ghi 122 dòng vào {tmp_path / 'ds.xlsx'}." in output
    assert "122 đơn vị có hiệu lực ngày 10/03/2026." in output
    sheet = openpyxl.load_workbook(tmp_path / "ds.xlsx")["Đơn vị"]
    row = next(one for one in sheet.iter_rows(values_only=True) if one[0] == "31078")
    assert row[1:4] == ("UBND đặc khu Phú Quốc", "Xã, phường, đặc khu", "ubnd.31078@angiang.example")
    edit(file, "ubnd.31078@angiang.example", "")
    result = run("thieu-thu", "--ngay", "2026-03-10", "--ra", str(tmp_path / "thieu.csv"))
    assert result.exit_code == 1
    lines = (tmp_path / "thieu.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in lines] == ["Mã", "31078"]
    with pytest.raises(CchcError, match=r"\.xlsx hoặc \.csv"):
        run("danh-sach", "--ra", str(tmp_path / "ds.txt"))
